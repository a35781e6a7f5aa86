"""The topics do not get worse unnoticed. Reads the real data where they are; nothing of them is in the project."""

import pytest

from tests.bench.topics.score import DATA, consultation

FLOORS = {"fr_vrai_debat_titres": ("vrai_debat", 0.60), "fr_entendre_la_france": ("grand_debat_themes", 0.72)}


@pytest.mark.skipif(
    not (DATA / "topics").is_dir(), reason="the real contributions are not on this machine (PORTE_VOIX_DATA)"
)
@pytest.mark.parametrize("name", FLOORS)
def test_macro_f1_stays_above_its_floor_and_beats_the_words_alone(name: str) -> None:
    taxonomy, floor = FLOORS[name]
    figures = consultation(name, taxonomy, "dev")["all"]
    assert figures["macro_f1"] >= floor
    assert figures["gain_over_words"]["low"] > 0.05
    assert figures["precision_confident"] >= 0.88
