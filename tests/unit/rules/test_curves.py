"""The response curve, day by day on the wall of the place."""

from datetime import UTC, date, datetime

from core.rules.curves import curve

OPENS = datetime(2026, 11, 16, 7, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_each_day_has_all_that_happened_until_its_end() -> None:
    found = curve(
        [(at(16), at(16)), (at(16), None), (at(17, 23), at(18)), (at(15), at(30))],
        {"reminder": [at(17, 18), at(17, 18), at(18)]},
        opens=OPENS,
        until=at(19),
        zone="Europe/Paris",
    )
    assert found.days == tuple(date(2026, 11, day) for day in (16, 17, 18, 19))
    assert found.came == (3, 3, 4, 4), (
        "23:00 UTC on the 17th is the 18th in Paris; who came before came on the first day"
    )
    assert found.finished == (1, 1, 2, 3)
    assert found.sent == {"reminder": (0, 2, 1, 0)}


def test_nobody_came() -> None:
    found = curve([], {}, opens=OPENS, until=at(17), zone="Europe/Paris")
    assert (found.came, found.finished, found.sent) == ((0, 0), (0, 0), {})
