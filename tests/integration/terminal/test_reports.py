"""`report`: the evaluation as a file, while nothing has happened yet and while the service runs."""

import json
from pathlib import Path

from tests.integration.terminal.conftest import POOL, Program


def test_it_is_written_where_one_says_and_only_its_owner_reads_it(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "piscine.fr.html" in program.does("report", "piscine", "--language", "fr")
    assert "L&#39;essentiel" in Path("var/reports/piscine.fr.html").read_text(encoding="utf-8")
    program.does("report", "piscine", "--format", "json", "--out", "far/away.json")
    assert json.loads(Path("far/away.json").read_text(encoding="utf-8"))["figures"]["funnel"]["arrived"] == 0
    assert Path("far/away.json").stat().st_mode & 0o077 == 0
    program.does("report", "piscine", "--format", "md", "--out", "r.md")
    assert "## In short" in Path("r.md").read_text(encoding="utf-8")


def test_what_cannot_be_written_is_said(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "not known: klingon" in program.is_refused("report", "piscine", "--language", "klingon")
    assert program("report", "lake").code == 1
    Path("taken").write_text("a file, no folder")
    assert program("report", "piscine", "--out", "taken/report.html").code == 1


def test_the_note_is_one_file_on_paper(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "piscine-note.fr.pdf" in program.does("note", "piscine", "--language", "fr")
    program.does("note", "piscine", "--out", "note.pdf")
    assert Path("note.pdf").read_bytes().startswith(b"%PDF")
