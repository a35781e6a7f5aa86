"""A contribution: what a citizen says to an open question, in one or several messages, as one whole.

    open ──▶ received ──▶ read ◀─▶ hidden      (urgent words; or staff hid it, and may show it again)
      ▲         │ ▲        │
      └─────────┘ └────────┘     (another part or an edit arrives: masked and tagged again)
                └──▶ untaggable

`open`: parts may still come. `received`: whole, not yet masked: nobody reads it. `read`: masked and tagged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import CitizenId, ConsultationId, ContributionId, DialogueId


class ContributionState(StrEnum):
    OPEN = "open"
    RECEIVED = "received"
    READ = "read"
    UNTAGGABLE = "untaggable"
    HIDDEN = "hidden"


class Hidden(StrEnum):
    """Why staff hid a contribution. `person`: somebody can be recognised in it. `elsewhere`: it is about something
    else. Its author keeps it, may change it, and is told what became of its topic."""

    PERSON = "person"
    INSULT = "insult"
    ADVERTISING = "advertising"
    ELSEWHERE = "elsewhere"


class By(StrEnum):
    """Who said that a contribution is about a topic."""

    TAGGER = "tagger"
    CITIZEN = "citizen"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Tag:
    """`score` is in [0, 1]; 1.0 when a person said it. `words`: those of the masked text that spoke for it, the
    strongest first, when the tagger said it."""

    topic: str
    score: float
    by: By
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """`text` is the masked whole, None until it has been masked. `parts`: how many messages it came in.

    `redirected`: it was urgent or not for this consultation, answered at once, and counts in no figure.
    """

    id: ContributionId
    consultation: ConsultationId
    question: str
    citizen: CitizenId | None
    dialogue: DialogueId | None
    channel: str
    source: str
    language: str
    received_at: datetime
    state: ContributionState
    text: str | None
    parts: int
    tags: tuple[Tag, ...] = ()
    flags: tuple[str, ...] = ()
    redirected: bool = False


def effective(found: Sequence[Tag]) -> tuple[Tag, ...]:
    """The tags that count: staff's word before the citizen's, the citizen's before the tagger's. () = à classer."""
    for by in (By.STAFF, By.CITIZEN, By.TAGGER):
        said = tuple(tag for tag in found if tag.by is by)
        if said:
            return tuple(tag for tag in said if tag.topic)
    return ()
