"""`text mask|language|check|flags|duplicates`: what the program does with a text, to try it. No database is needed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bots.terminal.commands.lines import (
    STANDARD,
    Line,
    in_option,
    out_option,
    read_lines,
    said_text,
    text_argument,
    write_lines,
)
from bots.terminal.commands.shape import command, group, json_option
from bots.terminal.parts import Parts, TextTools
from bots.terminal.screen import Screen
from core.model.deliveries import Param


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    text = group(screen, "text")
    app.add_typer(text, name="text")

    @command(text, screen, "mask", "text.mask")
    def mask(
        words: Annotated[list[str] | None, text_argument(screen)] = None,
        source: Annotated[str, in_option(screen)] = "",
        out: Annotated[str, out_option(screen)] = STANDARD,
        language: Annotated[str, _language_option("--language", screen.text("help.text.language_of"))] = parts.language,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        _mask(words, source, out, language, parts, screen, as_json=as_json)

    @command(text, screen, "language", "text.language")
    def language_command(
        words: Annotated[list[str] | None, text_argument(screen)] = None,
        source: Annotated[str, in_option(screen)] = "",
        out: Annotated[str, out_option(screen)] = STANDARD,
        prior: Annotated[str, _language_option("--prior", screen.text("help.text.prior"))] = parts.language,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        _language(words, source, out, prior, parts, screen, as_json=as_json)

    @command(text, screen, "check", "text.check")
    def check(
        words: Annotated[list[str] | None, text_argument(screen)] = None,
        source: Annotated[str, in_option(screen)] = "",
        out: Annotated[str, out_option(screen)] = STANDARD,
        language: Annotated[str, _language_option("--language", screen.text("help.text.language_of"))] = parts.language,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        _check(words, source, out, language, parts, screen, as_json=as_json)

    @command(text, screen, "flags", "text.flags")
    def flags(
        words: Annotated[list[str] | None, text_argument(screen)] = None,
        source: Annotated[str, in_option(screen)] = "",
        out: Annotated[str, out_option(screen)] = STANDARD,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        _flags(words, source, out, parts, screen, as_json=as_json)

    @command(text, screen, "duplicates", "text.duplicates")
    def duplicates(
        source: Annotated[str, in_option(screen)],
        out: Annotated[str, out_option(screen)] = STANDARD,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        _duplicates(source, out, parts, screen, as_json=as_json)


def _language_option(name: str, text: str) -> Any:
    return typer.Option(name, metavar="fr|en|…", show_default=False, help=text)


# ── one text, or a file of them ──────────────────────────────────────────────────────────────────────────────────────


def _mask(
    words: Sequence[str] | None, source: str, out: str, language: str, parts: Parts, screen: Screen, *, as_json: bool
) -> None:
    tools = parts.texts()
    if not source:
        masked, kinds = tools.mask(said_text(words, screen), language)
        if as_json:
            screen.json({"masked": masked, "kinds": list(kinds)})
        else:
            screen.show(masked)
        return
    found: Counter[str] = Counter()

    def fields(line: Line) -> Mapping[str, Any]:
        masked, kinds = tools.mask(line.text, line.language(language))
        found.update(kinds)
        return {"masked": masked, "kinds": list(kinds)}

    lines = read_lines(source, screen)
    wrong = write_lines(out, lines, fields, screen)
    _end(out, lines, wrong, {"kinds": dict(found)}, screen, as_json=as_json)


def _language(
    words: Sequence[str] | None, source: str, out: str, prior: str, parts: Parts, screen: Screen, *, as_json: bool
) -> None:
    tools = parts.texts()
    if not source:
        language = tools.language(said_text(words, screen), prior)
        if as_json:
            screen.json({"language": language})
        else:
            screen.show(language)
        return
    found: Counter[str] = Counter()

    def fields(line: Line) -> Mapping[str, Any]:
        language = tools.language(line.text, prior)
        found[language] += 1
        return {"language": language}

    lines = read_lines(source, screen)
    wrong = write_lines(out, lines, fields, screen)
    _end(out, lines, wrong, {"languages": dict(found)}, screen, as_json=as_json)


def _check(
    words: Sequence[str] | None, source: str, out: str, language: str, parts: Parts, screen: Screen, *, as_json: bool
) -> None:
    tools = parts.texts()
    if not source:
        text = said_text(words, screen)
        looked = _looked(tools, text, language, screen)
        if as_json:
            screen.json(looked)
            return
        for finding in looked["findings"]:
            screen.show(f"• {finding['text']}")
        if not looked["findings"]:
            screen.say("text.plain")
        takes = {"seconds": looked["seconds"], "lines": looked["phone_lines"]}
        screen.say("text.reading", n=looked["words"], sentences=looked["sentences"], **takes)
        return
    found: Counter[str] = Counter()

    def fields(line: Line) -> Mapping[str, Any]:
        looked = _looked(tools, line.text, line.language(language), screen)
        found.update(finding["kind"] for finding in looked["findings"])
        return looked

    lines = read_lines(source, screen)
    wrong = write_lines(out, lines, fields, screen)
    _end(out, lines, wrong, {"findings": dict(found)}, screen, as_json=as_json)


def _looked(tools: TextTools, text: str, language: str, screen: Screen) -> dict[str, Any]:
    """What there is to say about a text, each remark also as a sentence for who reads the screen."""
    remarks, effort = tools.look(text, language)
    findings = []
    for remark in remarks:
        params: dict[str, Param] = {"language": language, "n": remark.n, "most": remark.most, "places": 1}
        params |= {"found": remark.found, "instead": remark.instead}
        said = screen.words.say(f"check.{remark.kind.value}", screen.language, params)
        findings.append(
            {"kind": remark.kind.value, "found": remark.found, "instead": remark.instead, "n": remark.n, "text": said}
        )
    return {"findings": findings, **asdict(effort)}


def _flags(words: Sequence[str] | None, source: str, out: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    tools = parts.texts()
    if not source:
        met = _flagged(tools, said_text(words, screen))
        if as_json:
            screen.json(met)
            return
        for flag in met["flags"]:
            kind = screen.words.say(f"staff.kind.{flag['kind']}", screen.language)
            screen.say("text.flag", kind=kind, severity=flag["severity"])
        if not met["flags"]:
            screen.say("text.no_flag")
        return
    found: Counter[str] = Counter()

    def fields(line: Line) -> Mapping[str, Any]:
        met = _flagged(tools, line.text)
        found.update(flag["kind"] for flag in met["flags"])
        return met

    lines = read_lines(source, screen)
    wrong = write_lines(out, lines, fields, screen)
    _end(out, lines, wrong, {"flags": dict(found)}, screen, as_json=as_json)


def _flagged(tools: TextTools, text: str) -> dict[str, Any]:
    return {"flags": [{"kind": kind, "severity": severity} for kind, severity in tools.flags(text)]}


def _duplicates(source: str, out: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    lines = read_lines(source, screen)
    readable = [line for line in lines if not line.error]
    with screen.working("text.comparing", hidden=as_json):
        firsts = parts.texts().duplicates([line.text for line in readable])
    sizes = Counter(firsts)
    numbers = {first: number for number, first in enumerate(sorted(sizes), start=1)}
    group_of = {line.number: first for line, first in zip(readable, firsts, strict=True)}

    def fields(line: Line) -> Mapping[str, Any]:
        first = group_of[line.number]
        return {"group": numbers[first], "group_size": sizes[first]}

    wrong = write_lines(out, lines, fields, screen)
    largest = max(sizes.values(), default=0)
    if not as_json and out != STANDARD:
        screen.remark("text.groups", n=len(readable), groups=len(sizes), largest=largest)
    _end(out, lines, wrong, {"groups": len(sizes), "largest": largest}, screen, as_json=as_json)


def _end(
    out: str, lines: Sequence[Line], wrong: int, figures: Mapping[str, Any], screen: Screen, *, as_json: bool
) -> None:
    """Says what was done, beside the output. Lines that could not be read make the command end with 1."""
    if out != STANDARD and as_json:
        screen.json({"lines": len(lines), "wrong": wrong, **figures})
    elif out != STANDARD:
        screen.remark("lines.done", n=len(lines), file=out)
    if wrong:
        raise typer.Exit(1)
