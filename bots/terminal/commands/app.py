"""All commands in one tree. `build` is called once, by main.py, with the parts of the house."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bots.terminal.commands import campaign, citizen, demo, files, overview
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen


def build(parts: Parts) -> typer.Typer:
    """The whole command line, its help in the language of the person who runs it."""
    screen = Screen(parts.words, parts.language, Console(soft_wrap=False))
    app = typer.Typer(
        help=screen.text("help.app"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @app.command(help=screen.text("help.run"))
    def run() -> None:
        asyncio.run(_run(parts, screen))

    demo.add(app, parts, screen)
    citizen.add(app, parts, screen)
    campaign.add(app, parts, screen)
    overview.add(app, parts, screen)
    files.add(app, parts, screen)
    return app


async def _run(parts: Parts, screen: Screen) -> None:
    """Every channel that has a token; with none, the sample consultation is played, then one may answer it."""
    ready = parts.channels_ready()
    if ready:
        screen.say("run.channels", channels=", ".join(ready))
        await parts.serve()
        return
    screen.say("run.no_token")
    sample = parts.samples / "piscine.yaml"
    await demo.show(parts, screen, sample, people=demo.PEOPLE, seed=demo.SEED)
    if sys.stdin.isatty():
        await citizen.talk_on_stage(parts, screen, parts.read_consultation(sample))
    else:
        screen.say("run.no_terminal")


FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
