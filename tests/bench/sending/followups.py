"""A topic that very many people spoke of is answered: how long until each is owed the answer, and who else waits?

followup_100k_s          seconds from the answer to a row owed to each, for a hundred thousand, by what was measured
followup_wait_p99_ms     how long a small piece of writing (a reply's) waits for the pen meanwhile; 99 of 100
reply_p99_ms_followup    somebody's message committed → the platform took our answer meanwhile; round trip 60 ms
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from core.model.contributions import By, ContributionState
from core.model.follow_ups import Progress
from core.model.ids import CitizenId, ContributionId
from core.model.people import Purpose
from core.rules.pacing import TELEGRAM
from core.storage.engine import Storage
from core.storage.schema import contributions, tags
from core.work.follow_up import Answered, draft, publish
from core.work.house import House
from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.sending.broadcast import POOL, platform, seen, town
from tests.bench.sending.multitude import FIRST, copied, multitude
from tests.bench.sending.reply import ROUND_TRIP, ask, p99
from tests.bench.sending.reply import waits as waits_of
from tests.builders import START, consultation

TOPIC = "hours"
EVERY = 0.01
"""Seconds between two small pieces of writing."""
EVERY_WRITER, MOST_WRITING = 0.1, 300
"""Seconds between two people who write, and how many do at most."""


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    many = wanted.sized(tiny=100, usual=20_000, full=100_000)
    wanted.tell(f"{many:,} people who asked")
    async with town("http://127.0.0.1:9", 0, TELEGRAM, consultation()) as house:
        await _asked(house.storage, many)
        wanted.tell(f"{many:,} people are owed the answer")
        seconds, waits = await _told(house, many)
    waits.sort()
    longest = 1000 * waits[int(len(waits) * 0.99)]
    wanted.tell(f"people write while {many:,} are owed the answer")
    replies = await _answered(many)
    return {
        "followup_100k_s": Figure(seconds * 100_000 / many, f"s, of {many} people"),
        "followup_wait_p99_ms": Figure(
            longest, "ms", (1000 * waits[len(waits) // 2], 1000 * waits[-1]), None, len(waits)
        ),
        "reply_p99_ms_followup": replace(p99(replies), unit=f"ms, of {many} people"),
    }


async def _answered(many: int) -> list[float]:
    """Milliseconds until each of those who write meanwhile is answered. The answers that are owed leave too, at the
    known limit, behind theirs."""
    with platform(TELEGRAM.most, ROUND_TRIP) as url:
        async with town(url, 0, TELEGRAM, consultation()) as house:
            await _asked(house.storage, many, others=MOST_WRITING)
            await _decided(house)
            writing = range(many, many + MOST_WRITING)
            wrote = await ask(house, writing, every=EVERY_WRITER, beside=house.telling.tell_due)
        return waits_of(seen(url), wrote)


async def _asked(storage: Storage, people: int, *, others: int = 0) -> None:
    """Each of them wrote about one topic, and wants to know what becomes of it. `others` did not."""
    await multitude(storage, people + others, purposes=(Purpose.PARTICIPATION, Purpose.RESULTS))
    first, now = ContributionId(f"k{FIRST}"), START
    row = {"id": first, "consultation_id": POOL, "question_id": "more", "citizen_id": FIRST, "dialogue_id": f"d{FIRST}"}
    row |= {"channel": "telegram", "source": "", "language": "fr", "received_at": now, "parts": 1, "text": "plus tard"}
    async with storage.unit() as unit:
        await unit.contributions.add([{**row, "state": ContributionState.READ.value}])
        await unit.sorting.put_tags(first, [(TOPIC, 0.9, True)], By.TAGGER, now)
    await copied(storage, contributions, people)
    await copied(storage, tags, people, own="contribution_id", first=first)


async def _decided(house: House) -> None:
    now = house.clock.now()
    given = Answered(Progress.KEPT, {"fr": "Oui, dès septembre.", "en": "Yes, from September."}, TOPIC)
    async with house.storage.unit() as unit:
        made = await draft(unit, POOL, given, "bench", house.chance, now=now)
        await publish(unit, made.id, None, now=now)


async def _told(house: House, people: int) -> tuple[float, list[float]]:
    waits = list[float]()
    writing = asyncio.create_task(_write(house, waits))
    await _decided(house)
    began = time.perf_counter()
    told = await house.telling.tell_due()
    took = time.perf_counter() - began
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    assert told == people, told
    return took, waits


async def _write(house: House, waits: list[float]) -> None:
    while True:
        began = time.perf_counter()
        async with house.storage.unit() as unit:
            await unit.people.set_unreachable([CitizenId("nobody")], unreachable=False)  # type: ignore[list-item]  # any id
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY)
