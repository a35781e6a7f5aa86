"""What the platform checks in texts and keyboards: sizes in UTF-16 units, HTML markup, the shape of inline buttons.

Sources: core.telegram.org/bots/api (formatting options, InlineKeyboardButton) and the public telegram-bot-api server.
"""

import re
import unicodedata
from typing import Any

import orjson

from tests.stand_ins.telegram.refusals import bad_request

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_CALLBACK_BYTES = 64
MOST_IN_A_ROW = 8
MOST_BUTTONS = 100

_ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));")
_ATTRIBUTE = re.compile(r"""([a-zA-Z0-9.-]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?\s*""")
_BUTTON_ACTIONS = frozenset(
    {
        "callback_data",
        "url",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units, as the platform counts."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def formatted(
    text: object, parse_mode: object, *, most: int = MOST_TEXT, may_be_empty: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """The text after markup, and its entities. Refuses what the platform refuses."""
    if text is None or text == "":
        if may_be_empty:
            return "", []
        raise bad_request("message text is empty")
    if not isinstance(text, str):
        raise bad_request("strings must be encoded in UTF-8")
    text = "".join(" " if ord(character) < 32 and character not in "\n\t" else character for character in text)
    entities: list[dict[str, Any]] = []
    if parse_mode is None or parse_mode == "":
        plain = text
    elif str(parse_mode).lower() == "html":
        plain, entities = parsed_html(text)
    else:
        raise bad_request("unsupported parse_mode")
    plain = plain.strip()
    if not may_be_empty and _says_nothing(plain):
        raise bad_request("text must be non-empty")
    if units(plain) > most:
        raise bad_request("message is too long" if most == MOST_TEXT else "message caption is too long")
    return plain, entities


def parsed_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Telegram's HTML → plain text and entities. Refuses unknown, unclosed or crossed tags, with their byte offset."""
    plain: list[str] = []
    length = 0
    entities: list[dict[str, Any]] = []
    opened: list[tuple[str, dict[str, Any]]] = []
    position = 0
    while position < len(text):
        offset = len(text[:position].encode("utf-8")) if text[position] == "<" else 0
        if text[position] != "<":
            piece, position = _next_piece(text, position)
            plain.append(piece)
            length += units(piece)
            continue
        end = text.find(">", position)
        if end < 0:
            raise _unparsable(f"Unclosed start tag at byte offset {offset}")
        inside, position = text[position + 1 : end], end + 1
        if not inside.startswith("/"):
            tag, entity = _opening(inside, offset)
            opened.append((tag, entity | {"offset": length}))
            continue
        closing = inside[1:].strip().lower()
        if not opened:
            raise _unparsable(f"Unexpected end tag at byte offset {offset}")
        tag, entity = opened.pop()
        if closing not in ("", tag):
            raise _unparsable(f'Unmatched end tag at byte offset {offset}, expected "</{tag}>", found "</{closing}>"')
        if length > entity["offset"]:
            entities.append(entity | {"length": length - entity["offset"]})
    if opened:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return "".join(plain), sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def inline_keyboard(markup: object) -> list[list[dict[str, Any]]]:
    """The rows of an inline keyboard, empty when there is none. Refuses other kinds of keyboards."""
    if markup is None or markup == "":
        return []
    if isinstance(markup, str):
        try:
            markup = orjson.loads(markup)
        except orjson.JSONDecodeError:
            raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if set(markup) - {"inline_keyboard"}:
        raise bad_request("inline keyboard expected")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    if sum(len(row) for row in rows) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return [[_checked_button(button) for button in row] for row in rows if row]


def _checked_button(button: object) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not isinstance(button["text"], str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    actions = [name for name in button if name in _BUTTON_ACTIONS]
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is expected")
    if not actions or button[actions[0]] == "":
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data", "-")
    if not isinstance(data, str) or len(data.encode("utf-8")) > MOST_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return button


def _says_nothing(text: str) -> bool:
    return all(character.isspace() or unicodedata.category(character) in ("Cf", "Cc") for character in text)


def _unparsable(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")


def _next_piece(text: str, position: int) -> tuple[str, int]:
    """What stands at `position` (a character reference or plain text up to the next special one), and where it ends."""
    if text[position] == "&":
        reference = _REFERENCE.match(text, position)
        value = _referenced(reference) if reference else ""
        return (value, reference.end()) if reference and value else ("&", position + 1)
    end = _SPECIAL.search(text, position)
    stop = end.start() if end else len(text)
    return text[position:stop], stop


def _referenced(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMED.get(name, "")
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(number) if 0 < number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""


def _opening(inside: str, offset: int) -> tuple[str, dict[str, Any]]:
    parts = inside.split(None, 1)
    tag = parts[0].lower() if parts else ""
    if tag not in _ENTITY_OF_TAG:
        raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {offset}')
    attributes = {
        name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(parts[1] if len(parts) > 1 else "")
    }
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    entity: dict[str, Any] = {"type": _ENTITY_OF_TAG[tag]}
    if tag == "a":
        entity["url"] = attributes.get("href", "")
    return tag, entity
