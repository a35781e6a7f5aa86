"""Does it matter how many rows stand in the tables? A million people, a million messages; without FULL a tenth of it.

claim_us_per_row_1m_vs_100k   microseconds to claim one of very many rows; reference: of a tenth of them
lag_1m_backlog                reply latency, median, while very many messages are owed later; reference: with none
reply_p99_ms_planning_1m      their message committed → the platform took our answer, while everybody is planned for
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from core.model.consultations import Anchor, Moment
from core.model.deliveries import Lane
from core.rules.pacing import TELEGRAM
from core.work.house import House
from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.sending.broadcast import TELEGRAM_ACCOUNT, platform, seen, town
from tests.bench.sending.multitude import multitude, owe_later, owe_now
from tests.bench.sending.plan import DUE, REMINDER
from tests.bench.sending.reply import ask, p99, waits
from tests.builders import NOW, START

NOWHERE = "http://127.0.0.1:9"
CLAIMS, AT_ONCE = 20, 100
EVERY = 0.1
IN_FIVE_MINUTES = Moment(after=NOW - START + timedelta(minutes=5), anchor=Anchor.ARRIVAL)
SOON = replace(DUE, steps=(replace(REMINDER, moment=IN_FIVE_MINUTES),))
"""Within the horizon of planning, and not yet to be sent."""


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    many = wanted.sized(tiny=2_000, usual=20_000, full=1_000_000)
    asking = wanted.sized(tiny=3, usual=50, full=200)
    wanted.tell(f"claiming of {many:,} rows, and of {many // 10:,}")
    small, large = [await _claimed(size) for size in (many // 10, many)]
    wanted.tell("replies while nothing is owed")
    none = await _lag(0, asking)
    wanted.tell(f"replies while {many:,} messages are owed later")
    owed = await _lag(many, asking)
    wanted.tell(f"replies while {many:,} people are planned for")
    planning = await _while_planning(many)
    return {
        "claim_us_per_row_1m_vs_100k": Figure(large, f"µs, of {many} rows", None, small, CLAIMS),
        "lag_1m_backlog": Figure(owed, f"ms, {many} rows", None, none, asking),
        "reply_p99_ms_planning_1m": replace(p99(planning), unit=f"ms, {many} people"),
    }


async def _claimed(rows: int) -> float:
    """Microseconds for one row."""
    async with town(NOWHERE, 0, TELEGRAM) as house:
        await multitude(house.storage, rows)
        await owe_now(house, rows)
        await _claims(house, 1)  # what is made once
        began, rounds = time.perf_counter(), min(CLAIMS, rows // AT_ONCE - 1)
        claimed = await _claims(house, rounds)
        return 1e6 * (time.perf_counter() - began) / claimed


async def _claims(house: House, rounds: int) -> int:
    claimed = 0
    for _ in range(rounds):
        async with house.storage.unit() as unit:
            some = await unit.deliveries.claim(
                [TELEGRAM_ACCOUNT], [Lane.PUSH], now=house.clock.now(), lease=timedelta(minutes=1), limit=AT_ONCE
            )
            claimed += len(some)
    return claimed


async def _lag(owed: int, asking: int) -> float:
    """Milliseconds until an answer, half of them."""
    with platform(TELEGRAM.most, 0.0) as url:
        async with town(url, 0, TELEGRAM) as house:
            await multitude(house.storage, max(owed, asking))
            if owed:
                await owe_later(house, owed)
            wrote = await ask(house, range(asking), every=EVERY)
        waited = waits(seen(url), wrote)
    return waited[len(waited) // 2]


async def _while_planning(people: int) -> list[float]:
    with platform(TELEGRAM.most, 0.0) as url:
        async with town(url, 0, TELEGRAM, SOON) as house:
            await multitude(house.storage, people)
            wrote = await ask(house, range(people), every=EVERY, beside=house.planning.plan_due)
        return waits(seen(url), wrote)
