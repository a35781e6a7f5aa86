"""How much each voice and the taxonomy count, and from which probability on a topic is given: learnt from texts that
the voices had not seen.

Few texts say little about that: what held for two other consultations is drawn towards, less the more texts there are.
Each topic may differ a little from what holds for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]  # it ships no types

from nlp.learnt import LEVEL, Row, Truths, compared, doubts, levelled

USUAL_MIX = (0.24, 1.68, -0.3, 1.05, 0.5, 0.0, 0.0)
USUAL_START = 0.1
"""Fitted once on two consultations of 2019, as nlp/topics.py's own numbers were."""
HALF_TRUSTED = 400
"""From so many texts sorted by people on, what their held-back fifths say counts more than what is usual."""
ONE_TOPIC_EACH = 0.95
"""From this share of texts with exactly one topic on, the topics of a text compete."""
OWN_THRESHOLD = 40
SURE = 0.9
_EVEN = 0.5
_MARGIN = 1.0
"""Standard errors. Learnt from 60 to 1,000 texts of a consultation of 2019, nine in ten of what was sure in others of
its train texts were right with one, fewer with none; with 1.6, several hundred texts sometimes made nothing sure."""
_FOLDS = 5
_SEED = 2
_MOST_PAIRS = 400_000
_PULL, _PULL_START, _PULL_LEVEL = 10.0, 5.0, 10.0
_STEPS = 200

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Blend:
    """The numbers of `Learnt` that say what counts how much."""

    mix: Row
    start: Row
    sharpness: float
    level: Sequence[float]
    thresholds: Row
    sure: float
    also_sure: float

    def probabilities(self, parts: Row, possible: Truths) -> Row:
        return compared(levelled(self.scores(parts), possible, self.level), possible, self.sharpness)

    def scores(self, parts: Row) -> Row:
        found: Row = np.einsum("nkm,km->nk", parts, self.mix) + self.start
        return found


def usual(topics: int, accepted: float) -> Blend:
    """Before people have sorted enough."""
    mix = np.tile(np.array(USUAL_MIX), (topics, 1))
    return Blend(mix, np.full(topics, USUAL_START), 0.0, LEVEL, np.full(topics, accepted), 1.0, 1.0)


def fit(parts: Row, truth: Row, possible: Truths, before: Blend) -> tuple[Blend, Row]:
    """From the `features` of texts that were held back; and the probabilities that it gives them, each by a blend that
    has not seen it."""
    alone = bool((truth.sum(axis=1) == 1).mean() >= ONE_TOPIC_EACH)
    rows = _some(len(truth), truth.shape[1])
    blend = _blended(parts[rows], truth[rows], possible[rows], before, alone=alone)
    score = np.zeros(truth.shape)
    order = np.random.default_rng(_SEED).permutation(len(truth))
    for fold in range(_FOLDS):
        out = order[fold::_FOLDS]
        kept = np.intersect1d(rows, np.setdiff1d(order, out))
        score[out] = _blended(parts[kept], truth[kept], possible[kept], before, alone=alone).scores(parts[out])
    if alone:
        blend = replace(blend, sharpness=_sharpness(truth, score, possible))
    else:
        blend = replace(blend, level=_level(truth, score, possible))
    found = compared(levelled(score, possible, blend.level), possible, blend.sharpness)
    sure, also_sure = _sure(truth, found)
    return replace(blend, thresholds=_thresholds(truth, found), sure=sure, also_sure=also_sure), found


def f1(truth: Row, given: npt.NDArray[np.bool_]) -> float:
    right = float((truth * given).sum())
    return 2 * right / max(1.0, float(truth.sum() + given.sum()))


def _some(texts: int, topics: int) -> Ints:
    return np.sort(np.random.default_rng(_SEED).permutation(texts)[: max(_MOST_PAIRS // topics, 1)])


def _blended(parts: Row, truth: Row, possible: Truths, before: Blend, *, alone: bool) -> Blend:
    mix, start = _fitted(parts, truth, possible, alone=alone)
    trust = len(truth) / (len(truth) + HALF_TRUSTED)
    return replace(before, mix=trust * mix + (1 - trust) * before.mix, start=trust * start + (1 - trust) * before.start)


def _fitted(parts: Row, truth: Row, possible: Truths, *, alone: bool) -> tuple[Row, Row]:
    """The numbers under which what people said is the least surprising; a topic's own are held near the common ones."""
    topics, size = truth.shape[1], parts.shape[2]
    scale = np.maximum(parts[possible].std(axis=0), 1e-6)
    parts = parts / scale
    scored = possible.astype(float)

    def surprise(numbers: Row) -> tuple[float, Row]:
        common, every = numbers[:size], numbers[size]
        start, own = numbers[size + 1 : size + 1 + topics], numbers[size + 1 + topics :].reshape(topics, size)
        found = compared(np.einsum("nkm,km->nk", parts, common + own) + every + start, possible, float(alone))
        off = (found - truth) * scored
        missed = truth * np.log(found + 1e-12)
        if not alone:
            missed = missed + scored * (1 - truth) * np.log(1 - found + 1e-12)
        by_topic = np.einsum("nk,nkm->km", off, parts)
        slope = [by_topic.sum(axis=0) + 2 * common, [off.sum()], off.sum(axis=0) + 2 * _PULL_START * start,
                 (by_topic + 2 * _PULL * own).ravel()]  # fmt: skip
        held = float(common @ common) + _PULL_START * float(start @ start) + _PULL * float((own**2).sum())
        return held - float((missed * scored).sum()), np.concatenate(slope)

    begin = np.concatenate([np.ones(size), np.zeros(1 + topics + topics * size)])
    found = minimize(surprise, begin, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    own = found[size + 1 + topics :].reshape(topics, size)
    return (found[:size] + own) / scale, found[size] + found[size + 1 : size + 1 + topics]


def _sharpness(truth: Row, score: Row, possible: Truths) -> float:
    """With which the topics that people said were the least surprising."""
    steps = np.arange(0.3, 1.55, 0.05)
    surprise = [-float((truth * np.log(compared(score, possible, step) + 1e-12)).sum()) for step in steps]
    return float(steps[int(np.argmin(surprise))])


def _level(truth: Row, score: Row, possible: Truths) -> Sequence[float]:
    """With which what people said is the least surprising, held near what changes nothing."""
    parts = np.stack([score[possible], doubts(score, possible)[possible], np.ones(int(possible.sum()))])
    right = truth[possible]

    def surprise(level: Row) -> tuple[float, Row]:
        height, off = level @ parts, level - LEVEL
        missed = float((np.logaddexp(0.0, height) - right * height).sum())
        slope = parts @ (1 / (1 + np.exp(-height)) - right) + 2 * _PULL_LEVEL * off
        return missed + _PULL_LEVEL * float(off @ off), slope

    return tuple(map(float, minimize(surprise, np.array(LEVEL), jac=True, method="L-BFGS-B").x))


def _thresholds(truth: Row, found: Row) -> Row:
    """From which probability on a topic is given: what gives the best F1 over all topics; a topic with many examples
    may have its own, drawn half-way."""
    steps = np.arange(0.15, 0.66, 0.025)
    common = float(steps[np.argmax([f1(truth, found >= step) for step in steps])])
    thresholds = np.full(truth.shape[1], common)
    for topic in np.flatnonzero((truth.sum(axis=0) >= OWN_THRESHOLD) & ~truth.all(axis=0)):
        own = [f1(truth[:, [topic]], found[:, [topic]] >= step) for step in steps]
        thresholds[topic] = (common + float(steps[int(np.argmax(own))])) / 2
    return thresholds


def _sure(truth: Row, found: Row) -> tuple[float, float]:
    """From which probability on the best topic of a text is sure, and a further one; 1: none is. Further ones come in
    as long as they make it more certain that nine in ten of all that is sure are right; best ones as long as it is."""
    best = np.zeros(found.shape, dtype=bool)
    best[np.arange(len(found)), found.argmax(axis=1)] = True
    probable, right = _likely(truth[~best], found[~best])
    also = int(_beyond_chance(right).argmax())
    also_sure = float(probable[also - 1]) if also else 1.0
    sooner = right[:also]
    probable, right = _likely(truth[best], found[best])
    enough = np.flatnonzero(_beyond_chance(np.append(sooner, right))[also + 1 :] >= 0)
    return (float(probable[enough[-1]]) if len(enough) else 1.0), also_sure


def _likely(truth: Row, found: Row) -> tuple[Row, Row]:
    """The probabilities of these topics that are better than even, falling; and whether each was right."""
    order = np.argsort(-found)
    order = order[found[order] >= _EVEN]
    return found[order], truth[order]


def _beyond_chance(right: Row) -> Row:
    """After none, one, two … of these topics: how many more of them were right than nine in ten, less what may be
    chance (as in Wilson's lower bound, 1927)."""
    more = np.append(0.0, np.cumsum(right - SURE))
    found: Row = more - _MARGIN * np.sqrt(SURE * (1 - SURE) * np.arange(len(more)))
    return found
