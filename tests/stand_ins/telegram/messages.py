"""The methods that write to people: messages, edits, deletions, answers to button presses."""

from typing import Any

from tests.stand_ins.telegram.markup import MOST_CAPTION, formatted, inline_keyboard
from tests.stand_ins.telegram.refusals import bad_request, forbidden
from tests.stand_ins.telegram.world import BotAccount, Profile, Shown

Parameters = dict[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_PAYABLE = frozenset({"sendmessage", "senddocument"})
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


def send_chat_action(bot: BotAccount, given: Parameters) -> bool:
    reachable(bot, given)
    if given.get("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def paid(method: str, given: Parameters) -> bool:
    """Whether a message is to be paid for. Only a new one can be, and what is no yes or no is refused."""
    asked = given.get("allow_paid_broadcast", False)
    known = {True: True, False: False, "true": True, "false": False, "True": True, "False": False}
    if not isinstance(asked, bool | str) or asked not in known:
        raise bad_request("allow_paid_broadcast must be a Boolean")
    if asked and method not in _PAYABLE:
        raise bad_request(f"allow_paid_broadcast is no parameter of {method}")
    return known[asked]


def get_chat(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
    return known(bot, given).chat() | more


def get_chat_member(bot: BotAccount, given: Parameters) -> dict[str, Any]:
    """Of the bot itself: others are nobody's business here."""
    profile = known(bot, given)
    if profile.kind == "private" or str(given.get("user_id")) != str(bot.id):
        raise bad_request("user not found")
    member: dict[str, Any] = {"status": profile.status, "user": bot.me()}
    if profile.status == "administrator":
        rights = ["manage_chat", "delete_messages", "manage_video_chats", "restrict_members", "promote_members"]
        rights += [
            "change_info",
            "invite_users",
            "post_stories",
            "edit_stories",
            "delete_stories",
            "send_welcome_messages",
        ]
        member |= {"can_be_edited": False, "is_anonymous": False} | {f"can_{right}": False for right in rights}
        member |= {"can_post_messages": profile.may_write} if profile.kind == "channel" else {}
    return member


def known(bot: BotAccount, given: Parameters) -> Profile:
    """The chat that is asked for, or 400."""
    if given.get("chat_id") in (None, ""):
        raise bad_request("chat_id is empty")
    name = str(given["chat_id"])
    try:
        by_name = (each for each in bot.chats.values() if each.kind != "private" and f"@{each.username}" == name)
        profile = next(by_name, None) if name.startswith("@") else bot.chats.get(int(name))
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
    if profile.kind != "private" and profile.status in ("left", "kicked"):
        raise forbidden(f"bot is not a member of the {profile.kind} chat")
    if not profile.may_write or (profile.kind == "channel" and profile.status == "member"):
        raise bad_request("not enough rights to send text messages to the chat")
    if not profile.known:
        raise forbidden("bot can't initiate conversation with a user")
    return profile


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


def _number(given: Parameters, name: str) -> int:
    try:
        return int(given.get(name) or 0)
    except (TypeError, ValueError):
        raise bad_request(f"{name} must be a number") from None
