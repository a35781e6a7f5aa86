"""A fresh copy of the project with everything installed and nothing of this machine: no token, setting or database.

The packages are those of the Python that runs the tests. The samples have dates of their own; in the copy they are
moved by whole weeks, so that their consultations are open today.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.docs.documents import ROOT
from tools.check_docs import project_files

_INHERITED = ("HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "PORTE_VOIX_DATA")
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_SAID = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")


@dataclass(slots=True)
class Checkout:
    """`settings`: variables of the environment, besides the few that every program needs."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> Mapping[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        path = f"{self.folder / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return inherited | {"PATH": path, "LANG": "C.UTF-8", "PORTE_VOIX_LANGUAGE": "en"} | self.settings

    def runs(self, commands: str, *, within: float = 600) -> subprocess.CompletedProcess[str]:
        """Runs commands as somebody would who pastes them, and stops at the first that fails."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=within,
            check=False,
        )


def fresh_checkout(folder: Path) -> Checkout:
    for file in project_files(ROOT):
        goal = folder / file.relative_to(ROOT)
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, goal)
        if file.suffix == ".py":
            _compiled(file, goal)
    _install(folder / ".venv")
    for sample in (folder / "config" / "examples").glob("*.yaml"):
        sample.write_text(_opened(sample.read_text(encoding="utf-8")), encoding="utf-8")
    return Checkout(folder)


def _compiled(file: Path, goal: Path) -> None:
    """What Python made of the file is no part of the project, and would take seconds to make once more."""
    made = Path(importlib.util.cache_from_source(str(file)))
    if made.exists():
        (goal.parent / made.parent.name).mkdir(exist_ok=True)
        shutil.copy2(made, goal.parent / made.parent.name / made.name)


def _install(venv: Path) -> None:
    """What `make` would install: the packages of this Python, under the stamps of the Makefile."""
    venv.mkdir()
    for part in Path(sys.prefix).iterdir():
        if not part.name.startswith("."):
            (venv / part.name).symlink_to(part)
    for stamp in (".ready-for-running", ".ready-for-tests"):
        (venv / stamp).touch()


def _opened(sample: str) -> str:
    """The sample with all its dates moved, so that it opened a few days ago."""
    opens = re.search(r"^opens: (\S+)", sample, re.MULTILINE)
    assert opens, "a sample says when it opens"
    days = (date.today() - date.fromisoformat(opens[1])).days  # noqa: DTZ011  # a day either way is no matter
    by = timedelta(weeks=(days - 2) // 7)

    def iso(found: re.Match[str]) -> str:
        return (date(int(found[1]), int(found[2]), int(found[3])) + by).isoformat()

    def said(found: re.Match[str]) -> str:
        day = date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])) + by
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    return _SAID.sub(said, _ISO.sub(iso, sample))
