"""`audit`: what staff did, chained, without a text; a line that somebody changes, adds or takes away shows."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.integration.terminal.conftest import POOL, Program

REASON = "Deux soirs de plus, c'est promis."


def busy(program: Program) -> None:
    program.does("campaign", "start", POOL)
    program.does("staff", "add", "Claire Petit", "--email", "claire@town.example")
    program.does("staff", "link", "Claire Petit")
    program.does("follow-up", "add", "piscine", "--topic", "Horaires", "--state", "kept", "--text", REASON)
    program.does("campaign", "pause", POOL)
    program.does("campaign", "stop", POOL)
    program.does("staff", "remove", "Claire Petit")


def changes(program: Program, statement: str) -> None:
    with closing(sqlite3.connect(program.folder / "town.db")) as connection, connection:
        connection.execute(statement)


def test_every_act_is_a_line_and_none_has_a_text_or_a_name(program: Program) -> None:
    busy(program)
    printed = program.does("audit", "list", "--json")
    lines = json.loads(printed)
    assert [line["act"] for line in lines] == [
        "campaign.started",
        "staff.added",
        "staff.link",
        "follow_up.written",
        "follow_up.published",
        "campaign.paused",
        "campaign.stopped",
        "staff.removed",
    ]
    assert {(line["partner"], line["actor"]) for line in lines} == {("valbrune", "terminal")}
    assert lines[0]["subject"] == lines[5]["subject"] == "piscine"
    assert not any(said in printed for said in ("Claire", "town.example", "Deux soirs"))
    assert program.does("audit", "list").endswith("8 lines.\n")
    whole = json.loads(program.does("audit", "verify", "--json"))
    assert whole == {"entries": 8, "broken_at": None, "last_hash": lines[-1]["hash"]}
    assert lines[-1]["hash"] in program.does("audit", "verify")


def test_places_that_were_made_and_given_up_are_lines(program: Program) -> None:
    program.does("campaign", "start", POOL)
    program.does("source", "add", "piscine", "Marché")
    program.does("source", "retire", "piscine", "Marché")
    lines = json.loads(program.does("audit", "list", "--json"))
    assert [line["act"] for line in lines] == ["campaign.started", "source.added", "source.retired"]


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'somebody-else' WHERE number = 4", 4),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("UPDATE audit SET before = '' WHERE number = 8", 8),
    ],
)
def test_what_was_changed_shows_where(program: Program, statement: str, broken: int) -> None:
    busy(program)
    changes(program, statement)
    verified = program("audit", "verify", "--json")
    assert (verified.code, json.loads(verified.out)["broken_at"]) == (1, broken)
    assert f"line {broken}" in program("audit", "verify").out


def test_what_is_refused_leaves_no_line(program: Program) -> None:
    program.does("campaign", "start", POOL)
    program.is_refused("follow-up", "add", "piscine", "--topic", "Horaires", "--state", "not_kept")
    assert len(json.loads(program.does("audit", "list", "--json"))) == 1
