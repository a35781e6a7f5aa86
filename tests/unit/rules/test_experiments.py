"""The draw: exact for each source, the same each time, fair to everybody."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from core.rules.experiments import drawn_first, lot

SIZES = st.dictionaries(st.sampled_from(["affiche", "web", "sms", "college", ""]), st.integers(1, 40), min_size=1)


def people(sizes: dict[str, int]) -> dict[str, list[str]]:
    return {source: [f"{source}-{number}" for number in range(size)] for source, size in sizes.items()}


@given(SIZES, st.sampled_from([0.5, 0.1, 0.2, 0.9]), st.text(max_size=8))
def test_each_source_gives_its_share_and_all_together_too(sizes: dict[str, int], share: float, key: str) -> None:
    audience = people(sizes)
    first = drawn_first(audience, share, key)
    for some in audience.values():
        assert abs(len(first & set(some)) - share * len(some)) < 1
    assert abs(len(first) - share * sum(sizes.values())) < 1


def test_the_draw_depends_on_the_key_alone_not_on_the_order() -> None:
    audience = people({"affiche": 20, "web": 21})
    turned = {source: some[::-1] for source, some in reversed(audience.items())}
    assert drawn_first(audience, 0.5, "piscine:reminder:1") == drawn_first(turned, 0.5, "piscine:reminder:1")
    assert drawn_first(audience, 0.5, "piscine:reminder:1") != drawn_first(audience, 0.5, "piscine:last_call:1")


def test_everybody_has_the_same_chance_also_who_came_alone() -> None:
    audience = people({"affiche": 7, "web": 2, "sms": 1})
    times = Counter(each for draw in range(3_000) for each in drawn_first(audience, 0.2, f"draw {draw}"))
    assert all(500 < times[each] < 700 for some in audience.values() for each in some), times


def test_person_by_person_each_draws_alone() -> None:
    share = sum(lot(f"person {number}", 0.1, "key") for number in range(10_000)) / 10_000
    assert 0.09 < share < 0.11
    assert lot("person 1", 0.5, "key") == lot("person 1", 0.5, "key")
