"""What is said of texts that were held back is right as often as it says, also of the best topic of a doubtful text."""

from dataclasses import replace

import numpy as np

from nlp.evaluation import calibration
from nlp.learning.blending import USUAL_MIX, Blend, fit, usual
from nlp.learnt import LEVEL, Row, Truths, compared, levelled

TEXTS, TOPICS = 3000, 6


def with_further_topics(texts: int, seed: int, *, loud: float = 0.0) -> tuple[Row, Row, Row]:
    """The features, what is true, and how probable that was."""
    chance = np.random.default_rng(seed)
    strength = chance.normal(loud, 2.0, (texts, TOPICS))
    best = strength == strength.max(axis=1, keepdims=True)
    right = 1 / (1 + np.exp(-np.where(best, strength + 1.0, strength - 1.0)))
    parts = np.zeros((texts, TOPICS, len(USUAL_MIX)))
    parts[:, :, 0] = strength
    return parts, (chance.random((texts, TOPICS)) < right).astype(float), right


def sure_ones(blend: Blend, found: Row) -> Truths:
    best = found == found.max(axis=1, keepdims=True)
    said: Truths = found >= np.where(best, blend.sure, blend.also_sure)
    return said


def test_the_best_topic_of_a_doubtful_text_is_right_as_often_as_it_says() -> None:
    """Most texts have some topic, however faint all of them are."""
    chance = np.random.default_rng(7)
    strength = chance.normal(-2.0, 1.5, (TEXTS, TOPICS))
    truth = (chance.random((TEXTS, TOPICS)) < 1 / (1 + np.exp(-strength))).astype(float)
    nothing = np.flatnonzero(~truth.any(axis=1))[::4]
    truth[nothing, strength[nothing].argmax(axis=1)] = 1
    parts = np.zeros((TEXTS, TOPICS, len(USUAL_MIX)))
    parts[:, :, 0] = strength
    possible = np.ones(truth.shape, dtype=bool)
    blend, found = fit(parts, truth, possible, usual(TOPICS, 0.35))
    best, rows = found.argmax(axis=1), np.arange(TEXTS)
    assert calibration(found[rows, best], truth[rows, best])["excess"] < 0.02
    plain = replace(blend, level=LEVEL).probabilities(parts, possible)
    assert calibration(plain[rows, best], truth[rows, best])["excess"] > 0.03


def test_of_all_that_is_sure_nine_in_ten_were_right() -> None:
    """A further topic that is as probable as the best one of another text is right less often."""
    parts, truth, _ = with_further_topics(TEXTS, 8)
    blend, found = fit(parts, truth, np.ones(truth.shape, dtype=bool), usual(TOPICS, 0.35))
    assert 0.5 <= blend.sure < blend.also_sure < 1.0
    assert truth[sure_ones(blend, found)].mean() >= 0.9


def test_of_all_that_is_sure_nine_in_ten_are_right_in_later_texts_too() -> None:
    """What looks like nine in ten in a few hundred texts may be less in a thousand."""
    later, truth, right = with_further_topics(TEXTS, 9, loud=-1.5)
    kept = 0
    for seed in range(10):
        parts, said, _ = with_further_topics(400, seed, loud=-1.5)
        blend, _ = fit(parts, said, np.ones(said.shape, dtype=bool), usual(TOPICS, 0.35))
        sure = sure_ones(blend, blend.probabilities(later, np.ones(truth.shape, dtype=bool)))
        kept += bool(right[sure].sum() >= 0.9 * sure.sum() > 0)
    assert kept >= 9


def test_a_few_texts_prove_nothing_though_all_of_them_were_right() -> None:
    for texts, proven in ((8, False), (20, True)):
        parts, truth = np.zeros((texts, 2, len(USUAL_MIX))), np.zeros((texts, 2))
        truth[:, 0] = 1
        parts[:, 0, 0], parts[:, 1, 0] = 5.0, -5.0
        blend, _ = fit(parts, truth, np.ones(truth.shape, dtype=bool), usual(2, 0.35))
        assert (blend.sure < 1.0) is proven
        assert blend.also_sure == 1.0, "no further topic was right"


def test_what_changes_nothing_changes_nothing() -> None:
    score = np.array([[-1.0, 2.0], [-3.0, -2.0]])
    possible = np.ones(score.shape, dtype=bool)
    assert np.allclose(levelled(score, possible, LEVEL), score)
    hidden = np.array([[True, False], [True, True]])
    assert levelled(score, hidden, (1.0, -0.5, 0.0))[0].tolist() == [-0.5, 2.0], "a topic that cannot be is no best one"
    assert compared(score, hidden, 0.0)[0, 1] == 0.0
