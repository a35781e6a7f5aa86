"""`meeting`: events and votes, from the terminal."""

import json
from datetime import UTC, datetime

import pytest

import main
from bots.terminal.rehearsal.clock import StageClock
from config.system import SystemClock
from tests.integration.terminal.conftest import POOL, SAMPLES, Program

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
    program.does("campaign", "start", POOL)
    assert "kind `event`" in program.is_refused("meeting", "came", "piscine", "3")
