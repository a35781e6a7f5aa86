"""The month in seconds: the real program with simulated people, its curves, and what can be changed about them."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bots.terminal.commands.simulate import SIMULATED, habits_of
from bots.terminal.drawing import by_week, picture, rows
from bots.terminal.rehearsal.neighbours import Habit
from bots.terminal.rehearsal.story import Played, play_through, rehearsal, set_stage
from bots.terminal.screen import Screen
from core.model.consultations import WAVES, Moment, Step, StepKind
from core.model.errors import FileError
from core.rules.curves import Curve
from core.storage.engine import open_storage
from tests.builders import START, consultation
from tests.databases import sqlite_url
from tests.integration.review.village import new_house
from tests.integration.terminal.conftest import POOL, Program

SAID = {"title": "The pool", "below": "12 made-up people", "axis": "people"}
NAMES = {"came": "came", "finished": "finished", "reminder": "reminder"}


async def played(folder: Path, people: int, **habits: int) -> Played:
    """Ten days of the pool, with one reminder for all on the fourth."""
    step = Step(
        "reminder", StepKind.REMINDER, Moment(at=datetime.combine(date(2026, 11, 20), time(18))), experiment=WAVES
    )
    pool = replace(consultation(), steps=(step,), closes_at=START + timedelta(days=10))
    share = {Habit[name.upper()]: number for name, number in habits.items()}
    planned = rehearsal(pool, language="fr", people=people, seed=1, habits=share)
    async with open_storage(sqlite_url(folder)) as storage:
        house = new_house(storage, planned.clock)
        cast = await set_stage(house, planned)
        return await play_through(house, planned, cast, language="fr", tell=lambda _: None)


async def test_a_reminder_brings_back_those_who_come_back_and_the_curves_show_it(tmp_path: Path) -> None:
    found = await played(tmp_path, 12, comes_back=1)
    assert found.curve.came[-1] == 12
    assert found.curve.finished[:4] == (0, 0, 0, 0), "nobody of these finishes without a reminder"
    waves = [day for day, count in zip(found.curve.days, found.curve.sent["reminder"], strict=True) if count]
    assert waves == [date(2026, 11, 20), date(2026, 11, 22)]
    assert found.curve.finished[-1] == sum(found.curve.sent["reminder"]) > 0
    assert (found.effects["reminder"].reading.told.people, found.halted) != (0, ("reminder",))
    drawn = rows(found.curve, NAMES)
    assert re.fullmatch(r"came     │[▁-█]{11}│ 12", drawn[0])
    assert re.fullmatch(r"finished │ {4}[ ▁-█]{7}│ \d+", drawn[1])
    assert drawn[2].startswith("reminder │····▲·▲····│ ")
    picture(found.curve, NAMES, tmp_path / "month.svg", **SAID)
    svg = (tmp_path / "month.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg") and "stroke-dasharray" in svg
    for said in ("The pool", "12 made-up people", "people", "came", "finished", "reminder"):
        assert f">{said}</text>" in svg
    assert svg.count('aria-roledescription="point"') == 2, "one for each wave"
    picture(found.curve, NAMES, tmp_path / "month.png", **SAID)
    assert (tmp_path / "month.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(FileError, match=r"\.svg or \.png"):
        picture(found.curve, NAMES, tmp_path / "month.pdf", **SAID)


async def test_a_reminder_that_drives_people_away_is_stopped(tmp_path: Path) -> None:
    found = await played(tmp_path, 12, stops=1)
    assert found.halted == ("reminder",)
    assert found.curve.finished[-1] == 0


def test_behaviour_is_adjusted_one_by_one(screen: Screen) -> None:
    assert habits_of([], screen) == SIMULATED
    assert habits_of(["comes_back=30", "stops=0"], screen) == {**SIMULATED, Habit.COMES_BACK: 30, Habit.STOPS: 0}
    for wrong in ("sleeps=3", "stops", "stops=-1", "stops=many"):
        with pytest.raises(FileError, match="no behaviour: write one of finishes, comes_back"):
            habits_of([wrong], screen)
    with pytest.raises(FileError, match="nobody would do anything"):
        habits_of([f"{habit.name.lower()}=0" for habit in Habit], screen)


async def test_weeks_that_are_asked_for_go_past_the_closing(tmp_path: Path) -> None:
    opens = START + timedelta(hours=1)
    results = Step("results", StepKind.RESULTS, Moment(at=(START + timedelta(days=12)).replace(tzinfo=None)))
    pool = replace(consultation(), steps=(results,), opens_at=opens, closes_at=opens + timedelta(days=10))
    usual = rehearsal(pool, language="fr", people=3, seed=1)
    assert usual.until == pool.closes_at
    planned = rehearsal(pool, language="fr", people=3, seed=1, habits={Habit.FINISHES: 1}, weeks=2)
    assert planned.until == opens + timedelta(weeks=2)
    async with open_storage(sqlite_url(tmp_path)) as storage:
        house = new_house(storage, planned.clock)
        cast = await set_stage(house, planned)
        found = await play_through(house, planned, cast, language="fr", tell=lambda _: None)
    assert sum(found.curve.sent["results"]) > 0


def test_a_mark_stands_for_a_week_where_days_find_no_room() -> None:
    days = tuple(date(2026, 11, 16) + timedelta(days=number) for number in range(9))
    drawn = by_week(Curve(days, tuple(range(1, 10)), (0,) * 8 + (4,), {"reminder": (1, 0, 0, 0, 0, 0, 2, 0, 0)}))
    assert drawn == Curve((days[6], days[8]), (7, 9), (0, 4), {"reminder": (3, 0)})


def test_what_is_not_played_is_named_with_the_weeks_that_would_play_it(program: Program) -> None:
    said = program.does("campaign", "simulate", POOL, "--people", "2", "--weeks", "1", language="fr")
    assert "une marque par jour" in said
    assert "Pas joué, parce que c'est après le 23 novembre" in said
    assert "--weeks 20" in said
    whole = program.does("campaign", "simulate", POOL, "--people", "2", "--weeks", "20", language="fr")
    assert "une marque par semaine" in whole
    assert "Pas joué" not in whole
