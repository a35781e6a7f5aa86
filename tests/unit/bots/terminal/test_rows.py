"""Files of answers gathered elsewhere: how they are read, and every mistake with its line."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.terminal.commands.rows import MISTAKES_SHOWN, Reading, gathered_rows, read_rows
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import FileError
from core.work.evaluation.exchange import Gathered

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Desk:
    """Somebody imports a file."""

    def __init__(self, folder: Path, screen: Screen, consultation: Consultation) -> None:
        self.folder, self.screen, self.consultation = folder, screen, consultation

    def reads(self, content: str | bytes, name: str = "answers.csv", **how: str) -> list[Gathered]:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        reading = Reading(name, self.screen)
        return gathered_rows(
            read_rows(path, reading),
            reading,
            self.consultation,
            channel=how.get("channel"),
            source=how.get("source", ""),
            now=NOW,
        )

    def mistakes(self, content: str | bytes, name: str = "answers.csv") -> list[str]:
        with pytest.raises(FileError) as caught:
            self.reads(content, name)
        *mistakes, last = str(caught.value).splitlines()
        assert last.startswith("Nothing was imported.")
        return mistakes


@pytest.fixture
def desk(tmp_path: Path, screen: Screen, pool: Consultation) -> Desk:
    return Desk(tmp_path, screen, pool)


# ── what can be read ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cut", [",", ";"])
def test_a_table_with_commas_or_semicolons(desk: Desk, cut: str) -> None:
    (row,) = desk.reads(f"Text{cut}source{cut}received_at\nopen later{cut}guichet{cut}2026-11-20\n")
    assert (row.text, row.source, row.question, row.channel, row.language) == (
        "open later",
        "guichet",
        "venir",
        "paper",
        "fr",
    )
    assert row.received_at == datetime(2026, 11, 19, 23, 0, tzinfo=UTC), "midnight in Paris"


def test_lines_of_json_whatever_the_file_is_called(desk: Desk) -> None:
    lines = [{"text": "open\u2028later", "id": 7, "language": "EN"}, {}, {"text": "cheaper", "topics": [{"name": "x"}]}]
    content = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines if line)
    for name in ("answers.jsonl", "answers.txt"):
        first, second = desk.reads(content, name)
        assert (first.text, first.key, first.language) == ("open\u2028later", "7", "en")
        assert second.text == "cheaper"


def test_a_cell_may_hold_lines_and_the_separator(desk: Desk) -> None:
    (row, after) = desk.reads('text\n"open later,\nand on Sundays"\nmore\n')
    assert row.text == "open later,\nand on Sundays"
    assert after.text == "more"


def test_in_a_file_with_one_column_a_comma_is_a_comma(desk: Desk) -> None:
    (row, quoted) = desk.reads('text\nopen later, and on Sundays; please\n"cheaper, ""please"""\n')
    assert row.text == "open later, and on Sundays; please"
    assert quoted.text == 'cheaper, "please"'


def test_what_a_spreadsheet_of_western_europe_saved(desk: Desk) -> None:
    (row,) = desk.reads("text;source\nc'est trop élevé à 5 €;guichet\n".encode("cp1252"))
    assert row.text == "c'est trop élevé à 5 €"


def test_the_apostrophe_of_our_own_exports_goes(desk: Desk) -> None:
    (row, other) = desk.reads("text\n'=1+1\n'quoted'\n")
    assert (row.text, other.text) == ("=1+1", "'quoted'")


def test_columns_of_an_export_that_an_import_does_not_need_are_left_aside(desk: Desk) -> None:
    (row,) = desk.reads("id,citizen,text,parts,topics,status,channel\nabc,someone,open,2,Prices,read,telegram\n")
    assert (row.key, row.text, row.channel) == ("abc", "open", "telegram")


def test_what_is_asked_for_on_the_command_line_outweighs_and_completes(desk: Desk) -> None:
    (row, other) = desk.reads("text,channel,source\na b,telegram,\nc d,,sms\n", channel="letters", source="guichet")
    assert (row.channel, row.source) == ("letters", "guichet")
    assert (other.channel, other.source) == ("letters", "sms")


def test_nul_and_half_characters_do_not_reach_the_database(desk: Desk) -> None:
    (row,) = desk.reads('{"text": "a\\u0000b\\ud83d"}', "answers.jsonl")
    assert row.text == "ab?"


# ── the same answer ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_may_write_the_same(desk: Desk) -> None:
    first, second = desk.reads("text\nmore buses\nmore buses\n")
    assert first.key != second.key


def test_a_row_keeps_its_key_when_others_are_added_around_it(desk: Desk) -> None:
    before = {row.key for row in desk.reads("text\nmore buses\nmore buses\ncheaper\n")}
    after = {row.key for row in desk.reads("text\nnew\nmore buses\ncheaper\nmore buses\nlast\n")}
    assert before < after


def test_the_row_s_own_id_is_its_key(desk: Desk) -> None:
    rows = desk.reads("id,text\n1,more buses\n2,more buses\n1,more buses\n")
    assert [row.key for row in rows] == ["1", "2", "1"]


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_mistake_is_told_with_its_line(desk: Desk) -> None:
    told = desk.mistakes(
        "id,text,question,language,source,received_at,consultation,x\n"
        "1,,,,,,,\n"
        "2,fine,,,,,,\n"
        '3,"two\nlines",wrong,french,a place,yesterday,other,1\n'
        "4,later,,,,2062-01-01,,\n"
        "2,not the same,,,,,,\n"
        "5,too,many,,,,,,,,\n" + "6," + "a" * 20_001 + ",,,,,,\n" + "7" * 65 + ",b,,,,,,\n"
    )
    assert [line.partition(": ")[0] for line in told] == [
        "answers.csv:2",
        *["answers.csv:4"] * 6,
        "answers.csv:6",
        "answers.csv:7",
        *["answers.csv:8"] * 2,
        "answers.csv:9",
        "answers.csv:10",
    ]
    everything = "\n".join(told)
    for sentence in (
        "“text” is empty",
        "unknown column “x”",
        "this row is for “other”, not for “piscine”",
        "which open question is answered (venir)",
        "a code of two letters",
        "“source” has only letters",
        "“received_at” is not a date",
        "“received_at” lies in the future",
        "“id” 2 stands on line 3 already, with another text",
        "11 cells for 8 columns",
        "longer than 20,000 characters",
        "“id” is longer than 64 characters",
    ):
        assert sentence in everything


def test_mistakes_hold_no_answer(desk: Desk) -> None:
    told = desk.mistakes("text,received_at\nmy name is Anna Martin,never\n")
    assert told
    assert "Anna" not in "\n".join(told)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        ("", "answers.csv", "answers.csv:1: the file is empty"),
        ("text\n\n", "answers.csv", "answers.csv:1: the file is empty"),
        ("words\nopen later\n", "answers.csv", "answers.csv:1: the first line must name the columns"),
        ('text\nfine\n"not closed\nat all\n', "answers.csv", "answers.csv:3: a quotation mark is not closed"),
        ("open later\n", "answers.jsonl", "answers.jsonl:1: this is not a JSON object on one line"),
        ('{"text": "a"}\n["a"]\n', "answers.jsonl", "answers.jsonl:2: this is not a JSON object on one line"),
    ],
)
def test_what_is_no_file_of_answers(desk: Desk, content: str, name: str, sentence: str) -> None:
    assert desk.mistakes(content, name)[0].startswith(sentence)


def test_a_channel_is_a_word(desk: Desk) -> None:
    assert "is not a channel's name" in desk.mistakes("text,channel\na,Le Guichet\n")[0]


def test_long_lists_of_mistakes_are_cut(desk: Desk) -> None:
    told = desk.mistakes("text,received_at\n" + "a,never\n" * (MISTAKES_SHOWN + 5))
    assert len(told) == MISTAKES_SHOWN + 1
    assert told[-1] == "… and 5 more mistakes"


def test_where_two_open_questions_are_asked_the_row_must_say_which(
    tmp_path: Path, screen: Screen, pool: Consultation
) -> None:
    second = replace(next(each for each in pool.questions if each.id == "venir"), id="autre")
    desk = Desk(tmp_path, screen, replace(pool, questions=(*pool.questions, second)))
    assert "(venir, autre)" in desk.mistakes("text\na\n")[0]
    (row,) = desk.reads("text,question\na,autre\n")
    assert row.question == "autre"
