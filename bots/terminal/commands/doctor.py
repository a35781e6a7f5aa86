"""`doctor`: everything that can be wrong with an installation is looked at, and each line says what to do."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from bots.terminal.commands.shape import command, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.work.doctor import Finding, Verdict


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "doctor")
    def doctor(as_json: Annotated[bool, json_option(screen)] = False) -> None:
        with screen.working("doctor.working", hidden=as_json):
            found = asyncio.run(parts.examine())
        wrong = sum(each.verdict is Verdict.BAD for each in found)
        if as_json:
            lines = [{**asdict(each), "text": _sentence(each, screen)} for each in found]
            screen.json({"well": not wrong, "findings": lines})
        else:
            for each in found:
                mark = screen.text(f"doctor.verdict.{each.verdict.value}")
                screen.say(
                    "doctor.line",
                    mark=mark,
                    what=screen.text(f"doctor.about.{each.about}"),
                    text=_sentence(each, screen),
                )
            screen.say("doctor.wrong", n=wrong) if wrong else screen.say("doctor.well")
        raise typer.Exit(1 if wrong else 0)


def _sentence(finding: Finding, screen: Screen) -> str:
    return screen.text(finding.key, **finding.params)
