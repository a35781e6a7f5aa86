"""Who writes very much at once is told, once, that all of it arrived and that answers come in order.

An answer comes in a few messages; nobody types thirty in a minute. What is done with them does not change: they are
worked on in order, a few at a time, and none is dropped.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.model.deliveries import Spec
from core.model.ids import CitizenId
from core.rules.specs.bricks import phrase

MANY = 30
WITHIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hurry:
    """How many messages one chat has sent since then. `upto`: the number of the last one that counts."""

    since: datetime
    upto: int
    count: int = 1


def one_more(before: Hurry | None, number: int, at: datetime) -> Hurry:
    """After the message `number`, received at `at`. A minute begins with its first message; a message that is worked
    on again counts once."""
    if before is not None and number <= before.upto:
        return before
    if before is None or not timedelta(0) <= at - before.since < WITHIN:
        return Hurry(at, number)
    return replace(before, upto=number, count=before.count + 1)


def floods(hurry: Hurry) -> bool:
    return hurry.count >= MANY


def told_key(citizen: CitizenId, now: datetime) -> str:
    """Owed once a day, however long it goes on."""
    return f"flood:{citizen}:{now:%Y-%m-%d}"


def flood_spec() -> Spec:
    return Spec((phrase("flood.in_order"),))
