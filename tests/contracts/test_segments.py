"""Whom a step is for, on both databases: parts combined with and, or, not, and nobody is both in and out."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.model.audience import EVERYBODY, Segment, Who
from core.model.contributions import By
from core.model.dialogues import Stage
from core.model.ids import CitizenId, ConsultationId, PartnerId
from core.model.people import Purpose
from core.storage.engine import Storage
from core.storage.unit import Unit
from tests.builders import NOW, consultation, contribution, person, start

POOL, TOWN = ConsultationId("pool"), PartnerId("town")

SAID = {
    "everybody": (EVERYBODY, "anna ben cleo"),
    "one of the sources": (Who(sources=("poster", "sms")), "anna cleo"),
    "came by it elsewhere only": (Who(sources=("school",)), ""),
    "a language": (Who(languages=("fr",)), "anna ben cleo"),
    "another language": (Who(languages=("en",)), ""),
    "a sector, here": (Who(sectors=("gare",)), "anna"),
    "a sector, here or elsewhere": (Who(sectors=("gare", "centre")), "anna ben"),
    "a topic": (Who(topics=("hours",)), "anna"),
    "a topic that staff took away": (Who(topics=("water",)), ""),
    "a topic that staff gave": (Who(topics=("access",)), "ben"),
    "what was redirected is no topic": (Who(topics=("prices",)), ""),
    "finished": (Who(finished=True), "cleo"),
    "not finished": (Who(finished=False), "anna ben"),
    "took part before": (Who(took_part_before=True), "ben"),
    "never before": (Who(took_part_before=False), "anna cleo"),
    "and": (Who(sources=("poster",), topics=("hours",)), "anna"),
    "all": (Who(all=(Who(sectors=("gare",)), Who(finished=True))), ""),
    "any": (Who(any=(Who(sectors=("gare",)), Who(finished=True))), "anna cleo"),
    "none": (Who(none=(Who(sectors=("gare",)), Who(finished=True))), "ben"),
    "nested": (Who(any=(Who(none=(Who(topics=("hours",)),)), Who(sources=("web",)))), "ben cleo"),
}


@pytest.fixture
async def unit(storage: Storage) -> AsyncIterator[Unit]:
    """anna spoke of the hours; ben took part before and has not come as far; cleo finished; dan only left his name."""
    async with storage.unit() as unit:
        for name in ("pool", "library"):
            await start(unit, replace(consultation(), id=name))
        anna = await person(unit, "anna", answers={"area": "gare", "often": "centre"}, source="poster")
        await contribution(unit, "le soir", by=anna, topics=("hours",))
        await contribution(unit, "trop cher", by=anna, topics=("prices",), redirect="leak")
        wanted = (Purpose.PARTICIPATION, Purpose.REMINDERS)
        for where, source in (("library", "school"), ("pool", "web")):
            done = NOW if where == "library" else None
            ben = await person(
                unit,
                "ben",
                in_=where,
                source=source,
                finished_at=done,
                answers={"area": "centre"} if done else None,
                consents=wanted,
            )
        said = await contribution(unit, "une rampe", by=ben, topics=("water",))
        await unit.contributions.put_tags(said, [("access", 1.0, True)], By.STAFF, NOW)
        await person(unit, "cleo", source="sms", finished_at=NOW)
        await person(unit, "dan", in_="library", source="poster", answers={"area": "gare"}, consents=wanted)
        yield unit


async def test_it_is_for_those_for_whom_every_part_holds(unit: Unit) -> None:
    found, left = {}, {}
    for name, (who, _) in SAID.items():
        segment, stages = Segment(who, ("area",)), list(Stage)
        page = await unit.dialogues.unplanned(POOL, "reminder", stages, after=None, limit=9, segment=segment)
        found[name] = " ".join(sorted(each.dialogue.citizen for each in page))
        others, _ = await unit.dialogues.unplanned_outside(POOL, "reminder", stages, segment, after=None, limit=9)
        left[name] = {each.citizen for each in others}
    assert found == {name: names for name, (_, names) in SAID.items()}
    assert left == {name: {"anna", "ben", "cleo"} - set(names.split()) for name, (_, names) in SAID.items()}


async def test_a_first_prompt_goes_by_what_is_known_from_elsewhere(unit: Unit) -> None:
    for who, into in ((Who(sources=("poster",), sectors=("gare",)), ["dan"]), (Who(finished=True), [])):
        segment = Segment(who, ("area",))
        to = await unit.people.to_prompt(TOWN, POOL, "prompt", after=None, limit=9, segment=segment)
        out = await unit.people.not_to_prompt(TOWN, POOL, "prompt", segment, after=None, limit=9)
        assert ([each.id for each, _ in to], [each.citizen for each in out]) == (into, [] if into else ["dan"])
    assert not await unit.people.not_to_prompt(TOWN, POOL, "prompt", segment, after=CitizenId("dan"), limit=9)
