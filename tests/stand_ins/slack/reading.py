"""What a person sees of a message, and what Slack would have made of its markup."""

import html
import re
from dataclasses import dataclass
from typing import Any

_MARKUP = re.compile(r"<([^<>\n]+)>")
_LOOSE = re.compile(r"(?<![\w])@(?:channel|here|everyone)\b|(?<![\w])[#@][\w.-]+")
_ALIVE = frozenset({"link", "user", "usergroup", "channel", "broadcast"})


@dataclass(frozen=True, slots=True)
class Interpreted:
    """Something that Slack turned into more than words: a ping, a link. `where`: the method or the kind of block."""

    where: str
    raw: str


def flatten(message: dict[str, Any]) -> str:
    """A message or a view as lines of text; buttons in brackets, on the line they stand beside or under."""
    title = message.get("title")
    head = [f"── {title['text']} ──"] if isinstance(title, dict) else []
    blocks = message.get("blocks") or []
    return "\n".join(
        [*head, *(_block(block) for block in blocks)] if blocks else [*head, _read(message.get("text", ""))]
    )


def buttons(message: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every button with its block, in reading order."""
    found = []
    for block in message.get("blocks") or []:
        elements = [block["accessory"]] if "accessory" in block else block.get("elements", [])
        found += [(block, each) for each in elements if each.get("type") == "button"]
    return found


def interpreted_in(message: dict[str, Any], where: str) -> list[Interpreted]:
    """Every piece of live markup in a message or a view."""
    found = [Interpreted(where, raw) for raw in _markup_in(message.get("text", ""))]
    if message.get("link_names") or message.get("parse") == "full":
        found += [Interpreted(where, raw) for raw in _LOOSE.findall(message.get("text", ""))]
    for block in message.get("blocks") or []:
        found += _live_in(block, block.get("type", "?"))
    return found


def _live_in(part: Any, where: str) -> list[Interpreted]:
    if isinstance(part, list):
        return [each for inner in part for each in _live_in(inner, where)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "mrkdwn":
        return [Interpreted(where, raw) for raw in _markup_in(part["text"])]
    alive = [Interpreted(where, str(part))] if part.get("type") in _ALIVE else []
    return alive + [each for inner in part.values() for each in _live_in(inner, where)]


def _markup_in(text: str) -> list[str]:
    return [match.group(0) for match in _MARKUP.finditer(text)]


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "header":
            return str(block["text"]["text"])
        case "section":
            texts = [_text(each) for each in ([block["text"]] if "text" in block else []) + block.get("fields", [])]
            return "  ".join(["\n".join(texts), *_labels([block["accessory"]] if "accessory" in block else [])])
        case "context":
            return "\n".join(_text(each) for each in block["elements"] if each["type"] != "image")
        case "actions":
            return " ".join(_labels(block["elements"]))
        case "rich_text":
            return "\n".join(_rich(each) for each in block["elements"])
        case "input":
            return f"{_text(block['label'])} ____"
        case "image":
            return f"(image: {block['alt_text']})"
        case _:
            return "──"


def _labels(elements: list[dict[str, Any]]) -> list[str]:
    return [f"[{each['text']['text']}]" for each in elements if each["type"] == "button"]


def _text(part: dict[str, Any]) -> str:
    return _read(part["text"]) if part["type"] == "mrkdwn" else str(part["text"])


def _rich(part: dict[str, Any]) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(f"• {_rich(each)}" for each in part["elements"])
    said = "".join(str(each.get("text") or each.get("url") or each["type"]) for each in part["elements"])
    return "\n".join(f"> {line}" for line in said.split("\n")) if part["type"] == "rich_text_quote" else said


def _read(text: str) -> str:
    return html.unescape(_MARKUP.sub(lambda match: match.group(1).split("|")[-1], text))
