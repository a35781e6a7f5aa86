"""Cells that no spreadsheet takes for a formula, and that come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.work.evaluation.cells import COLUMNS, cells, protected, unprotected
from core.work.evaluation.exchange import Row, TopicRow

TEXTS = st.text() | st.text(alphabet="'=+-@\uff1d\uff0b\uff0d\uff20 \t\r\n\u200b\ufeffa1")


@given(TEXTS)
def test_no_cell_begins_a_formula(text: str) -> None:
    shown = protected(text)
    bare = shown.lstrip(" \n\u200b\ufeff")
    assert not bare.startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r"))


@given(TEXTS)
def test_what_goes_out_comes_back(text: str) -> None:
    assert unprotected(protected(text)) == text


@pytest.mark.parametrize("text", ["bonjour", "l'eau", "'bonjour'", "5 + 5", "tarif : -20 %", ""])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert protected(text) == text
    assert unprotected(text) == text


def test_a_row_has_the_announced_columns_in_their_order() -> None:
    topics = (TopicRow("Horaires", 0.934, "tagger"), TopicRow("Tarifs", 1.0, "citizen"))
    row = Row(
        "i",
        "piscine",
        "venir",
        "c",
        "paper",
        "s",
        "fr",
        "2026-11-20T08:00:00+00:00",
        "=1",
        2,
        topics,
        "kept",
        "2027-03-28",
        "=2",
        "partly",
        {"Horaires": ("dimanche", "=soir"), "Tarifs": ("prix",)},
    )
    assert tuple(row.as_dict()) == COLUMNS
    assert dict(zip(COLUMNS, cells(row), strict=True)) == {
        **{name: str(value) for name, value in row.as_dict().items()},
        "text": "'=1",
        "reason": "'=2",
        "topics": "Horaires (0.93, tagger); Tarifs (1.00, citizen)",
        "evidence": "Horaires: dimanche, =soir; Tarifs: prix",
    }
