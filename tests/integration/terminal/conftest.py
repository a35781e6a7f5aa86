"""The program as it is typed: its own folder and database, its output and its exit code."""

import io
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

import main
from bots.terminal.rehearsal.clock import StageClock
from bots.terminal.screen import Screen
from config.locale import Catalogue
from config.system import SystemClock
from core.storage import engine
from nlp.tagger import InProcessTagger
from tests.databases import upgrade_at_once
from tests.own_log import own_log

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "config" / "examples"
POOL = str(SAMPLES / "piscine.yaml")
FIRST_WEEK = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
NO_BREAK = str.maketrans({"\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True)
class Ran:
    """How a command ended; no-break spaces are shown as spaces."""

    code: int
    out: str
    err: str


@dataclass
class Program:
    """`python main.py …` in this process, with the real parts. Spared is what is the same each time and has tests of
    its own: the words are read once, an empty database gets its tables at once, the tagger is in this process too."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, typed: str = "", language: str = "en") -> Ran:
        self.monkeypatch.setenv("PORTE_VOIX_LANGUAGE", language)
        self.monkeypatch.setattr(sys, "argv", ["main.py", *arguments])
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        self.capsys.readouterr()
        code = main.main()
        out, err = self.capsys.readouterr()
        return Ran(code, out.translate(NO_BREAK), err.translate(NO_BREAK))

    def does(self, *arguments: str, typed: str = "", language: str = "en") -> str:
        """What a command that must succeed prints."""
        ran = self(*arguments, typed=typed, language=language)
        assert ran.code == 0, ran.err
        return ran.out

    def is_refused(self, *arguments: str, language: str = "en") -> str:
        """The sentence of a command that must end with one of our own errors: nothing else, and nowhere else."""
        ran = self(*arguments, language=language)
        assert (ran.code, ran.out) == (1, "")
        assert "Traceback" not in ran.err
        return ran.err


@pytest.fixture
def program(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: Catalogue,
    tagger: InProcessTagger,
    _own_log: None,
) -> Program:
    """Runs in a folder of its own, with no token, in the week after the sample of the swimming pool opens."""
    clock = StageClock(SystemClock(), FIRST_WEEK)
    monkeypatch.setattr(main, "SystemClock", lambda: clock)
    monkeypatch.setattr(main, "Catalogue", lambda: words)
    monkeypatch.setattr(main, "_tagger", lambda: nullcontext(tagger))
    monkeypatch.setattr(engine, "upgrade", upgrade_at_once)
    for name in ("TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "CHANNELS", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'town.db'}")
    monkeypatch.chdir(tmp_path)
    return Program(tmp_path, monkeypatch, capsys)


@pytest.fixture
def _own_log() -> Iterator[None]:
    with own_log():
        yield


def edited(folder: Path, *changes: tuple[str, str], sample: str = POOL) -> str:
    """A copy of the sample file with some of its words changed."""
    text = Path(sample).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "edited.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def words() -> Catalogue:
    return Catalogue()


@pytest.fixture(scope="session")
def tagger() -> InProcessTagger:
    """What it has compiled serves the next test: loading the vectors takes a second."""
    return InProcessTagger()


@pytest.fixture
def screen(words: Catalogue) -> Screen:
    """In English, into memory."""
    return Screen(words, "en", Console(file=io.StringIO(), width=100), Console(file=io.StringIO(), width=100))
