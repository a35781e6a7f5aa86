"""When answers get lost one after the other: pushes wait, because what may have arrived is never sent again.

    lost, lost, lost ─▶ no push for a while ─▶ one alone ─▶ lost: twice as long
                                                      └──▶ answered: all of them again

A platform that answers 500 for five minutes would otherwise turn a broadcast into messages that nobody may repeat.
Replies go on: they may be repeated, and their answers tell when the trouble is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.model.messages import Halted, NotSent, Outcome, Uncertain

LOST_IN_A_ROW = 3
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Of one account. `lost`: answers lost since the last one that came. `wait`: how long the last silence was."""

    lost: int = 0
    wait: timedelta = timedelta(0)
    until: datetime | None = None


NO_DOUBT = Doubt()


def after(doubt: Doubt, outcome: Outcome, *, now: datetime) -> Doubt:
    """What is thought of the account after one more message."""
    match outcome:
        case Uncertain():
            lost = doubt.lost + 1
            if lost < LOST_IN_A_ROW:
                return Doubt(lost)
            if doubt.until is not None and now < doubt.until:
                return Doubt(lost, doubt.wait, doubt.until)  # it was in the air already when the silence began
            wait = min(LONGEST_WAIT, 2 * doubt.wait) if doubt.wait else FIRST_WAIT
            return Doubt(lost, wait, now + wait)
        case NotSent() | Halted():
            return doubt  # says nothing about answers that get lost
        case _:
            return NO_DOUBT
