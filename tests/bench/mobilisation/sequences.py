"""Many campaigns that are looked at again and again: the formulas of core/rules/sequential.py over whole arrays."""

from dataclasses import dataclass

import numpy as np

from core.rules.effect import ENOUGH, Z
from core.rules.sequential import ERROR, best_rho, too_many_opt_outs
from tests.bench.mobilisation.fixed import grid

LOOKS = 200


@dataclass(frozen=True, slots=True)
class Paths:
    """Of its paths: `shown`, the share in which an interval was ever shown; `held`, of those, how many never missed the
    truth; `width`: at the planned size, as a multiple of an interval that may be read once."""

    shown: float
    held: float
    width: float


def paths_of_the_grid(runs: int, seed: int = 20270120) -> list[Paths]:
    chance = np.random.default_rng(seed)
    return [paths(*each, runs, chance) for each in grid()]


def paths(people: int, share: float, base: float, effect: float, runs: int, chance: np.random.Generator) -> Paths:
    """`runs` campaigns of so many people, looked at 200 times on the way (each person, where there are only 200)."""
    reached = np.unique(np.linspace(0, people, LOOKS + 1).round().astype(np.int64))
    told = np.floor(reached * share + 0.5).astype(np.int64)
    waiting = reached - told
    finished = chance.binomial(np.diff(told), min(1.0, base + effect), (runs, len(told) - 1)).cumsum(axis=1)
    without = chance.binomial(np.diff(waiting), base, (runs, len(told) - 1)).cumsum(axis=1)
    told, waiting, reached = told[1:], waiting[1:], reached[1:]
    seen = np.minimum(
        np.minimum(finished, told - finished), np.minimum(without, waiting - without)
    ) >= ENOUGH  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        found = finished / told - without / waiting
        spread = _variance(finished, told) + _variance(without, waiting)
        rho = best_rho(1.0) * people / reached / spread
        half = np.sqrt((1 / spread + rho) * np.log((1 / spread + rho) / (rho * ERROR**2))) * spread
        missed = (seen & (np.abs(found - effect) > half)).any(axis=1)
    ever = seen.any(axis=1)
    width = half[:, -1] / (Z * np.sqrt(spread[:, -1]))
    return Paths(float(ever.mean()), 1 - missed.sum() / max(1, ever.sum()), float(np.max(width)))


def opt_outs(runs: int, people: int = 2_000, seed: int = 3) -> tuple[float, float]:
    """The share of steps that are stopped (by mistake, where 2 % leave; rightly, where 6 % leave)."""
    chance = np.random.default_rng(seed)
    table = np.array([[too_many_opt_outs(sent, stopped) for stopped in range(200)] for sent in range(people + 1)])
    ends = []
    for rate in (0.02, 0.06):
        stopped = (chance.random((runs, people)) < rate).cumsum(axis=1).clip(max=199)
        ends.append(float(table[np.arange(1, people + 1), stopped].any(axis=1).mean()))
    return ends[0], ends[1]


def _variance(finished: np.ndarray, people: np.ndarray) -> np.ndarray:
    share = (finished + 0.5) / (people + 1)
    return share * (1 - share) / people
