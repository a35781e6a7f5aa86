"""How often the topics are right: per topic, over all, and whether a score of 0.8 is right eight times in ten.

Every share comes with its interval: Wilson's for precision and recall of one topic, 500 resamples of the texts for what
sums up. A text that is filed nowhere though it is about something counts as an error. Calibration is read on the best
topic of each text, in ten bins of equal size; what a perfectly calibrated tagger would show by chance on as many texts
is taken off (`excess`).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.rules.effect import wilson

Matrix = npt.NDArray[np.float64]

RESAMPLES = 500
BINS = 10
_SEED = 20190315


def judged(
    topics: Sequence[str],
    scores: Sequence[Mapping[str, float]],
    accepted: Sequence[Collection[str]],
    gold: Sequence[Collection[str]],
) -> dict[str, Any]:
    """All figures as plain values. `scores`: of every topic; `accepted`, `gold`: topics of each text."""
    score = np.array([[row.get(topic, 0.0) for topic in topics] for row in scores]).reshape(len(gold), len(topics))
    said, true = _matrix(topics, accepted), _matrix(topics, gold)
    best = score.argmax(axis=1) if len(gold) else np.zeros(0, dtype=int)
    top = np.zeros_like(true)
    top[np.arange(len(best)), best] = 1
    return {
        "texts": len(gold),
        "micro": _with_interval(said, true, _micro),
        "macro": _with_interval(said, true, _macro),
        "best_topic_always": {"micro": _with_interval(top, true, _micro), "macro": _with_interval(top, true, _macro)},
        "coverage": _share(int((said.sum(axis=1) > 0).sum()), len(gold)),
        "precision": _share(int((said * true).sum()), int(said.sum())),
        "brier": round(float(((score - true) ** 2).sum(axis=1).mean()), 4) if len(gold) else None,
        "calibration": calibration(score[np.arange(len(best)), best], true[np.arange(len(best)), best]),
        "topics": [_one(topic, said[:, place], true[:, place]) for place, topic in enumerate(topics)],
        "confusion": _confusion(topics, said, true, best),
    }


def calibration(score: Matrix, right: Matrix) -> dict[str, Any]:
    """Ten bins of equal size: what was said, what was right; the mean distance, and how much of it is not chance."""
    if not len(score):
        return {"error": None, "excess": None, "bins": []}
    bins = np.array_split(np.argsort(score, kind="stable"), min(BINS, len(score)))
    chance = np.random.default_rng(_SEED)
    by_luck = [_distance(score, (chance.random(len(score)) < score).astype(float), bins) for _ in range(200)]
    error = _distance(score, right, bins)
    return {
        "error": round(error, 4),
        "excess": round(error - float(np.mean(by_luck)), 4),
        "bins": [
            {"score": round(float(score[each].mean()), 4), **_share(int(right[each].sum()), len(each))} for each in bins
        ],
    }


def _matrix(topics: Sequence[str], rows: Sequence[Collection[str]]) -> Matrix:
    places = {topic: place for place, topic in enumerate(topics)}
    matrix = np.zeros((len(rows), len(topics)))
    for number, row in enumerate(rows):
        for topic in row:
            if topic in places:
                matrix[number, places[topic]] = 1
    return matrix


def _with_interval(said: Matrix, true: Matrix, measure: Any) -> dict[str, float | None]:
    if not len(true):
        return {"f1": None, "low": None, "high": None}
    chance = np.random.default_rng(_SEED)
    drawn = chance.multinomial(len(true), np.full(len(true), 1 / len(true)), size=RESAMPLES).astype(float)
    both, either = drawn @ (said * true), drawn @ (said + true)
    low, high = np.percentile(measure(both, either), [2.5, 97.5])
    middle = measure((said * true).sum(axis=0, keepdims=True), (said + true).sum(axis=0, keepdims=True))[0]
    return {"f1": round(float(middle), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _micro(both: Matrix, either: Matrix) -> Matrix:
    found: Matrix = 2 * both.sum(axis=1) / np.maximum(either.sum(axis=1), 1)
    return found


def _macro(both: Matrix, either: Matrix) -> Matrix:
    """Over the topics that somebody named: the tagger, or the labels."""
    named = either > 0
    found: Matrix = (2 * both / np.maximum(either, 1)).sum(axis=1) / np.maximum(named.sum(axis=1), 1)
    return found


def _one(topic: str, said: Matrix, true: Matrix) -> dict[str, Any]:
    right, tagged, support = int((said * true).sum()), int(said.sum()), int(true.sum())
    return {
        "topic": topic,
        "support": support,
        "tagged": tagged,
        "precision": _share(right, tagged),
        "recall": _share(right, support),
        "f1": round(2 * right / (tagged + support), 4) if tagged + support else None,
    }


def _share(right: int, of: int) -> dict[str, Any]:
    low, high = wilson(right / of, of) if of else (0.0, 1.0)
    return {"value": round(right / of, 4) if of else None, "low": round(low, 4), "high": round(high, 4), "of": of}


def _distance(score: Matrix, right: Matrix, bins: Sequence[npt.NDArray[np.int64]]) -> float:
    return float(sum(abs(score[each].sum() - right[each].sum()) for each in bins)) / len(score)


def _confusion(topics: Sequence[str], said: Matrix, true: Matrix, best: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    """Texts about one topic: where they were filed ("" = nowhere)."""
    counts: dict[tuple[str, str], int] = {}
    for row in np.flatnonzero(true.sum(axis=1) == 1):
        pair = topics[int(true[row].argmax())], topics[best[row]] if said[row].any() else ""
        counts[pair] = counts.get(pair, 0) + 1
    return [{"topic": topic, "filed": filed, "texts": texts} for (topic, filed), texts in sorted(counts.items())]
