"""`campaign new FILE`: a first consultation without a file to begin with, asked one plain question after the other.

    question ─▶ answer ─▶ can it stand? ─▶ the next one … ─▶ FILE ─▶ checked, with what is still to complete
                  ▲            └─ no: why, and again
                  └─ blank: the answer in brackets, or later

Nothing is started and nothing leaves. Answers may also come through a pipe, one a line; where they end, the rest is
left for later.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.lines import opened
from bots.terminal.commands.shape import command, file_argument
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import FileError

ASKED = (
    "partner", "counter", "contact", "zone", "title", "why", "decided", "open", "question_1", "options_1", "question_2",
    "options_2", "question_3", "options_3", "topics", "readers", "decider", "opens", "closes", "decided_on", "reply_by",
    "places", "slack_channel", "emails", "reminder", "last_call",
)  # fmt: skip
LISTED = frozenset({"options_1", "options_2", "options_3", "topics", "places"})
"""One line for each, until a blank one."""
ONLY_AFTER = {
    "options_1": "question_1", "question_2": "question_1", "options_2": "question_2", "question_3": "question_2",
    "options_3": "question_3",
}  # fmt: skip
UNLESS = {"emails": "slack_channel"}
"""Not asked when the other was answered."""


def add(
    campaign: typer.Typer,
    parts: Parts,
    screen: Screen,
    tell: Callable[[Consultation, Path], None],
) -> None:
    """`tell`: prints what `campaign check` says of a file that can be read."""

    @command(campaign, screen, "new")
    def new(
        path: Annotated[Path, file_argument(screen, "new.file", there=False)],
        language: Annotated[str, typer.Option(help=screen.text("help.new.language"))] = "",
    ) -> None:
        spoken = language or screen.language
        if spoken not in parts.words.languages:
            raise FileError(screen.text("report.language", language=spoken))
        if path.exists():
            raise FileError(screen.text("new.stands", file=str(path)))
        with suppress(ImportError):  # arrows move in what is typed, where the system has them
            import readline  # noqa: F401, PLC0415
        with opened(path) as file:  # before the first question: where nothing can be written, nobody answers in vain
            answers: dict[str, str] = {}
            stopped = not _asked(answers, parts, screen)
            if stopped and not answers:
                screen.remark("new.given_up")
                raise typer.Exit(130)
            file.write(parts.first_file.write(answers, spoken))
        screen.show("")
        screen.say("new.written", file=str(path))
        try:
            consultation = parts.read_consultation(path)
        except FileError as left:
            screen.say("new.left")
            screen.show(str(left))
        else:
            tell(consultation, path)
        screen.say("new.next", file=str(path))
        if stopped:
            raise typer.Exit(130)


def _asked(given: dict[str, str], parts: Parts, screen: Screen) -> bool:
    """Fills in the answers by name; what was left for later is not among them. Whether it came to the end: Ctrl-C
    leaves the rest for later."""
    screen.say("new.how")
    try:
        for name in ASKED:
            if ONLY_AFTER.get(name, name) not in (name, *given) or UNLESS.get(name) in given:
                continue
            if answer := _answer(name, given, parts, screen):
                given[name] = answer
    except KeyboardInterrupt:
        screen.show("", aside=True)
        return False
    return True


def _answer(name: str, given: Mapping[str, str], parts: Parts, screen: Screen) -> str:
    usual = parts.first_file.usual(name, given)
    screen.show("")
    screen.show(f"{ASKED.index(name) + 1}/{len(ASKED)}  {screen.text(f'new.ask.{name}')}")
    while True:
        said = _lines() if name in LISTED else _line(f"[{usual}] " if usual else "")
        answer = said or usual
        wrong = parts.first_file.mistaken(name, answer, given) if answer else ""
        if not wrong:
            return answer
        screen.show(wrong)
        if said is None:
            return ""


def _lines() -> str | None:
    lines: list[str] = []
    while line := _line():
        lines.append(line)
    return "\n".join(lines) or None


def _line(before: str = "") -> str | None:
    """What was typed; None when nothing was, and there may be nothing more."""
    try:
        return input(f"{before}> ").strip() or None
    except EOFError:
        return None
