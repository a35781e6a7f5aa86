"""A form as a window: short answers on one line, long ones on several, inside Slack's limits whatever stands there."""

import pytest

from bots.slack.forms import to_form
from core.model.forms import Choice, Form, Pick, Write
from core.model.messages import Line
from tests.stand_ins.slack.blocks import problems_in_view

HOSTILE = (
    "a" * 4000,
    "🏊‍♀️👨‍👩‍👧‍👦" * 900,
    "\u202eمرحبا\u202c " * 700,
    "&<>" * 1300,
    "e" + "\u0301" * 4000,
    "\u200b\ufeff",
    "\ud83c half \x00 \x07",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_was_written_before_fits(text: str) -> None:
    fields = (
        Write("title", text, 300, text),
        Write("notice", text, 3000, text),
        Pick("reminder", text, (Choice("yes", text), Choice("no", "non")), "yes"),
    )
    view = to_form(Form("campaign:new", text, (Line(text),), fields, text), "Fermer")
    assert problems_in_view(view) == []


def test_a_title_is_one_line_and_a_notice_several() -> None:
    fields = (Write("title", "Titre", 300), Write("notice", "Notice", 3000))
    title, notice = to_form(Form("a", "b", (), fields, "c"), "d")["blocks"]
    assert (title["element"]["multiline"], notice["element"]["multiline"]) == (False, True)
