"""`import`: what was gathered elsewhere comes in, is masked and tagged, and counts like any other contribution."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.overview import unknown
from bots.terminal.commands.rows import LEFT_ASIDE, Reading, Row, gathered_rows, read_rows
from bots.terminal.commands.shape import command, file_argument, json_option
from bots.terminal.errands import GATHERED
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen, Working
from core.model.consultations import Consultation
from core.model.errors import NotFound
from core.model.ids import ConsultationId
from core.work.evaluation.exchange import Gathered
from core.work.sources import no_source

BATCH = 500


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "import")
    def import_command(
        path: Annotated[Path, file_argument(screen, "import.file")],
        channel: Annotated[str | None, typer.Option(metavar="CODE", help=screen.text("help.import.channel"))] = None,
        consultation: Annotated[
            str, typer.Option(metavar="CONSULTATION", help=screen.text("help.import.consultation"))
        ] = "",
        source: Annotated[str, typer.Option(metavar="CODE", help=screen.text("help.import.source"))] = "",
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_import(path, channel, consultation, source, parts, screen, as_json=as_json))


async def _import(
    path: Path, channel: str | None, consultation: str, source: str, parts: Parts, screen: Screen, *, as_json: bool
) -> None:
    reading = Reading(path.name, screen)
    rows = read_rows(path, reading)
    known = await _consultation(consultation or _named(rows), parts, screen)
    if source:
        await _refuse_unknown(source, known, parts)
    gathered = gathered_rows(rows, reading, known, channel=channel, source=source, now=parts.clock.now())
    with screen.working("import.going", total=len(gathered), hidden=as_json) as working:
        new, served = await _bring(gathered, known, parts, working)
        if not served:
            await _read_now(parts, working)
    if as_json:
        screen.json({"consultation": known.id, "new": new, "known": len(gathered) - new, "served": served})
        return
    screen.say("import.done", n=new, known=len(gathered) - new)
    aside = sorted({name for row in rows for name in row.values} & LEFT_ASIDE)
    if aside:
        screen.say("import.aside", columns=", ".join(aside))
    if served and new:
        screen.say("import.read_by_service")
    screen.say("import.next", id=known.id)


async def _refuse_unknown(source: str, consultation: Consultation, parts: Parts) -> None:
    """A code typed by hand; those in the rows stay as they came. Raises `NotFound`: nothing that came in is taken out
    again, and under a code with a slip in it nobody would find it."""
    own = ConsultationId(consultation.id)
    async with parts.reading() as storage, storage.reading() as unit:
        codes = {each.token for each in await unit.sources.of(own)}
    if source not in codes:
        raise no_source(own, source)


async def _bring(
    gathered: Sequence[Gathered], consultation: Consultation, parts: Parts, working: Working
) -> tuple[int, bool]:
    """How many were new, and whether a running service took them."""
    new, served = 0, False
    for start in range(0, len(gathered), BATCH):
        some = list(gathered[start : start + BATCH])
        rows = GATHERED.dump_python(some, mode="json")
        done = await parts.errand("import", {"consultation": consultation.id, "rows": rows})
        new, served = new + int(done["new"]), bool(done["served"])
        working.at(start + len(some))
    return new, served


async def _read_now(parts: Parts, working: Working) -> None:
    """No service runs: what waits is masked and tagged here and now."""
    async with parts.reading() as storage, storage.reading() as unit:
        waiting = (await unit.staff.health(parts.clock.now())).untagged
    if not waiting:
        return
    working.now("model.loading")
    async with parts.house() as house:
        read = 0
        while done := await house.tagging.tag_pending():
            if not read:
                working.now("import.reading", total=waiting)
            read += done
            working.at(read)


def _named(rows: Sequence[Row]) -> str:
    names = {row.values["consultation"] for row in rows if row.values.get("consultation")}
    return names.pop() if len(names) == 1 else ""


async def _consultation(name: str, parts: Parts, screen: Screen) -> Consultation:
    """The consultation of that name; without a name, the only one that there is."""
    async with parts.reading() as storage, storage.reading() as unit:
        ids = [running.id for running in await unit.consultations.all()]
        if not name and len(ids) > 1:
            raise NotFound(screen.text("import.which", known=", ".join(ids)))
        name = name or next(iter(ids), "")
        known = await unit.consultations.current(ConsultationId(name))
    if known is None:
        raise unknown(ids, name, screen)
    return known
