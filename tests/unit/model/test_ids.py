"""The id of a delivery: of its moment first, and random."""

from datetime import UTC, datetime, timedelta, timezone

from config.system import SystemChance
from core.model.ids import delivery_id
from tests.builders import NOW

LATER = (timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=400), timedelta(days=40_000))


def test_what_is_owed_later_has_an_id_that_comes_later_whatever_the_token() -> None:
    made = [delivery_id(NOW, "zzz"), *(delivery_id(NOW + wait, "-") for wait in LATER)]
    assert made == sorted(made)


def test_the_zone_of_the_moment_changes_nothing() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=11)))
    assert delivery_id(elsewhere, "a") == delivery_id(NOW, "a")


def test_the_token_is_whole_in_it_and_it_fits_its_column() -> None:
    token = SystemChance().token()
    made = delivery_id(datetime(2026, 1, 1, tzinfo=UTC), token)
    assert made.endswith(token)
    assert len(made) == 11 + len(token) <= 64
