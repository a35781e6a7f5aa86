"""Slack for one workspace: staff's commands and buttons in, answers out, and the channel that deliveries leave by.

    Socket Mode ──┐
                  ├──▶ slack-bolt ──▶ ack ──▶ decode ──▶ service ──▶ desk
    signed HTTP ──┘

Slack waits 3 seconds for the ack: it goes first, the work comes after.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.routing import Route

from bots.slack.campaigns import StaffCampaigns
from bots.slack.channel import SlackChannel
from bots.slack.client import SlackClient, open_session, sdk_logger, web_client
from bots.slack.decode import command_of, press_of
from bots.slack.desk import StaffDesk
from bots.slack.forms import FORM, submission_of
from bots.slack.groups import Groups
from bots.slack.home import EVENT, StaffHome, opened_of
from bots.slack.http import Door
from bots.slack.lookups import StaffLookups
from bots.slack.manifest import EVENTS_PATH
from bots.slack.seen import Seen
from bots.slack.service import LanguageOf, StaffService
from bots.slack.socket import keep_listening
from bots.slack.tokens import Mode, check_settings, introduce, try_app_token
from core.model.ids import AccountId
from core.model.staff import Role
from core.work.ports import Clock

REMEMBERED = timedelta(minutes=5)
ANY = re.compile(".*", re.DOTALL)


@asynccontextmanager
async def open_slack(
    *,
    bot_token: str,
    app_token: str,
    signing_secret: str,
    mode: Mode,
    account: AccountId,
    desk: StaffDesk,
    lookups: StaffLookups,
    home: StaffHome,
    campaigns: StaffCampaigns,
    clock: Clock,
    api_base_url: str = "",
    roles: Mapping[str, Role] | None = None,
    language: str = "fr",
    language_of: LanguageOf | None = None,
) -> AsyncIterator["Slack"]:
    """Slack, its tokens tried. Raises `ChannelError` with what to do, `PlatformUnreachable` when there is no network.

    `app_token` serves Socket Mode, `signing_secret` http mode. `api_base_url`: "" for Slack itself. `roles`: by the id
    of a user group. `language_of`: the language of a member id; by default the one they chose in Slack, or `language`.
    """
    check_settings(bot_token, app_token, signing_secret, mode)
    async with open_session() as session:
        client = web_client(session, bot_token, api_base_url)
        me = await introduce(client)
        if mode == "socket":
            await try_app_token(client, app_token)
        team = str(me.team_id)
        service = StaffService(
            client,
            session,
            team,
            account,
            desk,
            lookups,
            home,
            campaigns,
            Groups(client, roles or {}, clock),
            clock,
            language,
            language_of,
        )
        app = _bolt_app(client, me)
        slack = Slack(
            team,
            SlackChannel(client, bot=str(me.bot_user_id)),
            app,
            service,
            clock,
            app_token=app_token if mode == "socket" else "",
            door=Door(app, signing_secret, clock) if mode == "http" else None,
        )
        try:
            yield slack
        finally:
            await service.finish()


class Slack:
    """`channel`: what deliveries leave by. `team_id`: the workspace. Either `door` or `app_token` is the way in."""

    def __init__(
        self,
        team_id: str,
        channel: SlackChannel,
        app: AsyncApp,
        service: StaffService,
        clock: Clock,
        *,
        app_token: str,
        door: Door | None,
    ) -> None:
        self.team_id = team_id
        self.channel = channel
        self._app = app
        self._service = service
        self._clock = clock
        self._app_token = app_token
        self._door = door
        self._seen = Seen()
        app.command(ANY)(self._on_command)
        app.action(ANY)(self._on_action)
        app.event(EVENT)(self._on_home)
        app.view(FORM)(self._on_form)
        for other in (app.view, app.shortcut, app.event):
            other(ANY)(_on_other)

    def __repr__(self) -> str:
        return f"Slack(team_id={self.team_id!r})"

    def routes(self) -> list[Route]:
        """What the web server must serve in http mode; nothing in Socket Mode."""
        return [Route(EVENTS_PATH, self._door.receive, methods=["POST"])] if self._door else []

    async def run(self, stop: asyncio.Event) -> None:
        """Serves staff until `stop` is set; answers that are being written are finished, within a time limit."""
        try:
            if self._door is None:
                await keep_listening(self._app, self._app_token, stop)
            else:
                await stop.wait()
        finally:
            await self._service.finish()

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._service.start(command_of(body))

    async def _on_action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        press = press_of(body)
        now = self._clock.now()
        if press.action and self._seen.first(f"{press.trigger} {press.action}", until=now + REMEMBERED, now=now):
            self._service.start(press)

    async def _on_home(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if (opened := opened_of(body)) is not None:
            self._service.start(opened)

    async def _on_form(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The window says "one moment" with the ack itself; what became of it takes its place.

        A form that comes twice is answered twice, or the second ack would leave the window waiting: that it has one
        effect is the desk's care.
        """
        await ack(response_action="update", view=self._service.waiting(body))
        self._service.start(submission_of(body))


async def _on_other(ack: AsyncAck) -> None:
    """Slack wants an ack for whatever else the app's owner has switched on."""
    await ack()


def _bolt_app(client: SlackClient, me: AuthorizeResult) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return me

    bare = SlackClient(
        base_url=client.base_url, session=client.session, retry_handlers=[], logger=sdk_logger(), token=None
    )
    bare.proxy = client.proxy
    return AsyncApp(
        name="porte-voix",
        logger=sdk_logger(),
        client=bare,
        authorize=authorize,
        signing_secret="",
        request_verification_enabled=False,  # bots/slack/http.py checks more than bolt does
    )
