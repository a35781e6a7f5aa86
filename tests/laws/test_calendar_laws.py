"""What holds in every zone, on every day from 2024 to 2030, and on both clock changes of each year."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.consultations import Anchor, DigestPlan, Moment, QuietHours, Step, StepKind
from core.model.deliveries import Reason
from core.rules.calendar import (
    Due,
    after_quiet,
    due_at,
    in_quiet,
    is_quiet_day,
    latest_near,
    next_digest,
    on_wall,
    to_utc,
)

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
LAST = datetime(2031, 1, 1, tzinfo=UTC)
FAR = datetime(2040, 1, 1, tzinfo=UTC)
law = settings(deadline=None)  # no law is about how fast this machine is today

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

ZONES = sorted(name for name in available_timezones() if name not in ("Factory", "localtime"))


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The instants at which the clocks of `zone` leap, 2024 to 2030: by halving each week in which the offset moves."""

    def offset(at: datetime) -> timedelta:
        return on_wall(at, zone) - at.replace(tzinfo=None)

    found = []
    at = FIRST
    while at < LAST:
        low, high = at, at + timedelta(days=7)
        at = high
        if offset(low) == offset(high):
            continue
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
        found.append(high)
    return tuple(found)


@st.composite
def zones_and_instants(draw: st.DrawFn) -> tuple[str, datetime]:
    """Half of them within two hours of a clock change, where there is one."""
    zone = draw(st.sampled_from(ZONES))
    leaps = changes(zone)
    by_a_leap = draw(st.booleans())
    if leaps and by_a_leap:
        return zone, draw(st.sampled_from(leaps)) + timedelta(seconds=draw(st.integers(-7200, 7200)))
    return zone, FIRST + timedelta(seconds=draw(st.integers(0, int((LAST - FIRST).total_seconds()))))


minutes_of_day = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
quiet_hours = st.builds(QuietHours, minutes_of_day, minutes_of_day, st.booleans(), st.booleans())


def is_quiet(at: datetime, zone: str, quiet: QuietHours) -> bool:
    wall = on_wall(at, zone)
    return in_quiet(wall.time(), quiet) or is_quiet_day(wall.date(), zone, quiet)


@law
@given(zones_and_instants(), st.timedeltas(timedelta(hours=-3), timedelta(hours=3)))
def test_the_instant_of_a_wall_time_is_the_first_that_shows_it_or_later(
    where: tuple[str, datetime], off: timedelta
) -> None:
    zone, near = where
    local = on_wall(near, zone) + off
    at = to_utc(local, zone)
    assert on_wall(at, zone) >= local
    for before in (timedelta(microseconds=1), MINUTE, timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)):
        assert on_wall(at - before, zone) < local


@law
@given(zones_and_instants(), st.timedeltas(timedelta(0), timedelta(hours=3)))
def test_a_later_wall_time_never_happens_earlier(where: tuple[str, datetime], later: timedelta) -> None:
    zone, near = where
    local = on_wall(near, zone)
    assert to_utc(local, zone) <= to_utc(local + later, zone)


@law
@given(zones_and_instants())
def test_there_and_back(where: tuple[str, datetime]) -> None:
    """An instant is found again from its wall time, unless it is the second of two that look the same."""
    zone, at = where
    assert to_utc(on_wall(at, zone), zone) <= at
    assert to_utc(on_wall(at, zone), zone, not_before=at) == at
    assert on_wall(to_utc(on_wall(at, zone), zone), zone) == on_wall(at, zone)


@law
@given(zones_and_instants(), quiet_hours)
def test_quiet_hours_are_left_and_no_later_than_need_be(where: tuple[str, datetime], quiet: QuietHours) -> None:
    zone, at = where
    calm = after_quiet(at, zone, quiet)
    assert not is_quiet(calm, zone, quiet)
    assert calm >= at
    assert after_quiet(calm, zone, quiet) == calm
    if calm > at:
        assert is_quiet(at, zone, quiet)
        assert is_quiet(calm - timedelta(microseconds=1), zone, quiet)
        days = (quiet.sundays, quiet.holidays).count(True)
        assert calm - at <= timedelta(hours=26, days=3 * days), "Easter: a Sunday and a Monday; Christmas on a Saturday"


@law
@given(zones_and_instants(), quiet_hours, st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_quiet_hours_keep_the_order(where: tuple[str, datetime], quiet: QuietHours, later: timedelta) -> None:
    zone, at = where
    assert after_quiet(at, zone, quiet) <= after_quiet(at + later, zone, quiet)


@st.composite
def moments(draw: st.DrawFn, near: datetime) -> Moment:
    at_time = draw(st.none() | minutes_of_day)
    if draw(st.booleans()):
        local = near.replace(tzinfo=None) + draw(st.timedeltas(timedelta(days=-2), timedelta(days=2)))
        return Moment(at=local, at_time=at_time)
    after = timedelta(days=draw(st.integers(0, 3)), minutes=draw(st.integers(0, 1439)))
    return Moment(after=after, anchor=draw(st.sampled_from(Anchor)), at_time=at_time)


@law
@given(zones_and_instants(), quiet_hours, st.data())
def test_every_moment_is_due_once_and_never_in_quiet_hours(
    where: tuple[str, datetime], quiet: QuietHours, data: st.DataObject
) -> None:
    """Planned at any two times, a step is never early, never quiet, and waits only for a reason."""
    zone, start = where
    step = Step("prompt", StepKind.PROMPT, data.draw(moments(start)))
    arrival = start + data.draw(st.timedeltas(timedelta(0), timedelta(days=1)))
    now = start + data.draw(st.timedeltas(timedelta(0), timedelta(days=6)))
    later = now + data.draw(st.timedeltas(timedelta(0), timedelta(days=2)))

    def due(at: datetime) -> Due:
        found = due_at(step, start=start, arrival=arrival, zone=zone, quiet=quiet, now=at, closes_at=FAR)
        assert isinstance(found, Due)
        return found

    early, first, second = due(FIRST - timedelta(days=40)), due(now), due(later)
    assert early.at <= first.at <= second.at
    for found, asked_at in ((first, now), (second, later)):
        assert found.at >= asked_at
        assert not is_quiet(found.at, zone, quiet)
        assert found.at == max(early.at, after_quiet(asked_at, zone, quiet))
        assert found.at.tzinfo is UTC
    if step.moment.at is None:
        assert early.at >= (start if step.moment.anchor is Anchor.START else arrival)
    if step.moment.at_time is not None and not early.shifted:
        landed = on_wall(early.at, zone)
        meant = datetime.combine(landed.date(), step.moment.at_time)
        assert landed == meant or to_utc(meant, zone) == early.at, "that hour, or the clocks leap over it"


@law
@given(
    st.sampled_from(ZONES),
    st.sets(st.integers(0, 6), min_size=1),
    minutes_of_day,
    st.integers(2024, 2030),
    st.booleans(),
)
def test_digests_come_exactly_once_on_each_of_their_days(
    zone: str, weekdays: set[int], at: time, year: int, autumn: bool
) -> None:
    """Three weeks around a clock change: every planned wall time once, in order, none twice, none lost."""
    plan = DigestPlan(weekdays=tuple(weekdays), at=at)
    leaps = [leap for leap in changes(zone) if leap.year == year]
    middle = leaps[-1 if autumn else 0] if leaps else datetime(year, 3, 31, 1, tzinfo=UTC)
    first, last = middle - timedelta(days=10), middle + timedelta(days=11)
    got = []
    after = first
    while (digest := next_digest(plan, zone, after)).at <= last:
        got.append(digest)
        after = digest.at
    day = on_wall(first, zone).date()
    owed = []
    while day <= on_wall(last, zone).date():
        local = datetime.combine(day, at)
        if day.weekday() in weekdays and first < to_utc(local, zone) <= last:
            owed.append(local)
        day += timedelta(days=1)
    assert [digest.local for digest in got] == owed
    assert all(earlier.at < later.at for earlier, later in pairwise(got))


def test_both_changes_of_every_year_in_every_zone_that_has_them() -> None:
    """Not sampled: all of them. Every quarter of an hour on the wall around a leap happens once, in order."""
    seen = 0
    for zone in ZONES:
        for leap in changes(zone):
            seen += 1
            around = on_wall(leap, zone).replace(minute=0, second=0)
            quarters = [around + timedelta(minutes=15 * count) for count in range(-12, 13)]
            instants = [to_utc(local, zone) for local in quarters]
            assert instants == sorted(instants), (zone, leap)
            assert all(on_wall(at, zone) >= local for at, local in zip(instants, quarters, strict=True)), (zone, leap)
            for local, at in zip(quarters, instants, strict=True):
                assert on_wall(at, zone) == local or at == leap, (zone, local)
    assert seen > 1000


@law
@given(zones_and_instants())
def test_the_second_wall_time_is_only_taken_when_the_first_has_gone(where: tuple[str, datetime]) -> None:
    zone, at = where
    local = on_wall(at, zone)
    first = to_utc(local, zone)
    assert to_utc(local, zone, not_before=first) == first
    if first < at:
        assert to_utc(local, zone, not_before=first + timedelta(microseconds=1)) == at


@law
@given(zones_and_instants(), quiet_hours, st.data())
def test_whose_moment_is_near_is_known_from_what_it_counts_from(
    where: tuple[str, datetime], quiet: QuietHours, data: st.DataObject
) -> None:
    """Asked person by person, the answer is the same, but for those within the hour of a clock change."""
    zone, now = where
    anchor = data.draw(st.sampled_from((Anchor.ARRIVAL, Anchor.ANSWER)))
    moment = replace(data.draw(moments(now)), at=None, anchor=anchor)
    step = Step("reminder", StepKind.REMINDER, moment if moment.after else replace(moment, after=timedelta(0)))
    closes_at = now + data.draw(st.sampled_from((timedelta(days=-1), timedelta(hours=9), timedelta(days=400))))
    soon = now + timedelta(minutes=10)
    around: Mapping[str, Any] = {"start": FIRST, "zone": zone, "quiet": quiet, "now": now, "closes_at": closes_at}
    latest = latest_near(step, soon=soon, **around)
    counted = now - data.draw(st.timedeltas(timedelta(0), timedelta(days=15)))
    due = due_at(step, arrival=counted, answered=counted, **around)
    near = due.at <= soon if isinstance(due, Due) else due.reason is not Reason.TOO_LATE
    if latest is None or abs(counted - latest) > HOUR:
        assert near == (latest is not None and counted <= latest)
