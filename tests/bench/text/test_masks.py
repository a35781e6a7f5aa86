"""Masks do not get worse unnoticed: lower bounds on made-up cases."""

import pytest

from core.rules.effect import wilson
from tests.bench.text.masks import KINDS, precision, recall


@pytest.mark.parametrize("kind", KINDS)
def test_what_identifies_is_gone(kind: str) -> None:
    right, of, missed = recall(kind)
    assert of >= 200
    assert wilson(right / of, of)[0] >= (0.80 if kind == "name" else 0.95), [case.text for case in missed[:5]]


def test_what_does_not_identify_stays() -> None:
    right, of, wronged = precision()
    assert wilson(right / of, of)[0] >= 0.95, [case.text for case in wronged[:5]]
