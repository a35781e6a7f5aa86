"""A follow-up: the official answer to a topic, or to some contributions: what was decided, when, by which service, why.

    received ──▶ under_study ──▶ kept | partly | not_kept
        │             ▲                  │
        │             └──────────────────┤      (a decision is opened again)
        └──▶ kept | partly | not_kept ───┘      (decided at once)
                       └──▶ done                (what was kept, or partly, has been carried out)

Nothing is ever overwritten: each step is a follow-up of its own, with its date, and the newest published one says where
a contribution stands. `received` is where everything begins: no follow-up says so. Who is told, and when, is another
machine: `core/model/publications.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.model.consultations import Text
from core.model.errors import NotAllowed
from core.model.ids import ConsultationId, ContributionId, FollowUpId
from core.model.publications import Publication


class Progress(StrEnum):
    RECEIVED = "received"
    UNDER_STUDY = "under_study"
    KEPT = "kept"
    PARTLY = "partly"
    NOT_KEPT = "not_kept"
    DONE = "done"


_DECIDED = frozenset({Progress.KEPT, Progress.PARTLY, Progress.NOT_KEPT})
ANSWERS = frozenset({*_DECIDED, Progress.DONE})
"""What those who are told are asked about some days later: does it answer you?"""
PROGRESS_MOVES: Mapping[Progress, frozenset[Progress]] = {
    Progress.RECEIVED: frozenset({Progress.UNDER_STUDY, *_DECIDED}),
    Progress.UNDER_STUDY: _DECIDED,
    Progress.KEPT: frozenset({Progress.UNDER_STUDY, Progress.DONE}),
    Progress.PARTLY: frozenset({Progress.UNDER_STUDY, Progress.DONE}),
    Progress.NOT_KEPT: frozenset({Progress.UNDER_STUDY}),
    Progress.DONE: frozenset(),
}

FOLLOW_UP_STEP = "follow_up:"
"""The step that deliveries of follow-ups name. No step of a file can have a colon in its id."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`topic` "": it answers the contributions it was made for. `text`: the words that go with it, the reason when
    nothing is kept. `author`: who wrote it, as an id, never a name. `people`: how many asked,
    counted before the first of them is told; 0 until then."""

    id: FollowUpId
    consultation: ConsultationId
    topic: str
    progress: Progress
    text: Text
    service: Text
    on: date
    author: str
    made_at: datetime
    publication: Publication = Publication.DRAFT
    publish_at: datetime | None = None
    published_at: datetime | None = None
    people: int = 0

    @property
    def public(self) -> bool:
        return self.publication in (Publication.PUBLISHED, Publication.TOLD)


def progressed(before: Progress, to: Progress) -> Progress:
    """`to`, when `PROGRESS_MOVES` knows the move. Raises `NotAllowed` with what may come next."""
    if to not in PROGRESS_MOVES[before]:
        possible = ", ".join(sorted(PROGRESS_MOVES[before])) or "–"
        raise NotAllowed(
            f"it is {before} already, so it cannot become {to}: possible now: {possible}",
            "error.progress",
            before=before.value,
            to=to.value,
            possible=possible,
        )
    return to


def standing(
    contribution: ContributionId,
    topics: Collection[str],
    newest_first: Sequence[FollowUp],
    named: Mapping[FollowUpId, Collection[ContributionId]],
) -> FollowUp | None:
    """The newest published follow-up that answers this contribution, None while there is none."""
    for each in newest_first:
        if each.public and (each.topic in topics if each.topic else contribution in named.get(each.id, ())):
            return each
    return None
