"""The control door of the stand-in, for tests that run it as its own process: POST /control, a JSON list of wishes.

    {"do": "say", "person": 1001, "text": "ouvrir plus tard"}       an act of a person (see `people.Person`)
    {"do": "inbox", "person": 1001}                                 what they see now
    {"do": "limits", "per_second": 30, "halts": 3}                  a switch (see `limits`, `world.Mischief`)
    {"do": "events", "after": 12, "within": 20}                     what happened since event 12; waits for the first

Each answer is {"result": …} or {"error": …}, in order. `token` names the bot when there are several.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.stand_ins.telegram.limits import MESSAGES, Fault, Limits, Trouble, most_in_a_second
from tests.stand_ins.telegram.world import BotAccount, Mischief, Shown

if TYPE_CHECKING:
    from tests.stand_ins.telegram.server import TelegramServer

Wish = dict[str, Any]
ACTS = frozenset(
    {
        "start",
        "say",
        "forward",
        "edit",
        "press",
        "forge",
        "send_voice",
        "send_video_note",
        "send_sticker",
        "send_photo",
        "send_video",
        "send_location",
        "send_document",
        "send_contact",
        "send_dice",
        "block",
        "unblock",
        "deactivate",
    }
)


async def act(server: "TelegramServer", wish: Wish) -> dict[str, Any]:
    """One wish. What a person cannot do (no such button) is an error in the answer, not of the server."""
    given = dict(wish)
    name = given.pop("do", "")
    bot = server.bots.get(given.pop("token", server.token), server.bot)
    try:
        if name == "add_bot":
            return {"result": server.add_bot(given["new_token"], given["username"]).id}
        if name in ("person", "inbox", "alerts") or name in ACTS:
            person = server.person(given.pop("person"), bot=bot, **(given if name == "person" else {}))
            if name == "person":
                return {"result": person.id}
            if name == "inbox":
                return {"result": [_as_json(shown) for shown in person.inbox]}
            if name == "alerts":
                return {"result": person.profile.alerts}
            return {"result": getattr(person, name)(**given)}
        result = SWITCHES[name](bot, given)
        return {"result": await result if isinstance(result, Awaitable) else result}
    except (LookupError, TypeError, ValueError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _set_limits(bot: BotAccount, given: Wish) -> None:
    bot.meter.limits = Limits(**given)


def _halt(bot: BotAccount, given: Wish) -> None:
    bot.meter.halt(given["seconds"], now=asyncio.get_running_loop().time(), chat=given.get("chat"))


def _script(bot: BotAccount, given: Wish) -> None:
    trouble = Trouble(given.pop("trouble"))
    bot.faults.script(Fault(trouble, frozenset(given.pop("methods", MESSAGES)), **given))


def _set_mischief(bot: BotAccount, given: Wish) -> None:
    bot.mischief = Mischief(**given)


async def _events(bot: BotAccount, given: Wish) -> list[dict[str, Any]]:
    after = given.get("after", 0)
    try:
        await bot.next_event(after, within=given.get("within", 20.0))
    except TimeoutError:
        return []
    return [asdict(event) for event in bot.events[after:]]


SWITCHES: dict[str, Callable[[BotAccount, Wish], Any]] = {
    "limits": _set_limits,
    "halt": _halt,
    "script": _script,
    "clear_faults": lambda bot, _: bot.faults.clear(),
    "mischief": _set_mischief,
    "push": lambda bot, given: bot.push(given["kind"], given["content"]),
    "push_again": lambda bot, given: bot.push_again(given["update_id"]),
    "waits": lambda bot, _: bot.waits(),
    "handed": lambda bot, _: bot.handed,
    "last_update": lambda bot, _: max(bot.history, default=0),
    "commands": lambda bot, _: {f"{scope}/{code}": given for (scope, code), given in bot.commands.items()},
    "calls": lambda bot, given: [asdict(call) for call in bot.calls[given.get("after", 0) :]],
    "most_in_a_second": lambda bot, given: most_in_a_second(bot.calls, chat=given.get("chat")),
    "events": _events,
}


def _as_json(shown: Shown) -> dict[str, Any]:
    return {
        "message_id": shown.message_id,
        "text": shown.text,
        "labels": shown.labels,
        "data": [[button.get("callback_data") for button in row] for row in shown.buttons],
        "edits": shown.edits,
    }
