"""`staff`: who may see the organisers' pages, from the terminal."""

import json
import re

from tests.integration.terminal.conftest import POOL, SAMPLES, Program

LINK = r"http://127\.0\.0\.1:8080/desk/sign-in/[A-Za-z0-9_-]{22}"


def test_before_a_campaign_there_is_nobody_to_work_for(program: Program) -> None:
    assert "campaign start FILE" in program.is_refused("staff", "add", "Claire")
    assert "campaign start FILE" in program.is_refused("staff", "link", "Claire")
    assert "campaign start FILE" in program.is_refused("staff", "list")


def test_from_the_first_member_to_their_link(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "Nobody sees" in program.does("staff", "list")
    added = program("staff", "add", "Claire Petit", "--role", "organiser", "--email", "claire@town.example")
    assert added.out == "Claire Petit now sees the organisers' pages: organiser\n"
    assert 'staff link "Claire Petit"' in added.err
    assert program.does("staff", "list") == "Claire Petit · organiser · claire@town.example\n"
    link = program("staff", "link", "claire petit")
    assert re.search(LINK, link.out)
    assert "60 minutes" in link.err
    assert "while the service runs" in link.err
    assert program.does("staff", "role", "claire@town.example", "owner") == "Claire Petit now has the role: owner\n"
    program.does("staff", "remove", "Claire Petit")
    assert "staff list" in program.is_refused("staff", "link", "Claire Petit")


def test_programs_read_the_same(program: Program) -> None:
    program.does("campaign", "start", POOL)
    added = json.loads(program.does("staff", "add", "Denis", "--json"))
    assert (added["name"], added["role"]) == ("Denis", "reader")
    (listed,) = json.loads(program.does("staff", "list", "--json"))
    assert listed == {"id": added["id"], "partner": "valbrune", "name": "Denis", "email": "", "role": "reader"}
    link = json.loads(program.does("staff", "link", "Denis", "--json"))
    assert re.fullmatch(LINK, link["link"])
    assert link["minutes"] == 60


def test_with_a_second_partner_one_says_which(program: Program) -> None:
    program.does("campaign", "start", POOL)
    program.does("campaign", "start", str(SAMPLES / "bibliotheque.yaml"))
    assert "--partner (universite-rochevaine, valbrune)" in program.is_refused("staff", "add", "Denis")
    program.does("staff", "add", "Denis", "--partner", "valbrune")
    assert len(json.loads(program.does("staff", "list", "--json", "--partner", "valbrune"))) == 1
    assert json.loads(program.does("staff", "list", "--json", "--partner", "universite-rochevaine")) == []


def test_the_help_is_in_the_language_of_whoever_asks(program: Program) -> None:
    assert 'python main.py staff link "Claire Petit"' in program.does("staff", "link", "--help", language="fr")
    assert "Example" in program.does("staff", "add", "--help")
