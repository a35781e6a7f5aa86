"""Who of the staff took what in charge: a topic to answer, a flagged message, or a heap that waits for a person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import ConsultationId


class Heap(StrEnum):
    """What waits as a whole. `unsorted`: contributions of no topic. `review`: answers nobody said may be quoted.
    `uncertain`: messages that may have arrived or not. `change`: a file that waits for a second person."""

    UNSORTED = "unsorted"
    REVIEW = "review"
    UNCERTAIN = "uncertain"
    CHANGE = "change"


def topic_subject(topic: str) -> str:
    return f"topic:{topic}"


def alert_subject(alert: str) -> str:
    return f"alert:{alert}"


@dataclass(frozen=True, slots=True)
class Charge:
    """`subject`: one of the above. `by`: an id, as in the audit log; `name` "": not known, or gone."""

    consultation: ConsultationId
    subject: str
    by: str
    name: str
    at: datetime
