"""How a text is heard by what was learnt: a text is the sum of its words, and a word is looked up once.

    word ─▶ itself, its pieces, its vector ─▶ how strongly each speaks ─▶ remembered
    text ─▶ its words, and the pairs of them ─▶ what each adds ─▶ strength of each voice ─▶ probability of each topic

What a word adds stays known: it is why a topic was found (nlp/evidence.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import numpy.typing as npt

from nlp.grams import MOST_WORDS, pieces, telling_words
from nlp.learnt import HUSHED, Learnt, Row, Truths, logit, possible_topics, probabilities
from nlp.vectors import DIMENSIONS, WordVectors

_MOST_NUMBERS = 4_000_000
"""Remembered of words: 32 MB."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard in one text. `probabilities`, `possible`: by topic; `strength`: voices × topics; `added` to it by
    each of the different `words`, `added_together` by each of the `pairs` that were learnt: × (voices · topics)."""

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
        self._learnt = learnt
        self._vectors = vectors
        # A row a word: how strongly itself speaks and its pieces (both × voices · topics), and its vector (× topics, of
        # the first voice); then the squared lengths of the first two, and the row of its vector (-1: none).
        self._ends = np.cumsum([learnt.bias.size, learnt.bias.size, len(learnt.topics)])
        self._most = max(_MOST_NUMBERS // (int(self._ends[-1]) + 3), MOST_WORDS)
        self._places: dict[str, int] = {}
        self._rows = np.zeros((0, self._ends[-1] + 3))

    def hear(self, words: Sequence[str], taxonomy_scores: Sequence[float], question: str = "") -> Hearing:
        """`words`: at most `MOST_WORDS` folded words in order, as `nlp.grams.all_words` gives them."""
        learnt, scores = self._learnt, np.array([taxonomy_scores])
        voices, topics = learnt.bias.shape
        counts = Counter(words)
        rows, often = self._looked_up(list(counts)), _often(list(counts.values()))
        itself, pieces, meaning, about = np.split(rows, self._ends, axis=1)
        pairs, places, amounts = self._pairs(words)
        rare, long = often * often @ about[:, :2]
        length = _length(rare + amounts @ amounts)
        added = itself * (often / length)[:, None] + pieces * (often / _length(long))[:, None]
        added[:, :topics] += meaning / self._together(about[:, 2].astype(np.int64))
        added_together = learnt.weights[places] * (amounts / length)[:, None]
        strength = learnt.bias + (added.sum(axis=0) + added_together.sum(axis=0)).reshape(voices, topics)
        context = learnt.vocabularies[2].get(question)
        if context is not None:
            strength += learnt.weights[context].reshape(voices, topics)
        strength[0] += HUSHED * logit(scores[0]) @ learnt.sense[DIMENSIONS:]
        possible = possible_topics(learnt.asked, question, topics)
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

    def _looked_up(self, words: Sequence[str]) -> Row:
        known = self._places
        if len(known) + len(words) > self._most:
            known.clear()
        new = [word for word in words if word not in known]
        if new:
            end = len(known) + len(new)
            if end > len(self._rows):
                self._rows = np.resize(self._rows, (min(2 * end, self._most), self._rows.shape[1]))
            for word in new:
                self._rows[len(known)] = self._heard(word)
                known[word] = len(known)
        return self._rows[[known[word] for word in words]]

    def _heard(self, word: str) -> Row:
        learnt = self._learnt
        known, spelt, _ = learnt.vocabularies
        row = known.get(word)
        rare = 0.0 if row is None else learnt.rarity[row]
        itself = np.zeros(learnt.bias.size) if row is None else rare * learnt.weights[row]
        places = np.array([spelt[piece] for piece in pieces(word) if piece in spelt], dtype=np.int64)
        rarity = learnt.rarity[places]
        meaning: npt.NDArray[np.floating] = np.zeros(len(learnt.topics))
        place = -1
        if self._vectors is not None and telling_words([word]):
            place, _ = self._vectors.find(word)
            if place >= 0:
                meaning = self._vectors.together(np.array([place])) @ learnt.sense[:DIMENSIONS]
        return np.concatenate([itself, rarity @ learnt.weights[places], meaning, [rare * rare, rarity @ rarity, place]])


def _often(counts: Sequence[int]) -> Row:
    found: Row = 1 + np.log(np.array(counts, dtype=float))
    return found


def _length(squared: float) -> float:
    return sqrt(squared) or 1.0
