"""A form as a window: short answers on one line, long ones on several, inside Slack's limits whatever stands there."""

from datetime import UTC, datetime

import pytest

from bots.slack.forms import submission_of, to_form
from core.model.forms import Choice, Form, Pick, When, Write
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


@pytest.mark.parametrize("given", [None, datetime(2027, 3, 24, 8, 30, tzinfo=UTC)])
def test_a_moment_is_picked_and_comes_back_as_the_same_instant(given: datetime | None) -> None:
    view = to_form(Form("a", "b", (), (When("at", "Le moment", "Europe/Paris", given),), "c"), "d")
    assert problems_in_view(view) == []
    (block,) = view["blocks"]
    assert block["optional"]
    picked = block["element"].get("initial_date_time")
    state = {"at": {"at": {"type": "datetimepicker", "selected_date_time": picked}}}
    sent = {"user": {"id": "U1"}, "team": {"id": "T1"}, "view": {"id": "V1", "state": {"values": state}}}
    said = submission_of(sent).fields["at"]
    assert (datetime.fromisoformat(said) if said else None) == given
