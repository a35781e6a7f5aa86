"""How a text is heard by what was learnt: a text is the sum of its words, and a word is looked up once.

    word ─▶ itself, its pieces, its vector ─▶ how strongly each speaks ─▶ remembered; of words that were learnt, at once
    text ─▶ its words, and the pairs of them ─▶ what each adds ─▶ strength of each voice ─▶ probability of each topic

What a word adds stays known: it is why a topic was found (nlp/evidence.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import sqrt

import numpy as np
import numpy.typing as npt

from nlp.grams import MOST_WORDS, pieces, telling_words
from nlp.learnt import HUSHED, Learnt, Row, Truths, logit, possible_topics, probabilities
from nlp.words.vectors import DIMENSIONS, WordVectors

_MOST_BYTES = 32_000_000
"""Remembered of words."""
_AT_ONCE = 256
"""Words that are looked up together: more would not be quicker, and hold more memory for a moment."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard in one text. `probabilities`, `possible`: by topic; `strength`: voices × topics; `added` to it by
    each of the different `words`, `added_together` by each of the `pairs` that were learnt: × voices × topics."""

    probabilities: Row
    strength: Row
    possible: Truths
    words: Sequence[str]
    added: Row
    pairs: Sequence[tuple[str, str]]
    added_together: Row


class Ear:
    """What was learnt, with the word vectors of its language."""

    def __init__(self, learnt: Learnt, vectors: WordVectors | None) -> None:
        voices, topics = learnt.bias.shape
        self._learnt = learnt
        self._weights = learnt.weights.reshape(-1, voices, topics)
        self._vectors = vectors
        # Of a word: how strongly itself speaks and its pieces, and the squared lengths of these two; what its vector
        # says (to the first voice), and the row of that (-1: none).
        self._heard_of = np.dtype(
            [
                ("itself", float, (voices, topics)),
                ("pieces", float, (voices, topics)),
                ("rare", float),
                ("long", float),
                ("meaning", float, (topics,)),
                ("vector", np.int64),
            ]
        )
        self._most = max(_MOST_BYTES // self._heard_of.itemsize, MOST_WORDS)
        self._rows = np.zeros(0, self._heard_of)
        self._places: dict[str, int] = {}
        frequent = learnt.words()[: self._most - MOST_WORDS]
        for begin in range(0, len(frequent), _AT_ONCE):
            self._looked_up(frequent[begin : begin + _AT_ONCE])
        self._kept = len(self._places)

    def hear(self, words: Sequence[str], taxonomy_scores: Sequence[float], question: str = "") -> Hearing:
        """`words`: at most `MOST_WORDS` folded words in order, as `nlp.grams.all_words` gives them."""
        learnt, scores = self._learnt, np.array([taxonomy_scores])
        counts = Counter(words)
        heard, often = self._looked_up(list(counts)), _often(list(counts.values()))
        pairs, places, amounts = self._pairs(words)
        length = _length(often * often @ heard["rare"] + amounts @ amounts)
        length_of_pieces = _length(often * often @ heard["long"])
        added = _times(heard["itself"], often / length) + _times(heard["pieces"], often / length_of_pieces)
        added[:, 0] += heard["meaning"] / self._together(heard["vector"])
        added_together = _times(self._weights[places], amounts / length)
        strength = learnt.bias + added.sum(axis=0) + added_together.sum(axis=0)
        context = learnt.vocabularies[2].get(question)
        if context is not None:
            strength += self._weights[context]
        strength[0] += HUSHED * logit(scores[0]) @ learnt.sense[DIMENSIONS:]
        possible = possible_topics(learnt.asked, question, len(learnt.topics))
        found = probabilities(strength[None], scores, possible[None], learnt).reshape(-1)
        return Hearing(found, strength, possible, list(counts), added, pairs, added_together)

    def _pairs(self, words: Sequence[str]) -> tuple[list[tuple[str, str]], list[int], Row]:
        """Those that were learnt, their places, and how much each counts."""
        known = self._learnt.vocabularies[0]
        counts = Counter(pairwise(words))
        found = [(pair, place) for pair in counts if (place := known.get(f"{pair[0]} {pair[1]}")) is not None]
        places = [place for _, place in found]
        amounts = _often([counts[pair] for pair, _ in found]) * self._learnt.rarity[places]
        return [pair for pair, _ in found], places, amounts

    def _together(self, rows: npt.NDArray[np.int64]) -> float:
        """How long the sum of these word vectors is."""
        if self._vectors is None:
            return 1.0
        together = self._vectors.together(rows[rows >= 0])
        return _length(float(together @ together))

    def _looked_up(self, words: Sequence[str]) -> npt.NDArray[np.void]:
        """A row a word."""
        known = self._places
        new = [word for word in words if word not in known]
        if new:
            if len(known) + len(new) > self._most:
                known = self._places = {word: place for word, place in known.items() if place < self._kept}
                new = [word for word in words if word not in known]
            begin, end = len(known), len(known) + len(new)
            if end > len(self._rows):
                self._rows = np.resize(self._rows, min(2 * end, self._most))
            self._rows[begin:end] = self._heard(new)
            known.update(zip(new, range(begin, end), strict=True))
        return self._rows[[known[word] for word in words]]

    def _heard(self, words: Sequence[str]) -> npt.NDArray[np.void]:
        learnt, found = self._learnt, np.zeros(len(words), self._heard_of)
        known, spelt, _ = learnt.vocabularies
        there = [place for place, word in enumerate(words) if word in known]
        if there:
            rows = [known[words[place]] for place in there]
            rarity = learnt.rarity[rows]
            found["itself"][there], found["rare"][there] = _times(self._weights[rows], rarity), rarity * rarity
        made_of = [[spelt[piece] for piece in pieces(word) if piece in spelt] for word in words]
        sizes = np.array([len(each) for each in made_of])
        some = np.flatnonzero(sizes)
        if len(some):
            begins, rows = (np.cumsum(sizes) - sizes)[some], list(chain.from_iterable(made_of))
            rarity = learnt.rarity[rows]
            found["pieces"][some] = np.add.reduceat(_times(self._weights[rows], rarity), begins)
            found["long"][some] = np.add.reduceat(rarity * rarity, begins)
        found["vector"] = -1
        if self._vectors is not None:
            for place, word in enumerate(words):
                if telling_words([word]):
                    found["vector"][place] = self._vectors.find(word)[0]
            some = np.flatnonzero(found["vector"] >= 0)
            found["meaning"][some] = self._vectors.each(found["vector"][some]) @ learnt.sense[:DIMENSIONS]
        return found


def _often(counts: Sequence[int]) -> Row:
    found: Row = 1 + np.log(np.array(counts, dtype=float))
    return found


def _times(rows: npt.NDArray[np.floating], amounts: npt.NDArray[np.floating]) -> Row:
    """Each row (voices × topics) by its own amount."""
    found: Row = rows * amounts[:, None, None]
    return found


def _length(squared: float) -> float:
    return sqrt(squared) or 1.0
