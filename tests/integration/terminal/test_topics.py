"""`topics …`: a list of topics on a file of texts, the way a partner types it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.terminal.conftest import Program
from tests.unit.nlp.sortings import POOL, texts

TOPICS = """
topics:
  - name: "Horaires"
    description: "Les heures et les jours d'ouverture."
    words: [horaire, heure, ouvrir, ouverture, fermer, soir, dimanche]
  - name: "Tarifs, abonnements"
    id: prices
    description: "Ce que coûte l'entrée."
    words: [prix, tarif, cher, gratuit, abonnement]
"""
ROWS: tuple[dict[str, Any], ...] = (
    {"id": "a", "text": "ouvrir plus tard le soir", "topics": ["Horaires"], "extra": [1]},
    {"id": "b", "text": "c'est trop cher, le tarif", "topic": "Tarifs, abonnements"},
    {"id": "c", "text": "rien à voir", "lang": "fr"},
    {"id": "d", "text": "gratuit pour les enfants", "topics": ["prices", "another list's"]},
)


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    path = tmp_path / "topics.yaml"
    path.write_text(TOPICS, encoding="utf-8")
    return path


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n", encoding="utf-8")
    return path


def test_each_line_gets_its_topics_and_keeps_what_it_had(program: Program, topics: Path, answers: Path) -> None:
    out = answers.with_name("filed.jsonl")
    program.does("topics", "tag", "--taxonomy", str(topics), "--in", str(answers), "--out", str(out), "--evidence")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [{key: row[key] for key in given} for row, given in zip(rows, ROWS, strict=True)] == list(ROWS)
    assert [[tag["topic"] for tag in row["tags"]] for row in rows] == [["Horaires"], ["prices"], [], ["prices"]]
    assert [row["abstained"] for row in rows] == [False, False, True, False]
    assert [set(tag["words"]) for row in rows for tag in row["tags"]] == [
        {"ouvrir", "soir"},
        {"cher", "tarif"},
        {"gratuit"},
    ]
    assert {row["language"] for row in rows} == {"fr"}
    assert all(0 < tag["score"] <= 1 for row in rows for tag in row["tags"])
    assert not (program.folder / "town.db").exists()


def test_a_bad_line_or_a_bad_list_is_told_with_its_line(program: Program, topics: Path) -> None:
    ran = program("topics", "tag", "--taxonomy", str(topics), "--in", "-", typed='{"text": "le soir"}\n{oops\n')
    assert ran.code == 1 and "line 2" in ran.err
    assert [json.loads(line).get("line") for line in ran.out.splitlines()] == [None, 2]
    topics.write_text("topics:\n  - nam: x\n", encoding="utf-8")
    assert "topics.yaml:2" in program.is_refused("topics", "tag", "--taxonomy", str(topics), "--in", "-")


def test_how_good_it_is_is_said_by_topic_and_drawn(program: Program, topics: Path, answers: Path) -> None:
    where = ("topics", "evaluate", "--taxonomy", str(topics), "--labelled", str(answers))
    figures = json.loads(program.does(*where, "--json", "--pictures", str(answers.parent / "drawn")))
    assert (figures["texts"], figures["without_label"], figures["micro"]["f1"]) == (3, 1, 1.0)
    prices = figures["topics"][1]
    assert (prices["topic"], prices["support"], prices["recall"]["value"]) == ("prices", 2, 1.0)
    assert prices["recall"]["low"] < 0.5  # two texts prove little
    assert {path.name for path in (answers.parent / "drawn").iterdir()} == {"reliability.svg", "confusion.svg"}
    assert "Horaires (1): 100 %" in program.does(*where)
    answers.write_text('{"text": "le soir", "topic": "unknown"}\n', encoding="utf-8")
    assert "no line names a topic" in program.is_refused(*where)


def test_labels_are_read_as_people_write_them_and_told_when_the_list_has_them_not(
    program: Program, topics: Path, answers: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "ouvrir le soir", "topics": "  horaires "},
        {"text": "le tarif", "topics": ["Prix", "PRICES"]},
        {"text": "zut", "topics": []},
        {"text": "trop cher", "topics": ["fine tag"], "topic": "prices"},
        {"text": "rien", "topic": "Prix"},
        {"text": "rien"},
    ]
    ran = program("topics", "evaluate", "--taxonomy", str(topics), "--labelled", lines(answers, rows))
    assert ran.code == 0
    assert "4 texts compared; left out, without a topic of the list: 2." in ran.out
    assert "no topics of the list: Prix (2)." in ran.err
    with answers.open("a", encoding="utf-8") as file:
        file.write("{oops\n")
    assert "line 7" in program("topics", "evaluate", "--taxonomy", str(topics), "--labelled", str(answers)).err


def test_a_list_of_names_becomes_a_list_of_topics(program: Program, tmp_path: Path, topics: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text('Horaires\n\nLe "bruit", la nuit\nHoraires\n', encoding="utf-8")
    topics.write_text(program.does("topics", "init", str(names)), encoding="utf-8")
    said = program.does("topics", "tag", "--taxonomy", str(topics), "--in", "-", typed='{"text": "le bruit"}\n')
    assert json.loads(said)["tags"][0]["topic"] == 'Le "bruit", la nuit'
    names.write_bytes(b"ok\ncaf\xe9\n")
    assert "line 2" in program.is_refused("topics", "init", str(names))


# ── learning ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def lines(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def pool(tmp_path: Path) -> str:
    whole = [{"name": each.id, "description": each.description, "words": list(each.words)} for each in POOL.topics]
    path = tmp_path / "pool.yaml"
    path.write_text("topics: " + json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_what_was_learnt_files_better_and_can_be_taken_back(program: Program, pool: str, tmp_path: Path) -> None:
    model = str(tmp_path / "model")

    def said(topics: frozenset[int]) -> str:
        return next(POOL.topics[topic].id for topic in topics)

    filed = [
        {"text": each.text, **({"topics": [said(each.topics)]} if place % 2 else {"topic": said(each.topics)})}
        for place, each in enumerate(texts(120, 1))
    ]
    labelled = lines(tmp_path / "filed.jsonl", [*filed, {"text": "bonjour", "topic": "Parking"}, {"text": "rien"}])
    unseen = [{"text": each.text, "topic": said(each.topics)} for each in texts(60, 2, alone=True)]
    judged = lines(tmp_path / "judged.jsonl", unseen)
    unsorted = lines(tmp_path / "unsorted.jsonl", [{"text": each.text} for each in texts(60, 3)])

    def f1(*more: str) -> float:
        shown = program.does("topics", "evaluate", "--taxonomy", pool, "--labelled", judged, "--json", *more)
        return float(json.loads(shown)["micro"]["f1"])

    learn = ("topics", "learn", "--taxonomy", pool, "--model", model)
    first = json.loads(program.does(*learn, "--unlabelled", unsorted, "--json"))
    assert (first["version"], first["sorted"]) == ("0001", 0)
    ran = program(*learn, "--labelled", labelled)
    assert ran.code == 0
    assert "Version 0002, learnt from" in ran.out
    assert "without a topic of the list: 2" in ran.err
    assert f1("--model", model) > 0.95 > f1() + 0.3
    assert "0001 is in use again" in program.does("topics", "back", "--model", model)
    assert f1("--model", model) < 0.95


def test_what_cannot_be_learnt_is_said_with_what_to_do(program: Program, pool: str, tmp_path: Path) -> None:
    model = tmp_path / "model"
    assert "--unlabelled" in program.is_refused("topics", "learn", "--taxonomy", pool, "--model", str(model))
    source = lines(tmp_path / "in.jsonl", [{"text": "le prix", "topic": "Tarifs"}, {"text": "zut"}])
    other = tmp_path / "other.yaml"
    other.write_text("topics:\n  - name: Parking\n    words: [garer]\n", encoding="utf-8")
    none = tmp_path / "none.yaml"
    none.write_text("topics: []\n", encoding="utf-8")
    model.mkdir()
    tag, learn = ("topics", "tag", "--in", source, "--model"), ("topics", "learn", "--unlabelled", source, "--model")
    refused = {
        (*tag, str(model), "--taxonomy", pool): "il n'y a pas de modèle lisible dans",
        (*learn, str(model), "--taxonomy", str(other)): "il n'y a rien à apprendre",
        (*learn, str(model), "--taxonomy", str(none)): "il n'y a rien à apprendre",
    }
    for command, french in refused.items():
        assert french in program.is_refused(*command, language="fr")
    program.does("topics", "learn", "--taxonomy", pool, "--model", str(model), "--labelled", source)
    assert "d'autres thèmes" in program.is_refused(*tag, str(model), "--taxonomy", str(other), language="fr")
    assert "pas de version avant 0001" in program.is_refused("topics", "back", "--model", str(model), language="fr")
