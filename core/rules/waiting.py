"""What waits for a person: in which order it should be done, and when it waits too long. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.model.charges import Heap
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


def too_long(
    found: Sequence[Waiting],
    taken: Mapping[str, datetime],
    within: timedelta,
    *,
    reply_late: bool,
    open_: bool,
    now: datetime,
) -> bool:
    """Whether staff must be reminded. A topic has until the promised day; what somebody took counts from then; once the
    consultation is over, answers that nobody sorted or read wait in the list and ring no more; what may have arrived or
    not is in nobody's power."""
    for each in found:
        since = max(each.since, taken.get(each.subject, each.since))
        if each.subject.startswith("topic:"):
            late = reply_late and each.subject not in taken
        elif each.kind:
            late = now - since > within
        else:
            late = open_ and each.subject != Heap.UNCERTAIN and now - since > within
        if late:
            return True
    return False


def reply_watched_from(reply_by: date, zone: str) -> datetime:
    """From when on a topic without an answer waits for one."""
    return datetime.combine(reply_by - PROMISE_NEAR, time(), ZoneInfo(zone))


def reminder_day(now: datetime, zone: str) -> date | None:
    """The day for which staff may be reminded now, None outside their hours."""
    wall = on_wall(now, zone)
    fits = wall.weekday() < 5 and REMINDED_FROM <= wall.time() < REMINDED_UNTIL
    return wall.date() if fits else None
