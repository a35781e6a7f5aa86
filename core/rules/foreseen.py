"""What will have been sent to a person by a moment to come, if every step before it goes as planned: for a look ahead.

now ─▶ step ─▶ step ─▶ the moment that is asked about
       └ counts in the cap of seven days; the first nudge is the one that the notice allows
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.rules.eligibility import CAP_OVER, Standing


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One step that comes before. `begins`: its moment for this person; `at`: when they get it, which is later in a
    second wave, None when they are held out. `nudge`: it is a reminder or a last call."""

    begins: datetime
    at: datetime | None
    nudge: bool

    def counts_from(self, then: datetime) -> datetime:
        """Whoever waits is charged as if they had got it, until they do."""
        return self.begins if self.at is None or self.at > then else self.at


def by_then(person: Standing, before: Sequence[Foreseen], *, now: datetime, then: datetime) -> Standing:
    """The standing of now, as it will be `then`: with what is sent until then, without what is a week old by then."""
    week = then - CAP_OVER
    counted = sum(week < each.counts_from(then) <= then for each in before)
    known = person.pushes_last_7_days if week <= now else 0
    nudged = person.nudged or any(each.nudge and each.at is not None and each.at <= then for each in before)
    return replace(person, pushes_last_7_days=known + counted, nudged=nudged)
