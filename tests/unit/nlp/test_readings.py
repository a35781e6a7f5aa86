"""Learning and tagging read a text in the same way: French with its vectors, German without them."""

from nlp.learning.training import learn_topics
from nlp.pipeline import Pipeline
from nlp.readings import PLAIN, read_as, vectors_of
from tests.unit.nlp.sortings import POOL, texts


def test_the_texts_own_language_comes_first_then_the_conversations() -> None:
    assert read_as("en", "fr") == "en"
    assert read_as("es", "fr") == "fr"
    assert read_as("de", "de") == PLAIN
    assert vectors_of("fr") is not None
    assert vectors_of("en") is vectors_of(PLAIN) is None


def test_a_german_consultation_is_neither_learnt_nor_read_with_french_vectors() -> None:
    lessons = [(each.text, "", [POOL.topics[min(each.topics)].id]) for each in texts(20, 1)]
    learnt = learn_topics(POOL, "de", lessons, [], lambda _done: None)
    assert not learnt.sense[:300].any()
    assert learn_topics(POOL, "fr", lessons, [], lambda _done: None).sense[:300].any()
    pipeline = Pipeline()
    assert pipeline._tagger(POOL, read_as("de", "de"), "").vectors is None
    assert pipeline._tagger(POOL, read_as("de", "fr"), "").vectors is not None
