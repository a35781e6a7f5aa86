"""What waits for a person: in which order it should be done, and when it waits too long. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.rules.calendar import on_wall
from core.rules.readout import PROMISE_NEAR

REMINDED_FROM, REMINDED_UNTIL = time(8, 45), time(18)
"""Staff are reminded in the hours in which somebody reads, on local wall time, from Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`subject`: what can be taken in charge. `since`: when the oldest of the `n` came. `kind`: of an alert."""

    subject: str
    n: int
    since: datetime
    kind: str = ""
    serious: bool = False


def in_order(found: Iterable[Waiting]) -> list[Waiting]:
    """What is serious first, then other flagged messages, then what waits longest."""
    return sorted(found, key=lambda each: (not each.serious, not each.kind, each.since, each.subject))


def too_long(found: Sequence[Waiting], within: timedelta, now: datetime) -> bool:
    return any(now - each.since > within for each in found)


def reply_watched_from(reply_by: date, zone: str) -> datetime:
    """From when on a topic without an answer waits for one."""
    return datetime.combine(reply_by - PROMISE_NEAR, time(), ZoneInfo(zone))


def reminder_day(now: datetime, zone: str) -> date | None:
    """The day for which staff may be reminded now, None outside their hours."""
    wall = on_wall(now, zone)
    fits = wall.weekday() < 5 and REMINDED_FROM <= wall.time() < REMINDED_UNTIL
    return wall.date() if fits else None
