"""Roles from Slack's user groups, asked of the strict stand-in."""

from core.model.ids import AccountId
from core.model.messages import Card
from core.model.staff import Actor, Role
from tests.integration.slack.conftest import ROOM, Desk, Lookups, Opened
from tests.stand_ins.slack.server import SlackServer

ROLES = {"S0ORGANISE": Role.ORGANISER, "S0MODERATE": Role.MODERATOR}


class Town(Desk):
    """U7 is a member of staff, known by their e-mail address."""

    async def who(self, account: AccountId, staff: str, name: str, email: str) -> Actor:
        return Actor("member-7", Role.OWNER, name) if staff == "U7" else Actor(staff, Role.MODERATOR, name)


class Seen(Lookups):
    """Which role whoever asked for the export has."""

    def __init__(self) -> None:
        self.roles: list[Role] = []

    async def export(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | Lookups:
        self.roles.append(who.role)
        return self


async def roles_of(server: SlackServer, opened: Opened, *users: str) -> list[Role]:
    seen = Seen()
    async with opened(desk=Town(), lookups=seen, roles=ROLES):
        for user in users:
            asked = await server.member(user).command("/porte-voix", "export", channel=ROOM.external_id)
            await asked.sees("vous seul le voyez")
    return seen.roles


async def test_the_highest_role_of_their_groups_counts(server: SlackServer, opened: Opened) -> None:
    server.world.groups = {"S0ORGANISE": {"U1"}, "S0MODERATE": {"U1", "U2", "U7"}}
    assert await roles_of(server, opened, "U1", "U2", "U3", "U7") == [
        Role.ORGANISER,
        Role.MODERATOR,
        Role.READER,
        Role.OWNER,
    ]
    assert len(server.called("usergroups.users.list")) == len(ROLES), "asked once, then remembered for a while"


async def test_without_an_answer_nobody_gets_a_role_that_was_never_seen(server: SlackServer, opened: Opened) -> None:
    server.world.groups = {"S0ORGANISE": {"U1"}}
    server.scopes.discard("usergroups:read")
    assert await roles_of(server, opened, "U1") == [Role.READER]
