"""The topics do not get worse unnoticed. Reads the real data where they are; nothing of them is in the project."""

import random

import pytest

from nlp.learning.training import tagger_for
from tests.bench.text.data import DATA
from tests.bench.topics.cases import filed_or_not, fine, read_taxonomy, themes, truth
from tests.bench.topics.measures import best_only, learnt, macro, probabilities
from tests.bench.topics.noise import NOISES
from tests.bench.topics.score import consultation

FLOORS = {"fr_vrai_debat_titres": ("vrai_debat", 0.60), "fr_entendre_la_france": ("grand_debat_themes", 0.72)}


needs_data = pytest.mark.skipif(
    not (DATA / "topics").is_dir(), reason="the real contributions are not on this machine (PORTE_VOIX_DATA)"
)


@needs_data
@pytest.mark.parametrize("name", FLOORS)
def test_macro_f1_stays_above_its_floor_and_beats_the_words_alone(name: str) -> None:
    taxonomy, floor = FLOORS[name]
    figures = consultation(name, taxonomy, "dev")["all"]
    assert figures["macro_f1"] >= floor
    assert figures["gain_over_words"][0] > 0.05
    assert figures["precision_confident"] >= 0.88


@needs_data
def test_what_nobody_filed_teaches_more_than_the_list_alone_knows() -> None:
    taxonomy, name = read_taxonomy("grand_debat_themes"), "fr_entendre_la_france"
    unread = [case.text for case in themes(name, taxonomy, "train")[:1200]]
    cases = themes(name, taxonomy, "dev")[:600]
    true = truth(cases, len(taxonomy.topics))
    alone = macro(best_only(probabilities(tagger_for(taxonomy, "fr"), cases)), true)
    taught = macro(best_only(probabilities(learnt(taxonomy, [], unread), cases)), true)
    assert taught >= 0.73
    assert taught > alone


@needs_data
def test_what_belongs_nowhere_counts_when_nobody_looks() -> None:
    taxonomy, cases = fine("fr_entendre_la_france", lambda row: row["topics"])
    every = filed_or_not("fr_entendre_la_france", taxonomy, "dev")
    assert {(case.text, case.question) for case in cases["dev"]} <= {(case.text, case.question) for case in every}
    assert sum(not case.topics for case in every) >= 150


@pytest.mark.parametrize("kind", NOISES)
def test_careless_writing_is_the_same_every_time_and_changes_something(kind: str) -> None:
    text = "Pourquoi les médiathèques ne sont-elles jamais ouvertes le dimanche après-midi dans notre quartier ?"
    first, again = (NOISES[kind](text, random.Random(3)) for _ in range(2))
    assert first == again != text
    assert len(first) > len(text) / 2
