"""`compare`: who answered beside the people there are, by a file of the partner's own figures."""

import asyncio
import csv
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import COMPARABLE, LANGUAGE, Consultation
from core.model.errors import FileError
from core.rules.plain_text import plain
from core.rules.readout import ENOUGH_ANSWERS, percent
from core.work.cards.digest_layout import Voice
from core.work.digests.compare import Comparison, Reference, comparisons

COLUMNS = ("question", "answer", "share")
LARGEST = 1024 * 1024
NEAR = 0.03
"""How far the shares of one question may be from the whole: they are rounded."""


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "compare")
    def compare_command(
        consultation: Annotated[str, consultation_argument(screen)],
        reference: Annotated[Path | None, reference_option(screen)] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_compare(consultation, reference, parts, screen, as_json=as_json))


def reference_option(screen: Screen) -> Any:
    return typer.Option(
        "--reference",
        exists=True,
        dir_okay=False,
        metavar=screen.text("help.word.file"),
        show_default=False,
        help=screen.text("help.compare.reference"),
    )


async def _compare(name: str, file: Path | None, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, name, screen)
        found = await comparisons(unit, known, read_reference(file, known, screen))
    if as_json:
        screen.json([asdict(each) | {"enough": each.enough} for each in found])
        return
    if not found:
        screen.say("compare.nothing")
    for each in found:
        screen.heading(_heading(each, known, screen))
        _tell(each, screen)
    screen.remark("compare.how")


def _heading(found: Comparison, consultation: Consultation, screen: Screen) -> str:
    asked = consultation.question(found.question)
    return consultation.in_language(asked.text, screen.language) if asked else screen.text("compare.language")


def _tell(found: Comparison, screen: Screen) -> None:
    if not found.enough:
        screen.say("compare.too_few", n=found.answers, enough=ENOUGH_ANSWERS)
    voice = Voice(screen.words, screen.language)
    for each in found.shares:
        line = screen.text(
            f"compare.{each.apart or 'alike'}",
            name=voice.group(found.question, each.label, each.group),
            n=percent(each.of_answers),
            low=percent(each.low),
            high=percent(each.high),
            people=percent(each.of_people),
        )
        screen.show(line, indent=2)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_reference(file: Path | None, consultation: Consultation, screen: Screen) -> Reference:
    """A CSV with the columns question, answer, share. Raises `FileError` with the line and what to do."""
    if file is None:
        return {}
    found: dict[str, dict[str, float]] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            text = stream.read(LARGEST)
    except (OSError, UnicodeDecodeError):
        raise FileError(screen.text("compare.unreadable", file=file.name)) from None
    semicolons = text.partition("\n")[0].count(";") >= len(COLUMNS) - 1
    rows = csv.DictReader(text.splitlines(), delimiter=";" if semicolons else ",")
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        raise FileError(screen.text("compare.columns", file=file.name, columns=", ".join(COLUMNS)))
    for row in rows:
        values = [(row[name] or "").strip() for name in COLUMNS]
        question, answer = _place(values[0], values[1], consultation, screen, line=rows.line_num)
        share = _share(values[2])
        if share is None:
            raise FileError(screen.text("compare.share", line=rows.line_num, share=values[2]))
        found.setdefault(question, {})[answer] = share
    for question, shares in found.items():
        if abs(sum(shares.values()) - 1) > NEAR:
            raise FileError(screen.text("compare.sum", question=question, n=round(100 * sum(shares.values()))))
    return found


def _place(question: str, answer: str, consultation: Consultation, screen: Screen, *, line: int) -> tuple[str, str]:
    """The question and the answer that a line names, each by its id; an answer also by its words."""
    if question == LANGUAGE:
        return LANGUAGE, answer.lower()
    asked = consultation.question(question)
    if asked is None or asked.kind not in COMPARABLE:
        known = [each.id for each in consultation.questions if each.kind in COMPARABLE]
        raise FileError(
            screen.text("compare.question", line=line, question=question, known=", ".join([*known, LANGUAGE]))
        )
    for option in asked.options:
        if plain(answer) in {plain(each) for each in (option.id, *option.label.values())}:
            return question, option.id
    known = [option.id for option in asked.options]
    raise FileError(screen.text("compare.answer", line=line, answer=answer, known=", ".join(known)))


def _share(said: str) -> float | None:
    """ "18 %" and "0.18" are the same; None for what is no share. A number above one is in hundredths."""
    number, hundredths = said.removesuffix("%").strip().replace(",", "."), said.endswith("%")
    try:
        share = float(number)
    except ValueError:
        return None
    share = share / 100 if hundredths or share > 1 else share
    return share if 0 <= share <= 1 else None
