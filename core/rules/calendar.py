"""When a step is due: wall times and zones in, UTC out. Each moment exists once, on every clock of the world.

    Moment ─▶ wall time ─▶ UTC ─▶ not in quiet hours ─▶ not before now ─▶ not after the closing ─▶ Due | Skipped

One definition carries everything: **the instant of a wall time is the first instant at which the clocks show it or
later.** A time that the spring change leaps over becomes the first minute that exists; a time that the autumn change
shows twice is the first of the two. So each wall time happens once, and a later wall time never happens earlier.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.model.consultations import PROMISED, Anchor, Consultation, DigestPlan, Moment, QuietHours, Step, StepKind
from core.model.deliveries import Reason
from core.model.errors import NotFound
from core.rules.public_holidays import public_holidays

NUDGES = frozenset({StepKind.REMINDER, StepKind.LAST_CALL})
"""Steps that only make sense for those who had come before their moment."""

LONGEST_QUIET = timedelta(days=9)
"""No moment is put off so long: until an hour of the day, then over a night and holidays that follow one another."""


@dataclass(frozen=True, slots=True)
class Due:
    """`at`: when it may leave, UTC. `shifted`: that is not the moment that was asked for, because of quiet hours or
    because that moment has passed."""

    at: datetime
    shifted: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    reason: Reason


class DigestDue(NamedTuple):
    """`at`: UTC. `local`: the naive wall time on the plan, the key of this digest."""

    at: datetime
    local: datetime


def due_at(
    step: Step,
    *,
    start: datetime,
    arrival: datetime | None,
    zone: str,
    quiet: QuietHours | None,
    now: datetime,
    closes_at: datetime,
    answered: datetime | None = None,
) -> Due | Skipped:
    """When `step` may reach one person, in their `zone`; `quiet` None: any hour will do.

    A moment that has passed is due now: nothing is silently dropped because the program was not running. Except a
    reminder or a last call whose moment had passed before the person came: it was never theirs. `closes_at` binds
    every step but the results, which are owed after it. `answered`: when the person last said something. All are
    aware.
    """
    bound = step.kind not in PROMISED
    if bound and now >= closes_at:
        return Skipped(Reason.CONSULTATION_CLOSED)
    anchor = {Anchor.START: start, Anchor.ARRIVAL: arrival, Anchor.ANSWER: answered or arrival}[step.moment.anchor]
    if anchor is None and step.moment.at is None:
        return Skipped(Reason.NO_CONSENT)  # counted from an arrival that never was: there is nobody who agreed
    asked = _asked(step.moment, anchor or start, zone)
    if step.kind in NUDGES and arrival is not None and arrival > asked:
        return Skipped(Reason.TOO_LATE)
    if step.kind is StepKind.EVENT and not step.news and answered is not None and answered > asked:
        return Skipped(Reason.TOO_LATE)  # they said yes, or something else, on the very day: they know
    at = after_quiet(max(asked, now), zone, quiet)
    if bound and at >= closes_at:
        return Skipped(Reason.TOO_LATE)
    return Due(at, shifted=at != asked)


def due_at_opening(step: Step, consultation: Consultation) -> Due | Skipped:
    """When the step leaves for the first person who could come."""
    return due_at(
        step,
        start=consultation.opens_at,
        arrival=consultation.opens_at,
        zone=consultation.zone,
        quiet=consultation.quiet,
        now=consultation.opens_at,
        closes_at=consultation.closes_at,
    )


def latest_near(
    step: Step,
    *,
    start: datetime,
    zone: str,
    quiet: QuietHours | None,
    now: datetime,
    soon: datetime,
    closes_at: datetime,
) -> datetime | None:
    """Of a step person by person: whoever's arrival or last answer (what it counts from) is at that instant or before
    has their moment by `soon`, whoever's is later has not. To the second; None: nobody has.

    Later people have later moments. Only in the hour that the autumn change shows twice they may be off by that hour.
    """

    def near(counted: datetime) -> bool:
        due = due_at(
            step,
            start=start,
            arrival=counted,
            zone=zone,
            quiet=quiet,
            now=now,
            closes_at=closes_at,
            answered=counted,
        )
        return due.at <= soon if isinstance(due, Due) else due.reason is not Reason.TOO_LATE

    early, late = now - (step.moment.after or timedelta(0)) - LONGEST_QUIET, now
    if not near(early):
        return None
    if near(late):
        return late
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        early, late = (middle, late) if near(middle) else (early, middle)
    return early


def in_quiet(local: time, quiet: QuietHours | None) -> bool:
    """Is it quiet at this hour? From `start` on, up to but not at `end`; the two equal: it never is."""
    if quiet is None or quiet.start == quiet.end:
        return False
    if quiet.start < quiet.end:
        return quiet.start <= local < quiet.end
    return local >= quiet.start or local < quiet.end


def after_quiet(at: datetime, zone: str, quiet: QuietHours | None) -> datetime:
    """The first instant from `at` on that is outside quiet hours and quiet days in `zone`, UTC."""
    at = at.astimezone(UTC)
    while quiet is not None:
        wall = on_wall(at, zone)
        if is_quiet_day(wall.date(), zone, quiet):
            at = to_utc(datetime.combine(wall.date() + timedelta(days=1), time(0)), zone, not_before=at)
        elif in_quiet(wall.time(), quiet):
            day = wall.date() if wall.time() < quiet.end else wall.date() + timedelta(days=1)
            at = to_utc(datetime.combine(day, quiet.end), zone, not_before=at)
        else:
            break
    return at


def is_quiet_day(day: date, zone: str, quiet: QuietHours | None) -> bool:
    if quiet is None:
        return False
    return (quiet.sundays and day.weekday() == 6) or (quiet.holidays and day in public_holidays(zone, day.year))


def next_digest(plan: DigestPlan, zone: str, after: datetime) -> DigestDue:
    """The first digest strictly after `after`. A plan with no weekday has none: `ValueError`."""
    weekdays = {day % 7 for day in plan.weekdays}
    if not weekdays:
        raise ValueError("a digest plan needs at least one weekday")
    day = on_wall(after, zone).date()
    while True:
        local = datetime.combine(day, plan.at)
        if day.weekday() in weekdays and (at := to_utc(local, zone)) > after:
            return DigestDue(at, local)
        day += timedelta(days=1)


def to_utc(local: datetime, zone: str, *, not_before: datetime | None = None) -> datetime:
    """The first instant at which the clocks of `zone` show naive `local` or later.

    `not_before` (aware): the first such instant from there on, for a wall time that comes twice.
    """
    clocks = _zone(zone)
    first = local.replace(tzinfo=clocks, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=clocks, fold=1).astimezone(UTC)
    if second < first:  # the clocks leap over `local` (PEP 495: fold=0 is read with the offset before the leap)
        first = second = _landing(local, clocks, second, first)
    if not_before is None or first >= not_before:
        return first
    return max(second, not_before.astimezone(UTC))


def on_wall(at: datetime, zone: str) -> datetime:
    """What the clocks of `zone` show at `at`: naive."""
    if at.tzinfo is None:
        raise ValueError("an instant must be aware: a time without its zone is not a moment")
    return at.astimezone(_zone(zone)).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=1000)
def _asked(moment: Moment, anchor: datetime, zone: str) -> datetime:
    """The instant that a moment asks for: for very many people the very same.

    Whole days of `after` are days on the wall ("the next day" is the next day, also when it has 23 hours); what is
    left of it is elapsed time.
    """
    if moment.at is not None:
        at = moment.at.astimezone(UTC) if moment.at.tzinfo else to_utc(moment.at, zone)
    else:
        after = moment.after or timedelta(0)
        at = anchor.astimezone(UTC)
        if after.days:
            at = to_utc(on_wall(at, zone) + timedelta(days=after.days), zone)
        at += after - timedelta(days=after.days)
    if moment.at_time is None:
        return at
    local = on_wall(at, zone)
    if moment.at_time == local.time():
        return at
    day = local.date() if local.time() < moment.at_time else local.date() + timedelta(days=1)
    return to_utc(datetime.combine(day, moment.at_time), zone, not_before=at)


def _landing(local: datetime, clocks: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between `before` and `after` at which the clocks leap over `local` (a whole second, by halving)."""
    origin = before.replace(microsecond=0)
    low, high = 0, int((after - origin).total_seconds()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        shown = (origin + timedelta(seconds=middle)).astimezone(clocks).replace(tzinfo=None)
        low, high = (low, middle) if shown >= local else (middle, high)
    return origin + timedelta(seconds=high)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise NotFound(f"there is no time zone {name!r}: write it like Europe/Paris or Indian/Reunion") from error
