"""JSON Lines in, JSON Lines out: each line gets some fields more, in its order, and none is lost.

    --in X.jsonl ─▶ Line, Line, … ─▶ the command's fields ─▶ --out Y.jsonl        "-": standard input, standard output

A line that cannot be read comes out as {"line": 7, "error": "what to do", "raw": "…"}, is told with its number on the
error stream, and makes the command end with 1.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import typer

from bots.terminal.screen import Screen
from core.model.errors import FileError, not_written

STANDARD = "-"
MISTAKES_SHOWN = 20
EXAMPLE = '{"text": "…"}'


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the input. `text` and `values` are empty when it has an `error`."""

    number: int
    raw: str
    values: Mapping[str, Any]
    text: str = ""
    error: str = ""

    def language(self, otherwise: str) -> str:
        """The one that the line names, in `language` or `lang`."""
        named = self.values.get("language") or self.values.get("lang")
        return named if isinstance(named, str) else otherwise


def in_option(screen: Screen) -> Any:
    return typer.Option(
        "--in", metavar=screen.text("help.word.file"), show_default=False, help=screen.text("help.lines.in")
    )


def out_option(screen: Screen) -> Any:
    return typer.Option(
        "--out", metavar=screen.text("help.word.file"), show_default=False, help=screen.text("help.lines.out")
    )


def read_lines(source: str, screen: Screen) -> list[Line]:
    """Every line that is not blank. Raises `FileError` when the file cannot be read, or not one line of it."""
    lines = [
        _line(number, raw, screen)
        for number, raw in enumerate(_content(source, screen).split(b"\n"), start=1)
        if raw.strip()
    ]
    if lines and all(line.error for line in lines):
        raise FileError(screen.text("lines.none", file=source, line=lines[0].number, why=lines[0].error))
    return lines


def read_names(source: Path, screen: Screen) -> list[str]:
    """One name a line, each once, in order. Raises `FileError` when there is none, or one is not UTF-8."""
    names: dict[str, None] = {}
    for number, raw in enumerate(_content(str(source), screen).split(b"\n"), start=1):
        try:
            name = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise FileError(screen.text("lines.wrong", line=number, why=screen.text("lines.not_utf8"))) from None
        if name and not name.startswith("#"):
            names[name] = None
    if not names:
        raise FileError(screen.text("lines.no_names", file=str(source)))
    return list(names)


def write_lines(out: str, lines: Sequence[Line], fields: Callable[[Line], Mapping[str, Any]], screen: Screen) -> int:
    """Each line with its `fields`, those with an error as they were. Returns how many had one, all told."""
    with (
        screen.working("lines.going", total=len(lines)) as working,
        opened(None if out == STANDARD else Path(out)) as stream,
    ):
        for done, line in enumerate(lines, start=1):
            stream.write(_as_json(_row(line, fields)) + "\n")
            working.at(done)
    wrong = [line for line in lines if line.error]
    for line in wrong[:MISTAKES_SHOWN]:
        screen.remark("lines.wrong", line=line.number, why=line.error)
    if wrong:
        screen.remark("lines.kept", n=len(wrong))
    return len(wrong)


def said_text(words: Sequence[str] | None, screen: Screen) -> str:
    """What was typed behind the command, else all of standard input."""
    if words and list(words) != [STANDARD]:
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise FileError(screen.text("lines.no_text"))
    return _standard_input().decode("utf-8", "replace").strip("\ufeff\n")


def text_argument(screen: Screen) -> Any:
    return typer.Argument(
        metavar=screen.text("help.word.text"), show_default=False, help=screen.text("help.lines.text")
    )


def _row(line: Line, fields: Callable[[Line], Mapping[str, Any]]) -> Mapping[str, Any]:
    if line.error:
        return {"line": line.number, "error": line.error, "raw": line.raw}
    return {**line.values, **fields(line)}


def _line(number: int, raw: bytes, screen: Screen) -> Line:
    try:
        said = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r")
        values = json.loads(said)
    except UnicodeDecodeError:
        return Line(number, raw.decode("latin-1").rstrip("\r"), {}, error=screen.text("lines.not_utf8"))
    except (ValueError, RecursionError):
        return Line(number, said, {}, error=screen.text("lines.not_json", example=EXAMPLE))
    if not isinstance(values, dict):
        return Line(number, said, {}, error=screen.text("lines.not_json", example=EXAMPLE))
    if not isinstance(values.get("text"), str):
        return Line(number, said, {}, error=screen.text("lines.no_field"))
    return Line(number, said, values, values["text"])


def _as_json(row: Mapping[str, Any]) -> str:
    """Readable letters; half a surrogate pair, which no file can hold, as its number."""
    said = json.dumps(row, ensure_ascii=False)
    return said if said.isprintable() and _whole(said) else json.dumps(row)


def _whole(said: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in said)


def _content(source: str, screen: Screen) -> bytes:
    if source == STANDARD:
        return _standard_input()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise FileError(screen.text("lines.not_read", file=source, why=error.strerror or "")) from None


def _standard_input() -> bytes:
    raw = getattr(sys.stdin, "buffer", None)
    return raw.read() if raw else sys.stdin.read().encode("utf-8", "surrogatepass")


@contextmanager
def opened(out: Path | None, *, mark: bool = False) -> Iterator[TextIO]:
    """Where to write, UTF-8 in any case; None: standard output. A file takes its name only when it is whole, and only
    its owner may read it. `mark`: a spreadsheet recognises UTF-8 by it.
    """
    if out is None:
        raw = getattr(sys.stdout, "buffer", None)
        stream = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=True) if raw else sys.stdout
        try:
            yield stream
        finally:
            stream.flush()
            if raw and isinstance(stream, io.TextIOWrapper):
                stream.detach()
        return
    with whole_file(out) as file:
        stream = io.TextIOWrapper(file, encoding="utf-8-sig" if mark else "utf-8", newline="", write_through=True)
        yield stream
        stream.detach()


@contextmanager
def rewritten(path: Path) -> Iterator[BinaryIO]:
    """A file that is there, written anew: the old one stands until the new one is whole, and who may read it stays.
    Through a link, what it leads to."""
    target = path.resolve()
    mode = target.stat().st_mode & 0o777
    with whole_file(target) as file:
        yield file
        os.fchmod(file.fileno(), mode)


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """It takes its name only when it is whole, and only its owner may read it."""
    growing = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        growing.unlink(missing_ok=True)
        handle = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise not_written(str(out), error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        growing.replace(out)
    finally:
        growing.unlink(missing_ok=True)
