"""The response curve: day by day, how many had come and how many had finished, and how many messages of each step left.

Days are those of the consultation's zone, from the first on which it is open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.rules.calendar import on_wall


@dataclass(frozen=True, slots=True)
class Curve:
    """`came`, `finished`: how many until the end of each day. `sent`: by step, how many messages on each day."""

    days: tuple[date, ...]
    came: tuple[int, ...]
    finished: tuple[int, ...]
    sent: Mapping[str, tuple[int, ...]]


def curve(
    people: Sequence[tuple[datetime, datetime | None]],
    sends: Mapping[str, Sequence[datetime]],
    *,
    opens: datetime,
    until: datetime,
    zone: str,
) -> Curve:
    first, last = on_wall(opens, zone).date(), on_wall(until, zone).date()
    days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    return Curve(
        days,
        _so_far((came for came, _ in people), days, zone),
        _so_far((finished for _, finished in people if finished is not None), days, zone),
        {step: _on_each(some, days, zone) for step, some in sends.items()},
    )


def _on_each(instants: Iterable[datetime], days: Sequence[date], zone: str) -> tuple[int, ...]:
    counts = dict.fromkeys(days, 0)
    for at in instants:
        day = min(max(on_wall(at, zone).date(), days[0]), days[-1])
        counts[day] += 1
    return tuple(counts.values())


def _so_far(instants: Iterable[datetime], days: Sequence[date], zone: str) -> tuple[int, ...]:
    found: list[int] = []
    for count in _on_each(instants, days, zone):
        found.append(count + (found[-1] if found else 0))
    return tuple(found)
