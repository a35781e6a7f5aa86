"""`topics learn|back CONSULTATION`: what the service has learnt of a consultation's topics from corrections."""

import asyncio
from collections.abc import Mapping
from typing import Any

import typer

from bots.terminal.parts import Parts
from bots.terminal.screen import Screen


def consultation_or_nothing(screen: Screen) -> Any:
    return typer.Argument(metavar="CONSULTATION", show_default=False, help=screen.text("help.topics.consultation"))


def learn(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    with screen.working("topics.learning", hidden=as_json):
        done = asyncio.run(parts.errand("topics.learn", {"consultation": consultation}))
    if as_json:
        screen.json(done["versions"])
        return
    for version in done["versions"]:
        _tell(version, screen)


def _tell(version: Mapping[str, Any], screen: Screen) -> None:
    screen.say("topics.learnt", version=version["name"], sorted=version["sorted"], unsorted=version["unsorted"])
    if version["score"] is None:
        screen.say("topics.too_few")
    else:
        screen.say("topics.against_list", score=percent(version["score"]), alone=percent(version["alone"]))
    screen.say("topics.refused" if version["refused"] else "topics.in_use")


def back(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    done = asyncio.run(parts.errand("topics.back", {"consultation": consultation}))
    if as_json:
        screen.json({"version": done["version"]})
    elif done["version"]:
        screen.say("topics.back_to", version=done["version"])
    else:
        screen.say("topics.back_to_list")


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"
