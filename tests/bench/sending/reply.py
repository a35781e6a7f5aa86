"""Does a broadcast keep those waiting who write to us? People ask for help while everybody else is being reminded.

reply_p99_ms_during_broadcast    their message committed → the platform took our answer; 99 of 100
reply_rate_vs_cap                all that the platform took in a second ÷ 30/(1 + round trip): the pace is kept
reply_p99_ms_during_paid_broadcast, reply_paid_rate      the same while a thousand a second are paid for
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from core.model.consultations import Consultation
from core.rules.pacing import TELEGRAM
from core.work.house import House
from core.work.ports import RawUpdate
from core.work.ticker import tick
from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.sending.broadcast import (
    FIRST_CHAT,
    PAYING,
    TELEGRAM_ACCOUNT,
    Seen,
    owe_all,
    platform,
    seen,
    town,
)

ROUND_TRIP = 0.06
EVERY = 0.5
"""Seconds between two people who write."""


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    asking = wanted.sized(tiny=2, usual=40, full=240)
    wanted.tell(f"{asking} people write during a broadcast, {EVERY * asking:.0f} s")
    free, free_rate = await _measured(asking, int(TELEGRAM.most * (EVERY * asking + 1)), None)
    few = wanted.sized(tiny=2, usual=20, full=60)
    wanted.tell(f"{few} people write during a paid one, {EVERY * few:.0f} s")
    told = wanted.sized(tiny=100, usual=10_000, full=30_000)
    paid, paid_rate = await _measured(few, told, PAYING)
    return {
        "reply_p99_ms_during_broadcast": free,
        "reply_rate_vs_cap": Figure(free_rate * (1 + ROUND_TRIP) / TELEGRAM.most, "of 30/(1 + round trip)"),
        "reply_p99_ms_during_paid_broadcast": paid,
        "reply_paid_rate": Figure(paid_rate * (1 + ROUND_TRIP) / TELEGRAM.paid, "of 1000/(1 + round trip)"),
    }


async def _measured(asking: int, told: int, asked: Consultation | None) -> tuple[Figure, float]:
    """(the waits of those who write while `told` others are told something, messages taken in a second)"""
    with platform(TELEGRAM.most, ROUND_TRIP) as url:
        async with town(url, told + asking, TELEGRAM, asked) as house:
            await owe_all(house, told)
            wrote = await ask(house, range(told, told + asking))
        found = seen(url)
    return p99(waits(found, wrote)), found.rate


async def ask(
    house: House,
    people: range,
    *,
    every: float = EVERY,
    beside: Callable[[], Awaitable[object]] | None = None,
) -> dict[str, float]:
    """These people ask for help, one after the other, while the service runs. `beside`: begins when they do, and ends
    the asking when it is over. By chat, when what they wrote was committed."""
    over = asyncio.Event()
    stages = {name: stage for name, stage in house.stages().items() if name in ("receive", "send")}
    rhythm = dict.fromkeys(stages, timedelta(seconds=1))
    wake = {name: house.wakes[name] for name in stages}
    ticking = asyncio.create_task(tick(stages, house.clock, over, every=rhythm, wake=wake))
    wrote: dict[str, float] = {}
    await asyncio.sleep(1.5)  # the broadcast is at its pace
    working = asyncio.ensure_future(beside()) if beside else None
    for number in people:
        chat = str(FIRST_CHAT + number)
        await house.inbox.accept([RawUpdate(TELEGRAM_ACCOUNT, str(number), chat, _asks(number), house.clock.now())])
        wrote[chat] = time.monotonic()
        await asyncio.sleep(every)
        if working is not None and working.done():
            break
    if working is not None:
        await working
    await asyncio.sleep(1.0)
    over.set()
    house.stopping = True
    await ticking
    return wrote


def waits(found: Seen, wrote: Mapping[str, float]) -> list[float]:
    """Milliseconds until each of those who asked was answered, the shortest first."""
    answered = {chat: at for chat, at in reversed(found.taken) if chat in wrote}
    missing = len(wrote) - len(answered)
    assert not missing, f"{missing} were not answered"
    return sorted(1000 * (at - wrote[chat]) for chat, at in answered.items())


def p99(waited: list[float]) -> Figure:
    """The spread is from the median to the longest."""
    longest = waited[min(len(waited) - 1, int(0.99 * len(waited)))]
    return Figure(longest, "ms", (waited[len(waited) // 2], waited[-1]), None, len(waited))


def _asks(number: int) -> bytes:
    chat = FIRST_CHAT + number
    who = {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "fr"}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "from": who, "text": "/aide"}
    return json.dumps({"update_id": number, "message": message}).encode()
