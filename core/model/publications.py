"""The publication of a follow-up: from a draft that only staff see to the message that everyone concerned is owed.

draft ◀──▶ scheduled
  │            │
  └────────────┴──▶ published ──▶ told      (each person who asked, and wants to know, is owed one message)
"""

from collections.abc import Mapping
from enum import StrEnum

from core.model.errors import NotAllowed


class Publication(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    TOLD = "told"


PUBLICATION_MOVES: Mapping[Publication, frozenset[Publication]] = {
    Publication.DRAFT: frozenset({Publication.SCHEDULED, Publication.PUBLISHED}),
    Publication.SCHEDULED: frozenset({Publication.DRAFT, Publication.SCHEDULED, Publication.PUBLISHED}),
    Publication.PUBLISHED: frozenset({Publication.TOLD}),
    Publication.TOLD: frozenset(),
}


def publication_moved(before: Publication, to: Publication) -> Publication:
    """`to`, when `PUBLICATION_MOVES` knows the move; else `NotAllowed`."""
    if to not in PUBLICATION_MOVES[before]:
        raise NotAllowed(
            "this follow-up is published already: a new decision is a new follow-up, `follow-up add`", "error.published"
        )
    return to
