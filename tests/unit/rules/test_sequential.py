"""Looking every day: the bound against the published values, and what it costs."""

import numpy as np
import pytest

from core.rules.effect import Arm, Difference, Z
from core.rules.pooling import T, pooled, student
from core.rules.sequential import best_rho, difference_so_far, mixture_bound, most_sent, too_many_opt_outs
from tests.bench.mobilisation.sequences import opt_outs, paths
from tests.bench.mobilisation.unfinished import saved_and_lost


def test_the_bound_is_the_published_one() -> None:
    # The tests of the authors' own package (confseq, TwoSidedNormalMixture): best_rho(100, 0.05), bound(100, log 20).
    assert best_rho(100) == pytest.approx(12.60056, abs=1e-5)
    assert mixture_bound(100, 100) == pytest.approx(30.35209, abs=1e-5)


def test_nothing_is_shown_until_each_group_has_five_of_each() -> None:
    assert difference_so_far(Arm(30, 4), Arm(30, 10), planned=100) is None
    assert difference_so_far(Arm(30, 10), Arm(14, 10), planned=100) is None
    assert difference_so_far(Arm(30, 5), Arm(30, 5), planned=100) is not None


def test_at_the_planned_size_it_is_half_as_wide_again() -> None:
    found = difference_so_far(Arm(5_000, 1_200), Arm(5_000, 1_000), planned=10_000)
    assert found is not None
    once = Z * (0.24 * 0.76 / 5_000 + 0.2 * 0.8 / 5_000) ** 0.5
    assert (found.high - found.low) / (2 * once) == pytest.approx(1.549, abs=2e-3)


def test_every_interval_ever_shown_holds_the_truth_as_often_as_it_says() -> None:
    """The hardest cell and an easy one; all of them: `make bench-mobilisation`."""
    chance = np.random.default_rng(4)
    for people, share, base, effect in ((5_000, 0.1, 0.03, 0.05), (1_000, 0.5, 0.2, 0.0)):
        found = paths(people, share, base, effect, 2_000, chance)
        assert found.held > 0.945
        assert found.width <= 1.6


def test_the_bench_computes_the_same_bound() -> None:
    chance = np.random.default_rng(1)
    found = paths(1_000, 0.5, 0.2, 0.0, 1, chance)
    reading = difference_so_far(Arm(500, 100), Arm(500, 100), planned=1_000)
    assert reading is not None
    once = Z * (2 * (100.5 / 501) * (1 - 100.5 / 501) / 500) ** 0.5
    assert reading.high / once == pytest.approx(found.width, abs=1e-3)


def test_a_step_that_drives_people_away_is_stopped_and_a_good_one_is_not() -> None:
    assert too_many_opt_outs(10, 4)
    assert not too_many_opt_outs(10, 1)
    assert not too_many_opt_outs(1_000, 20)
    by_mistake, rightly = opt_outs(1_000, 1_000)
    assert by_mistake < 0.055
    assert rightly > 0.95


def test_so_many_messages_at_most_is_the_same_question_asked_from_the_other_side() -> None:
    for stopped in range(1, 60):
        for sent in {max(stopped, each) for each in (0, most_sent(stopped), most_sent(stopped) + 1, 2_000)}:
            assert too_many_opt_outs(sent, stopped) == (sent <= most_sent(stopped)), (sent, stopped)


def test_campaigns_that_agree_are_surer_together_and_those_that_differ_are_not() -> None:
    one = Difference(0.05, -0.01, 0.11)
    together = pooled([one] * 6)
    assert together is not None
    assert together.estimate == pytest.approx(0.05)
    assert together.low > 0
    apart = pooled([Difference(0.01, 0.0, 0.02), Difference(0.09, 0.08, 0.10), Difference(0.05, 0.04, 0.06)])
    assert apart is not None
    assert apart.low < 0 < apart.high, "three campaigns that differ so much say little of a fourth"


def test_campaigns_that_contradict_each_other_promise_no_more_than_everybody() -> None:
    together = pooled([Difference(0.9, 0.5, 1.0), Difference(-0.5, -0.9, 0.1), Difference(0.2, -0.5, 0.8)])
    assert together is not None
    assert (together.low, together.high) == (-1.0, 1.0)


def test_two_campaigns_are_not_pooled() -> None:
    assert pooled([Difference(0.05, 0.0, 0.1)] * 2) is None


def test_pooling_agrees_with_statsmodels() -> None:
    meta = pytest.importorskip("statsmodels.stats.meta_analysis")
    effects, errors = [0.08, 0.01, 0.05, -0.03, 0.06], [0.02, 0.015, 0.02, 0.02, 0.03]
    known = meta.combine_effects(np.array(effects), np.array(errors) ** 2, method_re="dl")
    found = pooled([Difference(e, e - Z * s, e + Z * s) for e, s in zip(effects, errors, strict=True)])
    assert found is not None
    assert found.estimate == pytest.approx(known.mean_effect_re, abs=1e-9)
    half = student(4) * max(1.0, known.scale_hksj_re) ** 0.5 / known.weights_re.sum() ** 0.5
    assert found.high - found.estimate == pytest.approx(half, abs=1e-4)


def test_students_t_is_right() -> None:
    stats = pytest.importorskip("scipy.stats")
    for freedom in (1, 5, len(T), len(T) + 1, 40, 200):
        assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=2e-3)


def test_reminding_the_unfinished_alone_saves_messages_and_loses_no_answer() -> None:
    saved, lost = saved_and_lost(300)
    assert 0.5 < saved < 0.8
    assert lost == 0
