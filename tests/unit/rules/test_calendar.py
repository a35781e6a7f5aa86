"""When a step is due: the cases a person can check against a calendar."""

from datetime import UTC, datetime, time, timedelta

import pytest

from core.model.consultations import Anchor, DigestPlan, Moment, QuietHours, Step, StepKind
from core.model.deliveries import Reason
from core.model.errors import NotFound
from core.rules.calendar import Due, Skipped, after_quiet, due_at, in_quiet, next_digest, on_wall, to_utc

PARIS = "Europe/Paris"
QUIET = QuietHours()
START = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
CLOSES = datetime(2027, 2, 22, 22, 59, tzinfo=UTC)


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]  # the numbers are year, month, day, hour …


def wall(*numbers: int) -> datetime:
    return datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001  the wall shows no zone


def due(
    moment: Moment,
    *,
    kind: StepKind = StepKind.REMINDER,
    arrival: datetime | None = None,
    now: datetime = START,
    zone: str = PARIS,
    quiet: QuietHours | None = QUIET,
    closes_at: datetime = CLOSES,
) -> Due | Skipped:
    step = Step("step", kind, moment)
    return due_at(step, start=START, arrival=arrival, zone=zone, quiet=quiet, now=now, closes_at=closes_at)


def test_an_absolute_moment_is_read_on_the_wall() -> None:
    assert due(Moment(at=wall(2027, 1, 19, 18, 0))) == Due(utc(2027, 1, 19, 17, 0), shifted=False)


def test_an_absolute_moment_with_a_zone_keeps_its_instant() -> None:
    assert due(Moment(at=utc(2027, 1, 19, 17, 0))) == Due(utc(2027, 1, 19, 17, 0), shifted=False)


def test_the_next_day_at_six_in_the_evening() -> None:
    moment = Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL, at_time=time(18, 0))
    arrival = utc(2027, 1, 14, 11, 20)
    assert due(moment, arrival=arrival) == Due(utc(2027, 1, 15, 17, 0), shifted=False)


def test_an_hour_already_past_on_that_day_is_the_next_day() -> None:
    moment = Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL, at_time=time(18, 0))
    arrival = utc(2027, 1, 14, 19, 20)
    assert due(moment, arrival=arrival) == Due(utc(2027, 1, 16, 17, 0), shifted=False)


@pytest.mark.parametrize(
    ("arrival", "next_day"),
    [
        (utc(2026, 3, 28, 22, 30), wall(2026, 3, 29, 23, 30)),  # 23:30, then a day of 23 hours
        (utc(2026, 10, 24, 22, 30), wall(2026, 10, 26, 0, 30)),  # Sunday 00:30, a day of 25 hours
    ],
)
def test_a_day_is_a_day_on_the_wall(arrival: datetime, next_day: datetime) -> None:
    moment = Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL)
    found = due(moment, arrival=arrival, now=arrival, quiet=None)
    assert isinstance(found, Due)
    assert on_wall(found.at, PARIS) == next_day


def test_hours_are_elapsed_time() -> None:
    moment = Moment(after=timedelta(hours=2), anchor=Anchor.ARRIVAL)
    arrival = utc(2026, 10, 24, 23, 30)  # 01:30; an hour later the clocks go back
    assert due(moment, arrival=arrival, now=arrival, quiet=None) == Due(utc(2026, 10, 25, 1, 30), shifted=False)


@pytest.mark.parametrize(
    ("zone", "at", "morning"),
    [
        ("Europe/Paris", utc(2027, 1, 19, 21, 30), utc(2027, 1, 20, 7, 30)),
        ("Indian/Reunion", utc(2027, 1, 19, 18, 30), utc(2027, 1, 20, 4, 30)),
        ("America/Guadeloupe", utc(2027, 1, 20, 2, 30), utc(2027, 1, 20, 12, 30)),
    ],
)
def test_half_past_ten_in_the_evening_waits_for_each_ones_own_morning(
    zone: str, at: datetime, morning: datetime
) -> None:
    assert on_wall(at, zone).time() == time(22, 30)
    assert due(Moment(at=wall(2027, 1, 19, 22, 30)), zone=zone) == Due(morning, shifted=True)
    assert after_quiet(at, zone, QUIET) == morning


def test_one_instant_is_night_here_and_day_there() -> None:
    at = utc(2027, 1, 19, 21, 30)  # 22:30 in Paris, 17:30 in Guadeloupe, 01:30 in La Réunion
    assert after_quiet(at, "America/Guadeloupe", QUIET) == at
    assert after_quiet(at, "Indian/Reunion", QUIET) == utc(2027, 1, 20, 4, 30)
    assert after_quiet(at, "Europe/Paris", None) == at


@pytest.mark.parametrize(
    ("hour", "quiet", "answer"),
    [
        (time(21, 0), QUIET, True),
        (time(20, 59, 59), QUIET, False),
        (time(0, 0), QUIET, True),
        (time(8, 29, 59), QUIET, True),
        (time(8, 30), QUIET, False),
        (time(12, 30), QuietHours(time(12, 0), time(14, 0)), True),
        (time(14, 0), QuietHours(time(12, 0), time(14, 0)), False),
        (time(12, 0), QuietHours(time(12, 0), time(12, 0)), False),
        (time(3, 0), None, False),
    ],
)
def test_quiet_hours(hour: time, quiet: QuietHours | None, answer: bool) -> None:
    assert in_quiet(hour, quiet) is answer


def test_the_spring_change_moves_to_the_first_minute_that_exists() -> None:
    assert to_utc(wall(2026, 3, 29, 2, 30), PARIS) == utc(2026, 3, 29, 1, 0)  # shown as 03:00
    assert due(Moment(at=wall(2026, 3, 29, 2, 30)), now=utc(2026, 3, 1), quiet=None) == Due(
        utc(2026, 3, 29, 1, 0), shifted=False
    )


def test_the_autumn_change_takes_the_first_of_the_two() -> None:
    assert to_utc(wall(2026, 10, 25, 2, 30), PARIS) == utc(2026, 10, 25, 0, 30)
    assert to_utc(wall(2026, 10, 25, 2, 30), PARIS, not_before=utc(2026, 10, 25, 0, 45)) == utc(2026, 10, 25, 1, 30)


def test_quiet_hours_that_end_inside_the_doubled_hour_never_send_back_in_time() -> None:
    quiet = QuietHours(time(21, 0), time(2, 30))
    second_ten_past_two = utc(2026, 10, 25, 1, 10)
    assert after_quiet(second_ten_past_two, PARIS, quiet) == utc(2026, 10, 25, 1, 30)


def test_a_day_that_a_zone_leapt_over_still_ends_its_quiet_hours() -> None:
    evening = to_utc(wall(2011, 12, 29, 22, 0), "Pacific/Apia")  # Friday 30 December 2011 did not exist there
    assert on_wall(after_quiet(evening, "Pacific/Apia", QUIET), "Pacific/Apia") == wall(2011, 12, 31, 8, 30)


def test_a_moment_that_has_passed_is_due_now_or_in_the_morning() -> None:
    moment = Moment(at=wall(2027, 1, 19, 18, 0))
    assert due(moment, now=utc(2027, 1, 20, 10, 0)) == Due(utc(2027, 1, 20, 10, 0), shifted=True)
    assert due(moment, now=utc(2027, 1, 19, 20, 30)) == Due(utc(2027, 1, 20, 7, 30), shifted=True)


@pytest.mark.parametrize("kind", [StepKind.REMINDER, StepKind.LAST_CALL])
def test_who_comes_after_the_moment_of_a_reminder_is_not_reminded_of_it(kind: StepKind) -> None:
    arrival = utc(2027, 1, 20, 9, 0)
    moment = Moment(at=wall(2027, 1, 19, 18, 0))
    assert due(moment, kind=kind, arrival=arrival, now=arrival) == Skipped(Reason.TOO_LATE)


def test_a_moment_counted_from_an_arrival_needs_one() -> None:
    moment = Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL)
    assert due(moment, arrival=None) == Skipped(Reason.NO_CONSENT)


def test_nothing_but_results_leaves_after_the_closing() -> None:
    moment = Moment(at=wall(2027, 3, 28, 10, 0))
    assert due(moment, now=CLOSES) == Skipped(Reason.CONSULTATION_CLOSED)
    assert due(moment) == Skipped(Reason.TOO_LATE)
    assert due(moment, kind=StepKind.RESULTS, now=CLOSES) == Due(utc(2027, 3, 28, 8, 0), shifted=False)


def test_a_last_call_that_quiet_hours_would_push_past_the_closing_is_too_late() -> None:
    moment = Moment(at=wall(2027, 2, 22, 21, 30))
    assert due(moment, kind=StepKind.LAST_CALL, closes_at=utc(2027, 2, 23, 6, 0)) == Skipped(Reason.TOO_LATE)


def test_digests_of_mondays_and_thursdays() -> None:
    plan = DigestPlan(weekdays=(0, 3), at=time(8, 45))
    monday = next_digest(plan, PARIS, utc(2027, 1, 15, 12, 0))
    thursday = next_digest(plan, PARIS, monday.at)
    assert monday == (utc(2027, 1, 18, 7, 45), wall(2027, 1, 18, 8, 45))
    assert thursday == (utc(2027, 1, 21, 7, 45), wall(2027, 1, 21, 8, 45))


def test_a_digest_at_half_past_two_comes_once_on_each_change() -> None:
    plan = DigestPlan(weekdays=(6,), at=time(2, 30))
    spring = next_digest(plan, PARIS, utc(2026, 3, 28, 12, 0))
    assert spring == (utc(2026, 3, 29, 1, 0), wall(2026, 3, 29, 2, 30))
    assert next_digest(plan, PARIS, spring.at).local == wall(2026, 4, 5, 2, 30)
    autumn = next_digest(plan, PARIS, utc(2026, 10, 24, 12, 0))
    assert autumn == (utc(2026, 10, 25, 0, 30), wall(2026, 10, 25, 2, 30))
    assert next_digest(plan, PARIS, autumn.at).local == wall(2026, 11, 1, 2, 30)


def test_a_plan_without_a_day_has_no_digest() -> None:
    with pytest.raises(ValueError, match="weekday"):
        next_digest(DigestPlan(weekdays=()), PARIS, START)


@pytest.mark.parametrize("name", ["Europe/Pari", "", "../etc", "Europe"])
def test_a_zone_that_nobody_knows_is_said(name: str) -> None:
    with pytest.raises(NotFound, match="Europe/Paris"):
        on_wall(START, name)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        on_wall(wall(2027, 1, 1), PARIS)


# ── quiet days ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "asked", "morning"),
    [
        ("Europe/Paris", "2026-12-19 22:30", "2026-12-21 08:30"),  # a Saturday night: Sunday is quiet too
        ("Europe/Paris", "2026-12-24 22:30", "2026-12-26 08:30"),  # Christmas
        ("Indian/Reunion", "2027-12-19 12:00", "2027-12-21 08:30"),  # a Sunday, then the day slavery ended there
        ("Europe/Paris", "2027-12-20 12:00", "2027-12-20 12:00"),  # … which is no holiday in Paris
        ("America/Guadeloupe", "2027-05-27 09:00", "2027-05-28 08:30"),
        ("America/Martinique", "2026-05-22 09:00", "2026-05-23 08:30"),
        ("Europe/Paris", "2026-05-22 09:00", "2026-05-22 09:00"),
        ("Indian/Mayotte", "2026-04-27 09:00", "2026-04-28 08:30"),
        ("America/Cayenne", "2026-06-10 09:00", "2026-06-11 08:30"),
        ("Asia/Tokyo", "2026-05-22 09:00", "2026-05-22 09:00"),
    ],
)
def test_sundays_and_the_holidays_of_the_place_wait_for_the_next_morning(zone: str, asked: str, morning: str) -> None:
    quiet = QuietHours(sundays=True, holidays=True)
    at = after_quiet(to_utc(datetime.fromisoformat(asked), zone), zone, quiet)
    assert on_wall(at, zone) == datetime.fromisoformat(morning)


def test_without_quiet_days_a_sunday_is_a_day() -> None:
    sunday = to_utc(datetime.fromisoformat("2026-12-20 12:00"), "Europe/Paris")
    assert after_quiet(sunday, "Europe/Paris", QUIET) == sunday


def test_a_results_step_on_a_holiday_is_owed_once_the_next_day() -> None:
    step = Step("results", StepKind.RESULTS, Moment(at=datetime.fromisoformat("2026-12-25 11:00")))
    due = due_at(
        step,
        start=datetime(2026, 11, 16, tzinfo=UTC),
        arrival=None,
        zone="Europe/Paris",
        quiet=QuietHours(holidays=True),
        now=datetime(2026, 12, 1, tzinfo=UTC),
        closes_at=datetime(2026, 12, 10, tzinfo=UTC),
    )
    assert isinstance(due, Due)
    assert (due.shifted, on_wall(due.at, PARIS)) == (True, wall(2026, 12, 26, 8, 30))
