"""The methods of the Bot API: parameters in, `result` out, `Refusal` for what the platform would refuse."""

import re
from collections.abc import Callable
from typing import Any

import orjson

from tests.stand_ins.telegram.markup import MOST_CAPTION, formatted, inline_keyboard
from tests.stand_ins.telegram.refusals import Refusal, bad_request, forbidden
from tests.stand_ins.telegram.world import BotAccount, Profile, Shown

Parameters = dict[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ACTIONS = frozenset(
    {
        "typing",
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)


def send_message(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    profile = reachable(bot, given)
    text, entities = formatted(given.get("text"), given.get("parse_mode"))
    content: dict[str, Any] = {"text": text} | ({"entities": entities} if entities else {})
    return _deliver(bot, profile, content, text, given)


def send_document(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    profile = reachable(bot, given)
    document = given.get("document")
    if not document:
        raise bad_request("there is no document in the request")
    caption, entities = formatted(given.get("caption"), given.get("parse_mode"), most=MOST_CAPTION, may_be_empty=True)
    name, size = document if isinstance(document, tuple) else (str(document), 0)
    number = len(bot.messages) + 1
    content: dict[str, Any] = {
        "document": {
            "file_id": f"BQACAgQAAxk{number}",
            "file_unique_id": f"AgAD{number}",
            "file_name": name,
            "file_size": size,
        }
    }
    if caption:
        content |= {"caption": caption} | ({"caption_entities": entities} if entities else {})
    return _deliver(bot, profile, content, caption, given)


def edit_message_text(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    shown = _own(bot, given, "edited")
    if "text" not in shown.payload:
        raise bad_request("there is no text in the message to edit")
    text, entities = formatted(given.get("text"), given.get("parse_mode"))
    rows = inline_keyboard(given.get("reply_markup"))
    if (text, entities, rows) == (shown.text, shown.payload.get("entities", []), shown.buttons):
        raise bad_request(NOT_MODIFIED)
    shown.payload.pop("entities", None)
    shown.payload |= {"text": text} | ({"entities": entities} if entities else {})
    shown.text = text
    return _edited(bot, shown, rows)


def edit_message_reply_markup(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    shown = _own(bot, given, "edited")
    rows = inline_keyboard(given.get("reply_markup"))
    if rows == shown.buttons:
        raise bad_request(NOT_MODIFIED)
    return _edited(bot, shown, rows)


def delete_message(bot: BotAccount, given: Parameters) -> bool:
    profile = known(bot, given)
    message = bot.messages.get((profile.id, _number(given, "message_id")))
    if message is None or (isinstance(message, Shown) and message.deleted):
        raise bad_request("message to delete not found")
    if isinstance(message, Shown):
        if message.too_old:
            raise bad_request("message can't be deleted for everyone")
        message.deleted = True
        bot.happened("deleted", message)
    else:
        del bot.messages[profile.id, _number(given, "message_id")]
    return True


def answer_callback_query(bot: BotAccount, given: Parameters) -> bool:
    chat = bot.queries.pop(str(given.get("callback_query_id", "")), None)
    if chat is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = str(given.get("text", ""))
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    bot.chats[chat].alerts.append(text)
    bot.happened("answered", chat=chat)
    return True


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


def send_chat_action(bot: BotAccount, given: Parameters) -> bool:
    reachable(bot, given)
    if given.get("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def get_chat(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
    return known(bot, given).chat() | more


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
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
"""Names in lower case: the platform does not look at capitals. getUpdates is with the server, because it waits."""


def known(bot: BotAccount, given: Parameters) -> Profile:
    """The chat that is asked for, or 400."""
    if given.get("chat_id") in (None, ""):
        raise bad_request("chat_id is empty")
    try:
        profile = bot.chats.get(int(given["chat_id"]))
    except (TypeError, ValueError):
        profile = None
    if profile is None:
        raise bad_request("chat not found")
    if profile.became is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=profile.became)
    return profile


def reachable(bot: BotAccount, given: Parameters) -> Profile:
    """The chat that is asked for, when the bot may write there."""
    profile = known(bot, given)
    if profile.deactivated:
        raise forbidden("user is deactivated")
    if profile.blocked:
        raise forbidden("bot was blocked by the user")
    if not profile.known:
        raise forbidden("bot can't initiate conversation with a user")
    return profile


def allow(bot: BotAccount, given: Parameters) -> None:
    """`allowed_updates` is remembered until it is given again; an empty list means the default kinds."""
    if given.get("allowed_updates") is None:
        return
    kinds = _json(given["allowed_updates"], list, "allowed_updates")
    bot.allowed = frozenset(str(kind) for kind in kinds) or None


def _deliver(
    bot: BotAccount, profile: Profile, content: dict[str, Any], text: str, given: Parameters
) -> dict[str, Any]:
    rows = inline_keyboard(given.get("reply_markup"))
    number = bot.new_message_id()
    payload = {"message_id": number, "from": bot.me(), "chat": profile.chat(), "date": bot.date(), **content}
    if rows:
        payload["reply_markup"] = {"inline_keyboard": rows}
    shown = Shown(number, profile.id, text, rows, payload)
    bot.messages[profile.id, number] = shown
    profile.inbox.append(shown)
    bot.happened("sent", shown)
    return payload


def _own(bot: BotAccount, given: Parameters, verb: str) -> Shown:
    profile = known(bot, given)
    message = bot.messages.get((profile.id, _number(given, "message_id")))
    if message is None or (isinstance(message, Shown) and message.deleted):
        raise bad_request("message to edit not found")
    if not isinstance(message, Shown):
        raise bad_request(f"message can't be {verb}")
    if profile.blocked:
        raise forbidden("bot was blocked by the user")
    return message


def _edited(bot: BotAccount, shown: Shown, rows: list[list[dict[str, Any]]]) -> dict[str, Any]:
    shown.buttons = rows
    shown.edits += 1
    shown.payload.pop("reply_markup", None)
    shown.payload["edit_date"] = bot.date()
    if rows:
        shown.payload["reply_markup"] = {"inline_keyboard": rows}
    bot.happened("edited", shown)
    return shown.payload


def _forget_when_asked(bot: BotAccount, given: Parameters) -> None:
    if str(given.get("drop_pending_updates", "")).lower() in ("true", "yes", "1"):
        bot.confirm(1 << 62)


def _number(given: Parameters, name: str) -> int:
    try:
        return int(given.get(name) or 0)
    except (TypeError, ValueError):
        raise bad_request(f"{name} must be a number") from None


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
