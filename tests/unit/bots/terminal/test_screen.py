"""What is printed: lines broken between words, cards, bars, JSON; everything else on the error stream."""

import io
import json
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from bots.terminal.screen import WIDEST, Screen
from config.locale import Catalogue
from core.model.messages import Button, Card, Heading, Line, Note, Quote

NO_BREAK = "\N{NO-BREAK SPACE}"


def out(screen: Screen) -> str:
    assert isinstance(screen.console.file, io.StringIO)
    return screen.console.file.getvalue()


def aside(screen: Screen) -> str:
    assert isinstance(screen.aside.file, io.StringIO)
    return screen.aside.file.getvalue()


@pytest.fixture
def narrow(words: Catalogue) -> Screen:
    """A terminal of forty columns."""
    consoles = [Console(file=io.StringIO(), width=40, force_terminal=True, color_system=None) for _ in range(2)]
    return Screen(words, "fr", *consoles)


def test_a_terminal_breaks_lines_between_words(narrow: Screen) -> None:
    narrow.show(f"le conseil municipal décide, et vous le saurez{NO_BREAK}!", indent=3)
    lines = out(narrow).splitlines()
    assert [line[:3] for line in lines] == ["   ", "   "]
    assert all(len(line) <= 40 for line in lines)
    assert lines[-1].endswith(f"saurez{NO_BREAK}!"), "a no-break space is not broken"


def test_a_file_has_every_line_whole(screen: Screen) -> None:
    screen.show("word " * 60)
    assert out(screen).count("\n") == 1


def test_words_are_not_taken_for_markup(screen: Screen) -> None:
    screen.show("[bold]red[/bold] [Oui]")
    screen.card(Card((Line("[red]x[/red]"),)), "[title]")
    assert "[bold]red[/bold] [Oui]" in out(screen)
    assert "[red]x[/red]" in out(screen)
    assert "[title]" in out(screen)


def test_a_card_shows_its_buttons_in_brackets(screen: Screen) -> None:
    card = Card(
        (
            Heading("Title"),
            Line("  1. To do", (Button("Open", "open:1"),)),
            Quote("two\nlines", "read", (Button("Quote", "quote:1"),)),
            Note("small print"),
        )
    )
    screen.card(card, "#room")
    shown = [line.strip("│ ").rstrip() for line in out(screen).splitlines()]
    assert shown[0].startswith("╭─ #room ─")
    assert shown[1:5] == ["Title", "1. To do  [Open]", "two lines · read  [Quote]", "small print"]


def test_a_card_is_no_wider_than_the_terminal(narrow: Screen) -> None:
    narrow.card(Card((Line(f"des mots et encore des mots{NO_BREAK}: " * 5), Quote("q" * 90))), "#salon")
    assert max(len(line) for line in out(narrow).splitlines()) == 40
    wide = Screen(narrow.words, "fr", Console(file=io.StringIO(), width=500), narrow.aside)
    wide.card(Card((Line("court"),)), "#salon")
    assert max(len(line) for line in out(wide).splitlines()) == WIDEST


def test_bars_and_numbers(screen: Screen) -> None:
    screen.bars([("Hours", 16), ("Prices", 8), ("Access", 1), ("to be sorted", 0)])
    names, bars = zip(*((line[2:14].strip(), line[16:]) for line in out(screen).splitlines()), strict=True)
    assert names == ("Hours", "Prices", "Access", "to be sorted")
    assert bars == (f"{'█' * 32} 16", f"{'█' * 16} 8", f"{'█' * 2} 1", " 0")
    screen.numbers([("arrived", 60), ("… agreed", 7)])
    assert out(screen).splitlines()[4:] == ["  arrived      60", "  … agreed      7"]
    screen.bars([])


def test_how_far_the_work_is_goes_to_the_error_stream(screen: Screen) -> None:
    with screen.working("model.loading") as working:
        working.now("demo.playing", total=10)
        working.at(5)
    assert aside(screen) == "The language model is loading…\nThe weeks go by…\n"
    assert out(screen) == ""


def test_a_program_that_reads_is_told_nothing_else(screen: Screen) -> None:
    with screen.working("model.loading", hidden=True) as working:
        working.now("demo.playing", total=10)
    screen.json({"at": datetime(2026, 11, 23, tzinfo=UTC), "on": date(2027, 3, 30), "said": "déjà"})
    assert aside(screen) == ""
    assert json.loads(out(screen)) == {"at": "2026-11-23T00:00:00+00:00", "on": "2027-03-30", "said": "déjà"}
    with pytest.raises(TypeError):
        screen.json({"strange": object()})
