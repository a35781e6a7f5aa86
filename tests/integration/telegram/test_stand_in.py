"""The stand-in refuses what the platform refuses, and hands updates out as the platform does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
import telegram

from tests.integration.telegram.conftest import until
from tests.stand_ins.telegram.limits import Limits, most_in_a_second
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.remote import running
from tests.stand_ins.telegram.server import TelegramServer
from tests.stand_ins.telegram.world import Mischief, Shown

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
BUTTON = {"text": "Oui", "callback_data": "y"}


@pytest.fixture
async def ask(server: TelegramServer) -> AsyncIterator[Ask]:
    """Any method with any JSON: the status and the answer."""
    async with aiohttp.ClientSession() as session:

        async def one(method: str, token: str = server.token, **given: Any) -> tuple[int, dict[str, Any]]:
            async with session.post(f"{server.url}/bot{token}/{method}", json=given) as response:
                return response.status, await response.json()

        yield one


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


# ── strict ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "code", "description"),
    [
        ({"text": ""}, 400, "Bad Request: message text is empty"),
        ({"text": "\n \u200b"}, 400, "Bad Request: text must be non-empty"),
        ({"text": "é" * 4097}, 400, "Bad Request: message is too long"),
        ({"text": "🏊" * 2049}, 400, "Bad Request: message is too long"),
        ({"text": "x", "chat_id": 404}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": ""}, 400, "Bad Request: chat_id is empty"),
        ({"text": "x", "parse_mode": "Markdown"}, 400, "Bad Request: unsupported parse_mode"),
        (
            {"text": "é<b>x", "parse_mode": "HTML"},
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "é<div>x</div>", "parse_mode": "HTML"},
            400,
            'Bad Request: can\'t parse entities: Unsupported start tag "div" at byte offset 2',
        ),
        (
            {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
            400,
            'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        (
            {"text": "x</b>", "parse_mode": "HTML"},
            400,
            "Bad Request: can't parse entities: Unexpected end tag at byte offset 1",
        ),
        (
            {"text": "1 < 2", "parse_mode": "HTML"},
            400,
            "Bad Request: can't parse entities: Unclosed start tag at byte offset 2",
        ),
        (
            {"text": "x", "reply_markup": keyboard(BUTTON | {"callback_data": "x" * 65})},
            400,
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": "Oui"})},
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"callback_data": "y"})},
            400,
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ({"text": "x", "reply_markup": keyboard(*[BUTTON] * 101)}, 400, "Bad Request: reply markup is too long"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[BUTTON] * 9]}},
            400,
            "Bad Request: reply markup is too long",
        ),
        ({"text": "x", "reply_markup": "{"}, 400, "Bad Request: can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": [1]}, 400, "Bad Request: object expected as reply markup"),
    ],
)
async def test_what_the_platform_refuses_is_refused(
    ask: Ask, anna: Person, given: dict[str, Any], code: int, description: str
) -> None:
    status, answer = await ask("sendMessage", **({"chat_id": anna.id} | given))
    assert (status, answer) == (code, {"ok": False, "error_code": code, "description": description})
    assert anna.inbox == []


async def test_tokens_and_methods_are_checked(ask: Ask, server: TelegramServer) -> None:
    assert (await ask("getMe", token="nonsense"))[0] == 404
    assert (await ask("getMe", token=server.token[:-1] + "x"))[1]["description"] == "Unauthorized"
    assert (await ask("sendPigeon"))[0] == 404
    assert (await ask("GETME"))[0] == 200


async def test_nobody_is_written_to_who_did_not_come_or_left(ask: Ask, server: TelegramServer, anna: Person) -> None:
    stranger = server.person(5009)
    status, answer = await ask("sendMessage", chat_id=stranger.id, text="x")
    assert (status, answer["description"]) == (403, "Forbidden: bot can't initiate conversation with a user")
    anna.block()
    status, answer = await ask("sendMessage", chat_id=anna.id, text="x")
    assert (status, answer["description"]) == (403, "Forbidden: bot was blocked by the user")


async def test_edits_and_deletions_are_checked(ask: Ask, anna: Person) -> None:
    said = anna.say("à moi")
    sent = (await ask("sendMessage", chat_id=anna.id, text="x", reply_markup=keyboard(BUTTON)))[1]["result"][
        "message_id"
    ]

    async def described(method: str, number: int, **given: Any) -> str:
        return str((await ask(method, chat_id=anna.id, message_id=number, **given))[1].get("description", "ok"))

    assert await described("editMessageText", said, text="y") == "Bad Request: message can't be edited"
    assert await described("editMessageText", 999, text="y") == "Bad Request: message to edit not found"
    same = await described("editMessageText", sent, text="x", reply_markup=keyboard(BUTTON))
    assert same.startswith("Bad Request: message is not modified: specified new message content")
    assert await described("editMessageReplyMarkup", sent) == "ok"
    assert (await described("editMessageReplyMarkup", sent)).startswith("Bad Request: message is not modified")
    assert await described("deleteMessage", 999) == "Bad Request: message to delete not found"
    anna.last.too_old = True
    assert await described("deleteMessage", sent) == "Bad Request: message can't be deleted for everyone"
    anna.last.too_old = False
    assert await described("deleteMessage", sent) == "ok"
    assert await described("deleteMessage", sent) == "Bad Request: message to delete not found"


async def test_a_query_is_answered_once(ask: Ask, anna: Person) -> None:
    query = anna.forge("x", message_id=1)
    assert (await ask("answerCallbackQuery", callback_query_id=query))[0] == 200
    status, answer = await ask("answerCallbackQuery", callback_query_id=query)
    assert (status, "query is too old" in answer["description"]) == (400, True)


@pytest.mark.parametrize(
    ("command", "description"), [("Aide", "x"), ("a b", "x"), ("", "x"), ("aide", ""), ("aide", "x" * 257)]
)
async def test_commands_are_checked(ask: Ask, command: str, description: str) -> None:
    status, _ = await ask("setMyCommands", commands=[{"command": command, "description": description}])
    assert status == 400


# ── updates ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_updates_come_again_until_they_are_confirmed(ask: Ask, anna: Person) -> None:
    anna.say("deux")
    first = (await ask("getUpdates", limit=1))[1]["result"]
    assert [update["message"]["text"] for update in first] == ["/start"]
    assert (await ask("getUpdates", limit=1))[1]["result"] == first
    rest = (await ask("getUpdates", offset=first[0]["update_id"] + 1))[1]["result"]
    assert [update["message"]["text"] for update in rest] == ["deux"]
    assert (await ask("getUpdates", offset=rest[0]["update_id"] + 1))[1]["result"] == []


async def test_a_long_poll_ends_when_something_comes(ask: Ask, server: TelegramServer) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: server.bot.poll)
    server.person(5001).say("coucou")
    assert len((await poll)[1]["result"]) == 1


async def test_only_one_may_poll_and_none_beside_a_webhook(ask: Ask, server: TelegramServer) -> None:
    first = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: server.bot.poll)
    assert (await ask("getUpdates"))[0] == 200
    status, answer = await first
    assert status == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
    await ask("setWebhook", url="https://ville.example/telegram")
    assert (await ask("getUpdates"))[0] == 409


async def test_unwanted_kinds_do_not_come(ask: Ask, server: TelegramServer, anna: Person) -> None:
    await ask("getUpdates", allowed_updates=["message"])
    anna.block()
    assert [set(update) for update in (await ask("getUpdates"))[1]["result"]] == [{"update_id", "message"}]


async def test_mischief_repeats_and_shuffles_but_loses_nothing(ask: Ask, server: TelegramServer, anna: Person) -> None:
    server.bot.mischief = Mischief(twice=1.0, shuffled=True)
    for number in range(9):
        anna.say(f"n° {number}")
    first = [update["update_id"] for update in (await ask("getUpdates"))[1]["result"]]
    second = [update["update_id"] for update in (await ask("getUpdates", offset=max(first) + 1))[1]["result"]]
    assert first != sorted(first)
    assert sorted(first) == sorted(second)


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_never_more_than_the_limit_in_any_second(ask: Ask, server: TelegramServer) -> None:
    server.bot.meter.limits = Limits(per_second=20, round_trip=0.01)
    people = [server.person(7000 + number) for number in range(60)]
    for person in people:
        person.start()
    answers = await asyncio.gather(*(ask("sendMessage", chat_id=person.id, text="x") for person in people))
    refused = [answer for status, answer in answers if status == 429]
    assert refused
    assert refused[0]["parameters"] == {"retry_after": 1}
    assert refused[0]["description"] == "Too Many Requests: retry after 1"
    assert most_in_a_second(server.bot.calls) <= 20
    assert sum(len(person.inbox) for person in people) == 60 - len(refused)


async def test_too_much_can_halt_the_whole_token(ask: Ask, server: TelegramServer, anna: Person) -> None:
    other = server.person(5002)
    other.start()
    server.bot.meter.limits = Limits(per_second=1, halts=60)
    statuses = [(await ask("sendMessage", chat_id=person.id, text="x"))[0] for person in (anna, anna, other)]
    assert statuses == [200, 429, 429]


# ── its own process ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_as_its_own_process_it_does_the_same() -> None:
    async with running() as server:
        await server.do_all(
            [
                {"do": "person", "person": 1, "first_name": "Anna", "language_code": "en"},
                *({"do": "start", "person": number, "payload": "affiche"} for number in range(1, 201)),
                {"do": "limits", "per_second": 1000},
                {"do": "script", "trouble": "status", "status": 502, "methods": ["sendMessage"], "chat": 2},
            ]
        )
        assert await server.do("waits") == 200
        async with telegram.Bot(server.token, base_url=f"{server.url}/bot") as bot:
            updates = await bot.get_updates()
            assert updates[0].effective_user is not None
            assert updates[0].effective_user.language_code == "en"
            with pytest.raises(telegram.error.NetworkError):
                await bot.send_message(2, "raté")
            markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Oui", callback_data="y")]])
            waiting = asyncio.create_task(server.events(after=0))
            await bot.send_message(1, "Prêt ?", reply_markup=markup)
        events = await waiting
        assert [(event["kind"], event["chat"], event["labels"]) for event in events] == [("sent", 1, [["Oui"]])]
        anna = server.person(1)
        assert (await anna.inbox())[0]["data"] == [["y"]]
        await anna.do("press", label_or_data="Oui")
        assert await server.do("waits") == 201
        assert await server.do("most_in_a_second") == 1
        with pytest.raises(RuntimeError, match="no message shows this button"):
            await anna.do("press", label_or_data="Non")


async def test_people_see_what_is_there_now(ask: Ask, anna: Person) -> None:
    await ask("sendMessage", chat_id=anna.id, text="un", reply_markup=keyboard(BUTTON))
    await ask("sendMessage", chat_id=anna.id, text="deux", reply_markup=keyboard(BUTTON))
    newest = await anna.sees_text("deux")
    assert isinstance(newest, Shown)
    anna.press("Oui")
    update = (await ask("getUpdates", offset=-1))[1]["result"][0]
    assert update["callback_query"]["message"]["message_id"] == newest.message_id
    with pytest.raises(LookupError):
        anna.press("Non")
