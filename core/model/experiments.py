"""Where a person stands in the experiment of a step: drawn once, before anything is sent, and kept.

first ─ told at the moment          second group, by design: later (waves) · never (holdout) · other (wordings)
apart ─ told at the moment, no part of the comparison; with no moment: the step is not for them
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.consultations import Design
from core.model.ids import CitizenId


class Group(StrEnum):
    FIRST = "first"
    LATER = "later"
    NEVER = "never"
    OTHER = "other"
    APART = "apart"


SECOND: Mapping[Design, Group] = {
    Design.WAVES: Group.LATER,
    Design.HOLDOUT: Group.NEVER,
    Design.WORDINGS: Group.OTHER,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Of one person in one step. `begins_at`: the planned moment, the same for both groups; `due_at`: when this person
    may get it, None: never; `reads_at`: when their time is over. `source`: how they came, "" when nobody knows."""

    citizen: CitizenId
    group: Group
    source: str
    begins_at: datetime
    due_at: datetime | None
    reads_at: datetime
