"""The same dialogue in the terminal: story 1 through a pipe, answers that count, what comes while somebody types."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.terminal.conftest import NO_BREAK, POOL, ROOT, Program

CASES = sorted((ROOT / "tests" / "cases" / "demo").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
@pytest.mark.timeout(300)
def test_a_conversation_through_a_pipe(case: Path, program: Program) -> None:
    """`>` what is typed (first the options), `<` what is printed."""
    lines = case.read_text(encoding="utf-8").splitlines()
    options, *typed = [line[2:] for line in lines if line.startswith(">")]
    language = case.suffixes[0].removeprefix(".")
    said = program.does("chat", POOL, *options.split(), typed="".join(f"{line}\n" for line in typed), language=language)
    assert said.splitlines() == [line[2:] for line in lines if line.startswith("<")]
    assert not (program.folder / "town.db").exists(), "nothing is kept"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_once_the_campaign_runs_the_answers_count(program: Program) -> None:
    program.does("campaign", "start", POOL)
    said = program.does("chat", POOL, "--source", "guichet", typed="1\nNever\nskip\nskip\n3\n")
    assert said.startswith("The campaign has started: your answers count.")
    assert "🤖 Hello!" in said
    figures = json.loads(program.does("digest", "piscine", "--json"))
    assert figures["funnel"] == {"arrived": 1, "agreed": 1, "answered": 1, "finished": 1}
    (came,) = [each for each in figures["sources"] if each["arrived"]]
    assert (came["token"], came["finished"]) == ("guichet", 1)
    trial = program.does("chat", POOL, "--trial", typed="1\nNever\n")
    assert trial.startswith("A trial: nothing that you write here is kept.")
    assert json.loads(program.does("digest", "piscine", "--json"))["funnel"]["arrived"] == 1


class Terminal:
    """A program with a person in front of it: what it shows so far, and a keyboard."""

    def __init__(self, *command: str, folder: Path, **environment: str) -> None:
        self._screen, keyboard = pty.openpty()
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        settings = {**inherited, "TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": str(ROOT), **environment}
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *command],
            cwd=folder,
            env=settings,
            stdin=keyboard,
            stdout=keyboard,
            stderr=keyboard,
            start_new_session=True,
        )
        os.close(keyboard)
        self.shown = ""

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._screen)

    def types(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def shows(self, words: str, patience: float = 90) -> None:
        """Waits until it does; whoever waits reads on."""
        until = time.monotonic() + patience
        while words not in self.shown.translate(NO_BREAK):
            ready, _, _ = select.select([self._screen], [], [], max(0, until - time.monotonic()))
            assert ready, f"waited for {words!r}, saw:\n{self.shown}"
            try:
                self.shown += os.read(self._screen, 65_536).decode("utf-8", "replace")
            except OSError:  # the other end is gone
                raise AssertionError(f"ended without {words!r}, saw:\n{self.shown}") from None


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Somebody tries the sample, in French."""
    settings = {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'town.db'}", "PORTE_VOIX_LANGUAGE": "fr"}
    with closing(Terminal("chat", POOL, folder=tmp_path, **settings)) as terminal:
        terminal.shows("[3] En savoir plus")
        yield terminal


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_follows_a_silence_comes_by_itself(terminal: Terminal) -> None:
    terminal.types("1\n")
    terminal.shows("[4] Passer")
    terminal.types("2\n")
    terminal.shows("2/3")
    terminal.types("ouvrir plus tard le soir\n")
    terminal.shows("\x1b[K🤖 C'est noté. 3/3 Votre quartier ?")
    terminal.shows("[4] Passer\r\n👤 ")
    terminal.types("\x04")  # Ctrl-D
    terminal.shows("Au revoir, et merci.")
    assert terminal.process.wait(60) == 0


@pytest.mark.timeout(300)
def test_ctrl_c_is_a_way_to_leave(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGINT)
    terminal.shows("Au revoir, et merci.")
    assert terminal.process.wait(60) == 0
    assert "Traceback" not in terminal.shown
