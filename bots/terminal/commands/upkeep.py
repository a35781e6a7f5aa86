"""`retry`, `recount` and `slack-manifest`: what whoever looks after the service needs now and then."""

import asyncio
from typing import Annotated

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_option, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "retry")
    def retry(
        consultation: Annotated[str, consultation_option(screen)] = "",
        failed: Annotated[bool, typer.Option("--failed", help=screen.text("help.retry.failed"))] = False,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        if failed:
            asyncio.run(_retry_failed(consultation, parts, screen, as_json=as_json))
            return
        done = asyncio.run(parts.errand("inbox.release", {}))
        if as_json:
            screen.json({"released": done["released"]})
        else:
            screen.say("retry.done", n=int(done["released"]))
            if done["released"] and not done["served"]:
                screen.say("retry.waits")

    @command(app, screen, "recount")
    def recount() -> None:
        with screen.working("recount.going"):
            asyncio.run(parts.errand("figures.recount", {}))
        screen.say("recount.done")

    @command(app, screen, "slack-manifest", "manifest")
    def slack_manifest() -> None:
        screen.json(parts.manifest())


async def _retry_failed(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    """Of one consultation, or of all; whether each may still go is asked again when it is about to leave."""
    if consultation:
        async with parts.reading() as storage, storage.reading() as unit:
            await consultation_of(unit, consultation, screen)
    done = await parts.errand("deliveries.retry", {"consultation": consultation})
    if as_json:
        screen.json({"retried": done["retried"]})
        return
    screen.say("retry.failed_done", n=int(done["retried"]))
    if done["retried"] and not done["served"]:
        screen.say("retry.leaves")
