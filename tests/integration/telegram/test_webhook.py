"""The way in by webhook: the stand-in delivers to our real route, on a real server. What every way in promises is in
tests/contracts/test_ways_in.py."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette

from bots.telegram.api import Api
from bots.telegram.app import open_telegram
from bots.telegram.taps import Taps
from bots.telegram.webhook import HEADER, webhook_route
from core.model.errors import ChannelError, PlatformUnreachable, SettingsError
from tests.integration.telegram.conftest import ACCOUNT, KeptInbox, QuickClock, until
from tests.stand_ins.telegram.limits import Fault, Trouble
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.server import TelegramServer
from tests.stand_ins.telegram.world import Mischief

SECRET = "a-secret_of_32_letters_and_digits"


@asynccontextmanager
async def listening(application: Starlette, port: int) -> AsyncIterator[None]:
    settings = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    server = uvicorn.Server(settings)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def hooked(server: TelegramServer, inbox: KeptInbox, port: int) -> AsyncIterator[None]:
    """The whole bot in webhook mode, its route on a real server."""
    url = f"http://127.0.0.1:{port}/telegram/hook"
    stop = asyncio.Event()
    async with open_telegram(
        token=server.token,
        account=ACCOUNT,
        inbox=inbox,
        clock=QuickClock(),
        base_url=server.url,
        mode="webhook",
        webhook_url=url,
        webhook_secret=SECRET,
    ) as telegram:
        assert telegram.route is not None
        async with listening(Starlette(routes=[telegram.route]), port):
            running = asyncio.create_task(telegram.run(stop))
            yield
            stop.set()
            await running


async def test_updates_come_by_webhook_and_taps_are_answered(
    server: TelegramServer, inbox: KeptInbox, anna: Person, unused_tcp_port: int
) -> None:
    server.bot.mischief = Mischief(twice=0.3, shuffled=True)
    for number in range(60):
        anna.say(f"n° {number}")
    anna.forge("n:accept:1", message_id=3)
    async with hooked(server, inbox, unused_tcp_port):
        await inbox.holds(62)
        await until(lambda: anna.profile.alerts and not server.bot.anything())
    assert len(inbox.kept) == 62


async def test_a_url_that_the_platform_refuses_is_one_clear_sentence(server: TelegramServer, inbox: KeptInbox) -> None:
    async with open_telegram(
        token=server.token,
        account=ACCOUNT,
        inbox=inbox,
        clock=QuickClock(),
        base_url=server.url,
        mode="webhook",
        webhook_url="http://ville.example/telegram",
        webhook_secret=SECRET,
    ) as telegram:
        with pytest.raises(ChannelError, match="TELEGRAM_WEBHOOK_URL"):
            await telegram.run(asyncio.Event())


@pytest.mark.parametrize(
    "fault",
    [Fault(Trouble.REFUSE, status=429, parameters={"retry_after": 1}), Fault(Trouble.STATUS, status=502)],
    ids=["429", "502"],
)
async def test_a_platform_that_has_too_much_to_do_is_asked_again(
    server: TelegramServer, inbox: KeptInbox, fault: Fault
) -> None:
    fault.methods = frozenset({"setWebhook"})
    server.bot.faults.script(fault)
    async with open_telegram(
        token=server.token,
        account=ACCOUNT,
        inbox=inbox,
        clock=QuickClock(),
        base_url=server.url,
        mode="webhook",
        webhook_url="https://ville.example/telegram",
        webhook_secret=SECRET,
    ) as telegram:
        with pytest.raises(PlatformUnreachable):
            await telegram.run(asyncio.Event())


@pytest.mark.parametrize(("url", "secret"), [("https://ville.example", SECRET), ("https://ville.example/t", "")])
async def test_a_webhook_without_path_or_secret_is_refused_at_start(
    server: TelegramServer, inbox: KeptInbox, url: str, secret: str
) -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK"):
        async with open_telegram(
            token=server.token,
            account=ACCOUNT,
            inbox=inbox,
            clock=QuickClock(),
            base_url=server.url,
            mode="webhook",
            webhook_url=url,
            webhook_secret=secret,
        ):
            pass


@pytest.mark.parametrize("update", [{"update_id": 9, "poll": {}}, {"update_id": 9, "message": {"chat": {"id": -1}}}])
async def test_what_is_not_ours_is_acknowledged_and_not_kept(
    api: Api, inbox: KeptInbox, unused_tcp_port: int, update: object
) -> None:
    route = webhook_route("/telegram", SECRET, inbox, ACCOUNT, QuickClock(), Taps(api))
    async with listening(Starlette(routes=[route]), unused_tcp_port), aiohttp.ClientSession() as session:
        url, headers = f"http://127.0.0.1:{unused_tcp_port}/telegram", {HEADER: SECRET}
        async with session.post(url, json=update, headers=headers) as response:
            assert response.status == 200
    assert inbox.kept == {}
