"""Staff: a partner's people, and which role each of them has. What a role may do: `core/rules/permissions.py`.

reader ──▶ moderator ──▶ organiser ──▶ owner      each may do all that those before may

reader      reads: figures, masked contributions
moderator   opens alerts, says what may be quoted, takes charge, sorts, hides
organiser   changes what is asked and when, answers topics, takes data along
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


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something now: a member on the organisers' pages, or somebody in the partner's Slack.

    `id`: the member's, or Slack's id of a person who is no member. `name` "": not known.
    """

    id: str
    role: Role
    name: str = ""

    def may(self, least: Role) -> bool:
        return RANK[self.role] >= RANK[least]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff, as a message keeps them until it leaves. `member`: whose name is looked up then, so that
    whoever was removed meanwhile is named nowhere; "" for who is no member: `name`, as Slack says it. Both "": unknown.
    """

    member: str = ""
    name: str = ""


NOBODY_KNOWN = Colleague()
