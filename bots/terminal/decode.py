"""A terminal's updates as bytes: written by this process, read by intake like any platform's. Pure."""

import json
from typing import Any

from core.model.messages import Attached, Edited, Event, Inbound, Media, Pressed, Said, Started
from core.rules.plain_text import cleaned

Spoken = Started | Said | Edited | Pressed | Attached


def encode(chat: str, event: Spoken, *, language: str | None = None) -> bytes:
    return json.dumps(
        {"chat": chat, "language": language, "kind": type(event).__name__.lower(), **_fields(event)}
    ).encode()


def decode(raw: bytes) -> Inbound | None:
    """Raises ValueError for what `encode` never wrote."""
    try:
        said: dict[str, Any] = json.loads(raw)
        language = said["language"]
        return Inbound(str(said["chat"]), _event(said), None if language is None else str(language))
    except (KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("not an update of the terminal") from error


def _fields(event: Spoken) -> dict[str, Any]:
    match event:
        case Started(payload=payload):
            return {"payload": payload}
        case Said(text=text, message_id=message_id) | Edited(text=text, message_id=message_id):
            return {"text": text, "message_id": message_id}
        case Pressed(action=action, message_id=message_id):
            return {"action": action, "message_id": message_id}
        case Attached(media=media, caption=caption, message_id=message_id):
            return {"media": media.value, "caption": caption, "message_id": message_id}


def _event(said: dict[str, Any]) -> Event:
    match said["kind"]:
        case "started":
            return Started(_text(said["payload"]))
        case "said":
            return Said(_text(said["text"]), int(said["message_id"]))
        case "edited":
            return Edited(_text(said["text"]), int(said["message_id"]))
        case "pressed":
            return Pressed(_text(said["action"]), int(said["message_id"]))
        case "attached":
            return Attached(Media(said["media"]), _text(said["caption"]), int(said["message_id"]))
        case _:
            raise ValueError("not an update of the terminal")


def _text(value: object) -> str:
    """As a database can keep it."""
    return cleaned(str(value))
