"""Roles from Slack's user groups: whoever is in a group that SLACK_ROLES names has its role.

    SLACK_ROLES=S0AB12=organiser,S0CD34=moderator ─▶ usergroups.users.list ─▶ the highest role of somebody's groups

With groups, whoever is in none of them only reads, unless their e-mail address is a member's. Slack is asked again
after a while; while it does not answer, what it said last counts, and nobody gets a role that was never seen.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bots.slack.client import SlackClient
from bots.slack.outcomes import NETWORK, SLACK, code_of
from core.model.staff import RANK, Actor, Role
from core.work.ports import Clock

REMEMBERED = timedelta(minutes=2)

_log = logging.getLogger(__name__)


class Groups:
    """`roles`: by the id of a user group. Empty: roles come from e-mail addresses alone."""

    def __init__(self, client: SlackClient, roles: Mapping[str, Role], clock: Clock) -> None:
        self._client = client
        self._roles = roles
        self._clock = clock
        self._people: dict[str, frozenset[str]] = {}
        self._asked_at: datetime | None = None

    async def placed(self, actor: Actor, user: str) -> Actor:
        """`actor` with the role that they have here. `user`: their Slack member id."""
        if not self._roles:
            return actor
        await self._ask_again()
        own = [role for group, role in self._roles.items() if user in self._people.get(group, ())]
        if actor.id != user:  # a member, known by their address
            own.append(actor.role)
        return replace(actor, role=max(own, key=RANK.__getitem__, default=Role.READER))

    async def _ask_again(self) -> None:
        now = self._clock.now()
        if self._asked_at is not None and now - self._asked_at < REMEMBERED:
            return
        self._asked_at = now
        for group in self._roles:
            try:
                answer = await self._client.usergroups_users_list(usergroup=group)
            except (*SLACK, *NETWORK) as error:
                why = code_of(error) or type(error).__name__
                _log.warning("slack: the people of the user group %s are not told: %s", group, why)
                continue
            self._people[group] = frozenset(map(str, answer.get("users") or ()))
