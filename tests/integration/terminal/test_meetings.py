"""`meeting`: events and votes, from the terminal."""

import json
from datetime import UTC, datetime

import pytest

import main
from bots.terminal.rehearsal.clock import StageClock
from config.system import SystemClock
from tests.integration.terminal.conftest import FIRST_WEEK, POOL, SAMPLES, Program

WORKSHOP = str(SAMPLES / "atelier.yaml")
AFTER = datetime(2027, 1, 22, 10, 0, tzinfo=UTC)


def test_how_many_came_is_noted_after_it_began(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.does("campaign", "start", WORKSHOP)
    assert "not begun" in program.is_refused("meeting", "came", "atelier-2027", "23")
    assert "the January workshop (atelier): 0 said yes" in program.does("meeting", "show", "atelier-2027")
    clock = StageClock(SystemClock(), AFTER)
    monkeypatch.setattr(main, "SystemClock", lambda: clock)
    assert "23 people came" in program.does("meeting", "came", "atelier-2027", "23")
    assert json.loads(program.does("meeting", "show", "atelier-2027", "--json"))["events"][0]["came"] == 23
    assert "atelier" in program.is_refused("meeting", "came", "atelier-2027", "23", "--event", "lune")
    assert "--event est l'un de" in program.is_refused(
        "meeting", "came", "atelier-2027", "23", "--event", "lune", language="fr"
    )
    program.does("campaign", "start", POOL)
    assert "kind `event`" in program.is_refused("meeting", "came", "piscine", "3")


def test_proposals_become_a_vote_and_an_agenda(program: Program) -> None:
    vote = str(SAMPLES / "atelier-vote.yaml")
    program.does("campaign", "start", WORKSHOP)
    said = "id,text\n1,Mieux expliquer nos projets\n2,mieux expliquer nos projets !\n3,moins de jargon\n"
    (program.folder / "said.csv").write_text(said, encoding="utf-8")
    assert "nothing new" in program.does("meeting", "proposals", "atelier-2027")
    program.does("import", "said.csv", "--consultation", "atelier-2027")
    (twice, once) = json.loads(program.does("meeting", "proposals", "atelier-2027", "--json"))
    assert (len(twice["contributions"]), once["text"]) == (2, "moins de jargon")
    keep = ("meeting", "keep", "atelier-2027")
    of_twice = [part for each in twice["contributions"] for part in ("--contribution", each)]
    assert "proposal 1" in program.does(*keep, "Parler simplement", *of_twice, "--english", "Plain words")
    assert "another proposal" in program.is_refused(*keep, "Encore", *of_twice)
    assert "too little" in program.is_refused("campaign", "start", vote)
    program.does(*keep, "Le jargon", "--contribution", once["contributions"][0])
    program.does("campaign", "start", vote)
    assert "1. Plain words · 0 dots · proposed 2 times" in program.does("meeting", "agenda", "atelier-2027")
    program.does("meeting", "treated", "atelier-2027", "1")
    (first, last) = json.loads(program.does("meeting", "agenda", "atelier-2027", "--json"))
    assert (first["number"], last["number"], last["treated"]) == (2, 1, FIRST_WEEK.date().isoformat())
    program.does("meeting", "treated", "atelier-2027", "1", "--back")
    assert "no proposal 9" in program.is_refused("meeting", "treated", "atelier-2027", "9")
