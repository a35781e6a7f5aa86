"""Two waves, in every zone, on every day from 2024 to 2030, by both clock changes: each person has exactly one moment,
out of quiet hours and quiet days, and nobody in the second wave has it before their time."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.model.campaigns import CampaignState
from core.model.consultations import WAVES, Moment, QuietHours, Step, StepKind
from core.model.experiments import Group
from core.model.ids import CitizenId, ConsultationId, PartnerId
from core.rules.calendar import Due, after_quiet, due_at, on_wall
from core.storage.consultations import Running
from core.work.pushes.draws import Drawn, draw_all
from tests.builders import consultation
from tests.laws.test_calendar_laws import FAR, is_quiet, law, zones_and_instants

QUIET = QuietHours(sundays=True, holidays=True)


@law
@given(st.lists(zones_and_instants(), min_size=2, max_size=6), st.integers(0, 47))
def test_everybody_has_one_moment_and_the_second_wave_waits(where: list[tuple[str, datetime]], hours: int) -> None:
    start = min(at for _, at in where)
    local = on_wall(start + timedelta(hours=hours), where[0][0])
    step = Step("reminder", StepKind.REMINDER, Moment(at=local), experiment=WAVES)
    plan = replace(consultation(), quiet=QUIET, steps=(step,), closes_at=FAR)
    running = Running(
        ConsultationId("pool"), PartnerId("town"), 1, CampaignState.RUNNING, start, start - timedelta(days=3), FAR
    )
    people = []
    for number, (zone, _) in enumerate(where):
        due = due_at(step, start=start, arrival=None, zone=zone, quiet=QUIET, now=running.opens_at, closes_at=FAR)
        assert isinstance(due, Due)
        people.append(Drawn(CitizenId(f"citizen-{number}"), "poster", zone, None, None, due.at))
    places = draw_all(running, plan, step, people)
    assert sorted(each.citizen for each in places) == sorted(each.citizen for each in people), "each exactly once"
    assert places == draw_all(running, plan, step, people), "drawn again, the same"
    first = sum(each.group is Group.FIRST for each in places)
    assert abs(first - len(people) / 2) < 1
    for each, person in zip(places, people, strict=True):
        assert each.due_at is not None, "nobody is deprived"
        assert not is_quiet(each.due_at, person.zone, QUIET)
        assert after_quiet(each.due_at, person.zone, QUIET) == each.due_at
        assert (each.due_at == each.begins_at) == (each.group is Group.FIRST)
        if each.group is Group.LATER:
            assert each.due_at == each.reads_at > each.begins_at
            assert on_wall(each.due_at, person.zone) >= local + WAVES.time
