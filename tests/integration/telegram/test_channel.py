"""What Telegram alone does to a sending, with the real library over a real connection; what every channel promises is
in tests/contracts/test_channels.py."""

import asyncio
import logging

import pytest

from bots.telegram.api import Api
from bots.telegram.channel import TelegramChannel
from core.model.messages import (
    Button,
    Halted,
    Message,
    Moved,
    NotSent,
    Rejected,
    Sent,
    Uncertain,
    Unreachable,
)
from tests.integration.telegram.conftest import address
from tests.stand_ins.telegram.limits import Fault, Limits, Trouble
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.server import TOKEN, TelegramServer

ROWS = ((Button("Chaque semaine", "q1:weekly:1"), Button("Parfois", "q1:sometimes:1")), (Button("Passer", "q1::1"),))


async def test_the_longest_text_is_shown_whole(channel: TelegramChannel, anna: Person) -> None:
    longest = "🏊" * 2048
    assert isinstance(await channel.send(address(anna), Message(longest)), Sent)
    assert anna.texts == [longest]


async def test_a_text_that_is_too_long_is_cut_and_said_in_the_log(
    channel: TelegramChannel, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = await channel.send(address(anna), Message("secret " * 1000, reference="delivery-7"))
    assert isinstance(outcome, Sent)
    assert anna.last.text.endswith("…")
    assert "delivery-7" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("text", "label", "action"),
    [(" ", "a", "a"), ("x", "", "a"), ("x", "a", ""), ("x", "a", "é" * 33)],
    ids=["no text", "no label", "no action", "66 bytes"],
)
async def test_what_the_platform_never_takes_is_rejected(
    channel: TelegramChannel, anna: Person, text: str, label: str, action: str
) -> None:
    message = Message(text, ((Button(label, action),),))
    assert isinstance(await channel.send(address(anna), message), Rejected)
    assert anna.inbox == []


async def test_who_blocked_or_left_or_never_came_is_unreachable(
    server: TelegramServer, channel: TelegramChannel, anna: Person
) -> None:
    anna.block()
    gone = server.person(5002)
    gone.start()
    gone.deactivate()
    stranger = server.person(5003)
    for who in (anna, gone, stranger, address(99)):
        where = address(who) if isinstance(who, Person) else who
        assert isinstance(await channel.send(where, Message("Bonjour")), Unreachable)
    anna.start()
    assert isinstance(await channel.send(address(anna), Message("Bonjour")), Sent)


async def test_a_group_that_moved_gives_its_new_number(server: TelegramServer, channel: TelegramChannel) -> None:
    server.group(-42, became=-10042)
    assert await channel.send(address(-42), Message("Bonjour")) == Moved("-10042")


async def test_limits_refuse_what_is_too_much(server: TelegramServer, channel: TelegramChannel, anna: Person) -> None:
    server.bot.meter.limits = Limits(per_chat=2, chat_halts=60)
    outcomes = [await channel.send(address(anna), Message(f"n° {n}")) for n in range(3)]
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent, Halted]


async def test_429_without_a_number_is_a_halt_too(
    server: TelegramServer, channel: TelegramChannel, anna: Person
) -> None:
    server.bot.faults.script(Fault(Trouble.STATUS, status=429))
    assert isinstance(await channel.send(address(anna), Message("Bonjour")), Halted)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 407])
async def test_the_page_of_a_proxy_is_not_taken_for_what_telegram_says_of_a_person(
    server: TelegramServer, channel: TelegramChannel, anna: Person, status: int
) -> None:
    server.bot.faults.script(Fault(Trouble.STATUS, status=status))
    outcome = await channel.send(address(anna), Message("Bonjour"))
    assert outcome == NotSent(f"something before the Bot API refuses with status {status}")


async def test_an_answer_of_somebody_else_with_status_200_is_uncertain(
    server: TelegramServer, channel: TelegramChannel, anna: Person
) -> None:
    server.bot.faults.script(Fault(Trouble.STRANGE))
    assert isinstance(await channel.send(address(anna), Message("Bonjour")), Uncertain)


async def test_a_connection_lost_before_anything_was_done_is_uncertain_all_the_same(
    server: TelegramServer, channel: TelegramChannel, anna: Person
) -> None:
    server.bot.faults.script(Fault(Trouble.DROP_BEFORE))
    assert isinstance(await channel.send(address(anna), Message("Bonjour")), Uncertain)
    assert anna.inbox == []


async def test_no_free_connection_is_certainly_not_sent(server: TelegramServer, impatient: Api, anna: Person) -> None:
    server.bot.faults.script(Fault(Trouble.SILENT_AFTER))
    channel = TelegramChannel(impatient)
    first = asyncio.create_task(channel.send(address(anna), Message("un")))
    await anna.sees(1)
    second = await channel.send(address(anna), Message("deux"))
    assert isinstance(second, NotSent)
    assert isinstance(await first, Uncertain)
    assert anna.texts == ["un"]


async def test_what_is_asked_of_a_closed_connection_is_certainly_not_sent(server: TelegramServer) -> None:
    api = Api(TOKEN, server.url, connections=1)
    await api.connect()
    await api.disconnect()
    assert isinstance(await TelegramChannel(api).send(address(5001), Message("Bonjour")), NotSent)


async def test_a_refused_token_makes_everything_wait(
    server: TelegramServer, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    token = TOKEN[:-2] + "99"
    api = Api(token, server.url, connections=1)
    await api.connect()
    try:
        assert isinstance(await TelegramChannel(api).send(address(anna), Message("Bonjour")), Halted)
    finally:
        await api.disconnect()
    assert "TELEGRAM_BOT_TOKEN" in caplog.text


async def test_neither_logs_nor_reprs_nor_errors_hold_the_token_or_the_words(
    server: TelegramServer, impatient: Api, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = TelegramChannel(impatient)
    outcomes = [await channel.send(address(anna), Message("mon secret"))]
    for trouble in Trouble:
        server.bot.faults.script(Fault(trouble, seconds=1))
        outcomes.append(await channel.send(address(anna), Message("mon secret")))
    seen = " ".join([caplog.text, repr(impatient), repr(channel), str(outcomes)])
    for secret in (server.token, server.token.split(":")[1], "mon secret", str(anna.id)):
        assert secret not in seen
