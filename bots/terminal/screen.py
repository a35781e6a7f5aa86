"""What is printed: sentences from the catalogue, in the language of the person who runs the program.

What was asked for goes to standard output. How far the work is goes to the error stream, so that the output of a
command can be read by a program or kept in a file. No colour carries a meaning, and nothing needs a mouse.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.text import Text

from core.model.deliveries import Param
from core.model.errors import why_key
from core.model.messages import Block, Button, Card, Heading, Line, Message, Note, Quote
from core.rules.plain_text import cleaned
from core.work.ports import Words

WIDEST = 110
BAR_WIDTH = 32
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Screen:
    """`console` writes to standard output, `aside` to the error stream."""

    words: Words
    language: str
    console: Console
    aside: Console

    # ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, key: str, /, **params: Param) -> str:
        return self.words.say(
            f"terminal.{key}", self.language, {name: self._said(each) for name, each in params.items()}
        )

    def _said(self, param: Param) -> Param:
        """What the system says in English (why a file cannot be opened), in the reader's language."""
        why = why_key(param) if isinstance(param, str) else ""
        return self.words.say(why, self.language) if why else param

    def say(self, key: str, /, **params: Param) -> None:
        self.show(self.text(key, **params))

    def show(self, text: str, *, indent: int = 0, aside: bool = False) -> None:
        """Words as they are. A terminal breaks lines between words; a file has them whole, as they were written."""
        console = self.aside if aside else self.console
        if console.is_terminal:
            console.print(_wrapped(text, min(console.width, WIDEST), indent), soft_wrap=True)
        else:
            said = textwrap.indent(_readable(text), " " * indent)
            print(said, file=console.file, flush=True)  # a service writes for hours

    def remark(self, key: str, /, **params: Param) -> None:
        """A line beside the output: what was done, what to do next."""
        self.show(self.text(key, **params), aside=True)

    def heading(self, text: str) -> None:
        self.console.print()
        self.console.print(Text(text, style="bold"), soft_wrap=True)

    @property
    def _width(self) -> int:
        return min(self.console.width, WIDEST)

    # ── shapes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def bubble(self, message: Message, *, numbers: Mapping[str, int] | None = None) -> None:
        """One message as a citizen sees it. `numbers`: what to type for each button, by its action."""
        first, *others = (line.rstrip() for line in message.text.split("\n"))
        self.show(f"🤖 {first}")
        for line in others:
            self.show(line, indent=3)
        if message.document is not None:
            self.show(f"📎 {message.document.name}", indent=3)
        for row in message.buttons:
            self.show("  ".join(_labelled(button, numbers or {}) for button in row), indent=3)

    def card(self, card: Card, title: str) -> None:
        """A card for staff, about as Slack draws it: where it stands, then the blocks, each button in brackets."""
        width = self._width
        body = Group(*(_drawn(block, width - 4) for block in card.blocks))
        self.console.print(Panel(body, title=Text(title), title_align="left", width=width))

    def numbers(self, rows: Sequence[tuple[str, int]]) -> None:
        """Names and whole numbers, one under the other."""
        names = max((len(name) for name, _ in rows), default=0)
        for name, number in rows:
            self.show(f"{name:<{names}}  {number:>5}", indent=2)

    def bars(self, counts: Sequence[tuple[str, int]]) -> None:
        """How much of each, as bars with their numbers."""
        longest = max((count for _, count in counts), default=0)
        names = max((len(name) for name, _ in counts), default=0)
        for name, count in counts:
            bar = "█" * max(1, round(BAR_WIDTH * count / longest)) if count else ""
            self.show(f"{name:<{names}}  {bar} {count}", indent=2)

    # ── how far the work is ──────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def working(self, key: str, *, total: float | None = None, hidden: bool = False) -> Iterator["Working"]:
        """A line that moves; `total` None: nobody knows how long. Where nothing can move, one line is written."""
        moves = self.aside.is_terminal and not hidden
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(BAR_WIDTH))
        with Progress(*columns, console=self.aside, transient=True, disable=not moves) as progress:
            working = Working(self, progress, progress.add_task(self.text(key), total=total), quiet=hidden)
            working.now(key, total=total)
            yield working

    # ── for programs ─────────────────────────────────────────────────────────────────────────────────────────────────

    def json(self, value: Any) -> None:
        print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain), file=self.console.file)


@dataclass(frozen=True, slots=True)
class Working:
    """The line that moves."""

    screen: Screen
    progress: Progress
    task: TaskID
    quiet: bool

    def at(self, done: float) -> None:
        self.progress.update(self.task, completed=done)

    def note(self, text: str) -> None:
        """Beside the bar: what has happened so far."""
        self.progress.update(self.task, description=text)

    def now(self, key: str, /, *, total: float | None = None) -> None:
        """What is being done is now this."""
        if self.progress.disable and not self.quiet:
            self.screen.remark(key)
        self.progress.update(self.task, description=self.screen.text(key), total=total, completed=0)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _labelled(button: Button, numbers: Mapping[str, int]) -> str:
    number = numbers.get(button.action)
    if number is None or button.label == str(number):
        return f"[{button.label}]"
    return f"[{number}] {button.label}"


def _drawn(block: Block, width: int) -> Text:
    match block:
        case Heading(text=text):
            return _wrapped(text, width, 0, style="bold")
        case Line(text=text, buttons=buttons):
            return _wrapped(text + _in_brackets(buttons), width, 0)
        case Quote(text=text, note=note, buttons=buttons):
            said = " ".join(text.split()) + (f" · {note}" if note else "")
            return _wrapped(f"│ {said}{_in_brackets(buttons)}", width, 2)
        case Note(text=text):
            return _wrapped(text, width, 0, style="dim")


def _in_brackets(buttons: Iterable[Button]) -> str:
    return "".join(f"  [{button.label}]" for button in buttons)


def _readable(text: str) -> str:
    """Without what a terminal would do instead of showing it: whoever wrote the words does not paint its screen."""
    return _CONTROLS.sub(" ", cleaned(text))


def _wrapped(text: str, width: int, indent: int, style: str = "") -> Text:
    """Broken between words and never at a no-break space, each line indented as the first one is."""
    lines: list[str] = []
    for line in _readable(text).split("\n"):
        bare = line.lstrip(" ")
        margin = " " * (indent + len(line) - len(bare))
        lines += textwrap.wrap(
            bare,
            max(20, width),
            initial_indent=margin,
            subsequent_indent=margin,
            break_on_hyphens=False,
            replace_whitespace=False,
            drop_whitespace=True,
        ) or [""]
    return Text("\n".join(lines), style=style, no_wrap=True, overflow="ignore")
