"""Socket Mode kept alive until told to stop.

The SDK reconnects by itself, but for ever with the address it was last given: once that address has expired during a
long outage, it never comes back. So whoever stays disconnected is replaced by a fresh client.
"""

import asyncio
import logging
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bots.slack.client import sdk_logger

PATIENCE = 60.0
CHECK = 5.0
PING = 10.0

_log = logging.getLogger(__name__)


async def keep_listening(app: AsyncApp, app_token: str, stop: asyncio.Event) -> None:
    """Listens until `stop` is set."""
    while not stop.is_set():
        await _listen_once(app, app_token, stop)
        if not stop.is_set():
            _log.warning("slack: no connection for %d seconds: starting afresh", PATIENCE)


async def _listen_once(app: AsyncApp, app_token: str, stop: asyncio.Event) -> None:
    """Returns when `stop` is set, or when there has been no connection for `PATIENCE` seconds."""
    handler = AsyncSocketModeHandler(app, app_token, logger=sdk_logger(), web_client=app.client, ping_interval=PING)
    handler.client.proxy = app.client.proxy
    connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]  # the SDK says no types here
    try:
        lost_for = 0.0
        while lost_for < PATIENCE:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), CHECK)
                return
            lost_for = 0.0 if await handler.client.is_connected() else lost_for + CHECK
    finally:
        await _close(handler, connecting)


async def _close(handler: AsyncSocketModeHandler, connecting: "asyncio.Task[None]") -> None:
    """The SDK cancels its tasks and leaves: wait for them, so that nothing of them outlives us."""
    client = handler.client
    connecting.cancel()
    await handler.close_async()  # type: ignore[no-untyped-call]  # nor here
    loops = (connecting, client.message_processor, client.current_session_monitor, client.message_receiver)
    await asyncio.gather(*(each for each in loops if each is not None), return_exceptions=True)
