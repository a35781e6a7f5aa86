"""Whom a step is for: parts combined with and, or, not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model.audience import EVERYBODY, Facts, Who
from core.rules.audience import belongs

ANNA = Facts(frozenset({"sms"}), "fr", frozenset({"gare"}), frozenset({"hours", "prices"}), took_part_before=True)


@pytest.mark.parametrize(
    ("who", "is_in"),
    [
        (EVERYBODY, True),
        (Who(sources=("poster", "sms")), True),
        (Who(sources=("poster",)), False),
        (Who(languages=("en",)), False),
        (Who(sectors=("gare",), topics=("water", "hours")), True),
        (Who(sectors=("gare",), topics=("water",)), False),
        (Who(finished=False), True),
        (Who(finished=True), False),
        (Who(took_part_before=True), True),
        (Who(none=(Who(topics=("prices",)),)), False),
        (Who(any=(Who(sectors=("centre",)), Who(topics=("prices",)))), True),
        (Who(any=(Who(sectors=("centre",)), Who(topics=("water",)))), False),
        (Who(all=(Who(sectors=("gare",)), Who(none=(Who(languages=("en",)),)))), True),
    ],
)
def test_anna_belongs(who: Who, is_in: bool) -> None:
    assert belongs(who, ANNA) == is_in


names = st.sampled_from(["a", "b", "c"])
parts = st.builds(
    Who,
    st.lists(names, max_size=2).map(tuple),
    st.lists(names, max_size=2).map(tuple),
    finished=st.none() | st.booleans(),
)
wholes = st.recursive(
    parts,
    lambda each: st.builds(Who, all=st.lists(each, max_size=2).map(tuple), none=st.lists(each, max_size=2).map(tuple)),
    max_leaves=6,
)
facts = st.builds(Facts, st.frozensets(names), names, finished=st.booleans())


@given(wholes, wholes, facts)
def test_the_laws_of_and_or_not(one: Who, other: Who, person: Facts) -> None:
    first, second = belongs(one, person), belongs(other, person)
    assert belongs(Who(all=(one, other)), person) == (first and second)
    assert belongs(Who(any=(one, other)), person) == (first or second)
    assert belongs(Who(none=(one,)), person) == (not first)
    assert belongs(Who(none=(one, other)), person) == belongs(Who(all=(Who(none=(one,)), Who(none=(other,)))), person)
