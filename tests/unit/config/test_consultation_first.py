"""A first file from a few answers: whatever somebody types, it can be read again, and says what they said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.consultation_files import parse_consultation
from config.consultation_first import first_file
from config.locale import Catalogue
from config.yaml_entries import Mistakes, compose

WORDS = Catalogue()
TYPED = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60).map(str.strip)
NAMES = (
    "partner", "counter", "contact", "title", "why", "decided", "open", "question_1", "topics", "readers", "decider",
    "opens", "closes", "decided_on", "reply_by", "places", "slack_channel", "emails", "reminder", "last_call",
)  # fmt: skip
GOOD = {
    "partner": "Town of Valbrune",
    "contact": "data@valbrune.example",
    "title": "The pool",
    "why": "The pool opens again.",
    "decided": "The works are decided.",
    "open": "The hours are not.",
    "question_1": "When would you come?",
    "topics": "Hours: late, early",
    "readers": "The sports department",
    "decider": "The town council",
    "opens": "2026-12-01",
    "closes": "2027-01-15",
    "decided_on": "2027-02-10",
    "reply_by": "2027-03-01",
}


@given(st.dictionaries(st.sampled_from(NAMES), TYPED))
def test_whatever_is_typed_the_file_can_be_read(answers: dict[str, str]) -> None:
    mistakes = Mistakes("first.yaml")
    assert compose(first_file(answers, "en", WORDS), mistakes) is not None
    assert mistakes.found == {}


@given(TYPED.filter(lambda text: text.casefold() not in {"", "to complete", "à compléter", "~", "null"}))
def test_what_was_typed_stands_in_it(said: str) -> None:
    written = first_file({**GOOD, "why": said, "question_1": said}, "en", WORDS)
    found = parse_consultation(written, name="first.yaml")
    assert (found.why["en"], found.questions[0].text["en"]) == (said, said)


def test_staff_without_slack_are_written_to() -> None:
    written = first_file({**GOOD, "emails": "sports@valbrune.example; pool@valbrune.example"}, "en", WORDS)
    digest = parse_consultation(written, name="first.yaml").digest
    assert digest.emails == ("sports@valbrune.example", "pool@valbrune.example")


@pytest.mark.parametrize("kind", ["reminder", "last_call"])
def test_a_step_that_was_not_wanted_is_not_there(kind: str) -> None:
    kinds = {each.kind.value for each in parse_consultation(_with(kind, "no"), name="first.yaml").steps}
    assert kind not in kinds
    assert kind in {each.kind.value for each in parse_consultation(_with(kind, "yes"), name="first.yaml").steps}


def _with(kind: str, answer: str) -> str:
    return first_file({**GOOD, kind: answer}, "en", WORDS)
