"""Answers gathered on paper come in, are masked and tagged, count once, and go out safe for any spreadsheet."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.work.evaluation.cells import COLUMNS
from tests.integration.terminal.conftest import POOL, SAMPLES, Program, edited

PAPER = """\
text;source;received_at
ouvrir plus tard le soir, appelez-moi au 06 12 34 56 78;guichet;2026-11-16
"Moins cher
pour les familles";guichet;2026-11-16T18:30
=1+1 c'est trop cher;;
plus de bus le soir;;
plus de bus le soir;;
"""


def exported(program: Program) -> list[dict[str, Any]]:
    return [json.loads(line) for line in program.does("export", "piscine", "--format", "jsonl").splitlines()]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_from_paper_to_the_spreadsheet_and_back(program: Program) -> None:
    paper = program.folder / "cahier.csv"
    paper.write_text(PAPER, encoding="utf-8")
    program.does("campaign", "start", POOL)
    said = program.does("import", str(paper), "--channel", "paper", language="fr")
    assert said.startswith("5 réponses importées, 0 déjà connues.\n"), "the service does not run: read at once"

    rows = exported(program)
    assert all(tuple(row) == COLUMNS for row in rows)
    assert {row["status"] for row in rows} == {"read"}
    assert {(row["consultation"], row["question"], row["citizen"], row["channel"], row["parts"]) for row in rows} == {
        ("piscine", "venir", "", "paper", 1)
    }
    by_text = {row["text"]: row for row in rows}
    assert set(by_text) == {
        "ouvrir plus tard le soir, appelez-moi au [téléphone]",
        "Moins cher\npour les familles",
        "=1+1 c'est trop cher",
        "plus de bus le soir",
    }
    evening = by_text["ouvrir plus tard le soir, appelez-moi au [téléphone]"]
    assert (evening["source"], evening["received_at"]) == ("guichet", "2026-11-15T23:00:00+00:00")
    assert [(topic["name"], topic["by"]) for topic in evening["topics"]] == [("Horaires", "tagger")]
    assert 0 < evening["topics"][0]["score"] <= 1
    assert set(evening["evidence"]) == {"Horaires"} and {"ouvrir", "soir"} <= set(evening["evidence"]["Horaires"])
    assert not {"06", "12"} & set(evening["evidence"]["Horaires"])
    assert sum(row["text"] == "plus de bus le soir" for row in rows) == 2, "two people may write the same"

    twice = json.loads(program.does("import", str(paper), "--json"))
    acts = [line["act"] for line in json.loads(program.does("audit", "list", "--json"))]
    assert acts == ["campaign.started", "answers.imported"], "what brought nothing new did nothing"
    assert twice == {"consultation": "piscine", "new": 0, "known": 5, "served": False}
    figures = json.loads(program.does("digest", "piscine", "--json"))
    assert (figures["contributions"], figures["funnel"]["answered"]) == (5, 0), "answers, not people"

    table = program.does("export", "piscine")
    cells = list(csv.DictReader(io.StringIO(table)))
    assert tuple(cells[0]) == COLUMNS
    assert {row["text"] for row in cells} == {text.replace("=1", "'=1") for text in by_text}
    assert any(row["topics"].startswith("Horaires (0.") and row["topics"].endswith(", tagger)") for row in cells)
    assert "06 12" not in table

    sheet = program.folder / "answers.csv"
    ran = program("export", "piscine", "--out", str(sheet))
    assert (ran.code, ran.out, ran.err) == (
        0,
        "",
        f"The contributions are written …\n5 contributions written to {sheet}\n",
    )
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf"), "a spreadsheet sees that it is UTF-8"
    assert sheet.stat().st_mode & 0o777 == 0o600
    back = program.does("import", str(sheet))
    assert back.startswith("0 answers imported, 5 known already."), "our own export brings nothing new"

    _elsewhere(program, sheet, set(by_text))


def _elsewhere(program: Program, sheet: Path, texts: set[str]) -> None:
    """The same table in another installation: the same words, masked and tagged there."""
    program.monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{program.folder / 'other.db'}")
    program.does("campaign", "start", POOL)
    said = program.does("import", str(sheet))
    assert said.startswith(
        "5 answers imported, 0 known already.\nColumns left aside: evidence, parts, status, topics.\n"
    )
    assert {row["text"] for row in exported(program)} == texts


def test_one_mistake_and_nothing_comes_in(program: Program) -> None:
    program.does("campaign", "start", POOL)
    file = program.folder / "answers.jsonl"
    file.write_text('{"text": "fine"}\n{"text": ""}\n{"words": "what?"}\n', encoding="utf-8")
    said = program.is_refused("import", str(file), language="fr").splitlines()
    assert [line.partition(" ")[0] for line in said[:-1]] == ["answers.jsonl:2:", *["answers.jsonl:3:"] * 2]
    assert said[-1].startswith("Rien n'a été importé.")
    assert exported(program) == []


def test_a_typed_source_that_nobody_knows_is_refused_and_nothing_comes_in(program: Program) -> None:
    """Nothing that came in is taken out again: under a code with a slip in it nobody would find it."""
    program.does("campaign", "start", POOL)
    paper = program.folder / "cahier.csv"
    paper.write_text("text\nouvrir le dimanche\n", encoding="utf-8")
    said = program.is_refused("import", str(paper), "--source", "guiche", language="fr")
    assert "« piscine » n'a pas de source « guiche »" in said.replace("\u00a0", " ")
    assert exported(program) == []


def test_with_several_consultations_one_must_be_named(program: Program) -> None:
    program.does("campaign", "start", POOL)
    program.does("campaign", "start", str(SAMPLES / "bibliotheque.yaml"))
    file = program.folder / "answers.csv"
    file.write_text("text\nopen later\n", encoding="utf-8")
    assert "(bibliotheque-2027, piscine)" in program.is_refused("import", str(file))
    assert "“nope”" in program.is_refused("import", str(file), "--consultation", "nope")
    assert exported(program) == []


def test_nothing_can_be_imported_before_a_campaign(program: Program) -> None:
    file = program.folder / "answers.csv"
    file.write_text("text\nopen later\n", encoding="utf-8")
    assert "nothing was started here yet" in program.is_refused("import", str(file))


def test_an_export_that_cannot_be_written_leaves_nothing_behind(program: Program) -> None:
    program.does("campaign", "start", POOL)
    (program.folder / "kept.csv").write_text("what was there before")
    nowhere = program.folder / "kept.csv" / "out.csv"  # a file is no folder
    assert "cannot be written" in program.is_refused("export", "piscine", "--out", str(nowhere))
    assert "“nope”" in program.is_refused("export", "nope", "--out", str(program.folder / "kept.csv"))
    assert (program.folder / "kept.csv").read_text() == "what was there before"
    assert not [name for name in os.listdir(program.folder) if name.endswith(".part")]


def test_an_edited_consultation_keeps_its_answers(program: Program) -> None:
    program.does("campaign", "start", POOL)
    program.does("campaign", "start", edited(program.folder, ("en: The pool opens again", "en: The pool will open")))
    assert program.does("export", "piscine") == ",".join(COLUMNS) + "\r\n"
