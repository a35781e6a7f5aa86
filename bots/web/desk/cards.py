"""A card for staff, as HTML draws it: the same blocks that Slack gets, whose buttons are forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from bots.web.desk.gate import Visit
from core.model.messages import Button, Card, Heading, Line, Note, Quote
from core.rules.permissions import LEAST, Deed
from core.work.cards.digest_layout import COUNTING, EXPORT, NOTE
from core.work.staff.campaign_forms import CAMPAIGN

_FILES = (f"{NOTE}:", f"{EXPORT}:", f"{CAMPAIGN}:file:", f"{CAMPAIGN}:give:")


@dataclass(frozen=True, slots=True)
class Shown:
    """One block. `inset`: it belongs to the line before. `explains`: how it is counted can be read behind it."""

    kind: str
    text: str
    note: str = ""
    buttons: tuple[Button, ...] = ()
    inset: bool = False
    explains: str = ""


def blocks_of(card: Card) -> Iterator[Shown]:
    """Nothing but `COUNTING`, which changes nothing, is reached without a press. Files have links of their own here."""
    for block in card.blocks:
        match block:
            case Heading(text=text):
                yield Shown("heading", text)
            case Line(text=text, buttons=buttons):
                press = tuple(
                    each for each in buttons if each.action != COUNTING and not each.action.startswith(_FILES)
                )
                explains = next((each.label for each in buttons if each.action == COUNTING), "")
                yield Shown("line", text.strip(), "", press, text.startswith(" "), explains)
            case Quote(text=text, note=note, buttons=buttons):
                yield Shown("quote", text, note, buttons)
            case Note(text=text):
                yield Shown("note", text)
            case _:
                assert_never(block)


def shown_card(card: Card, visit: Visit, *, back: str = "") -> Mapping[str, Any]:
    """What `desk/card.html` takes. `back`: where in its place one was, after the path."""
    return {"blocks": list(blocks_of(card)), "may_press": visit.member.may(LEAST[Deed.REVIEW]), "back": back}
