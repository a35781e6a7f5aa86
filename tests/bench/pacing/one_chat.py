"""One chat is asked to wait again and again: how long do the others wait (99 of 100), compared with no such chat?

Half of what the limit allows arrives, by chance, so that only a halt makes anybody wait. The wait of a message is from
its arrival to its answer.
"""

import heapq
from collections.abc import Mapping
from itertools import count
from random import Random

from core.model.deliveries import Lane
from tests.bench.figures import Figure, median
from tests.bench.pacing.virtual import Ours, Platform, even
from tests.bench.parts import Wanted

SECONDS, EACH_SECOND, ROUND_TRIP = 120.0, 15.0, 0.06
STUBBORN = "the one"


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    ours, without = [], []
    for seed in range(wanted.sized(tiny=1, usual=10, full=40)):
        ours.append(_p99(seed, halted=True))
        without.append(_p99(seed, halted=False))
    return {"one_chat_halted_others_p99": median(ours, "ms", without)}


def _p99(seed: int, *, halted: bool) -> float:
    """Milliseconds from arriving to being answered."""
    random = Random(seed)
    moods = [(float(at), 9.5) for at in range(0, int(SECONDS), 10)] if halted else []
    platform, sender = Platform([(0.0, 30)], lambda: 3.0, chats={STUBBORN: moods}), Ours(lane=Lane.REPLY)
    trip, order, numbers = even(random, ROUND_TRIP), count(), count()
    arrivals: list[tuple[float, str]] = []
    at = 0.0
    while at < SECONDS:
        arrivals.append((at, f"citizen {next(numbers)}"))
        at += random.expovariate(EACH_SECOND)
    arrivals = sorted([*arrivals, *((second + 0.5, STUBBORN) for second in range(0, int(SECONDS), 2))])
    waiting: list[tuple[float, str]] = []
    air: list[tuple[float, int, bool, str, float, float, float, float | None]] = []
    waits: list[float] = []
    now, place = 0.0, 0
    while place < len(arrivals) or air or waiting:
        while place < len(arrivals) and arrivals[place][0] <= now:
            waiting.append(arrivals[place])
            place += 1
        wake = arrivals[place][0] if place < len(arrivals) else SECONDS * 2
        for message in list(waiting):
            came, chat = message
            permitted = sender.permits(chat, now)
            if permitted > now:
                wake = min(wake, permitted)
                continue
            waiting.remove(message)
            sender.left(chat, now)
            there, back = trip()
            heapq.heappush(air, (now + there, next(order), False, chat, now, came, back, None))
        if now >= SECONDS * 2:
            break
        if not air or wake < air[0][0]:
            now = wake
            continue
        now, _, arrived, chat, sent_at, came, back, wait = heapq.heappop(air)
        if not arrived:
            answer = platform.answer(chat, now)
            heapq.heappush(air, (now + back, next(order), True, chat, sent_at, came, back, answer))
            continue
        sender.heard(chat, wait, sent_at, now)
        if wait is not None:
            waiting.insert(0, (came, chat))
        elif chat != STUBBORN:
            waits.append(now - came)
    return 1000 * sorted(waits)[int(0.99 * len(waits))]
