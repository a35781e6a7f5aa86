"""The moments behind "Plus tard": tonight, tomorrow, this weekend, on the person's own clock.

A moment that somebody chose outweighs quiet hours, Sundays and holidays, and nothing else does: an hour after it the
choice is spent, and what could not leave until then waits for the morning like any other push.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from core.model.consultations import QuietHours
from core.model.deliveries import LATER_STEP
from core.rules.calendar import after_quiet, on_wall, to_utc

SOON = timedelta(minutes=30)
"""Whoever asks to be left alone for now is left alone for that long at least."""

SPENT = timedelta(hours=1)
"""How long after the chosen moment it still outweighs quiet hours."""


class Choice(StrEnum):
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"


_EVENING = (20, 21, 22)
_TOMORROW = time(18, 0)
_WEEKEND = time(11, 0)
_SATURDAY = 5


def chosen_at(choice: Choice, zone: str, *, now: datetime) -> datetime | None:
    """The moment that `choice` means for somebody in `zone`, UTC; None: there is none any more (tonight, at 22:00).

    Tonight is 20:00, then the next full hour up to 22:00; tomorrow 18:00; the weekend the next of Saturday and Sunday,
    11:00.
    """
    today = on_wall(now, zone).date()
    match choice:
        case Choice.TONIGHT:
            walls = [datetime.combine(today, time(hour)) for hour in _EVENING]
        case Choice.TOMORROW:
            walls = [datetime.combine(today + timedelta(days=1), _TOMORROW)]
        case Choice.WEEKEND:
            saturday = today + timedelta(days=_SATURDAY - today.weekday())
            walls = [datetime.combine(saturday + timedelta(days=more), _WEEKEND) for more in (0, 1)]
    return next((at for wall in walls if (at := to_utc(wall, zone)) >= now + SOON), None)


def choices(zone: str, *, now: datetime, closes_at: datetime) -> Sequence[tuple[Choice, datetime]]:
    """Those that can be offered now: their moment is still to come, and before the closing."""
    moments = ((each, chosen_at(each, zone, now=now)) for each in Choice)
    return [(each, at) for each, at in moments if at is not None and at < closes_at]


def may_leave_at(chosen: datetime, zone: str, quiet: QuietHours | None, *, now: datetime) -> datetime:
    """When a push that was asked for at `chosen` may leave, seen from `now`: then, or when it is no longer quiet."""
    return max(now, chosen) if now < chosen + SPENT else after_quiet(now, zone, quiet)


def later_key(chosen: datetime, event: str) -> str:
    """The key of the push: the moment, and the event that asked for it."""
    return f"{LATER_STEP}{int(chosen.timestamp())}:{event}"


def moment_of(key: str) -> datetime:
    """The moment in such a key."""
    return datetime.fromtimestamp(int(key.removeprefix(LATER_STEP).partition(":")[0]), UTC)
