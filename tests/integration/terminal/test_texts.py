"""`text …`: a text typed by a person, and files of them: every line comes out, with its fields, in its order."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.terminal.conftest import Program

ROWS = (
    {"id": "a", "text": "plus de bus le soir, appelez le 06 12 34 56 78", "lang": "fr"},
    {"id": "b", "text": "Plus de bus le SOIR, appelez le 06 12 34 56 78 !"},
    {"id": "c", "text": "more trees for the playground please", "lang": "en", "extra": [1, {"kept": None}]},
    {"id": "d", "text": "write to marie@exemple.fr", "lang": "en"},
    {"id": "e", "text": "half a pair \ud83d and «quotes»"},
)


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n", encoding="utf-8")
    return path


def test_one_text_behind_the_command_or_on_standard_input(program: Program) -> None:
    assert program.does("text", "mask", "Call 06 12 34 56 78") == "Call [phone]\n"
    assert program.does("text", "mask", "Appelez", "le 06 12 34 56 78", language="fr") == "Appelez le [téléphone]\n"
    assert (
        program.does("text", "mask", "--language", "fr", typed="un mot,\nmarie@exemple.fr\n") == "un mot,\n[e-mail]\n"
    )
    said = json.loads(program.does("text", "mask", "06 12 34 56 78", "--json"))
    assert said == {"masked": "[phone]", "kinds": ["phone"]}
    assert program.does("text", "language", "more trees and fewer cars for the children", "--prior", "fr") == "en\n"
    assert json.loads(program.does("text", "language", "parking", "--prior", "fr", "--json")) == {"language": "fr"}


def test_a_prompt_is_told_what_to_write_instead(program: Program, answers: Path) -> None:
    prompt = "Dans le cadre de la concertation préalable, que pensez-vous des usagers et comment les aider ?"
    said = program.does("text", "check", prompt, language="fr").splitlines()
    assert said[0] == "• « dans le cadre de » ne dit rien à beaucoup de gens. Écrivez plutôt : « pour »."
    assert said[-1] == "Mots : 15 · phrases : 1 · lecture : environ 5 s · lignes sur un téléphone : 3"
    found = json.loads(program.does("text", "check", prompt, "--language", "fr", "--json"))
    assert [each["kind"] for each in found["findings"]] == [*["hard_word"] * 3, "long_on_average", "several_questions"]
    assert program.does("text", "check", "More benches?").startswith("Nothing to say.")
    out = answers.with_name("checked.jsonl")
    program.does("text", "check", "--in", str(answers), "--out", str(out))
    assert all({"findings", "words", "phone_lines"} <= set(row) for row in written(out))


def test_what_a_person_must_look_at(program: Program, answers: Path) -> None:
    assert program.does("text", "flags", "je sais où tu habites", language="fr") == "menace (gravité 3 sur 3)\n"
    assert program.does("text", "flags", "more trees").startswith("Nothing met.")
    met = json.loads(program.does("text", "flags", "je veux mourir, bande d'incapables", "--json"))
    assert met == {"flags": [{"kind": "distress", "severity": 3}, {"kind": "insult", "severity": 1}]}
    out = answers.with_name("flagged.jsonl")
    program.does("text", "flags", "--in", str(answers), "--out", str(out))
    assert [row["flags"] for row in written(out)] == [[]] * 5


def test_a_file_that_is_not_there_is_named(program: Program) -> None:
    assert "cannot be read" in program.is_refused("text", "mask", "--in", "nowhere.jsonl")


def test_each_line_gets_its_fields_and_keeps_what_it_had(program: Program, answers: Path) -> None:
    masked, known, grouped = (answers.with_name(name) for name in ("masked.jsonl", "known.jsonl", "grouped.jsonl"))
    program.does("text", "mask", "--in", str(answers), "--out", str(masked), "--language", "fr")
    rows = written(masked)
    assert [{key: row[key] for key in given} for row, given in zip(rows, ROWS, strict=True)] == list(ROWS)
    assert [row["kinds"] for row in rows] == [["phone"], ["phone"], [], ["email"], []]
    assert [row["masked"] for row in rows[:4:3]] == ["plus de bus le soir, appelez le [téléphone]", "write to [e-mail]"]
    assert masked.stat().st_mode & 0o777 == 0o600

    program.does("text", "language", "--in", str(answers), "--out", str(known), "--prior", "fr")
    assert [row["language"] for row in written(known)][:3] == ["fr", "fr", "en"]

    said = json.loads(program.does("text", "duplicates", "--in", str(answers), "--out", str(grouped), "--json"))
    assert said == {"lines": 5, "wrong": 0, "groups": 4, "largest": 2}
    assert [(row["group"], row["group_size"]) for row in written(grouped)] == [(1, 2), (1, 2), (2, 1), (3, 1), (4, 1)]


def test_a_bad_line_is_told_with_its_number_and_nothing_is_lost(program: Program, answers: Path) -> None:
    lines = ['{"text": "fine"}', "{oops", "", '{"words": 1}', "[1]", '{"text": "fine"}']
    answers.write_bytes("\n".join(lines).encode() + b'\n{"text": "caf\xe9"}')
    out = answers.with_name("out.jsonl")
    for command, field in (("mask", "masked"), ("language", "language"), ("duplicates", "group")):
        ran = program("text", command, "--in", str(answers), "--out", str(out))
        assert ran.code == 1
        told = [line for line in ran.err.splitlines() if line.startswith("line ")]
        assert [line.partition(":")[0] for line in told] == ["line 2", "line 4", "line 5", "line 7"]
        assert '{"text": "…"}' in told[0] and "UTF-8" in told[3]
        rows = written(out)
        assert [row.get("line") for row in rows] == [None, 2, 4, 5, None, 7]
        assert rows[1]["raw"] == "{oops" and rows[2]["raw"] == '{"words": 1}'
        assert field in rows[0] and field in rows[4]


def test_a_file_without_a_line_that_can_be_read_is_refused_in_one_sentence(program: Program, answers: Path) -> None:
    out = answers.with_name("out.jsonl")
    for content, why in (
        (b"id;text\n1;plus de bus\n", "one on each line"),
        (b'[{"text": "a"}]', "one on each line"),
        ('{"text": "é"}\n'.encode("utf-16"), "UTF-8"),
        (b'{"words": "a"}\n', "no “text”"),
    ):
        answers.write_bytes(content)
        said = program.is_refused("text", "mask", "--in", str(answers), "--out", str(out))
        assert "not one line could be read. Line 1" in said and why in said
        assert not out.exists()
    answers.write_bytes(b'{"text": "a"}\n{"text": "caf\xe9"}\n')
    assert program("text", "mask", "--in", str(answers), "--out", str(out)).code == 1
    assert written(out)[1]["raw"] == '{"text": "café"}', "what was written stays, in whatever it was written"


def test_a_dash_is_standard_input_and_standard_output(program: Program) -> None:
    said = program.does("text", "mask", "--in", "-", "--out", "-", typed='{"text": "06 12 34 56 78", "id": 7}\n')
    assert json.loads(said) == {"text": "06 12 34 56 78", "id": 7, "masked": "[phone]", "kinds": ["phone"]}


def test_neither_the_language_model_nor_a_database_is_needed(program: Program) -> None:
    loaded = [name for name in sys.modules if name == "nlp.pipeline" or name.startswith("nlp.pipeline.")]
    program.does("text", "mask", "x", typed="")
    assert [name for name in sys.modules if name.startswith("nlp.pipeline")] == loaded
    assert not (program.folder / "town.db").exists()
