"""What is said of texts that were held back is right as often as it says, also of the best topic of a doubtful text."""

from dataclasses import replace

import numpy as np

from nlp.evaluation import calibration
from nlp.learning.blending import USUAL_MIX, fit, usual
from nlp.learnt import LEVEL, compared, levelled

TEXTS, TOPICS = 3000, 6


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


def test_the_best_topic_and_further_ones_are_sure_from_where_nine_in_ten_of_each_were_right() -> None:
    """A further topic that is as probable as the best one of another text is right less often."""
    chance = np.random.default_rng(8)
    strength = chance.normal(0.0, 2.0, (TEXTS, TOPICS))
    best = strength == strength.max(axis=1, keepdims=True)
    right = 1 / (1 + np.exp(-np.where(best, strength + 1.0, strength - 1.0)))
    truth = (chance.random((TEXTS, TOPICS)) < right).astype(float)
    parts = np.zeros((TEXTS, TOPICS, len(USUAL_MIX)))
    parts[:, :, 0] = strength
    blend, found = fit(parts, truth, np.ones(truth.shape, dtype=bool), usual(TOPICS, 0.35))
    assert 0.5 <= blend.sure < blend.also_sure < 1.0
    best = found == found.max(axis=1, keepdims=True)
    for sure, which in ((blend.sure, best), (blend.also_sure, ~best)):
        assert truth[which & (found >= sure)].mean() >= 0.9


def test_what_changes_nothing_changes_nothing() -> None:
    score = np.array([[-1.0, 2.0], [-3.0, -2.0]])
    possible = np.ones(score.shape, dtype=bool)
    assert np.allclose(levelled(score, possible, LEVEL), score)
    hidden = np.array([[True, False], [True, True]])
    assert levelled(score, hidden, (1.0, -0.5, 0.0))[0].tolist() == [-0.5, 2.0], "a topic that cannot be is no best one"
    assert compared(score, hidden, 0.0)[0, 1] == 0.0
