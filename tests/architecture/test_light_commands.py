"""A command that only looks starts light: it never waits for the language model, the charts, the pages, the migrations
or a platform's library."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"spacy", "thinc", "numpy", "altair", "slack_bolt", "telegram", "starlette", "alembic"}
RUN_AND_LIST = """
import runpy, sys
try:
    runpy.run_path("main.py", run_name="__main__")
finally:
    print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("command", [["status", "--help"], ["campaign", "check", "config/examples/piscine.yaml"]])
def test_looking_loads_none_of_what_is_heavy(command: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_LIST, *command],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'looking.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = set(done.stderr.split())
    assert done.stdout and "Traceback" not in done.stderr
    assert "core.model.errors" in loaded  # it is our program that ran
    assert not HEAVY & loaded


def test_the_process_that_answers_people_leaves_spacy_to_the_tagger_s() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, nlp.tagger, nlp.learning.school; print(nlp.tagger.ProcessTagger, *sys.modules)",
        ],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"spacy", "thinc", "numpy"} & set(done.stdout.split())
