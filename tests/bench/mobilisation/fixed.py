"""Many experiments at once, read once: the formulas of core/rules/effect.py over whole arrays.

The arrays are a second writing of the same formulas; tests/unit/rules/test_effect.py holds the two together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from core.rules.effect import ENOUGH, LEAST_EXPLAINED, Z

Floats = NDArray[np.float64]

BASES, EFFECTS = (0.03, 0.1, 0.2, 0.4), (0.0, 0.01, 0.05)
PEOPLE, SHARES = (200, 1_000, 5_000, 50_000), (0.5, 0.1, 0.2)
SOURCES = (0.4, 0.3, 0.2, 0.1)
"""Shares of the people by source; the base rate of a source is the cell's times the number below."""
LEANING = np.array([0.6, 1.0, 1.4, 1.8])


@dataclass(frozen=True, slots=True)
class Cell:
    """Of its experiments: `shown`, the share whose interval is shown; `covered`, of all intervals, and
    `covered_shown`, of those shown, how many hold the truth; `claimed`, shown and without zero; `wrong_shown`, shown
    and without the truth, of all."""

    name: str
    people: int
    share: float
    base: float
    effect: float
    shown: float
    covered: float
    covered_shown: float
    claimed: float
    wrong_shown: float

    @property
    def possible(self) -> bool:
        """Were five people who finish to be expected in the smaller group? Below, nobody would ever be shown it."""
        return self.people * min(self.share, 1 - self.share) * self.base >= ENOUGH


def grid() -> Iterator[tuple[int, float, float, float]]:
    for people in PEOPLE:
        for share in SHARES:
            for base in BASES:
                for effect in EFFECTS:
                    yield people, share, base, effect


def cells_of_the_grid(runs: int, seed: int = 20270119) -> list[Cell]:
    chance = np.random.default_rng(seed)
    return [cell(people, share, base, effect, runs, chance) for people, share, base, effect in grid()]


def cell(people: int, share: float, base: float, effect: float, runs: int, chance: np.random.Generator) -> Cell:
    told, waiting = sizes(people, share)
    rates = base * LEANING / (np.array(SOURCES) @ LEANING)
    first = np.clip(rates + effect, 0, 1)
    truth = float((told + waiting) @ (first - rates) / people)
    finished = chance.binomial(told, first, (runs, len(told)))
    without = chance.binomial(waiting, rates, (runs, len(told)))
    low, high = intervals(finished, without, told, waiting)
    seen = shown(finished, without, told, waiting)
    held = (low <= truth) & (truth <= high)
    sure = ((low > 0) | (high < 0)) & seen
    return Cell(
        f"{people}/{share:g}/{base:g}/{effect:g}",
        people,
        share,
        base,
        effect,
        float(seen.mean()),
        float(held.mean()),
        float(held[seen].mean()) if seen.any() else 1.0,
        float(sure.mean()),
        float((seen & ~held).mean()),
    )


def sizes(people: int, share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By source, how many are told and how many wait: exact to one person, as `drawn_first` draws them."""
    ends = np.concatenate([[0], np.cumsum(np.round(np.array(SOURCES) * people))]).astype(np.int64)
    told = np.diff([floor(end * share + 0.5) for end in ends])
    return told, np.diff(ends) - told


def intervals(
    finished: NDArray[np.int64], without: NDArray[np.int64], told: NDArray[np.int64], waiting: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """The limits of each experiment: rows are experiments, columns are sources."""
    size, people = told + waiting, (told + waiting).sum()
    weight = size / people
    first, later = (finished / told) @ weight, (without / waiting) @ weight
    own = (finished + without) / size
    share = (finished + without).sum(1) / people
    spread = share * (1 - share)
    within = (own * (1 - own) * size / (size - 1)) @ weight
    explained = np.where(spread > 0, np.clip(within / np.where(spread > 0, spread, 1), LEAST_EXPLAINED, 1), 1.0)
    low_first, high_first = _wilson(first, told.sum() / explained)
    low_later, high_later = _wilson(later, waiting.sum() / explained)
    found = first - later
    wider = 1 + 1 / (4 * np.maximum(1, min(told.sum(), waiting.sum()) * np.minimum(share, 1 - share)))
    return (
        np.maximum(-1, found - wider * np.sqrt((first - low_first) ** 2 + (high_later - later) ** 2)),
        np.minimum(1, found + wider * np.sqrt((high_first - first) ** 2 + (later - low_later) ** 2)),
    )


def shown(
    finished: NDArray[np.int64], without: NDArray[np.int64], told: NDArray[np.int64], waiting: NDArray[np.int64]
) -> NDArray[np.bool_]:
    smaller, people = min(told.sum(), waiting.sum()), told.sum() + waiting.sum()
    share = (finished.sum(1) + without.sum(1)) / people
    return (smaller * share >= ENOUGH) & (smaller * (1 - share) >= ENOUGH)


def sooner_only(runs: int, seed: int = 7) -> tuple[float, float]:
    """A reminder that makes people sooner and not more: the share of experiments that claim more, (read at the planned
    moment, read when a quarter of the time was over). Worst over the base rates and sizes.

    Whoever finishes does so within the time either way: at a uniform moment without the message, in the first half of
    it with the message.
    """
    chance = np.random.default_rng(seed)
    claims, early = [], []
    for people in PEOPLE:
        for base in BASES:
            told, waiting = sizes(people, 0.5)
            for found, rates in ((claims, (base, base)), (early, (base / 2, base / 4))):
                first = chance.binomial(told, rates[0], (runs, len(told)))
                later = chance.binomial(waiting, rates[1], (runs, len(told)))
                low, high = intervals(first, later, told, waiting)
                found.append(float((((low > 0) | (high < 0)) & shown(first, later, told, waiting)).mean()))
    return max(claims), max(early)


def _wilson(share: Floats, people: Floats) -> tuple[Floats, Floats]:
    square = Z * Z / people
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * np.sqrt(share * (1 - share) / people + square / (4 * people))
    return np.maximum(0, middle - half), np.minimum(1, middle + half)
