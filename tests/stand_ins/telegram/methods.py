"""The methods of the Bot API: parameters in, `result` out, `Refusal` for what the platform would refuse.

Here: what a bot sets up, and the table of them all. What it writes to people is in `messages`.
"""

import re
from collections.abc import Callable
from typing import Any

import orjson

from tests.stand_ins.telegram.messages import (
    Parameters,
    answer_callback_query,
    delete_message,
    edit_message_reply_markup,
    edit_message_text,
    get_chat,
    get_chat_member,
    send_chat_action,
    send_document,
    send_message,
)
from tests.stand_ins.telegram.refusals import Refusal, bad_request
from tests.stand_ins.telegram.world import BotAccount

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def set_my_commands(bot: BotAccount, given: Parameters) -> bool:
    commands = _json(given.get("commands"), list, "commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(given), _language(given)] = commands
    return True


def get_my_commands(bot: BotAccount, given: Parameters) -> list[dict[str, str]]:
    return bot.commands.get((_scope(given), _language(given)), [])


def delete_my_commands(bot: BotAccount, given: Parameters) -> bool:
    bot.commands.pop((_scope(given), _language(given)), None)
    return True


def _described(field: str, most: int) -> Callable[[BotAccount, Parameters], bool]:
    def method(bot: BotAccount, given: Parameters) -> bool:
        text = str(given.get(field, ""))
        if len(text) > most:
            raise bad_request(f"{field.upper()}_TOO_LONG")
        bot.descriptions[field, _language(given)] = text
        return True

    return method


def get_me(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    return bot.me() | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_webhook(bot: BotAccount, given: Parameters) -> bool:
    url = str(given.get("url", ""))
    secret = str(given.get("secret_token", ""))
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _forget_when_asked(bot, given)
    allow(bot, given)
    bot.webhook.url, bot.webhook.secret = url, secret
    bot.webhook.most_connections = int(given.get("max_connections", 40))
    if url:
        bot.end_poll("terminated by setWebhook request")
    bot.wake()
    return True


def delete_webhook(bot: BotAccount, given: Parameters) -> bool:
    _forget_when_asked(bot, given)
    bot.webhook.url = bot.webhook.secret = ""
    return True


def get_webhook_info(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    hook = bot.webhook
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": bot.waits(),
        "max_connections": hook.most_connections,
    }
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    return info | ({"allowed_updates": sorted(bot.allowed)} if bot.allowed else {})


METHODS: dict[str, Callable[[BotAccount, Parameters], Any]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "senddocument": send_document,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmydescription": _described("description", 512),
    "setmyshortdescription": _described("short_description", 120),
    "setmyname": _described("name", 64),
    "sendchataction": send_chat_action,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
"""Names in lower case: the platform does not look at capitals. getUpdates is with the server, because it waits."""


def allow(bot: BotAccount, given: Parameters) -> None:
    """`allowed_updates` is remembered until it is given again; an empty list means the default kinds."""
    if given.get("allowed_updates") is None:
        return
    kinds = _json(given["allowed_updates"], list, "allowed_updates")
    bot.allowed = frozenset(str(kind) for kind in kinds) or None


def _forget_when_asked(bot: BotAccount, given: Parameters) -> None:
    if str(given.get("drop_pending_updates", "")).lower() in ("true", "yes", "1"):
        bot.confirm(1 << 62)


def _json(value: object, kind: type, name: str) -> Any:
    """A parameter that is JSON in a form, and itself in a JSON body."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None
    if not isinstance(value, kind):
        raise bad_request(f"expected an Array of {name}")
    return value


def _scope(given: Parameters) -> str:
    scope = given.get("scope")
    return str((_json(scope, dict, "scope") if scope else {}).get("type", "default"))


def _language(given: Parameters) -> str:
    code = str(given.get("language_code", "") or "")
    if not _LANGUAGE.fullmatch(code):
        raise Refusal(400, "Bad Request: LANGUAGE_CODE_INVALID")
    return code
