"""`retry` and `slack-manifest`: what whoever looks after the service needs now and then."""

import asyncio
from typing import Annotated

import typer

from bots.terminal.commands.shape import command, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "retry")
    def retry(as_json: Annotated[bool, json_option(screen)] = False) -> None:
        done = asyncio.run(parts.errand("inbox.release", {}))
        if as_json:
            screen.json({"released": done["released"]})
        else:
            screen.say("retry.done", n=int(done["released"]))
            if done["released"] and not done["served"]:
                screen.say("retry.waits")

    @command(app, screen, "slack-manifest", "manifest")
    def slack_manifest() -> None:
        screen.json(parts.manifest())
