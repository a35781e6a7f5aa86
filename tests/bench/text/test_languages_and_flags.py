"""Languages and flags do not get worse unnoticed. Real texts are read where they are; made-up ones everywhere."""

from tests.bench.text import flag_cases, languages
from tests.bench.text.data import DATA


def test_languages() -> None:
    found = {key: right / of for key, (right, of) in languages.figures(DATA, rounds=3).items()}
    assert found.get("language_accuracy", 1.0) >= 0.98
    assert found["language_accuracy_short"] >= 0.90
    assert found["language_off_prior_recall"] >= 0.60


def test_flags() -> None:
    found = {key: some / of for key, (some, of) in flag_cases.figures(DATA).items()}
    assert found["flags_recall_insult"] >= 0.95
    assert found["flags_recall_threat"] >= 0.95
    assert found["flags_wrong_on_anger"] == 0
    assert found.get("flags_on_real_texts", 0.0) <= 0.001
