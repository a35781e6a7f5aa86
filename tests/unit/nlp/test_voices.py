"""What is held back is heard as a text that comes later."""

import numpy as np
import pytest
import scipy.sparse as sp  # type: ignore[import-untyped]  # it ships no types

from nlp.learning.voices import Material, held_back


def test_a_word_that_no_other_text_has_makes_the_rest_of_a_text_no_fainter() -> None:
    """One word is of its topic, one its own: it is heard as the others with its topic are."""
    topics, n = np.arange(20) % 2, 20
    words = np.zeros((n, 2 + n))
    words[np.arange(n), topics] = 1.0
    plain = _heard(words, topics)
    words[4, topics[4]], words[4, 2 + 4] = 0.6, 0.8
    faint = _heard(words, topics)
    assert faint[4] == pytest.approx(plain[4], abs=1e-6)


def _heard(words: np.ndarray, topics: np.ndarray) -> np.ndarray:
    answers, size = np.eye(2)[topics], len(topics)
    possible = np.ones(answers.shape, dtype=bool)
    grams = sp.csr_matrix(np.hstack([words, words[:, :2] > 0]))
    columns = [slice(0, words.shape[1]), slice(words.shape[1], grams.shape[1]), slice(grams.shape[1], grams.shape[1])]
    material = Material(grams, np.zeros((size, 3)), answers, np.ones(size), possible, size, columns)
    return held_back(material, lambda _done: None)
