"""`backup` and `restore`: a copy of the database while the service runs, and the copy back in its place."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.shape import command, file_argument, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.work.restoring import RestoredByServer


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "backup")
    def backup(
        file: Annotated[Path, file_argument(screen, "backup.file", there=False)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        with screen.working("backup.working", total=1.0, hidden=as_json) as working:
            copy = parts.backup(file, working.at)
        if as_json:
            screen.json({"file": str(file), **asdict(copy)})
            return
        screen.say("backup.done", file=str(file), kilobytes=copy.bytes // 1000, consultations=copy.consultations)
        screen.say("backup.contributions", n=copy.contributions)
        screen.say("backup.key")

    @command(app, screen, "restore")
    def restore(
        file: Annotated[Path | None, file_argument(screen, "restore.file")] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        with screen.working("restore.working", total=1.0, hidden=as_json) as working:
            done = parts.restore(file, working.at)
        if as_json:
            screen.json(asdict(done))
            return
        if isinstance(done, RestoredByServer):
            screen.say("restore.erased", n=done.erased)
            screen.say("restore.unknown", n=done.held)
            screen.say("restore.staff")
            return
        screen.say("restore.done", file=str(file), consultations=done.copy.consultations)
        if done.erased:
            screen.say("restore.erased", n=done.erased)
        if done.known:
            carried = done.carried
            screen.say(
                "restore.carried", stopped=carried.stopped, withdrawn=carried.withdrawn, deliveries=carried.deliveries
            )
        else:
            screen.say("restore.unknown", n=done.held)
        if done.kept:
            screen.say("restore.kept", file=str(done.kept))
        screen.say("restore.staff")
