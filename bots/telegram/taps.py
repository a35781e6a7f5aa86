"""Answers button presses so that the little clock on the button stops turning. It owes nothing: best effort, no rows.

A press is answered after its update is committed, in the background: the way in never waits for it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any

from telegram.error import TelegramError

from bots.telegram.api import Api

log = logging.getLogger(__name__)

WORKERS = 4
MOST_WAITING = 2000
"""More presses than this at once: the rest stay unanswered, and the platform stops the clock by itself."""


class Taps:
    """A bounded queue of presses and a few workers."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    def tapped(self, update: Mapping[str, Any]) -> None:
        """Queues the answer when `update` is a button press. Never waits."""
        query = update.get("callback_query")
        number = query.get("id") if isinstance(query, dict) else None
        if isinstance(number, str):
            with contextlib.suppress(asyncio.QueueFull):
                self._waiting.put_nowait(number)

    async def run(self) -> None:
        """Answers until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            number = await self._waiting.get()
            try:
                await self._api.call("answerCallbackQuery", callback_query_id=number)
            except TelegramError as error:  # too old after a stop, or the network: nobody is owed anything
                log.debug("a button press was not answered: %s", type(error).__name__)
