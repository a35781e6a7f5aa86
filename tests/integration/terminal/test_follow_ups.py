"""`follow-up`: the official answers, from the terminal."""

import json
import re

from tests.integration.terminal.conftest import POOL, Program

ADD = ("follow-up", "add", "piscine", "--topic", "Horaires")


def test_from_the_first_answer_to_the_last(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "follow-up add piscine" in program.does("follow-up", "list", "piscine")
    said = program.does(*ADD, "--state", "under_study", "--draft")
    (follow_up,) = re.findall(r"follow-up publish (\S+)", said)
    assert "draft" in program.does("follow-up", "list", "piscine")
    planned = program.does("follow-up", "publish", follow_up, "--at", "2027-03-28 10:00")
    assert planned.startswith(f"Planned: {follow_up}.")
    assert "planned Sunday 28 March 2027, 10:00" in program.does("follow-up", "list", "piscine").replace("\u00a0", " ")
    published = program("follow-up", "publish", follow_up)
    assert published.out.startswith(f"Published: {follow_up}. It concerns 0 people")
    assert "when the service runs" in published.err
    assert "a new follow-up" in program.is_refused("follow-up", "publish", follow_up)
    assert "the reason" in program.is_refused(*ADD, "--state", "not_kept")
    program.does(*ADD, "--state", "partly", "--text", "Deux soirs.", "--english", "Two evenings.", "--on", "2027-03-12")
    (partly, studied) = json.loads(program.does("follow-up", "list", "piscine", "--json"))
    assert (partly["progress"], partly["text"]) == ("partly", {"fr": "Deux soirs.", "en": "Two evenings."})
    assert (partly["on"], studied["progress"]) == ("2027-03-12", "under_study")
    assert "gardé en partie" in program.does("follow-up", "list", "piscine", language="fr")


def test_what_cannot_be_is_refused_with_what_can(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "Tarifs" in program.is_refused("follow-up", "add", "piscine", "--topic", "Lune", "--state", "kept")
    assert "--topic NAME" in program.is_refused("follow-up", "add", "piscine", "--state", "kept")
    assert "--at" in program.is_refused(*ADD, "--state", "kept", "--draft", "--at", "2027-03-28 10:00")
    assert "follow-up list" in program.is_refused("follow-up", "publish", "nothing")
    assert "this moment is over" in program.is_refused(*ADD, "--state", "kept", "--at", "2025-03-28 10:00")
    assert "No answer yet" in program.does("follow-up", "list", "piscine"), "a slip in a date publishes nothing"
    assert "possible now" in program.is_refused(*ADD, "--state", "done")
    assert "on doit la raison" in program.is_refused(*ADD, "--state", "not_kept", language="fr")
    assert "« piscine » n'a pas de thème « Lune »" in program.is_refused(
        "follow-up", "add", "piscine", "--topic", "Lune", "--state", "kept", language="fr"
    ).replace("\u00a0", " ")
