"""The durable way in: whatever dies between the platform and the inbox, every update is kept once. What every way in
promises is in tests/contracts/test_ways_in.py."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from bots.telegram.api import Api
from bots.telegram.app import open_telegram
from bots.telegram.decode import decode
from bots.telegram.ingress import Poller
from bots.telegram.taps import Taps
from core.model.errors import ChannelError
from core.model.messages import Button, Pressed, Sent
from core.model.messages import Message as Text
from core.work.ports import RawUpdate
from tests.integration.telegram.conftest import ACCOUNT, KeptInbox, QuickClock, address, until
from tests.stand_ins.telegram.limits import Fault, Trouble
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.server import TelegramServer
from tests.stand_ins.telegram.world import Mischief

GET_UPDATES = frozenset({"getUpdates"})


def poller(api: Api, inbox: KeptInbox) -> Poller:
    return Poller(api, inbox, ACCOUNT, QuickClock(), Taps(api))


@asynccontextmanager
async def polling(api: Api, inbox: KeptInbox) -> AsyncIterator["asyncio.Task[None]"]:
    """A poller at work; stopped as the program stops it."""
    stop = asyncio.Event()
    task = asyncio.create_task(poller(api, inbox).poll(stop))
    try:
        yield task
    finally:
        stop.set()
        await task


async def test_nothing_is_confirmed_before_it_is_committed(server: TelegramServer, api: Api, anna: Person) -> None:
    class SlowInbox(KeptInbox):
        """Commits, then the program dies before the platform hears of it."""

        committed = asyncio.Event()

        async def accept(self, updates: Sequence[RawUpdate]) -> int:
            new = await super().accept(updates)
            self.committed.set()
            await asyncio.Event().wait()
            return new

    for number in range(250):
        anna.say(f"n° {number}")
    slow = SlowInbox()
    task = asyncio.create_task(poller(api, slow).poll(asyncio.Event()))
    async with asyncio.timeout(20):
        await slow.committed.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert server.bot.waits() == 251
    inbox = KeptInbox()
    inbox.kept = dict(slow.kept)
    async with polling(api, inbox):
        rows = await inbox.holds(251)
        await until(lambda: server.bot.waits() == 0)
    assert sum(arrival in inbox.arrivals for _, arrival in slow.kept) == len(slow.kept) == 100
    assert [row.update_id for row in sorted(rows, key=lambda row: int(row.update_id))] == [
        str(number) for number in sorted(server.bot.history)
    ]


async def test_a_death_before_the_commit_loses_nothing(server: TelegramServer, api: Api, anna: Person) -> None:
    class DyingInbox(KeptInbox):
        async def accept(self, updates: Sequence[RawUpdate]) -> int:
            raise KeyError("a bug of ours, before the commit")

    with pytest.raises(KeyError):
        await poller(api, DyingInbox()).poll(asyncio.Event())
    inbox = KeptInbox()
    async with polling(api, inbox):
        await inbox.holds(1)


async def test_twice_and_shuffled_is_kept_once(server: TelegramServer, api: Api, inbox: KeptInbox) -> None:
    server.bot.mischief = Mischief(twice=0.5, shuffled=True)
    for number in range(300):
        server.person(6000 + number % 20).say(f"n° {number}")
    async with polling(api, inbox):
        await inbox.holds(300)
        await until(lambda: not server.bot.anything())
        await until(lambda: len(inbox.arrivals) > 300)
    assert len(inbox.kept) == 300
    server.bot.mischief = Mischief()


async def test_what_is_not_ours_is_confirmed_and_not_kept(
    server: TelegramServer, api: Api, inbox: KeptInbox, anna: Person
) -> None:
    group = {"id": -1, "title": "Quartier", "type": "group"}
    server.bot.push("message", {"message_id": 1, "date": 0, "chat": group, "text": "bonjour"})
    anna.say("oui")
    async with polling(api, inbox):
        await inbox.holds(2)
        await until(lambda: server.bot.waits() == 0)
    assert {row.chat for row in inbox.kept.values()} == {"5001"}


@pytest.mark.parametrize(
    "trouble", [Trouble.STATUS, Trouble.STATUS_AFTER, Trouble.DROP_BEFORE, Trouble.DROP_AFTER, Trouble.REFUSE]
)
async def test_trouble_on_the_line_passes(
    server: TelegramServer, api: Api, inbox: KeptInbox, anna: Person, trouble: Trouble
) -> None:
    server.bot.faults.script(Fault(trouble, GET_UPDATES | {"getWebhookInfo"}, times=4, status=502))
    async with polling(api, inbox):
        await inbox.holds(1)
        anna.say("encore là")
        await inbox.holds(2)


@pytest.mark.parametrize("trouble", [Trouble.STATUS, Trouble.STRANGE])
async def test_the_page_of_a_proxy_ends_nothing(
    server: TelegramServer, api: Api, inbox: KeptInbox, anna: Person, trouble: Trouble
) -> None:
    server.bot.faults.script(Fault(trouble, GET_UPDATES, status=404))
    async with polling(api, inbox):
        await inbox.holds(1)
        anna.say("encore là")
        await inbox.holds(2)


async def test_a_poll_that_hangs_ends_at_once_when_the_program_stops(api: Api, inbox: KeptInbox) -> None:
    async with asyncio.timeout(10), polling(api, inbox):
        await asyncio.sleep(0.05)


async def test_a_second_poller_gives_way_and_says_why(
    server: TelegramServer, api: Api, inbox: KeptInbox, anna: Person
) -> None:
    async with polling(api, inbox) as first:
        await inbox.holds(1)
        await until(lambda: server.bot.poll is not None and server.bot.waits() == 0)
        with pytest.raises(ChannelError, match="another program reads the messages of this Telegram bot"):
            await poller(api, KeptInbox()).poll(asyncio.Event())
        anna.say("toujours là ?")
        await inbox.holds(2)
        assert not first.done()


async def test_polling_removes_a_webhook_and_says_so(
    server: TelegramServer, api: Api, inbox: KeptInbox, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await api.call("setWebhook", url="https://autre.example/telegram")
    async with polling(api, inbox):
        await inbox.holds(1)
    assert server.bot.webhook.url == ""
    assert "a webhook was set for this bot: removed" in caplog.text


async def test_a_webhook_set_meanwhile_ends_the_polling(
    server: TelegramServer, api: Api, inbox: KeptInbox, anna: Person
) -> None:
    task = asyncio.create_task(poller(api, inbox).poll(asyncio.Event()))
    await inbox.holds(1)
    await until(lambda: server.bot.poll is not None)
    await api.call("setWebhook", url="https://autre.example/telegram")
    with pytest.raises(ChannelError, match="a webhook was set"):
        await task


async def test_a_whole_bot_opens_shows_its_commands_answers_taps_and_stops(
    server: TelegramServer, inbox: KeptInbox, clock: QuickClock, anna: Person
) -> None:
    commands = {"fr": [("aide", "Comment ça marche")], "en": [("/help", "How it works")]}
    stop = asyncio.Event()
    async with open_telegram(
        token=server.token, account=ACCOUNT, inbox=inbox, clock=clock, base_url=server.url, commands=commands
    ) as telegram:
        assert (telegram.me.id, telegram.me.username) == (server.bot.id, "porte_voix_bot")
        assert telegram.route is None
        running = asyncio.create_task(telegram.run(stop))
        sent = await telegram.channel.send(address(anna), Text("Prêt ?", ((Button("Oui", "n:accept:1"),),)))
        assert isinstance(sent, Sent)
        anna.press("Oui")
        rows = await inbox.holds(2)
        await until(lambda: anna.profile.alerts)
        stop.set()
        await running
    inbound = decode(rows[-1].raw)
    assert inbound is not None
    assert inbound.event == Pressed("n:accept:1", anna.last.message_id)
    assert {language: entries[0]["command"] for (_, language), entries in server.bot.commands.items()} == {
        "": "aide",
        "fr": "aide",
        "en": "help",
    }


async def test_an_unanswered_tap_hurts_nobody(
    server: TelegramServer, inbox: KeptInbox, clock: QuickClock, anna: Person
) -> None:
    server.bot.faults.script(Fault(Trouble.DROP_BEFORE, frozenset({"answerCallbackQuery"}), times=None))
    stop = asyncio.Event()
    async with open_telegram(
        token=server.token, account=ACCOUNT, inbox=inbox, clock=clock, base_url=server.url
    ) as telegram:
        running = asyncio.create_task(telegram.run(stop))
        anna.forge("n'importe quoi", message_id=4)
        anna.say("la suite")
        await inbox.holds(3)
        stop.set()
        await running


@pytest.mark.parametrize("token", ["700000001:AAStandInTokenStandInTokenStandIn-99", "nonsense"])
async def test_a_refused_token_is_one_clear_sentence(
    server: TelegramServer, inbox: KeptInbox, clock: QuickClock, token: str
) -> None:
    with pytest.raises(ChannelError, match="TELEGRAM_BOT_TOKEN") as caught:
        async with open_telegram(token=token, account=ACCOUNT, inbox=inbox, clock=clock, base_url=server.url):
            pass
    assert token not in str(caught.value)
    assert token not in "".join(traceback.format_exception(caught.value))


async def test_a_platform_that_cannot_be_reached_is_one_clear_sentence(
    inbox: KeptInbox, clock: QuickClock, unused_tcp_port: int
) -> None:
    with pytest.raises(ChannelError, match="cannot be reached"):
        async with open_telegram(
            token="700000001:AAStandInTokenStandInTokenStandIn-00",
            account=ACCOUNT,
            inbox=inbox,
            clock=clock,
            base_url=f"http://127.0.0.1:{unused_tcp_port}",
        ):
            pass
