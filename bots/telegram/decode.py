"""Raw updates of the Bot API → what they mean. Pure: no clock, no network, no library of the platform.

    bytes ──▶ parse ──▶ dict ──▶ interpret ──▶ Inbound | None (not ours to answer: groups, service messages …)

Nothing that a stranger writes may break it: only bytes that are not JSON raise, and they raise ValueError. Texts come
out without NUL and without lone surrogates, which no database takes; everything else is left as it was written.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from core.model.messages import Attached, Edited, Event, Inbound, Left, Media, Pressed, Returned, Said, Started

MOST_PAYLOAD = 64
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that we ask for (`allowed_updates`)."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@[A-Za-z0-9_]{1,64})?(?=\s|$)")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BIGGEST_ID = 2**63 - 1

_MEDIA: tuple[tuple[str, Media], ...] = (
    ("voice", Media.VOICE),
    ("video_note", Media.VOICE),
    ("audio", Media.VOICE),
    ("sticker", Media.STICKER),
    ("animation", Media.STICKER),  # comes with a `document` too: ask before it
    ("photo", Media.PHOTO),
    ("video", Media.PHOTO),
    ("venue", Media.LOCATION),
    ("location", Media.LOCATION),
    ("document", Media.FILE),
)
_AROUND = frozenset(
    {
        "message_id",
        "message_thread_id",
        "direct_messages_topic",
        "from",
        "sender_chat",
        "sender_boost_count",
        "sender_business_bot",
        "sender_tag",
        "date",
        "business_connection_id",
        "chat",
        "forward_origin",
        "forward_from",
        "forward_from_chat",
        "forward_from_message_id",
        "forward_signature",
        "forward_sender_name",
        "forward_date",
        "is_topic_message",
        "is_automatic_forward",
        "reply_to_message",
        "external_reply",
        "quote",
        "reply_to_story",
        "reply_to_checklist_task_id",
        "via_bot",
        "edit_date",
        "has_protected_content",
        "is_from_offline",
        "is_paid_post",
        "media_group_id",
        "author_signature",
        "paid_star_count",
        "entities",
        "link_preview_options",
        "suggested_post_info",
        "effect_id",
        "caption",
        "caption_entities",
        "show_caption_above_media",
        "has_media_spoiler",
        "reply_markup",
    }
)
"""What surrounds the content of a message. What is left over is the content, even of a kind invented tomorrow."""
_SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "message_auto_delete_timer_changed",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "successful_payment",
        "refunded_payment",
        "users_shared",
        "user_shared",
        "chat_shared",
        "connected_website",
        "write_access_allowed",
        "passport_data",
        "proximity_alert_triggered",
        "boost_added",
        "chat_background_set",
        "gift",
        "unique_gift",
        "gift_upgrade_sent",
        "web_app_data",
        "video_chat_scheduled",
        "video_chat_started",
        "video_chat_ended",
        "video_chat_participants_invited",
    }
)
"""Content that the app writes by itself: nobody waits for an answer to it."""


def decode(raw: bytes) -> Inbound | None:
    """What one update means; None for what is not ours to answer. Raises ValueError when it is not JSON."""
    return interpret(parse(raw))


def envelope(raw: bytes) -> tuple[int | None, str]:
    """The update's id (None when it has none) and its chat ("" when none). Raises ValueError when it is not JSON."""
    update = parse(raw)
    return update_id(update), chat_of(update)


def parse(raw: bytes) -> dict[str, Any]:
    """One JSON object; {} for any other JSON. Raises ValueError when it is not JSON."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        found = _leniently(raw)  # orjson refuses lone surrogates, which phones can send
    return found if isinstance(found, dict) else {}


def update_id(update: Mapping[str, Any]) -> int | None:
    return _whole(update.get("update_id"))


def chat_of(update: Mapping[str, Any]) -> str:
    """The chat an update belongs to, "" when none."""
    for kind in (*KINDS, *update):
        if content := _inside(update, kind):
            holder = _inside(content, "message") if kind == "callback_query" else content
            number = _whole(_inside(holder, "chat").get("id"))
            return "" if number is None else str(number)
    return ""


def interpret(update: Mapping[str, Any]) -> Inbound | None:
    """What one parsed update means. Never raises."""
    if content := _inside(update, "message"):
        return _inbound(content, _written(content), content.get("date"))
    if content := _inside(update, "edited_message"):
        return _inbound(content, _changed(content), content.get("edit_date"))
    if content := _inside(update, "callback_query"):
        return _pressed(content)
    if content := _inside(update, "my_chat_member"):
        return _inbound(content, _membership(content), content.get("date"))
    return None


def _inbound(content: Mapping[str, Any], event: Event | None, date: object) -> Inbound | None:
    chat = _inside(content, "chat")
    number = _whole(chat.get("id"))
    if event is None or number is None or chat.get("type") != "private":
        return None
    return Inbound(str(number), event, _language(_inside(content, "from")), _moment(date))


def _written(message: Mapping[str, Any]) -> Event | None:
    number = _whole(message.get("message_id"))
    if number is None:
        return None
    forwarded = "forward_origin" in message or "forward_date" in message
    text = _clean(message.get("text"))
    if text:
        return Said(text, number, forwarded=True) if forwarded else _typed(text, number)
    caption = _clean(message.get("caption"))
    for key, media in _MEDIA:
        if key in message:
            return Attached(media, caption, number)
    content = message.keys() - _AROUND - {"text"}
    if not content or content & _SERVICE:
        return None
    return Attached(Media.OTHER, caption, number)


def _typed(text: str, number: int) -> Event:
    command = _COMMAND.match(text)
    if command is None:
        return Said(text, number)
    rest = text[command.end() :]
    if command[1].lower() != "start":
        return Said(f"/{command[1]}{rest}", number)
    payload = rest.strip()
    return Started(payload if _PAYLOAD.fullmatch(payload) else "")


def _changed(message: Mapping[str, Any]) -> Event | None:
    """An edit of a text, or of a caption; a live location that moves is an edit too, and nobody waits for an answer."""
    number = _whole(message.get("message_id"))
    text = _clean(message.get("text")) or _clean(message.get("caption"))
    return Edited(text, number) if text and number is not None else None


def _pressed(query: Mapping[str, Any]) -> Inbound | None:
    message = _inside(query, "message")
    number = _whole(message.get("message_id"))
    action = _clean(query.get("data"))
    if number is None or not action:
        return None
    return _inbound({"chat": message.get("chat"), "from": query.get("from")}, Pressed(action, number), None)


def _membership(change: Mapping[str, Any]) -> Event | None:
    status = _inside(change, "new_chat_member").get("status")
    if status == "kicked":
        return Left()
    return Returned() if status == "member" else None


def _leniently(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("this JSON is nested too deep to be an update") from None


def _inside(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key)
    return found if isinstance(found, dict) else {}


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _BIGGEST_ID:
        return value
    return None


def _clean(text: object) -> str:
    return _SURROGATE.sub("\ufffd", text.replace("\0", "")) if isinstance(text, str) else ""


def _language(user: Mapping[str, Any]) -> str | None:
    code = user.get("language_code")
    first = re.split(r"[-_]", code, maxsplit=1)[0].lower() if isinstance(code, str) else ""
    return first if _LANGUAGE.fullmatch(first) else None


def _moment(date: object) -> datetime | None:
    seconds = _whole(date)
    if not seconds or not 0 < seconds < 32_503_680_000:  # before the year 3000
        return None
    return datetime.fromtimestamp(seconds, UTC)
