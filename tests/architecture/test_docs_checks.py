"""The check of documents finds what it looks for, and the project passes it."""

from pathlib import Path

import pytest

from tools.check_docs import ROOT, check, project_files

DECISION = "# T\n\n## Situation\n\n## Decision\n\n## Consequence\n\n## When to revisit\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project without a mistake."""
    (tmp_path / "docs/decisions").mkdir(parents=True)
    (tmp_path / "docs/decisions/0001-one.md").write_text(DECISION)
    (tmp_path / "docs/guide.md").write_text("# Guide\n\n## How to `start` it?\n\n## Twice\n\n## Twice\n")
    (tmp_path / "README.md").write_text(
        "[a](docs/guide.md) [b](docs/guide.md#how-to-start-it) [c](docs/guide.md#twice-1) [d](https://h/x.md)\n"
        "[e](#top)\n# Top\n`make test`, and make sure: `[not a link](nowhere)`\n"
        "```\nmake run\n[nor this](nowhere)\n```\n"
    )
    (tmp_path / "Makefile").write_text("test:\nrun:\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [0.1.0] - Unreleased\n")
    (tmp_path / ".env.example").write_text((ROOT / ".env.example").read_text("utf-8"))
    return tmp_path


def mistakes(project: Path) -> list[str]:
    return check(project, sorted(path for path in project.rglob("*") if path.is_file()))


def test_a_project_without_a_mistake_passes(project: Path) -> None:
    assert mistakes(project) == []


@pytest.mark.parametrize(
    ("file", "text", "word"),
    [
        ("docs/a.md", "[x](gone.md)", "docs/a.md: the link to gone.md leads nowhere"),
        ("docs/a.md", "[x](guide.md#gone)", "docs/a.md: guide.md#gone has no such heading"),
        ("docs/a.md", "[x](guide.md#twice-2)", "no such heading"),
        ("docs/a.md", "`make gone`", "there is no target gone"),
        ("docs/a.md", "```\nmake gone\n```", "there is no target gone"),
        (".env.example", "#LOG_LEVEL=INFO\n", "HTTP_PORT is not explained"),
        ("CHANGELOG.md", "## [0.0.9] - 2026-01-01\n", "version 0.1.0"),
        ("docs/decisions/0001-two.md", DECISION, "0001-one.md has the same number"),
        ("docs/decisions/two.md", DECISION, "a number of four digits"),
        ("docs/decisions/0002-two.md", "# T\n\n## Situation\n", "its parts should be"),
        ("core/x.py", "URL = 'https://pypi." + "org/x'", "core/x.py:1: holds the address of a package index"),
        ("requirements.in", "--extra-index-url" + " x", "holds the address of a package index"),
        ("core/x.py", "\n# see /work" + "/main", "core/x.py:2: holds a path of one machine"),
        ("core/x.py", "DATA = '../sha" + "red/data'", "names the place of the real data"),
    ],
)
def test_each_mistake_is_found(project: Path, file: str, text: str, word: str) -> None:
    (project / file).parent.mkdir(parents=True, exist_ok=True)
    (project / file).write_text(text)
    found = mistakes(project)
    assert any(word in mistake for mistake in found), found


def test_names_that_are_no_settings_and_examples_that_do_not_work_are_found(project: Path) -> None:
    example = project / ".env.example"
    example.write_text(example.read_text("utf-8") + "#GONE=1\nHTTP_PORT=http\n")
    found = " ".join(mistakes(project))
    assert "GONE is not a setting" in found
    assert "HTTP_PORT stands twice" in found
    assert "the program refuses it" in found


def test_what_tests_may_name_and_what_only_looks_alike_passes(project: Path) -> None:
    (project / "tests").mkdir()
    (project / "tests/x.py").write_text("DATA = '../shared/data'\n")
    (project / "docs/b.md").write_text(
        "https://example.org/home/page/x and src/work/outbox.py and core/work/outbox.py\n"
    )
    (project / "picture.bin").write_bytes(b"\xff\xfe\x00/work" + b"/main")
    assert mistakes(project) == []


def test_the_list_of_files_is_that_of_git() -> None:
    files = project_files(ROOT)
    assert ROOT / "pyproject.toml" in files
    assert not any(".venv" in file.parts for file in files)
