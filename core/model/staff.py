"""Staff: a partner's people, and what each of them may do.

reader ──▶ moderator ──▶ organiser ──▶ owner      each may do all that those before may

reader      reads: figures, masked contributions, deliveries
moderator   opens alerts, says what may be quoted
organiser   changes what is asked and when
owner       says who is staff
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.model.ids import MemberId, PartnerId


class Role(StrEnum):
    READER = "reader"
    MODERATOR = "moderator"
    ORGANISER = "organiser"
    OWNER = "owner"


RANK: Mapping[Role, int] = {Role.READER: 0, Role.MODERATOR: 1, Role.ORGANISER: 2, Role.OWNER: 3}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a partner's staff. `name`: unique among those of the partner. `email` "": none is known."""

    id: MemberId
    partner: PartnerId
    name: str
    email: str
    role: Role

    def may(self, least: Role) -> bool:
        """Whether this person may do what takes the role `least`."""
        return RANK[self.role] >= RANK[least]
