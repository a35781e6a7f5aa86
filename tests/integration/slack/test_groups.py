"""Roles from Slack's user groups, asked of the strict stand-in."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bots.slack.service import REMEMBERED
from core.model.ids import AccountId
from core.model.messages import Card
from core.model.staff import Actor, Role
from tests.integration.slack.conftest import ROOM, Desk, Lookups, Opened, WallClock
from tests.stand_ins.slack.server import SlackServer

ROLES = {"S0ORGANISE": Role.ORGANISER, "S0MODERATE": Role.MODERATOR}


class LaterClock(WallClock):
    """The server's clock, and what a test adds to it."""

    later = timedelta()

    def now(self) -> datetime:
        return super().now() + self.later


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


async def roles_of(server: SlackServer, opened: Opened, *users: str, roles: Mapping[str, Role] = ROLES) -> list[Role]:
    seen = Seen()
    async with opened(desk=Town(), lookups=seen, roles=roles):
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


async def test_a_guest_reads_until_somebody_gives_them_a_role(server: SlackServer, opened: Opened) -> None:
    for user in ("U1", "U7"):
        server.member(user, guest=True)
    assert await roles_of(server, opened, "U1", "U2", "U7", roles={}) == [Role.READER, Role.MODERATOR, Role.OWNER]
    server.world.groups = {"S0MODERATE": {"U1"}}
    assert await roles_of(server, opened, "U1") == [Role.MODERATOR]


async def test_what_slack_tells_of_a_person_is_asked_again_after_a_while(server: SlackServer, opened: Opened) -> None:
    seen, clock = Seen(), LaterClock(server)
    anna = server.member("U1", guest=True)
    async with opened(desk=Town(), lookups=seen, clock=clock):
        for guest in (True, False, False):
            server.world.people["U1"].guest = guest
            asked = await anna.command("/porte-voix", "export", channel=ROOM.external_id)
            await asked.sees("vous seul le voyez")
            if not guest:
                clock.later += REMEMBERED
    assert seen.roles == [Role.READER, Role.READER, Role.MODERATOR]


async def test_without_an_answer_nobody_gets_a_role_that_was_never_seen(server: SlackServer, opened: Opened) -> None:
    server.world.groups = {"S0ORGANISE": {"U1"}}
    server.scopes.discard("usergroups:read")
    assert await roles_of(server, opened, "U1") == [Role.READER]
