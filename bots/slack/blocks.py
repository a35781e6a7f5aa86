"""A card as Slack blocks: inside every limit, whatever the card holds, and never a word of it read as markup.

    Heading ─▶ header (bold rich text when too long)      Line ─▶ section, its button beside it or its buttons under it
    Quote   ─▶ rich text quote                            Note ─▶ context

All texts go out as plain text or rich text elements: Slack interprets neither. What does not fit is folded, and the
last line says how many parts are missing.

Limits: https://docs.slack.dev/reference/block-kit/blocks. The sum over one message is not documented; Slack refused a
message of 11,341 characters in 45 blocks and took one of 9,597 in 50 (github.com/slackapi/bolt-js/issues/2867).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from bots.slack.text import clean, cut, one_line, pieces, visible, weight
from core.model.messages import Block, Button, Card, Heading, Line, Note, Quote

Json = dict[str, Any]

HEADER = 150
SECTION = 3000
NOTE = 2000
MERGED = 2000
LABEL = 75
ACTION = 2000
LINK = 3000
MOST_BUTTONS = 25
MOST_NOTES = 10
PER_BLOCK = 100
FOLD = 120


@dataclass(frozen=True, slots=True)
class Surface:
    """What one message or one window holds: so many blocks, so much text (each block counted as `PER_BLOCK` more)."""

    blocks: int
    weight: int


MESSAGE = Surface(blocks=50, weight=12_000)
WINDOW = Surface(blocks=100, weight=60_000)


def to_blocks(card: Card, *, surface: Surface = MESSAGE) -> list[Json]:
    """The blocks of `card`, in order. Raises ValueError for a button whose action is blank or over 2000 characters, or
    whose link is over 3000. A press on a link is told to us too, without an action: nobody answers it."""
    whole, missing = _fill(card.blocks, surface)
    if not missing:
        return whole
    shown, missing = _fill(card.blocks, Surface(surface.blocks - 1, surface.weight - PER_BLOCK - FOLD))
    more = f"… et encore {missing} : trop long pour Slack. · {missing} more: too long for Slack."
    return [*shown, _context([more])]


def to_text(card: Card) -> str:
    """`card` as plain text: what a notification or a screen reader says."""
    lines = []
    for block in card.blocks:
        match block:
            case Quote(text=text, note=note):
                lines.append(f"« {clean(text)} » · {clean(note)}" if note else f"« {clean(text)} »")
            case Heading(text=text) | Line(text=text) | Note(text=text):
                lines.append(clean(text))
            case _:
                assert_never(block)
    return "\n".join(line for line in lines if visible(line))


def to_window(title: str, close: str, card: Card) -> Json:
    """A modal view that shows `card`."""
    return {
        "type": "modal",
        "callback_id": "porte_voix",
        "title": _plain(cut(one_line(title), 24)),
        "close": _plain(cut(one_line(close), 24)),
        "blocks": to_blocks(card, surface=WINDOW),
    }


@dataclass(slots=True)
class _Drawing:
    """The blocks so far, and the room that is left. A block goes in whole, or as many of its pieces as fit."""

    surface: Surface
    blocks: list[Json] = field(default_factory=list)
    used: int = 0
    buttons: int = 0

    def add(self, block: Json, text: str) -> bool:
        cost = weight(text) + PER_BLOCK
        if len(self.blocks) >= self.surface.blocks or self.used + cost > self.surface.weight:
            return False
        self.blocks.append(block)
        self.used += cost
        return True

    def extend(self, text: str) -> bool:
        """Adds `text` as one more line of the last block, when that is a section of lines without buttons."""
        last = self.blocks[-1] if self.blocks else {}
        if last.get("type") != "section" or "accessory" in last:
            return False
        together = f"{last['text']['text']}\n{text}"
        cost = weight(text) + 1
        if weight(together) > MERGED or self.used + cost > self.surface.weight:
            return False
        last["text"]["text"] = together
        self.used += cost
        return True

    def extend_notes(self, text: str) -> bool:
        last = self.blocks[-1] if self.blocks else {}
        if last.get("type") != "context" or len(last["elements"]) >= MOST_NOTES:
            return False
        if self.used + weight(text) > self.surface.weight:
            return False
        last["elements"].append(_plain(text))
        self.used += weight(text)
        return True

    def button(self, button: Button) -> Json:
        leads: Json = {"url": button.link} if button.link else {"value": button.action}
        if not button.link and (not visible(button.action) or weight(button.action) > ACTION):
            raise ValueError("a button's action holds 1 to 2000 characters")
        if weight(button.link) > LINK:
            raise ValueError("a button's link holds at most 3000 characters")
        self.buttons += 1
        label = one_line(button.label)
        return {
            "type": "button",
            "text": _plain(cut(label if visible(label) else "…", LABEL)),
            "action_id": f"porte_voix:{self.buttons}",
            **leads,
        }


def _fill(blocks: Sequence[Block], surface: Surface) -> tuple[list[Json], int]:
    """What fits of `blocks`, and how many of them are not there as a whole."""
    drawing = _Drawing(surface)
    for index, block in enumerate(blocks):
        if not _draw(drawing, block):
            return drawing.blocks, len(blocks) - index
    return drawing.blocks, 0


def _draw(drawing: _Drawing, block: Block) -> bool:
    match block:
        case Heading(text=text):
            return _draw_heading(drawing, one_line(text))
        case Line(text=text, buttons=buttons):
            return _draw_line(drawing, _readable(text), buttons)
        case Quote(text=text, note=note, buttons=buttons):
            return _draw_quote(drawing, _readable(text), one_line(note), buttons)
        case Note(text=text):
            return all(
                drawing.extend_notes(piece) or drawing.add(_context([piece]), piece)
                for piece in _pieces(_readable(text), NOTE)
            )
        case _:
            assert_never(block)


def _draw_heading(drawing: _Drawing, text: str) -> bool:
    if not visible(text):
        return True
    if weight(text) <= HEADER:
        return drawing.add({"type": "header", "text": _plain(text)}, text)
    return all(
        drawing.add(_rich({"type": "rich_text_section", "elements": [_words(piece, bold=True)]}), piece)
        for piece in _pieces(text, SECTION)
    )


def _draw_line(drawing: _Drawing, text: str, buttons: Sequence[Button]) -> bool:
    parts = list(_pieces(text, SECTION))
    if len(parts) == 1 and not buttons and drawing.extend(parts[0]):
        return True
    beside = buttons[0] if len(buttons) == 1 else None
    for index, part in enumerate(parts):
        section: Json = {"type": "section", "text": _plain(part)}
        if beside is not None and index == len(parts) - 1:
            section["accessory"] = drawing.button(beside)
        if not drawing.add(section, part):
            return False
    return True if beside is not None and parts else _draw_buttons(drawing, buttons)


def _draw_quote(drawing: _Drawing, text: str, note: str, buttons: Sequence[Button]) -> bool:
    parts = list(_pieces(text, SECTION))
    for index, part in enumerate(parts):
        elements: list[Json] = [{"type": "rich_text_quote", "elements": [_words(part)]}]
        said = part
        if index == len(parts) - 1 and visible(note):
            small = cut(note, NOTE)
            elements.append({"type": "rich_text_section", "elements": [_words(small, italic=True)]})
            said += small
        if not drawing.add(_rich(*elements), said):
            return False
    return _draw_buttons(drawing, buttons)


def _draw_buttons(drawing: _Drawing, buttons: Sequence[Button]) -> bool:
    for start in range(0, len(buttons), MOST_BUTTONS):
        row = [drawing.button(button) for button in buttons[start : start + MOST_BUTTONS]]
        if not drawing.add({"type": "actions", "elements": row}, "".join(each["text"]["text"] for each in row)):
            return False
    return True


def _readable(text: str) -> str:
    text = clean(text).strip("\n ")
    return text if visible(text) else ""


def _pieces(text: str, room: int) -> Iterator[str]:
    return (piece.strip("\n") for piece in pieces(text, room) if visible(piece))


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _words(text: str, *, bold: bool = False, italic: bool = False) -> Json:
    element: Json = {"type": "text", "text": text}
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {**element, "style": style} if style else element


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _context(notes: Sequence[str]) -> Json:
    return {"type": "context", "elements": [_plain(note) for note in notes]}
