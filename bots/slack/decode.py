"""Slack's payloads as small values. Pure; `ValueError` for what is not the shape Slack documents.

A `response_url` lets whoever holds it write in the channel: it is never shown.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Payload = Mapping[str, Any]


class Verb(StrEnum):
    """What staff can ask for with /porte-voix."""

    DIGEST = "digest"
    STATUS = "status"
    SEARCH = "search"
    TOPIC = "topic"
    EXPORT = "export"
    NOTE = "note"
    REPORT = "report"
    WAITING = "waiting"
    CAMPAIGN = "campaign"
    MEETING = "meeting"
    HELP = "help"
    UNKNOWN = "unknown"


VERBS: Mapping[str, Verb] = {
    "": Verb.HELP,
    "?": Verb.HELP,
    "aide": Verb.HELP,
    "help": Verb.HELP,
    "digest": Verb.DIGEST,
    "bilan": Verb.DIGEST,
    "resume": Verb.DIGEST,
    "summary": Verb.DIGEST,
    "status": Verb.STATUS,
    "statut": Verb.STATUS,
    "etat": Verb.STATUS,
    "chercher": Verb.SEARCH,
    "cherche": Verb.SEARCH,
    "search": Verb.SEARCH,
    "find": Verb.SEARCH,
    "theme": Verb.TOPIC,
    "topic": Verb.TOPIC,
    "export": Verb.EXPORT,
    "note": Verb.NOTE,
    "rapport": Verb.REPORT,
    "report": Verb.REPORT,
    "attente": Verb.WAITING,
    "attend": Verb.WAITING,
    "waiting": Verb.WAITING,
    "waits": Verb.WAITING,
    "reunion": Verb.MEETING,
    "reunions": Verb.MEETING,
    "rendez-vous": Verb.MEETING,
    "meeting": Verb.MEETING,
    "meetings": Verb.MEETING,
    "agenda": Verb.MEETING,
    "campagne": Verb.CAMPAIGN,
    "campaign": Verb.CAMPAIGN,
    "campagnes": Verb.CAMPAIGN,
    "campaigns": Verb.CAMPAIGN,
}


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command. `rest`: what follows the verb. `team`: the workspace of the person who typed it. `trigger`:
    opens a window, once, within 3 seconds."""

    verb: Verb
    rest: str
    user: str
    channel: str
    team: str
    response_url: str = field(repr=False, default="")
    trigger: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Press:
    """A button. `view`: the window it is in, "" for a message. `trigger`: opens a window, once, within 3 seconds.

    `private`: the message is one that only this person sees, so that the answer may take its place. `home`: it is on
    the app's Home tab.
    """

    action: str
    user: str
    team: str
    trigger: str = field(repr=False)
    view: str = ""
    private: bool = False
    home: bool = False
    response_url: str = field(repr=False, default="")


def command_of(body: Payload) -> Command:
    """The slash command in `body`. The verb is read without accents or capitals."""
    verb, _, rest = text_of(body, "text", "").strip().partition(" ")
    return Command(
        verb=VERBS.get(_plain(verb), Verb.UNKNOWN),
        rest=rest.strip(),
        user=text_of(body, "user_id"),
        channel=text_of(body, "channel_id", ""),
        team=text_of(body, "team_id"),
        response_url=text_of(body, "response_url", ""),
        trigger=text_of(body, "trigger_id", ""),
    )


def press_of(body: Payload) -> Press:
    """The button press in `body`."""
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], Mapping):
        raise ValueError("no action in this payload")
    view = body.get("view")
    home = isinstance(view, Mapping) and view.get("type") == "home"
    return Press(
        action=text_of(actions[0], "value", ""),
        user=text_of(part_of(body, "user"), "id"),
        team=team_of(body),
        trigger=text_of(body, "trigger_id", ""),
        view=text_of(view, "id", "") if isinstance(view, Mapping) and not home else "",
        home=home,
        private=part_of(body, "container").get("is_ephemeral") is True,
        response_url=text_of(body, "response_url", ""),
    )


def team_of(body: Payload) -> str:
    """The workspace of whoever pressed or sent something.

    In a channel shared with another organisation, the payload's team is where the app lives and the person's own is
    beside their name: the person's counts.
    """
    team = part_of(body, "user").get("team_id") or part_of(body, "team").get("id")
    if not isinstance(team, str):
        raise ValueError("no workspace in this payload")
    return team


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def part_of(payload: Payload, name: str) -> Payload:
    part = payload.get(name)
    return part if isinstance(part, Mapping) else {}


def text_of(payload: Payload, name: str, default: str | None = None) -> str:
    found = payload.get(name, default)
    if not isinstance(found, str):
        raise ValueError(f"no {name} in this payload")
    return found
