"""`make` and `.ci/run`: what they say when something is missing, and the exit code they give."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # Not what an outer `make` hands down: this is another one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements-uv.lock", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_make_alone_lists_the_targets_with_one_line_each(checkout: Path) -> None:
    ran = run("make", cwd=checkout)
    assert ran.returncode == 0
    lines = ran.stdout.splitlines()
    assert all(re.fullmatch(r"  make [a-z-]+ +\S.{10,}", line) for line in lines), lines
    listed = {line.split()[1] for line in lines}
    assert {"run", "test", "check", "format", "lock"} <= listed


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("case $1 in --version) echo Python 3.9.2;; *) exit 1;; esac", "too old (Python 3.9.2): install Python 3.11"),
        ("case $2 in *ensurepip*) exit 1;; esac", "cannot make a virtual environment: install its venv package"),
    ],
)
def test_a_python_that_cannot_serve_is_told_in_one_sentence(checkout: Path, python: str, sentence: str) -> None:
    fake = script(checkout / "fake-python", python)
    ran = run("make", f"PYTHON={fake}", "test", cwd=checkout)
    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert not (checkout / ".venv").exists()


def test_no_python_at_all_is_told_too(checkout: Path) -> None:
    ran = run("make", "PYTHON=python-that-is-not-there", "run", cwd=checkout)
    assert "Python is missing: install Python 3.11 or newer" in ran.stderr


def test_running_is_content_with_what_was_installed_for_tests(checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    script(checkout / ".venv/bin/uv", "echo uv was called; exit 1")
    script(checkout / ".venv/bin/python", 'echo "python $*"')
    (checkout / ".venv/.ready-for-tests").touch()
    ran = run("make", "run", "ARGS=--seed 3", cwd=checkout)
    assert (ran.stdout, ran.returncode) == ("python main.py run --seed 3\n", 0)
    (checkout / ".venv/.ready-for-tests").unlink()
    assert "uv was called" not in ran.stdout
    assert run("make", "run", cwd=checkout).returncode == 2


@pytest.mark.parametrize(
    ("checks", "tests", "exit_code"), [(0, 0, 0), (0, 1, 1), (0, 5, 5), (1, 0, 2), (1, 1, 1), (1, 3, 3)]
)
def test_ci_ends_with_the_summary_of_the_tests_and_their_exit_code(
    tmp_path: Path, checks: int, tests: int, exit_code: int
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "Makefile").write_text(f"setup:\n\t@true\ncheck:\n\t@exit {checks}\n")
    script(tmp_path / ".venv/bin/python", f"echo '=== 3 passed, 0 failed ==='; exit {tests}")
    ran = run("bash", ".ci/run", cwd=tmp_path)
    assert ran.stdout.splitlines()[-1] == "=== 3 passed, 0 failed ==="
    assert ran.returncode == exit_code
    assert ("make check failed" in ran.stdout) == bool(checks)


def test_ci_stops_when_nothing_can_be_installed(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "Makefile").write_text("setup:\n\t@exit 1\n")
    assert run("bash", ".ci/run", cwd=tmp_path).returncode == 2
