"""A broadcast at the known limit: 30 in any sliding second, counted strictly, halts of 3 s for whoever presses.

free_vs_cap           messages a second, first to last taken ÷ 30/(1 + round trip); the worse of two round trips
free_refused          how many the platform refused
free_max_in_window    the most it took in any sliding second
"""

from collections.abc import Mapping

from core.rules.pacing import TELEGRAM
from tests.bench.figures import Figure, median
from tests.bench.parts import Wanted
from tests.bench.references import ptb_limiter
from tests.bench.sending.broadcast import TOKEN, Seen, owe_all, platform, seen, town

ROUND_TRIPS = (0.0, 0.06)


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    count = wanted.sized(tiny=20, usual=300, full=3000)
    ours: list[Seen] = []
    theirs: list[Seen] = []
    found: dict[str, Figure] = {}
    for round_trip in ROUND_TRIPS:
        cap = TELEGRAM.most / (1 + round_trip)
        wanted.tell(f"{count} messages, round trip {1000 * round_trip:.0f} ms, {count / cap:.0f} s at best")
        ours.append(await _ours(count, round_trip))
        wanted.tell(f"the same with AIORateLimiter, {5 * count / cap:.0f} s at most")
        theirs.append(await _theirs(count, round_trip, within=5 * count / cap))
        found[f"free_vs_cap_{1000 * round_trip:.0f}ms"] = median(
            [ours[-1].rate / cap], "of 30/(1 + round trip)", [theirs[-1].rate / cap]
        )
    shares = [found[f"free_vs_cap_{1000 * round_trip:.0f}ms"] for round_trip in ROUND_TRIPS]
    worst = min(shares, key=lambda each: each.value or 0.0)
    return found | {
        "free_vs_cap": worst,
        "free_refused": median(
            [float(each.refused) for each in ours], f"of {count}", [float(each.refused) for each in theirs]
        ),
        "free_max_in_window": median(
            [float(each.most_in_a_second) for each in ours],
            "in a second",
            [float(each.most_in_a_second) for each in theirs],
        ),
    }


async def _ours(count: int, round_trip: float) -> Seen:
    with platform(TELEGRAM.most, round_trip) as url:
        async with town(url, count, TELEGRAM) as house:
            await owe_all(house, count)
            await house.outbox.send_due()
        return seen(url)


async def _theirs(count: int, round_trip: float, *, within: float) -> Seen:
    with platform(TELEGRAM.most, round_trip) as url:
        await ptb_limiter.broadcast(url, TOKEN, count, within=within)
        return seen(url)
