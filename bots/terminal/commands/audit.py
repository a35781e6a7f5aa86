"""`audit list|verify`: what staff did, without texts and names, and whether the log is as it was written."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from bots.terminal.commands.shape import command, group, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.audit import Entry, broken_at


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    audit = group(screen, "audit")
    app.add_typer(audit, name="audit")

    @command(audit, screen, "list", "audit.list")
    def list_command(as_json: Annotated[bool, json_option(screen)] = False) -> None:
        entries = asyncio.run(_entries(parts))
        if as_json:
            screen.json([asdict(each) for each in entries])
            return
        for each in entries:
            screen.show(_line(each))
        screen.say("audit.count", n=len(entries))

    @command(audit, screen, "verify", "audit.verify")
    def verify_command(as_json: Annotated[bool, json_option(screen)] = False) -> None:
        entries = asyncio.run(_entries(parts))
        broken, last = broken_at(entries), entries[-1].hash if entries else ""
        if as_json:
            screen.json({"entries": len(entries), "broken_at": broken, "last_hash": last})
        elif broken is None:
            screen.say("audit.holds", n=len(entries), hash=last or "–")
        else:
            screen.say("audit.broken", number=broken)
        if broken is not None:
            raise typer.Exit(1)


async def _entries(parts: Parts) -> list[Entry]:
    async with parts.reading() as storage, storage.reading() as unit:
        return await unit.audit.entries()


def _line(entry: Entry) -> str:
    at = entry.at.isoformat(timespec="seconds")
    return f"{entry.number} · {at} · {entry.partner} · {entry.act.value} · {entry.subject} · {entry.actor}"
