"""One bot from start to stop: `async with open_telegram(…) as telegram`, then `telegram.run(stop)` in the task group.

open: connect ─▶ getMe (is the token right?) ─▶ commands in every language
run:  polling: Poller.poll            webhook: setWebhook, then `telegram.route` does the work
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from starlette.routing import Route
from telegram.error import BadRequest, InvalidToken, TelegramError

from bots.telegram.api import Api
from bots.telegram.channel import TelegramChannel
from bots.telegram.ingress import POLL_SECONDS, Poller, token_refused
from bots.telegram.taps import Taps
from bots.telegram.webhook import set_webhook, webhook_route
from core.model.errors import ChannelError, PlatformUnreachable, SettingsError
from core.model.ids import AccountId
from core.work.ports import Clock, Inbox

log = logging.getLogger(__name__)

BASE_URL = "https://api.telegram.org"
TRIES_AT_START = 5

Mode = Literal["polling", "webhook"]
Commands = Mapping[str, Sequence[tuple[str, str]]]
"""Language → (command without "/", description). The first language also serves people whose language is not there."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as the platform names it. Links are https://t.me/USERNAME?start=SOURCE."""

    id: int
    username: str
    name: str


class Telegram:
    """What runs. `route` is there in webhook mode only: mount it in the web application."""

    def __init__(
        self, me: Me, channel: TelegramChannel, taps: Taps, poller: Poller | None, hook: "_Hook | None"
    ) -> None:
        self.me = me
        self.channel = channel
        self._taps = taps
        self._poller = poller
        self._hook = hook

    @property
    def route(self) -> Route | None:
        return self._hook.route if self._hook else None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. Raises ChannelError when the platform refuses us as a whole, PlatformUnreachable when it does
        not take the webhook just now."""
        answering = asyncio.create_task(self._taps.run())
        try:
            if self._poller:
                await self._poller.poll(stop)
            elif self._hook:
                await self._hook.announce()
                await stop.wait()
        finally:
            answering.cancel()
            await asyncio.wait((answering,))
            if not answering.cancelled():
                log.error("button presses were no longer answered", exc_info=answering.exception())


@dataclass(frozen=True, slots=True)
class _Hook:
    api: Api
    url: str
    secret: str
    route: Route

    async def announce(self) -> None:
        try:
            await set_webhook(self.api, self.url, self.secret)
        except BadRequest as error:
            raise ChannelError(
                f"Telegram does not take the webhook ({error.message}): look at TELEGRAM_WEBHOOK_URL (https, a public"
                " name) and TELEGRAM_WEBHOOK_SECRET (letters, digits, _ and -)",
                "error.webhook",
                why=error.message,
            ) from None
        except InvalidToken:
            raise token_refused() from None
        except TelegramError as error:  # too many calls just now, or the network: it is tried again
            raise _silent(error) from None


@asynccontextmanager
async def open_telegram(
    *,
    token: str,
    account: AccountId,
    inbox: Inbox,
    clock: Clock,
    base_url: str = BASE_URL,
    mode: Mode = "polling",
    webhook_url: str = "",
    webhook_secret: str = "",
    commands: Commands | None = None,
    poll_seconds: int = POLL_SECONDS,
) -> AsyncIterator[Telegram]:
    """Connects one bot. `webhook_url`'s path is where `route` listens.

    Raises ChannelError when the token is refused, PlatformUnreachable when nobody answers, SettingsError when the
    webhook has no URL or no secret.
    """
    api = Api(token, base_url)
    taps = Taps(api)
    poller = Poller(api, inbox, account, clock, taps, poll_seconds=poll_seconds) if mode == "polling" else None
    hook = None if poller else _hook(api, webhook_url, webhook_secret, inbox, account, clock, taps)
    await api.connect()
    try:
        me = await _introduced(api, clock)
        await _publish(api, commands or {})
        yield Telegram(me, TelegramChannel(api), taps, poller, hook)
    finally:
        await api.disconnect()


def _hook(api: Api, url: str, secret: str, inbox: Inbox, account: AccountId, clock: Clock, taps: Taps) -> _Hook:
    path = urlsplit(url).path
    if len(path) < 2:
        raise SettingsError(
            "TELEGRAM_WEBHOOK_URL must be the public address with a path, such as https://bot.ville.example/telegram",
            "error.webhook_url",
        )
    return _Hook(api, url, secret, webhook_route(path, secret, inbox, account, clock, taps))


async def _introduced(api: Api, clock: Clock) -> Me:
    for attempt in range(1, TRIES_AT_START + 1):
        try:
            me = await api.call("getMe")
        except InvalidToken:
            raise token_refused() from None
        except TelegramError as error:
            if attempt == TRIES_AT_START:
                raise _silent(error) from None
            await clock.sleep(2.0 ** (attempt - 1))
        else:
            return Me(int(me["id"]), str(me.get("username", "")), str(me.get("first_name", "")))
    raise AssertionError("unreachable: the last attempt returns or raises")


def _silent(error: TelegramError) -> PlatformUnreachable:
    return PlatformUnreachable(
        f"Telegram cannot be reached ({type(error).__name__}): look at the network, and at TELEGRAM_API_BASE_URL if you"
        " set it",
        "error.telegram_silent",
    )


async def _publish(api: Api, commands: Commands) -> None:
    """The menu of commands, in each language and for everybody else. The bot works without it: failures are logged."""
    for index, (language, entries) in enumerate(commands.items()):
        listed = [{"command": name.removeprefix("/"), "description": said} for name, said in entries]
        try:
            if index == 0:
                await api.call("setMyCommands", commands=listed)
            await api.call("setMyCommands", commands=listed, language_code=language)
        except TelegramError as error:
            log.warning("the menu of commands in %r was not set (%s)", language, type(error).__name__)
