"""So much at once, then one after the other; nobody pays for somebody else, and the memory stays small."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from bots.web.flood import MOST_KNOWN, Allowance, Buckets
from bots.web.forms import place_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_burst_then_one_every_gap() -> None:
    buckets = Buckets(Allowance(3, SECOND))
    assert [buckets.take("a", now=NOW) for _ in range(3)] == [None] * 3
    assert buckets.take("a", now=NOW) == SECOND
    assert buckets.take("b", now=NOW) is None, "another place is not concerned"
    assert buckets.take("a", now=NOW + SECOND) is None
    assert buckets.take("a", now=NOW + SECOND) == SECOND
    assert [buckets.take("a", now=NOW + 60 * SECOND) for _ in range(4)] == [None, None, None, SECOND]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "another", False),
    ],
)
def test_all_addresses_of_one_line_are_one_place(one: str, other: str, same: bool) -> None:
    places = [place_of(Request({"type": "http", "client": (host, 4711)})) for host in (one, other)]
    assert (places[0] == places[1]) is same


def test_the_oldest_are_forgotten() -> None:
    buckets = Buckets(Allowance(1, timedelta(hours=1)))
    for number in range(MOST_KNOWN + 1):
        assert buckets.take(str(number), now=NOW) is None
    assert buckets.take("0", now=NOW) is None
    assert buckets.take(str(MOST_KNOWN), now=NOW) is not None
