"""The way in by long polling: written down and committed first, confirmed to the platform only then.

    getUpdates(offset) ──▶ inbox.accept (committed) ──▶ offset moves ──▶ the next getUpdates confirms
          ▲                                                                      │
          └── the program may die anywhere: what was not confirmed comes again ──┘

python-telegram-bot's own loop confirms what it has only queued in memory: one kill lost 256 of 300 updates.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from telegram.error import Conflict, InvalidToken, TelegramError

from bots.telegram.api import Api
from bots.telegram.decode import KINDS, chat_of, interpret, update_id
from bots.telegram.outcomes import TooMany
from bots.telegram.taps import Taps
from core.model.errors import ChannelError, StorageError
from core.model.ids import AccountId
from core.work.ports import Clock, Inbox, RawUpdate

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
POLL_SECONDS = 25
"""The platform answers sooner when something comes; networks cut silent connections after 30 s and more."""
CONFLICTS_BORNE = 10
CONFLICTS_BORNE_BY_A_NEWCOMER = 2
QUIET_POLLS = 5
"""So many polls in a row that nobody cut, and the other one is gone."""
LONGEST_PAUSE = 30.0

SECOND_POLLER = (
    "another program reads the messages of this Telegram bot: stop it, or give this one a bot of its own"
    " (TELEGRAM_BOT_TOKEN)"
)
WEBHOOK_SET = (
    "a webhook was set for this Telegram bot while it was polling: remove it, or set TELEGRAM_MODE=webhook"
    " and TELEGRAM_WEBHOOK_URL"
)


def token_refused() -> ChannelError:
    return ChannelError(
        "Telegram refuses the token: put the one from @BotFather into TELEGRAM_BOT_TOKEN", "error.telegram_token"
    )


class Poller:
    """Reads one bot's updates. Its offset lives in memory only: the platform keeps what is not confirmed."""

    def __init__(
        self,
        api: Api,
        inbox: Inbox,
        account: AccountId,
        clock: Clock,
        taps: Taps,
        *,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        self._api = api
        self._inbox = inbox
        self._account = account
        self._clock = clock
        self._taps = taps
        self._poll_seconds = poll_seconds
        self._offset = 0
        self._established = False
        self._conflicts = 0
        self._quiet_polls = 0

    async def poll(self, stop: asyncio.Event) -> None:
        """Runs until `stop`. Raises ChannelError when the platform refuses us as a whole; else it waits and goes on."""
        failures = 0
        cleared = False
        while not stop.is_set():
            try:
                if not cleared:
                    await self._clear_webhook()
                    cleared = True
                updates = await self._fetch(stop)
                await self._take(updates)
                failures = 0
                self._undisturbed()
            except Conflict as error:
                self._bear(error)
                await self._pause(1.0, stop)
            except InvalidToken:
                raise token_refused() from None
            except (TelegramError, StorageError) as error:
                failures += 1
                wait = _wait(error, failures)
                log.warning("no updates from Telegram (%s): again in %.0f s", type(error).__name__, wait)
                await self._pause(wait, stop)

    async def _fetch(self, stop: asyncio.Event) -> Sequence[Mapping[str, Any]]:
        """The next updates; none when `stop` comes first (what was on its way is not confirmed: it comes again).
        Raises TelegramError for anything else, as whoever stands between us and the platform may say it."""
        fetching = asyncio.ensure_future(
            self._api.call(
                "getUpdates",
                read_seconds=self._poll_seconds + 10.0,
                offset=self._offset or None,
                limit=MOST_AT_ONCE,
                timeout=self._poll_seconds,
                allowed_updates=list(KINDS),
            )
        )
        found = await _unless(stop, fetching)
        if found is None and stop.is_set():
            return ()
        if not isinstance(found, list) or not all(isinstance(update, dict) for update in found):
            raise TelegramError("the answer holds no updates")
        return found

    async def _take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Commits, then moves the offset. What nobody will answer (groups, service messages) only moves the offset."""
        if not updates:
            return
        ours = [row for update in updates if (row := self.row(update))]
        if ours:
            await self._inbox.accept(ours)
        numbers = [number for update in updates if (number := update_id(update)) is not None]
        self._offset = max([self._offset, *(number + 1 for number in numbers)])
        for update in updates:
            self._taps.tapped(update)

    def row(self, update: Mapping[str, Any]) -> RawUpdate | None:
        number = update_id(update)
        if number is None or interpret(update) is None:
            return None
        return RawUpdate(self._account, str(number), chat_of(update), _as_bytes(update), self._clock.now())

    async def _clear_webhook(self) -> None:
        info = await self._api.call("getWebhookInfo")
        if isinstance(info, dict) and info.get("url"):
            log.warning("a webhook was set for this bot: removed, because TELEGRAM_MODE is polling")
            await self._api.call("deleteWebhook")

    def _undisturbed(self) -> None:
        self._quiet_polls += 1
        if self._conflicts == 0 or self._quiet_polls >= QUIET_POLLS:
            self._established = True
            self._conflicts = 0

    def _bear(self, error: Conflict) -> None:
        """The platform cuts the older of two pollers. The newcomer gives way; who was here stands firm a while."""
        if "webhook" in error.message.lower():
            raise ChannelError(WEBHOOK_SET, "error.webhook_set") from None
        self._quiet_polls = 0
        self._conflicts += 1
        if self._conflicts > (CONFLICTS_BORNE if self._established else CONFLICTS_BORNE_BY_A_NEWCOMER):
            raise ChannelError(SECOND_POLLER, "error.second_poller") from None
        log.warning("another program tried to read the messages of this Telegram bot")

    async def _pause(self, seconds: float, stop: asyncio.Event) -> None:
        await _unless(stop, asyncio.ensure_future(self._clock.sleep(seconds)))


async def _unless(stop: asyncio.Event, task: "asyncio.Future[Any]") -> Any:
    """The result of `task`, or None, and the task cancelled, when `stop` comes first."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, stopping):
            if not each.done():
                each.cancel()
        await asyncio.wait((task, stopping))  # neither hides its own end nor swallows a cancellation of ours


def _wait(error: Exception, failures: int) -> float:
    """As long as the platform asks for, else 1 s, 2 s, 4 s … at most half a minute."""
    if isinstance(error, TooMany):
        return error.wait.total_seconds()
    return float(min(LONGEST_PAUSE, 2 ** min(failures - 1, 10)))


def _as_bytes(update: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(update)
    except orjson.JSONEncodeError:  # lone surrogates: the standard library writes them as escapes
        return json.dumps(update).encode()
