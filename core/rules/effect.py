"""What a reminder brought, read once and said honestly.

    told, waiting ─▶ matured? ─▶ even? ─▶ enough? ─▶ Reading(difference, low, high)
                        │          │         └ no: TOO_FEW, and about how many it would take
                        │          └ no: UNEVEN
                        └ no: SO_FAR, figures without a claim

Two groups of people drawn by lot, each split by source (a stratum). The *effect* is the difference between the shares
that finished in time, weighted by source:

    d = Σ wₛ (pₛ,told − pₛ,waiting)          wₛ = nₛ / n

Its 95 % interval is Newcombe's (hybrid score, method 10: R. G. Newcombe, "Interval estimation for the difference
between independent proportions", Statistics in Medicine 17, 1998, 873–890), with Wilson's limits for each group taken
at the size n / ρ, where ρ = Σ wₛ vₛ / (p (1 − p)) ≤ 1 is what the sources explain and vₛ = pₛ (1 − pₛ) nₛ / (nₛ − 1),
both groups together (the idea of stratified Wilson limits: X. Yan, X. G. Su, Statistics in Biopharmaceutical Research
2, 2010, 329–335). It is widened by 1 + 1/(4k), where k is how many people who finished (or did not, if fewer) the
smaller group can expect: showing nothing below k = 5 leaves odd draws just above it, of which without the widening
94.05 % held in the worst case measured, and 95 % do with it. With one source and many people it is Newcombe's itself.

It is shown when each group could expect at least five people who finished and five who did not, by the share of both
together: a rule that looks at the sum, not at the difference, does not choose among results. The simulations of
`make bench-mobilisation` say how often such an interval holds; the table is in docs/mobilisation.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, sqrt
from statistics import NormalDist, median

CONFIDENCE = 0.95
POWER = 0.8
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
Z_POWER = NormalDist().inv_cdf(POWER)

ENOUGH = 5
"""People who finished, and people who did not, that each group must be able to expect."""

WORTH_SEEING = 0.05
"""Five more in a hundred: the effect that "about how many it would take" is computed for."""

LEAST_EXPLAINED = 0.3
"""Sources never make the interval narrower than as if they explained so much less: few people prove no more."""

UNEVEN_Z = NormalDist().inv_cdf(1 - 0.001 / 2)
"""Shares so far from the planned one happen once in a thousand draws: something else divides the groups."""


@dataclass(frozen=True, slots=True)
class Arm:
    """People of one group, and how many of them finished in time."""

    people: int
    finished: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """Those who came by one source: `told` got the message first, `waiting` did not have it yet."""

    told: Arm
    waiting: Arm


class Verdict(StrEnum):
    SO_FAR = "so_far"
    TOO_FEW = "too_few"
    UNEVEN = "uneven"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Difference:
    """In shares: 0.03 is three more in a hundred people. `low`, `high`: its interval."""

    estimate: float
    low: float
    high: float

    @property
    def open(self) -> bool:
        """It may be nothing."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Reading:
    """`effect` only when `verdict` is READ. `needed`: about how many people an effect worth seeing would take."""

    verdict: Verdict
    told: Arm
    waiting: Arm
    effect: Difference | None = None
    needed: int | None = None


def read(strata: Sequence[Stratum], *, share: float, matured: bool) -> Reading:
    """The one reading of an experiment. `share`: of the people who were to be told first. `matured`: its time has come.

    Only people whose time is over belong in `strata`.
    """
    told, waiting = _sum(each.told for each in strata), _sum(each.waiting for each in strata)
    if not matured:
        return Reading(Verdict.SO_FAR, told, waiting)
    if uneven(told.people, waiting.people, share):
        return Reading(Verdict.UNEVEN, told, waiting)
    return reading(told, waiting, difference(strata) if enough(told, waiting) else None, share=share)


def reading(told: Arm, waiting: Arm, effect: Difference | None, *, share: float) -> Reading:
    """What `effect` says, and how many people it would take; None: there are too few for any."""
    if effect is None:
        return Reading(Verdict.TOO_FEW, told, waiting, needed=people_to_tell(told, waiting, share=share))
    people = told.people + waiting.people
    base = (told.finished + waiting.finished) / people
    needed = people_needed(WORTH_SEEING, share=share, base=base)
    return Reading(Verdict.READ, told, waiting, effect, needed if effect.open and needed > people else None)


def enough(told: Arm, waiting: Arm) -> bool:
    return expected(told, waiting) >= ENOUGH


def expected(told: Arm, waiting: Arm) -> float:
    """How many who finished, or who did not if they are fewer, the smaller group can expect by the share of both."""
    smaller, people = min(told.people, waiting.people), told.people + waiting.people
    share = (told.finished + waiting.finished) / people if people else 0.0
    return smaller * min(share, 1 - share)


def people_to_tell(told: Arm, waiting: Arm, *, share: float) -> int:
    """About how many it would take where there are too few: to tell an effect worth seeing from nothing, and to show
    one at all (`enough`), so always more than there are. With half a person added on either side: where nobody or
    everybody finished, the next one may not."""
    people = told.people + waiting.people
    base = (told.finished + waiting.finished + 0.5) / (people + 1)
    likely = expected(told, waiting) or (people + 1) * min(share, 1 - share) * min(base, 1 - base)
    shown = _rounded_up((people + 1) * max(1.0, ENOUGH / likely))
    return max(people_needed(WORTH_SEEING, share=share, base=base), shown)


def uneven(told: int, waiting: int, share: float) -> bool:
    """Sample-ratio check: are the groups so unequal that the draw cannot have made them?"""
    people = told + waiting
    return bool(people) and abs(told - people * share) > UNEVEN_Z * sqrt(people * share * (1 - share)) + 1


def difference(strata: Sequence[Stratum]) -> Difference:
    """The weighted difference with its interval. A source of which one group has nobody joins the next one."""
    whole = _joined(strata)
    people = sum(_size(each) for each in whole)
    told = sum(_size(each) / people * each.told.finished / each.told.people for each in whole)
    waiting = sum(_size(each) / people * each.waiting.finished / each.waiting.people for each in whole)
    explained = _explained(whole)
    low_told, high_told = wilson(told, sum(each.told.people for each in whole) / explained)
    low_waiting, high_waiting = wilson(waiting, sum(each.waiting.people for each in whole) / explained)
    found = told - waiting
    wider = 1 + 1 / (4 * max(1.0, expected(_sum(each.told for each in whole), _sum(each.waiting for each in whole))))
    return Difference(
        found,
        max(-1.0, found - wider * sqrt((told - low_told) ** 2 + (high_waiting - waiting) ** 2)),
        min(1.0, found + wider * sqrt((high_told - told) ** 2 + (waiting - low_waiting) ** 2)),
    )


def wilson(share: float, people: float) -> tuple[float, float]:
    """Wilson's limits of a share (E. B. Wilson, Journal of the American Statistical Association 22, 1927, 209–212)."""
    square = Z * Z / people
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * sqrt(share * (1 - share) / people + square / (4 * people))
    return max(0.0, middle - half), min(1.0, middle + half)


def people_needed(effect: float, *, share: float, base: float) -> int:
    """Both groups together, so that `effect` is told from nothing four times in five.

    Two shares compared (J. L. Fleiss, Statistical Methods for Rates and Proportions, ch. 4, without its correction).
    """
    first = min(1.0, base + effect)
    spread = first * (1 - first) / share + base * (1 - base) / (1 - share)
    return _rounded_up(((Z + Z_POWER) / effect) ** 2 * spread)


def smallest_effect(people: int, *, share: float, base: float) -> float | None:
    """The smallest effect that an experiment with so many people would tell from nothing four times in five.

    None: the groups are too small for any reading.
    """
    smaller = people * min(share, 1 - share)
    if smaller * base < ENOUGH or smaller * (1 - base) < ENOUGH:
        return None
    low, high = 0.0, 1.0 - base
    for _ in range(40):
        middle = (low + high) / 2
        first = base + middle
        spread = sqrt(first * (1 - first) / (people * share) + base * (1 - base) / (people * (1 - share)))
        low, high = (low, middle) if middle >= (Z + Z_POWER) * spread else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Sooner:
    """Hours from the planned moment until half of those who finished had done so. Says nothing about how many did."""

    told: float
    waiting: float


def sooner(told: Sequence[float], waiting: Sequence[float]) -> Sooner | None:
    """A figure of its own: a reminder that makes people sooner need not make them more. None: too few to say."""
    if min(len(told), len(waiting)) < ENOUGH:
        return None
    return Sooner(median(told), median(waiting))


def _explained(strata: Sequence[Stratum]) -> float:
    people = sum(_size(each) for each in strata)
    share = sum(_finished(each) for each in strata) / people
    if not 0 < share < 1:
        return 1.0
    within = 0.0
    for each in strata:
        size, own = _size(each), _finished(each) / _size(each)
        within += size / people * own * (1 - own) * size / (size - 1)
    return min(1.0, max(LEAST_EXPLAINED, within / (share * (1 - share))))


def _joined(strata: Sequence[Stratum]) -> list[Stratum]:
    """The largest first; whatever has nobody in one of its groups is one stratum together, and joins the largest if
    that is not enough."""
    whole = sorted((each for each in strata if each.told.people and each.waiting.people), key=_size, reverse=True)
    rest = [each for each in strata if not (each.told.people and each.waiting.people)]
    if not rest:
        return whole
    others = _together(rest)
    if others.told.people and others.waiting.people:
        return [*whole, others]
    if not whole:
        raise ValueError("a difference needs people in both groups: ask `enough` first")
    return [_together([whole[0], others]), *whole[1:]]


def _together(strata: Sequence[Stratum]) -> Stratum:
    return Stratum(_sum(each.told for each in strata), _sum(each.waiting for each in strata))


def _sum(arms: Iterable[Arm]) -> Arm:
    some = list(arms)
    return Arm(sum(each.people for each in some), sum(each.finished for each in some))


def _size(stratum: Stratum) -> int:
    return stratum.told.people + stratum.waiting.people


def _finished(stratum: Stratum) -> int:
    return stratum.told.finished + stratum.waiting.finished


def _rounded_up(people: float) -> int:
    """Two figures that mean something: 1,234 people are "about 1,300"."""
    if people == inf or people <= 0:
        return 0
    step = 10 ** max(0, len(str(int(people))) - 2)
    return int(-(-people // step) * step)
