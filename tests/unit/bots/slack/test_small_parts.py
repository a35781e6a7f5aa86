"""What was seen, what is said, what the manifest holds."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.slack import words
from bots.slack.manifest import COMMAND, manifest
from bots.slack.seen import Seen

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_same_key_is_first_once_until_it_is_forgotten() -> None:
    seen = Seen()
    assert seen.first("a", until=NOON + timedelta(minutes=5), now=NOON)
    assert not seen.first("a", until=NOON + timedelta(minutes=9), now=NOON + timedelta(minutes=4))
    assert seen.first("b", until=NOON + timedelta(minutes=5), now=NOON)
    assert seen.first("a", until=NOON + timedelta(minutes=10), now=NOON + timedelta(minutes=5))


def test_every_sentence_exists_in_every_language() -> None:
    assert {frozenset(each) for each in words._WORDS.values()} == {frozenset(words._WORDS["fr"])}
    assert set(words._WORDS) == set(words.LANGUAGES)


@pytest.mark.parametrize(("language", "said"), [("fr", "Fermer"), ("en", "Close"), ("de", "Fermer"), ("", "Fermer")])
def test_another_language_is_said_in_french(language: str, said: str) -> None:
    assert words.say("close", language) == said


def test_both_languages_on_one_line() -> None:
    assert words.say_both("opening") == "Un instant… · One moment…"


def test_the_manifest_of_socket_mode_names_no_address() -> None:
    made = manifest()
    (command,) = made["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert "url" not in command
    assert made["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in made["settings"]["interactivity"]
    assert made["features"]["app_home"]["home_tab_enabled"] is True
    assert made["settings"]["event_subscriptions"] == {"bot_events": ["app_home_opened"]}


def test_the_manifest_of_http_mode_sends_everything_to_one_address() -> None:
    made = manifest(public_url="https://voix.example.org/")
    (command,) = made["features"]["slash_commands"]
    assert command["url"] == made["settings"]["interactivity"]["request_url"]
    assert command["url"] == "https://voix.example.org/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == command["url"]
    assert made["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize(
    ("where", "most"), [(("display_information", "name"), 35), (("display_information", "description"), 140)]
)
def test_the_manifest_is_short_enough_for_slack(where: tuple[str, str], most: int) -> None:
    made = manifest()
    assert len(made[where[0]][where[1]]) <= most
    assert len(made["features"]["slash_commands"][0]["description"]) <= 2000
    assert len(made["features"]["bot_user"]["display_name"]) <= 80


def test_the_manifest_in_the_repository_is_what_the_command_prints() -> None:
    kept = Path(__file__).parents[4] / "config" / "slack-manifest.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == manifest(), "write it again: `python main.py slack-manifest`"
