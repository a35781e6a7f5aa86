"""Whom a step is for, on both databases: parts combined with and, or, not, and nobody is both in and out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.model.audience import EVERYBODY, Segment, Who
from core.model.consultations import Anchor
from core.model.contributions import By
from core.model.dialogues import Stage
from core.model.experiments import Group, Place
from core.model.ids import AddressId, CitizenId, ConsultationId, DialogueId, PartnerId
from core.model.people import Purpose
from core.storage.engine import Storage
from core.storage.outsiders import Near, Outside
from core.storage.schema import citizens, dialogues
from core.storage.unit import Unit
from tests.builders import NOW, START, Person, account, consultation, contribution, person, push, start

POOL, TOWN = ConsultationId("pool"), PartnerId("town")

SAID = {
    "everybody": (EVERYBODY, "anna ben cleo"),
    "one of the sources": (Who(sources=("poster", "sms")), "anna cleo"),
    "came by it elsewhere only": (Who(sources=("school",)), ""),
    "a language": (Who(languages=("fr",)), "anna ben cleo"),
    "another language": (Who(languages=("en",)), ""),
    "a sector, here": (Who(sectors=("gare",)), "anna"),
    "a sector, here or elsewhere": (Who(sectors=("gare", "centre")), "anna ben"),
    "an answer": (Who(answers=(("often", ("centre", "gare")),)), "anna"),
    "an answer that nobody gave": (Who(answers=(("often", ("bellevue",)),)), ""),
    "an answer to each question": (Who(answers=(("area", ("gare", "centre")), ("often", ("centre",)))), "anna"),
    "not an answer": (Who(none=(Who(answers=(("often", ("centre",)),)),)), "ben cleo"),
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
        await unit.sorting.put_tags(said, [("access", 1.0, True)], By.STAFF, NOW)
        await person(unit, "cleo", source="sms", finished_at=NOW)
        await person(unit, "dan", in_="library", source="poster", answers={"area": "gare"}, consents=wanted)
        yield unit


async def test_it_is_for_those_for_whom_every_part_holds(unit: Unit) -> None:
    found, left = {}, {}
    for name, (who, _) in SAID.items():
        segment, stages = Segment(who, ("area",)), list(Stage)
        page = await unit.dialogues.unplanned(POOL, "reminder", stages, after=None, limit=9, segment=segment)
        found[name] = " ".join(sorted(each.citizen for each in page))
        others, _ = await unit.outsiders.page(Outside(TOWN, POOL, "reminder", segment, stages), after="", limit=9)
        left[name] = set(others)
    assert found == {name: names for name, (_, names) in SAID.items()}
    assert left == {name: {"anna", "ben", "cleo"} - set(names.split()) for name, (_, names) in SAID.items()}


async def test_a_first_prompt_goes_by_what_is_known_from_elsewhere(unit: Unit) -> None:
    for who, into in ((Who(sources=("poster",), sectors=("gare",)), ["dan"]), (Who(finished=True), [])):
        segment = Segment(who, ("area",))
        to = await unit.people.to_prompt(TOWN, POOL, "prompt", after=None, limit=9, segment=segment)
        out, _ = await unit.outsiders.page(Outside(TOWN, POOL, "prompt", segment), after="", limit=9)
        assert ([each.citizen for each in to], out) == (into, [] if into else ["dan"])
    assert await unit.outsiders.page(Outside(TOWN, POOL, "prompt", segment), after="dan", limit=9) == ([], "dan")


# ── whom it is not for has a place that says so ──────────────────────────────────────────────────────────────────────


REMINDER = Outside(TOWN, POOL, "reminder", Segment(Who(sources=("web",))), (Stage.ASKING, Stage.FINISHED))


async def places(unit: Unit, step: str = "reminder") -> dict[CitizenId, Place]:
    return await unit.experiments.places(POOL, step, [CitizenId(name) for name in ("anna", "ben", "cleo", "dan")])


async def test_everybody_outside_is_written_down_once(unit: Unit) -> None:
    span = await unit.outsiders.span(REMINDER, None, after="", limit=9)
    assert span == ("pool-anna", "pool-cleo")
    assert await unit.outsiders.place(REMINDER, None, span, NOW) == 2
    anna, cleo = CitizenId("anna"), CitizenId("cleo")
    assert await places(unit) == {
        anna: Place(anna, Group.APART, "poster", NOW, None, NOW),
        cleo: Place(cleo, Group.APART, "sms", NOW, None, NOW),
    }
    assert await unit.outsiders.place(REMINDER, None, span, NOW) == 0
    assert await unit.outsiders.span(REMINDER, None, after="", limit=9) is None, "nobody is left"
    assert await unit.outsiders.page(REMINDER, after="", limit=9) == ([], "")


async def test_a_span_begins_with_somebody_outside_and_is_no_longer_than_a_page(unit: Unit) -> None:
    assert await unit.outsiders.span(REMINDER, None, after="", limit=2) == ("pool-anna", "pool-ben")
    assert await unit.outsiders.place(REMINDER, None, ("pool-anna", "pool-ben"), NOW) == 1
    assert await unit.outsiders.span(REMINDER, None, after="pool-ben", limit=2) == ("pool-cleo", "pool-cleo")
    assert await unit.outsiders.span(REMINDER, None, after="pool-cleo", limit=2) is None


async def test_whoever_has_a_message_or_a_place_in_the_draw_keeps_it(unit: Unit) -> None:
    drawn = Place(CitizenId("cleo"), Group.LATER, "sms", NOW, NOW, NOW)
    await unit.experiments.freeze(POOL, "reminder", [drawn])
    anna = Person(CitizenId("anna"), DialogueId(""), AddressId("telegram-anna"), account("town", "telegram"), POOL, "")
    await push(unit, anna, "reminder")
    assert await unit.outsiders.span(REMINDER, None, after="", limit=9) is None
    assert await unit.outsiders.place(REMINDER, None, ("pool-anna", "pool-cleo"), NOW) == 0
    assert await places(unit) == {CitizenId("cleo"): drawn}


async def test_a_moment_of_ones_own_counts_by_zone_from_the_arrival_or_the_last_answer(unit: Unit) -> None:
    later = START + timedelta(hours=1)
    await unit.connection.execute(sa.update(citizens).where(citizens.c.id == "cleo").values(zone="Indian/Reunion"))
    await unit.connection.execute(sa.update(dialogues).where(dialogues.c.id == "pool-anna").values(last_at=later))
    assert set(await unit.outsiders.zones(TOWN)) == {"Europe/Paris", "Indian/Reunion"}
    here, there, before = {"Europe/Paris": START}, {"Indian/Reunion": START}, START - timedelta(seconds=1)
    for since, latest, first in (
        (Anchor.ARRIVAL, {}, None),
        (Anchor.ARRIVAL, here, "pool-anna"),
        (Anchor.ARRIVAL, {"Europe/Paris": before}, None),
        (Anchor.ARRIVAL, there, "pool-cleo"),
        (Anchor.ARRIVAL, here | there, "pool-anna"),
        (Anchor.ANSWER, here | there, "pool-cleo"),
        (Anchor.ANSWER, {"Europe/Paris": later}, "pool-anna"),
    ):
        span = await unit.outsiders.span(REMINDER, Near(since, latest), after="", limit=9)
        assert (span and span[0]) == first, (since, latest)
    near = Near(Anchor.ARRIVAL, there)
    assert await unit.outsiders.place(REMINDER, near, ("pool-anna", "pool-cleo"), NOW) == 1
    assert set(await places(unit)) == {"cleo"}


async def test_whom_a_first_prompt_is_not_for_has_a_place_too(unit: Unit) -> None:
    outside = Outside(TOWN, POOL, "prompt", Segment(Who(finished=True)))
    span = await unit.outsiders.span(outside, None, after="", limit=9)
    assert span == ("dan", "dan")
    assert await unit.outsiders.place(outside, None, span, NOW) == 1
    dan = CitizenId("dan")
    assert await places(unit, "prompt") == {dan: Place(dan, Group.APART, "", NOW, None, NOW)}
    assert await unit.outsiders.span(outside, None, after="", limit=9) is None
