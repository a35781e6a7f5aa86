"""A limit that nobody says: seeded changes between 8 and 30 a second; whoever presses is halted for 3 to 30 s.

hidden_limit_vs_best    messages taken ÷ those of the best fixed probing policy, found in the same run
hidden_limit_share      messages taken ÷ what was allowed
hidden_limit_refusals   refusals ÷ (one for each change, one for each minute)
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tests.bench.figures import Figure
from tests.bench.pacing.fixed import POLICIES, Fixed
from tests.bench.pacing.virtual import Ours, Platform, Sender, even, play
from tests.bench.parts import Wanted

SECONDS = 600.0
ROUND_TRIP = 0.06


@dataclass(frozen=True, slots=True)
class Seen:
    taken: int
    refused: int


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    return await asyncio.to_thread(_measured, wanted)


def _measured(wanted: Wanted) -> Mapping[str, Figure]:
    schedules = [schedule(seed) for seed in range(wanted.sized(tiny=1, usual=20, full=20))]
    wanted.tell(f"{len(schedules)} schedules of ten virtual minutes, with what we do")
    ours = _runs(Ours, schedules)
    policies = POLICIES[:: 4 if wanted.tiny else 1]
    best: list[Seen] = []
    for count, (every, step) in enumerate(policies, start=1):
        wanted.tell(f"the same with {step} more every {every:.0f} s, policy {count} of {len(policies)}")
        some = _runs(lambda every=every, step=step: Fixed(every, step), schedules)  # type: ignore[misc]  # defaults bind them
        best = max(best, some, key=lambda seen: sum(each.taken for each in seen))
    allowed = [_allowed(changes) for changes in schedules]
    borne = [len(changes) + SECONDS / 60 for changes in schedules]
    shares = [seen.taken / most for seen, most in zip(ours, allowed, strict=True)]
    others = [seen.taken / most for seen, most in zip(best, allowed, strict=True)]
    each = [one.taken / other.taken for one, other in zip(ours, best, strict=True)]
    runs = len(schedules)
    return {
        "hidden_limit_vs_best": Figure(
            sum(seen.taken for seen in ours) / sum(seen.taken for seen in best),
            "of the best fixed policy",
            (min(each), max(each)),
            1.0,
            runs,
        ),
        "hidden_limit_share": Figure(
            sum(shares) / runs, "of what was allowed", (min(shares), max(shares)), sum(others) / runs, runs
        ),
        "hidden_limit_refusals": Figure(
            sum(seen.refused for seen in ours) / runs,
            "in 10 min",
            (min(seen.refused for seen in ours), max(seen.refused for seen in ours)),
            sum(borne) / runs,
            runs,
        ),
    }


def schedule(seed: int) -> list[tuple[float, int]]:
    """(from when, how many a second): a new limit every half minute to two minutes."""
    random = Random(seed)
    at, changes = 0.0, []
    while at < SECONDS:
        changes.append((at, random.randint(8, 30)))
        at += random.uniform(30.0, 120.0)
    return changes


def _runs(sender: Callable[[], Sender], schedules: Sequence[Sequence[tuple[float, int]]]) -> list[Seen]:
    found = []
    for seed, changes in enumerate(schedules):
        random = Random(seed)
        platform = Platform(changes, lambda random=random: random.uniform(3.0, 30.0))  # type: ignore[misc]  # as above
        play(sender(), platform, even(Random(seed), ROUND_TRIP), seconds=SECONDS)
        found.append(Seen(len(platform.taken), platform.refused))
    return found


def _allowed(changes: Sequence[tuple[float, int]]) -> float:
    ends = [at for at, _ in changes[1:]] + [SECONDS]
    return sum((end - at) * most for (at, most), end in zip(changes, ends, strict=True))
