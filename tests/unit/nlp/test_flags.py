"""Insults and threats are seen through their disguises; anger at a thing, and words that only look alike, are not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.flag_words import HATRED_TEXT, INSULTS_TEXT, MILD_ENGLISH_TEXT, MILD_TEXT, THINGS_TEXT
from nlp.flags import Flag, flags, weighed
from nlp.normalise import fold

CASES = [
    re.split(r" (?=\d )|(?<=^-) ", line, maxsplit=1)
    for line in (Path(__file__).parents[2] / "cases" / "flags.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "said"), CASES)
def test_what_a_person_looks_at_and_how_soon(kind: str, said: str) -> None:
    if kind == "-":
        assert weighed(said) == ()
    else:
        severity, text = said.split(" ", 1)
        assert weighed(text) == (Flag(kind, int(severity)),)


def test_invisible_characters_hide_nothing() -> None:
    assert flags("\u200bcon\u200bnard") == ("insult",)
    assert flags("") == ()


@pytest.mark.parametrize(
    ("text", "weighed_as"),
    [
        ("vous allez le regretter", Flag("threat", 2)),
        ("sale arabe", Flag("insult", 3)),
        ("go back to your country", Flag("insult", 3)),
        ("what a w a n k e r", Flag("insult", 2)),
    ],
)
def test_how_grave_it_is(text: str, weighed_as: Flag) -> None:
    assert weighed(text) == (weighed_as,)


def test_of_one_kind_the_gravest_is_told() -> None:
    assert weighed("connard de sale arabe, vous allez le regretter, je vais vous tuer") == (
        Flag("threat", 3),
        Flag("insult", 3),
    )


def test_both_the_threat_first() -> None:
    assert flags("connard, je vais te tuer") == ("threat", "insult")


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    assert set(flags(text)) <= {"threat", "insult"}


@pytest.mark.parametrize(
    "unit", ["c*", "a b ", "vous etes ", "*", "c", "je vais ", "i will ", "bande de tous ", "a.b.", "0o", "!"]
)
def test_a_hundred_thousand_characters_come_to_an_end(unit: str) -> None:
    flags((unit * 100_000)[:100_000])


@pytest.mark.parametrize(
    ("listed", "before"),
    [
        (HATRED_TEXT, "oui"),
        (INSULTS_TEXT, "oui"),
        (MILD_TEXT, "bande de"),
        (THINGS_TEXT, "vous etes une"),
        (MILD_ENGLISH_TEXT, "you are a"),
    ],
    ids=["hatred", "insults", "milder words", "things", "milder words in English"],
)
def test_every_entry_of_the_lists_is_met_with_its_double_letters_and_without(listed: str, before: str) -> None:
    """A list is looked through only where the first word of an entry is."""
    for entry in (fold(each).replace("_", " ") for each in listed.split()):
        for written in {entry, re.sub(r"([a-z])\1", r"\1", entry)}:
            assert "insult" in flags(f"{before} {written} ici"), written
