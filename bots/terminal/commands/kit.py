"""`source add|list|retire`, `kit`: the places where people read of a consultation, and what is hung or sent there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument, group, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import NotAllowed, not_written
from core.model.ids import ConsultationId
from core.rules.plain_text import distance_within, plain
from core.work.sources import SourceLine, source_lines

FOLDER = Path("var") / "kits"
_LONG_WORD = 4
"""Letters. One letter makes another word of a shorter one."""


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    sources = group(screen, "source")
    app.add_typer(sources, name="source")
    english = typer.Option("--english", metavar=screen.text("help.word.name"), help=screen.text("help.source.english"))
    name_help = screen.text("help.source.name")

    @command(sources, screen, "add", "source.add")
    def add_command(
        consultation: Annotated[str, consultation_argument(screen)],
        name: Annotated[str, typer.Argument(metavar=screen.text("help.word.name"), help=name_help)],
        in_english: Annotated[str, english] = "",
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_add(consultation, name, in_english, parts, screen, as_json=as_json))

    @command(sources, screen, "list", "source.list")
    def list_command(
        consultation: Annotated[str, consultation_argument(screen)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_list(consultation, parts, screen, as_json=as_json))

    @command(sources, screen, "retire", "source.retire")
    def retire_command(
        consultation: Annotated[str, consultation_argument(screen)],
        name: Annotated[
            str, typer.Argument(metavar=screen.text("help.word.name"), help=screen.text("help.source.which"))
        ],
    ) -> None:
        asyncio.run(_retire(consultation, name, parts, screen))

    @command(app, screen, "kit")
    def kit_command(
        consultation: Annotated[str, consultation_argument(screen)],
        source: Annotated[
            str, typer.Option("--source", metavar=screen.text("help.word.name"), help=screen.text("help.kit.source"))
        ],
        out: Annotated[
            Path | None,
            typer.Option(file_okay=False, metavar=screen.text("help.word.folder"), help=screen.text("help.kit.out")),
        ] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_kit(consultation, source, out, parts, screen, as_json=as_json))


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _add(consultation: str, name: str, in_english: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    known, _ = await _known(consultation, parts, screen)
    token = await _new(known, name, in_english, parts)
    if as_json:
        screen.json({"token": token, "link": parts.link(token)})
        return
    screen.say("source.added", name=name, link=parts.link(token))
    screen.remark("source.next", id=known.id, name=name)


async def _new(consultation: Consultation, name: str, in_english: str, parts: Parts) -> str:
    label = {consultation.languages[0]: name} | ({"en": in_english} if in_english else {})
    done = await parts.errand("source.add", {"consultation": consultation.id, "label": label})
    return str(done["token"])


async def known_source(consultation: str, name: str, parts: Parts, screen: Screen) -> str:
    """The token of the source of that name, made if there is none."""
    known, lines = await _known(consultation, parts, screen)
    line = _named(name, lines)
    if line:
        return line.token
    _no_slip(name, known, lines)
    return await _new(known, name, "", parts)


async def _list(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    known, lines = await _known(consultation, parts, screen)
    if as_json:
        screen.json([asdict(line) | {"link": parts.link(line.token) if line.token else None} for line in lines])
        return
    for line in lines:
        if line.token or any(asdict(line.funnel).values()):
            screen.show(_heading(line, known, screen))
            screen.show(screen.text("source.funnel", **asdict(line.funnel)), indent=2)
    screen.remark("source.counted")


def _heading(line: SourceLine, consultation: Consultation, screen: Screen) -> str:
    if not line.token:
        return screen.text("source.nowhere")
    name = consultation.in_language(line.label, screen.language) or line.token
    return screen.text("source.retired_line" if line.retired_at else "source.line", name=name, token=line.token)


async def _retire(consultation: str, name: str, parts: Parts, screen: Screen) -> None:
    known, lines = await _known(consultation, parts, screen)
    line = _named(name, lines)
    token = line.token if line else name
    await parts.errand("source.retire", {"consultation": known.id, "token": token})
    screen.say("source.retired", name=name)


async def _known(consultation: str, parts: Parts, screen: Screen) -> tuple[Consultation, tuple[SourceLine, ...]]:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
        return known, await source_lines(unit, ConsultationId(known.id))


def _named(name: str, lines: tuple[SourceLine, ...]) -> SourceLine | None:
    """By its code or by its name in any language; capitals and accents do not matter. Retired ones are not found."""
    for line in lines:
        if line.retired_at is None and line.token:
            names = {plain(text) for text in (line.token, *line.label.values())}
            if plain(name) and plain(name) in names:
                return line
    return None


def _no_slip(name: str, consultation: Consultation, lines: tuple[SourceLine, ...]) -> None:
    """`NotAllowed` for a name that is one slip away from a place that there is: no poster is to carry it. "École 1" and
    "École 2" are two places, and so are "Gare A" and "Gare B"."""
    for line in lines:
        for known in (line.token, *line.label.values()) if line.retired_at is None else ():
            if _slipped(plain(name).split(), plain(known).split()):
                places = {"name": name, "known": known, "id": consultation.id}
                raise NotAllowed(
                    f"there is no place {name!r}, but there is {known!r}: write that, or add yours first with "
                    f'`source add {consultation.id} "{name}"`',
                    "error.source_slip",
                    **places,
                )


def _slipped(said: Sequence[str], known: Sequence[str]) -> bool:
    """One word differs, a long one, by one letter."""
    differ = [pair for pair in zip(said, known, strict=False) if pair[0] != pair[1]]
    if len(said) != len(known) or len(differ) != 1:
        return False
    one, other = differ[0]
    return min(len(one), len(other)) >= _LONG_WORD and (one + other).isalpha() and distance_within(one, other, 1)


# ── the kit ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _kit(
    consultation: str, source: str, out: Path | None, parts: Parts, screen: Screen, *, as_json: bool
) -> None:
    known, lines = await _known(consultation, parts, screen)
    line = _named(source, lines)
    token, label = (line.token, dict(line.label)) if line else ("", {known.languages[0]: source})
    if not token:
        _no_slip(source, known, lines)
        token = await _new(known, source, "", parts)
        if not as_json:
            screen.remark("kit.new_source", name=source)
    folder = out or FOLDER / known.id / token
    files = await asyncio.to_thread(parts.kit, known, token, label)
    await asyncio.to_thread(_write, files, folder)
    if as_json:
        screen.json({"token": token, "link": parts.link(token), "folder": folder, "files": sorted(files)})
        return
    screen.say("kit.done", name=source, page=str(folder / "index.html"))
    screen.say("kit.link", link=parts.link(token))
    if not parts.public:
        screen.remark("kit.not_public")


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    """Raises `FileError` where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise not_written(str(folder), error) from error
