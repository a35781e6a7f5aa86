"""Three ways to hear a topic in a text, learnt side by side: they fail on different texts.

    first    a linear machine on the grams, the mean of the word vectors and what the taxonomy says
    second   the same on the grams alone, each multiplied by how much more often it stands in the topic's texts than in
             the others (Wang and Manning, "Baselines and bigrams", ACL 2012): strong where examples are few and short
    third    that multiplier alone, which no single example can bend

A topic is learnt only from texts answering a question under which it comes up: what was said elsewhere is no example
against it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp  # type: ignore[import-untyped]  # it ships no types
from scipy.sparse.linalg import norm  # type: ignore[import-untyped]  # nor here
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]  # nor does it

from nlp.learnt import VOICES, Row, Truths

Ints = npt.NDArray[np.int64]

FOLDS = 5
_STRENGTH_OF_FIT = (0.2, 0.05)
_SEEN_NOWHERE = 0.1
_AGAINST = -1.0
"""What is said of a topic without any example."""
_LEAST_BALANCE, _MOST_BALANCE = 0.2, 20.0
"""How often the taxonomy guesses a topic says little about how frequent it is."""
_NO_LENGTH = 1e-9
_SEED = 1


@dataclass(frozen=True, slots=True)
class Material:
    """Texts as rows: `grams` (sparse), `senses`, the right `answers` (× topics), how much each text counts, and which
    topics can come up in it. The first `people` texts were sorted by people, the others by the taxonomy. `blocks`: the
    columns of grams that have unit length together."""

    grams: Any
    senses: Row
    answers: Row
    weights: Row
    possible: Truths
    people: int
    blocks: Sequence[slice]

    def rows(self, kept: Ints) -> "Material":
        """`kept` in ascending order."""
        return Material(
            self.grams[kept],
            self.senses[kept],
            self.answers[kept],
            self.weights[kept],
            self.possible[kept],
            int((kept < self.people).sum()),
            self.blocks,
        )

    def and_nothing(self) -> "Material":
        """With a text without a word, which has no topic: what all texts say may come of who sorted them, and is no
        sign of a topic."""
        return Material(
            sp.vstack([self.grams, sp.csr_matrix((1, self.grams.shape[1]))]).tocsr(),
            np.vstack([self.senses, np.zeros(self.senses.shape[1])]),
            np.vstack([self.answers, np.zeros(self.answers.shape[1])]),
            np.append(self.weights, self.weights.sum()),
            np.vstack([self.possible, np.ones(self.possible.shape[1], dtype=bool)]),
            self.people,
            self.blocks,
        )


@dataclass(frozen=True, slots=True)
class Voices:
    """As `Learnt` keeps them."""

    weights: Row
    sense: Row
    bias: Row

    def hear(self, grams: Any, senses: Row) -> Row:
        """texts × voices × topics."""
        strength = (grams @ self.weights).reshape(grams.shape[0], *self.bias.shape) + self.bias
        strength[:, 0] += senses @ self.sense
        found: Row = strength
        return found


def fit(material: Material) -> Voices:
    grams, topics = material.grams.shape[1], material.answers.shape[1]
    weights = np.zeros((grams, VOICES, topics))
    sense = np.zeros((material.senses.shape[1], topics))
    bias = np.full((VOICES, topics), _AGAINST)
    if (material.possible & (material.answers == 1)).all(axis=0).any():
        material = material.and_nothing()
    whole = sp.hstack([material.grams, sp.csr_matrix(material.senses)]).tocsr()
    for topic in range(topics):
        here = np.flatnonzero(material.possible[:, topic])
        own, count = material.answers[here, topic], material.weights[here]
        if own.all() or not own.any():
            bias[:, topic] = _AGAINST if not own.any() else -_AGAINST
            continue
        every = len(here) == len(material.answers)
        even = np.clip(count.sum() / (topics * (own @ count)), _LEAST_BALANCE, _MOST_BALANCE)
        first = count * np.where((own == 1) & (here >= material.people), even, 1.0)
        found, bias[0, topic] = _machine(whole if every else whole[here], own, first, _STRENGTH_OF_FIT[0])
        weights[:, 0, topic], sense[:, topic] = found[:grams], found[grams:]
        said = material.grams if every else material.grams[here]
        telling = _telling(said, own * count, (1 - own) * count)
        balanced = count * np.where(own == 1, count.sum() / (own @ count), count.sum() / ((1 - own) @ count)) / 2
        found, bias[1, topic] = _machine(said @ sp.diags(telling), own, balanced, _STRENGTH_OF_FIT[1])
        weights[:, 1, topic], weights[:, 2, topic], bias[2, topic] = found * telling, telling, 0.0
    return Voices(weights.reshape(grams, -1), sense, bias)


def held_back(material: Material, watch: Callable[[float], None]) -> Row:
    """What is heard in the texts that people sorted, each as if it came when the voices were learnt from the others."""
    found = np.zeros((material.people, VOICES, material.answers.shape[1]))
    order = np.random.default_rng(_SEED).permutation(material.people)
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        kept = np.setdiff1d(np.arange(material.grams.shape[0]), out)
        found[out] = fit(material.rows(kept)).hear(_as_new(material, out, kept), material.senses[out])
        watch((fold + 1) / FOLDS)
    return found


def _as_new(material: Material, out: Ints, kept: Ints) -> Any:
    """The grams of these texts, those left out that none of the kept ones has: of a text that comes later they are not
    known, and make the others no fainter (nlp/hearing.py)."""
    known, said = material.grams[kept].getnnz(axis=0) > 0, material.grams[out]
    blocks = []
    for block in material.blocks:
        whole = said[:, block]
        left = whole @ sp.diags(known[block].astype(float))
        longer = norm(whole, axis=1) / np.maximum(norm(left, axis=1), _NO_LENGTH)
        blocks.append(sp.diags(longer) @ left)
    return sp.hstack(blocks).tocsr()


def _machine(said: Any, own: Row, weights: Row, strength: float) -> tuple[Row, float]:
    machine = LinearSVC(C=strength, random_state=0).fit(said, own, sample_weight=weights)
    return machine.coef_[0], float(machine.intercept_[0])


def _telling(grams: Any, own: Row, others: Row) -> Row:
    """The logarithm of how much more often each gram is in the topic's texts."""
    here, there = grams.T @ own + _SEEN_NOWHERE, grams.T @ others + _SEEN_NOWHERE
    found: Row = np.log((here / here.sum()) / (there / there.sum()))
    return found
