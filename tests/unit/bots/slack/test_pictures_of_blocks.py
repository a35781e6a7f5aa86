"""The page by which messages are judged draws every kind of block, and takes nothing that people wrote for its own."""

import html
import re

import pytest

from bots.slack.blocks import to_blocks, to_window
from bots.slack.home import to_home
from core.model.messages import Button, Card, Heading, Line, Note, Quote
from tests.stand_ins.slack.drawing import drawn

SCRIPT = "<script>alert(1)</script> & <!channel>"
CARD = Card(
    (
        Heading(SCRIPT),
        Heading("long " * 60),
        Line(f"beside {SCRIPT}", (Button("Ouvrir", "open:1"),)),
        Line("under", (Button("Un", "a"), Button("Deux", "b"))),
        Quote("مرحبا 🏊‍♀️ " + "a" * 4000, "relu", (Button("Suivant", "next"),)),
        Note("petit"),
    )
)


@pytest.mark.parametrize("dark", [False, True])
def test_everything_that_is_said_is_drawn_and_nothing_of_it_is_markup(dark: bool) -> None:
    for shown in (
        {"blocks": to_blocks(CARD)},
        to_window("Porte-voix", "Fermer", CARD),
        to_home(CARD),
        {"text": f"{SCRIPT} مرحبا petit relu Ouvrir Un Deux Suivant beside under"},
    ):
        page = drawn(shown, dark=dark)
        said = html.unescape(re.sub(r"<[^>]*>", "", page.partition("<body>")[2]))
        assert "<script" not in page
        assert said.count(SCRIPT) >= 1
        for words in ("Ouvrir", "Un", "Deux", "Suivant", "petit", "relu", "beside", "under", "مرحبا"):
            assert words in said


def test_a_kind_of_block_that_it_does_not_know_is_not_left_out() -> None:
    with pytest.raises(KeyError, match="video"):
        drawn({"blocks": [{"type": "video"}]})


def test_a_window_has_its_buttons_at_the_foot() -> None:
    view = {
        **to_window("Campagne", "Annuler", Card((Line("x"),))),
        "submit": {"type": "plain_text", "text": "Vérifier"},
    }
    assert ">Annuler<" in drawn(view)
    assert ">Vérifier<" in drawn(view)
