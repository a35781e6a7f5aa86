"""How soon all is as before: from the end of a halt to the first second with 95 % of what the limit allows.

The limit did not change: the platform was in a mood, for 3 to 30 s. What it allows is the limit ÷ (1 + round trip),
because we count from the response.
"""

from collections.abc import Mapping
from random import Random

from core.rules.pacing import TELEGRAM, Pace
from tests.bench.figures import Figure, median
from tests.bench.pacing.virtual import Ours, Platform, even, play
from tests.bench.parts import Wanted

ROUND_TRIP = 0.06
BEFORE, AFTER = 30.0, 60.0


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    runs = [recovery(seed) for seed in range(wanted.sized(tiny=1, usual=20, full=100))]
    waits, refused = [wait for wait, _ in runs], [float(count) for _, count in runs]
    slowest = Figure(max(waits), "s, the slowest", (min(waits), max(waits)), runs=len(runs))
    return {"after_halt_recovery_s": slowest, "after_halt_refused": median(refused, "messages")}


def recovery(seed: int) -> tuple[float, int]:
    """Seconds from the end of a halt until all is as before, and how many were refused; drawn from the seed."""
    random = Random(seed)
    most, lasts = random.choice((30, 20, 12)), random.uniform(3.0, 30.0)
    platform = Platform([(0.0, most)], lambda: 3.0, moods=[(BEFORE, lasts)])
    play(Ours(Pace(TELEGRAM, estimate=most)), platform, even(random, ROUND_TRIP), seconds=BEFORE + lasts + AFTER)
    return _recovered(platform.taken, BEFORE + lasts, 0.95 * most / (1 + ROUND_TRIP)), platform.refused


def _recovered(taken: list[float], over: float, wanted: float) -> float:
    """Seconds from `over` to the end of the first second that held as many."""
    after = [at for at in taken if at >= over]
    for place, at in enumerate(after):
        if sum(one > at - 1.0 for one in after[max(0, place - 40) : place + 1]) >= wanted:
            return at - over
    return AFTER
