"""A consultation that very many answered: how long until a few of them are planned for, and until a digest is made?

plan_segment_1m_s   seconds for the one in a hundred who fit a step's `for`; reference: a tenth of the people
digest_1m_s         seconds for a digest of so many contributions. FULL: a million
digest_1m_growth    the same; reference: a hundredth of the contributions
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from core.model.audience import Who
from core.model.consultations import Anchor, Moment, Step, StepKind
from core.model.ids import AddressId, CitizenId, ConsultationId, DialogueId
from core.rules.pacing import TELEGRAM
from core.storage.schema import addresses, citizens, consents, contributions, dialogues, tags
from core.storage.unit import Unit
from core.work.digests.digest import WEEK, figures_now
from core.work.house import House
from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.sending.broadcast import TELEGRAM_ACCOUNT, settled_in, town
from tests.bench.sending.multitude import FIRST, copied
from tests.builders import NOW, START, Person, consultation, contribution

ENGLISH = Step(
    "reminder", StepKind.REMINDER, Moment(after=NOW - START, anchor=Anchor.ARRIVAL), who=Who(languages=("en",))
)
DUE = replace(consultation(), steps=(ENGLISH,))


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    many = wanted.sized(tiny=100, usual=20_000, full=1_000_000)
    seen = {}
    for people in (many // 100, many // 10, many):
        wanted.tell(f"{people:,} people who answered")
        async with town("http://127.0.0.1:9", 0, TELEGRAM, DUE) as house:
            await _answered(house, people)
            seen[people] = (await _digest(house), await _planned(house))
    (small, _), (_, tenth), (digest, segment) = seen.values()
    return {
        "plan_segment_1m_s": Figure(segment, f"s, of {many} people", None, tenth),
        "digest_1m_s": Figure(digest, f"s, of {many} contributions"),
        "digest_1m_growth": Figure(digest, f"s, of {many} contributions", None, small),
    }


async def _answered(house: House, people: int) -> None:
    """Each said one thing with one topic within the last weeks; one in a hundred speaks English."""
    await settled_in(house.storage, 1)
    async with house.storage.unit() as unit:
        await _said(unit)
    for table in (citizens, addresses, dialogues, consents):
        await copied(house.storage, table, people)
    for table, own in ((contributions, "id"), (tags, "contribution_id")):
        await copied(house.storage, table, people, own=own)
    async with house.storage.unit() as unit:
        await unit.connection.exec_driver_sql(
            "UPDATE contributions SET received_at = replace(received_at, '.000000', '.' || substr(id, -6))"
        )
        await unit.connection.exec_driver_sql("UPDATE citizens SET language = 'en' WHERE id LIKE '%00'")


async def _said(unit: Unit) -> None:
    dialogue = (await unit.connection.execute(sa.select(dialogues.c.id))).scalar_one()
    one = Person(CitizenId(FIRST), DialogueId(dialogue), AddressId(""), TELEGRAM_ACCOUNT, ConsultationId("pool"), "")
    said = await contribution(unit, "ouvrir plus tard", by=one, received_at=NOW - timedelta(days=9), topics=("hours",))
    await unit.connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
    for table, column in (("contributions", "id"), ("tags", "contribution_id"), ("parts", "contribution_id")):
        await unit.connection.exec_driver_sql(f"UPDATE {table} SET {column} = '{FIRST}' WHERE {column} = '{said}'")


async def _planned(house: House) -> float:
    began = time.perf_counter()
    planned = await house.planning.plan_due()
    took = time.perf_counter() - began
    assert planned["planned"], planned
    return took


async def _digest(house: House) -> float:
    now = house.clock.now()
    await house.digests.fold()  # as the service does all the time
    began = time.perf_counter()
    async with house.storage.reading() as unit:
        await figures_now(unit, DUE, now=now, since=now - WEEK)
    return time.perf_counter() - began
