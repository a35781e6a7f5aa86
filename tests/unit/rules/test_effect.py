"""What a reminder brought: the interval against published values, and what is not said."""

from pathlib import Path

import numpy as np
import pytest

from core.rules.effect import (
    ENOUGH,
    Arm,
    Reading,
    Sooner,
    Stratum,
    Verdict,
    difference,
    people_needed,
    read,
    smallest_effect,
    sooner,
    uneven,
)
from tests.bench.mobilisation.fixed import cell, intervals, shown, sizes


def one(told: tuple[int, int], waiting: tuple[int, int]) -> list[Stratum]:
    """(finished, people) of each group, all by one source."""
    return [Stratum(Arm(told[1], told[0]), Arm(waiting[1], waiting[0]))]


@pytest.mark.parametrize(
    ("told", "waiting", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10: examples (a), (b), (c).
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((6, 7), (2, 7), 0.0582, 0.8062)],
)
def test_with_one_source_it_is_newcombes_interval(
    told: tuple[int, int], waiting: tuple[int, int], low: float, high: float
) -> None:
    found = difference(one(told, waiting))
    share = (told[0] + waiting[0]) / (told[1] + waiting[1])
    wider = 1 + 1 / (4 * max(1.0, min(told[1], waiting[1]) * min(share, 1 - share)))
    assert found.estimate - found.low == pytest.approx(wider * (found.estimate - low), abs=2e-3)
    assert found.high - found.estimate == pytest.approx(
        min(wider * (high - found.estimate), 1 - found.estimate), abs=2e-3
    )


def test_it_agrees_with_statsmodels_where_people_are_many() -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    low, high = proportion.confint_proportions_2indep(5_200, 25_000, 5_000, 25_000, method="newcomb", compare="diff")
    found = difference(one((5_200, 25_000), (5_000, 25_000)))
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-5)


def test_sources_that_differ_make_the_interval_narrower() -> None:
    apart = [Stratum(Arm(200, 20), Arm(200, 16)), Stratum(Arm(200, 150), Arm(200, 140))]
    together = one((170, 400), (156, 400))
    narrow, wide = difference(apart), difference(together)
    assert narrow.estimate == pytest.approx(wide.estimate)
    assert narrow.high - narrow.low < 0.85 * (wide.high - wide.low)


def test_a_source_with_nobody_in_one_group_is_not_lost() -> None:
    lonely = [*one((30, 100), (20, 100)), Stratum(Arm(1, 1), Arm(0, 0)), Stratum(Arm(0, 0), Arm(1, 0))]
    assert difference(lonely).estimate == pytest.approx(200 / 202 * 0.1 + 2 / 202 * 1)
    half = [*one((30, 100), (20, 100)), Stratum(Arm(0, 0), Arm(20, 20))]
    assert difference(half).estimate == pytest.approx(30 / 100 - 40 / 120)


def test_the_bench_computes_what_the_program_computes() -> None:
    chance = np.random.default_rng(5)
    told, waiting = sizes(400, 0.2)
    finished, without = chance.binomial(told, 0.2, (50, 4)), chance.binomial(waiting, 0.15, (50, 4))
    low, high = intervals(finished, without, told, waiting)
    seen = shown(finished, without, told, waiting)
    for row in range(50):
        strata = [
            Stratum(Arm(int(told[s]), int(finished[row, s])), Arm(int(waiting[s]), int(without[row, s])))
            for s in range(4)
        ]
        found = difference(strata)
        assert (found.low, found.high) == pytest.approx((low[row], high[row]), abs=1e-12)
        reading = read(strata, share=0.2, matured=True)
        assert (reading.verdict is Verdict.READ) == bool(seen[row])


@pytest.mark.parametrize(
    ("people", "share", "base", "effect"), [(200, 0.1, 0.2, 0.05), (1_000, 0.5, 0.2, 0.0), (5_000, 0.2, 0.2, 0.05)]
)
def test_the_interval_holds_the_truth_as_often_as_it_says(
    people: int, share: float, base: float, effect: float
) -> None:
    """The three cells that are hardest; all of them: `make bench-mobilisation`."""
    found = cell(people, share, base, effect, 40_000, np.random.default_rng(11))
    assert found.covered_shown > 0.942
    assert found.claimed < 0.055 or effect


def test_before_its_time_it_claims_nothing() -> None:
    found = read(one((90, 100), (10, 100)), share=0.5, matured=False)
    assert found == Reading(Verdict.SO_FAR, Arm(100, 90), Arm(100, 10))


def test_too_few_people_are_told_so_and_how_many_it_would_take() -> None:
    found = read(one((9, 27), (0, 27)), share=0.5, matured=True)
    assert found.verdict is Verdict.TOO_FEW
    assert found.effect is None
    assert found.needed == people_needed(0.05, share=0.5, base=9.5 / 55) == 2_000
    nobody = read([], share=0.5, matured=True)
    assert nobody.verdict is Verdict.TOO_FEW


@pytest.mark.parametrize("finished", [(0, 0), (0, 1), (9, 0), (291, 300), (299, 300), (300, 300)])
def test_where_there_are_too_few_it_takes_more_than_there_are(finished: tuple[int, int]) -> None:
    found = read(one((finished[0], 300), (finished[1], 300)), share=0.5, matured=True)
    assert found.verdict is Verdict.TOO_FEW
    assert found.needed is not None
    assert found.needed > 600


def test_it_counts_on_both_groups_together_whether_people_are_enough() -> None:
    assert read(one((2 * ENOUGH, 20), (0, 20)), share=0.5, matured=True).verdict is Verdict.READ
    assert read(one((2 * ENOUGH - 1, 20), (0, 20)), share=0.5, matured=True).verdict is Verdict.TOO_FEW
    assert read(one((20, 20), (20, 20)), share=0.5, matured=True).verdict is Verdict.TOO_FEW


def test_an_effect_that_may_be_nothing_says_how_many_it_would_take() -> None:
    assert read(one((60, 200), (50, 200)), share=0.5, matured=True).needed == 2_700
    assert read(one((100, 200), (50, 200)), share=0.5, matured=True).needed is None


def test_groups_that_no_draw_makes_are_not_read() -> None:
    assert read(one((60, 300), (50, 200)), share=0.5, matured=True).verdict is Verdict.UNEVEN
    assert not uneven(258, 242, 0.5)
    assert not uneven(1, 0, 0.1), "one person is in one group"


@pytest.mark.parametrize(
    ("people", "share", "base"), [(1_000, 0.5, 0.2), (5_000, 0.1, 0.1), (50_000, 0.2, 0.4), (400, 0.5, 0.1)]
)
def test_the_smallest_effect_and_the_people_it_takes_are_one_formula(people: int, share: float, base: float) -> None:
    effect = smallest_effect(people, share=share, base=base)
    assert effect is not None
    assert people_needed(effect, share=share, base=base) == pytest.approx(people, rel=0.1)


def test_four_in_five_experiments_see_the_smallest_effect() -> None:
    effect = smallest_effect(5_000, share=0.5, base=0.2)
    assert effect is not None
    found = cell(5_000, 0.5, 0.2, effect, 20_000, np.random.default_rng(12))
    assert 0.79 < found.claimed < 0.86, "a little more: sources that differ make it narrower"


def test_no_smallest_effect_where_nothing_would_be_shown() -> None:
    assert smallest_effect(200, share=0.1, base=0.03) is None


def test_sooner_is_a_figure_of_its_own() -> None:
    assert sooner([1, 2, 3, 4, 50], [10, 20, 30, 40, 50]) == Sooner(3, 30)
    assert sooner([1, 2, 3, 4], [10, 20, 30, 40, 50]) is None


def test_the_table_in_the_documents_is_computed_by_this_formula() -> None:
    page = Path(__file__).parents[3] / "docs" / "mobilisation.md"
    table = page.read_text(encoding="utf-8").partition("<!-- smallest effects -->\n")[2].partition("\n\n")[0]
    shares = {"half": 0.5, "20 %": 0.2, "10 %": 0.1}
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert len(rows) == 12
    for people, share, *effects in rows:
        for base, shown_effect in zip((0.03, 0.1, 0.2, 0.4), effects, strict=True):
            effect = smallest_effect(int(people.replace(",", "")), share=shares[share], base=base)
            assert shown_effect == ("–" if effect is None else f"{100 * effect:.1f}"), (people, share, base)
