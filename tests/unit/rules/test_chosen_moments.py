""" "Ce soir", "Demain", "Ce week-end": a moment to come, on the person's own clock, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model.consultations import QuietHours
from core.rules.calendar import on_wall
from core.rules.chosen_moments import SOON, Choice, choices, chosen_at, later_key, may_leave_at, moment_of

PARIS = "Europe/Paris"
ZONES = (PARIS, "Indian/Reunion", "America/Guadeloupe", "Pacific/Noumea", "America/St_Johns", "Australia/Lord_Howe")
NIGHT = QuietHours(time(21), time(8, 30), sundays=True)
FAR = datetime(2040, 1, 1, tzinfo=UTC)


def paris(wall: str) -> datetime:
    return datetime.fromisoformat(f"{wall}+01:00")


@pytest.mark.parametrize(
    ("now", "choice", "moment"),
    [
        ("2026-11-26 09:00", Choice.TONIGHT, "2026-11-26 20:00"),
        ("2026-11-26 19:45", Choice.TONIGHT, "2026-11-26 21:00"),
        ("2026-11-26 21:30", Choice.TONIGHT, "2026-11-26 22:00"),
        ("2026-11-26 21:31", Choice.TONIGHT, None),
        ("2026-11-26 23:59", Choice.TOMORROW, "2026-11-27 18:00"),
        ("2026-11-26 09:00", Choice.WEEKEND, "2026-11-28 11:00"),
        ("2026-11-28 10:45", Choice.WEEKEND, "2026-11-29 11:00"),
        ("2026-11-29 12:00", Choice.WEEKEND, None),
    ],
)
def test_each_word_has_its_moment(now: str, choice: Choice, moment: str | None) -> None:
    assert chosen_at(choice, PARIS, now=paris(now)) == (paris(moment) if moment else None)


@given(st.sampled_from(ZONES), st.integers(0, 7 * 365 * 24 * 60))
def test_every_moment_is_to_come_and_by_day(zone: str, minutes: int) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    offered = choices(zone, now=now, closes_at=FAR)
    assert Choice.TOMORROW in dict(offered)
    for choice, at in offered:
        wall = on_wall(at, zone)
        assert now + SOON <= at < now + timedelta(days=6)
        assert wall.hour in {Choice.TONIGHT: {20, 21, 22}, Choice.TOMORROW: {18}, Choice.WEEKEND: {11}}[choice]
        assert (choice is Choice.TONIGHT) <= (wall.date() == on_wall(now, zone).date())
        assert moment_of(later_key(at, "some:event")) == at


def test_nothing_is_offered_after_the_closing() -> None:
    offered = choices(PARIS, now=paris("2026-11-26 09:00"), closes_at=paris("2026-11-27 18:00"))
    assert [choice for choice, _ in offered] == [Choice.TONIGHT]


def test_a_choice_outweighs_quiet_hours_for_an_hour() -> None:
    chosen = paris("2026-11-26 22:00")
    assert may_leave_at(chosen, PARIS, NIGHT, now=paris("2026-11-26 21:59")) == chosen
    assert may_leave_at(chosen, PARIS, NIGHT, now=paris("2026-11-26 22:59")) == paris("2026-11-26 22:59")
    assert may_leave_at(chosen, PARIS, NIGHT, now=paris("2026-11-26 23:00")) == paris("2026-11-27 08:30")
    sunday = paris("2026-11-29 11:00")
    assert may_leave_at(sunday, PARIS, NIGHT, now=sunday) == sunday
