"""Slack's payloads, as its documentation shows them, become small values; nonsense is a ValueError."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack.decode import Command, Press, Verb, command_of, press_of

PAYLOADS = Path(__file__).parents[3] / "cases" / "slack" / "payloads"


def payload(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return read


def test_a_command() -> None:
    command = command_of(payload("command"))
    assert command == Command(
        verb=Verb.DIGEST,
        rest="horaires de la piscine",
        user="U2147483697",
        channel="C2147483705",
        team="T0001",
        response_url="https://hooks.slack.com/commands/1234/5678",
        trigger="13345224609.738474920.8088930838d88f008e0",
    )
    assert "hooks" not in repr(command)
    assert command.trigger not in repr(command)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("", Verb.HELP),
        ("AIDE", Verb.HELP),
        ("help me", Verb.HELP),
        ("digest", Verb.DIGEST),
        ("Résumé", Verb.DIGEST),
        ("  status  ", Verb.STATUS),
        ("statut", Verb.STATUS),
        ("STATÛT", Verb.STATUS),
        ("État", Verb.STATUS),
        ("Chercher ouvrir le soir", Verb.SEARCH),
        ("search open late", Verb.SEARCH),
        ("thème horaires", Verb.TOPIC),
        ("topic hours", Verb.TOPIC),
        ("export", Verb.EXPORT),
        ("note piscine", Verb.NOTE),
        ("report", Verb.REPORT),
        ("rapport", Verb.REPORT),
        ("attente", Verb.WAITING),
        ("Campagne", Verb.CAMPAIGN),
        ("campaign", Verb.CAMPAIGN),
        ("supprime tout", Verb.UNKNOWN),
        ("digestif", Verb.UNKNOWN),
    ],
)
def test_verbs_in_both_languages(text: str, verb: Verb) -> None:
    assert command_of({**payload("command"), "text": text}).verb is verb


def test_a_press_in_a_message() -> None:
    press = press_of(payload("press_in_message"))
    assert (press.action, press.user, press.team, press.view) == ("open:alert-7", "UA8RXUSPL", "T9TK3CUKW", "")
    assert press.response_url.startswith("https://hooks.slack.com/actions/")
    assert press.trigger.startswith("12321423423.")
    assert "hooks" not in repr(press)
    assert press.trigger not in repr(press)


def test_a_press_in_a_window() -> None:
    press = press_of(payload("press_in_window"))
    assert (press.action, press.view, press.response_url) == ("done:alert-7", "V012345", "")


def test_a_press_from_another_workspace_is_known_as_such() -> None:
    assert press_of(payload("press_from_another_workspace")).team == "T0OTHER"


def test_without_their_own_team_the_payload_s_counts() -> None:
    body = payload("press_in_message")
    del body["user"]["team_id"]
    assert press_of(body).team == "T9TK3CUKW"


def test_a_button_without_a_value_asks_for_nothing() -> None:
    body = payload("press_in_message")
    del body["actions"][0]["value"]
    assert press_of(body) == Press("", "UA8RXUSPL", "T9TK3CUKW", body["trigger_id"], response_url=body["response_url"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["command", "press_in_message", "press_in_window"]), st.data())
def test_nonsense_is_a_value_error_and_nothing_else(name: str, data: st.DataObject) -> None:
    body = payload(name)
    for key in data.draw(st.lists(st.sampled_from(sorted(body)), max_size=4)):
        body[key] = data.draw(JSON)
    with suppress(ValueError):
        (command_of if name == "command" else press_of)(body)
