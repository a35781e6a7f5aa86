"""What may be looked at every day without being fooled: an interval that holds at all times, and a stop for opt-outs.

A step that goes out person by person (a day after each arrival) has no one moment of reading. Its difference is shown
with a **confidence sequence**: the chance that any of the intervals ever shown misses the truth is 5 % at most, however
often one looks. The bound is the two-sided normal mixture of S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon
("Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49, 2021, 1055–1080, eq. 14),
read for large samples as I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas do ("Time-uniform central limit
theory and asymptotic confidence sequences", Annals of Statistics 52, 2024). It is narrowest where the planned number of
people is reached, there 1.55 times as wide as an interval that may be read once.

**Opt-outs** have no second group. Each person who got the message and said STOP, or did not, moves a likelihood ratio:
many opt-outs (`TOO_MANY`) against as few as one accepts (`ACCEPTED`). Where it reaches 20 the step stops. By Ville's
inequality (J. Ville, Étude critique de la notion de collectif, 1939) a step with no more opt-outs than accepted is
stopped by mistake once in twenty at most, however long one looks; the ratio is A. Wald's (Annals of Mathematical
Statistics 16, 1945).
"""

from math import log, sqrt

from core.rules.effect import CONFIDENCE, ENOUGH, Arm, Difference

ACCEPTED = 0.02
TOO_MANY = 0.06
"""Shares of the people who got a message and left with STOP."""

ERROR = 1 - CONFIDENCE


def mixture_bound(variance: float, tuned: float) -> float:
    """How far a sum with this (intrinsic) variance strays at any time, with 95 % confidence. Narrowest at `tuned`."""
    rho = best_rho(tuned)
    return sqrt((variance + rho) * log((variance + rho) / (rho * ERROR**2)))


def best_rho(tuned: float) -> float:
    """The mixing variance that makes the bound narrowest at the variance `tuned` (Howard et al., section 3.5)."""
    return tuned / (2 * log(1 / ERROR) + log(1 + 2 * log(1 / ERROR)))


def difference_so_far(told: Arm, waiting: Arm, *, planned: int) -> Difference | None:
    """Among those whose time is over, at any moment. `planned`: how many people are expected in the end.

    None until each group has five people who finished and five who did not.
    """
    counts = (told.finished, told.people - told.finished, waiting.finished, waiting.people - waiting.finished)
    if min(counts) < ENOUGH:
        return None
    estimate = told.finished / told.people - waiting.finished / waiting.people
    spread = _variance(told) + _variance(waiting)
    people = told.people + waiting.people
    # The difference times its information 1/spread is a sum whose variance is that information.
    half = mixture_bound(1 / spread, planned / people / spread) * spread
    return Difference(estimate, max(-1.0, estimate - half), min(1.0, estimate + half))


def opt_out_evidence(sent: int, stopped: int) -> float:
    """The logarithm of the likelihood ratio: of many opt-outs against the accepted share."""
    return stopped * log(TOO_MANY / ACCEPTED) + (sent - stopped) * log((1 - TOO_MANY) / (1 - ACCEPTED))


def most_sent(stopped: int) -> int:
    """Of how many messages at most so many who left are too many: whoever asks need count no further. 0: of none."""
    others = (stopped * log(TOO_MANY / ACCEPTED) - log(1 / ERROR)) / log((1 - ACCEPTED) / (1 - TOO_MANY))
    return stopped + int(others) if others >= 0 else 0


def too_many_opt_outs(sent: int, stopped: int) -> bool:
    """The step must stop: people leave because of it."""
    return opt_out_evidence(sent, stopped) >= log(1 / ERROR)


def _variance(arm: Arm) -> float:
    """Of a share, with half a person added on either side: few people must not look certain."""
    share = (arm.finished + 0.5) / (arm.people + 1)
    return share * (1 - share) / arm.people
