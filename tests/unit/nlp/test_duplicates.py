"""Near duplicates: what a reader would take for the same is one group, what only looks alike is not."""

import random

import pytest

from nlp.corpus.duplicates import groups, same
from tests.bench.text.duplicates import figures, made_up

ALIKE = [
    ("Plus de bus le soir", "plus de bus le SOIR !!!"),
    ("réduire la vitesse rue de la gare", "reduire la vitesse rue de la gare"),
    ("réduire la vitesse rue de la gare", "Bonjour, réduire la vitesse rue de la gare. Merci beaucoup"),
    ("ouvrir la bibliothèque le dimanche", "ouvrir la biblioteque le dimanche"),
    ("il faut ouvrir la piscine pendant les vacances", "ouvrir la piscine pendant vacances"),
    ("ouvrir le week end aux étudiants", "ouvrir le weekend aux etudiants"),
    ("oui", "OUI !"),
    ("more benches in the park please", "More benches in parc"),
]
DIFFERENT = [
    ("ouvrir la piscine le soir", "ouvrir la piscine le matin"),
    ("la vitesse à 30 rue de la gare", "la vitesse à 50 rue de la gare"),
    ("ouvrir la piscine le soir", "ne pas ouvrir la piscine le soir"),
    ("pour le projet de stade", "contre le projet de stade"),
    ("parking", "parc"),
    ("la démocratie avant tout", "et la démocratie dans tout cela"),
    ("moins de voitures au centre ville", "plus de voitures au centre ville"),
    ("👍", "👎"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_reader_would_take_one_for_the_other(one: str, other: str) -> None:
    assert same(one, other)
    assert groups(["un autre sujet, les arbres", one, other]) == [0, 1, 1]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_changes_the_meaning_keeps_texts_apart(one: str, other: str) -> None:
    assert not same(one, other)
    assert groups([one, other]) == [0, 1]


def test_the_group_is_named_by_its_first_and_the_order_of_the_others_does_not_matter() -> None:
    texts = ["plus de pistes cyclables", "des bancs", "Plus de pistes cyclables !", "plus de pistes ciclables"]
    assert groups(texts) == [0, 1, 0, 0]
    assert groups([]) == []
    assert groups(["seul"]) == [0]


def test_five_hundred_of_the_same_are_one_group_among_many_others() -> None:
    chance = random.Random(5)
    others = made_up(300, chance)
    spam = [
        f"Non au projet de rocade nord{'!' * chance.randrange(5)} {chance.choice(['merci', '', 'svp'])}"
        for _ in range(500)
    ]
    found = groups([*others, *spam])
    assert set(found[300:]) == {300}
    assert not set(found[:300]) & {300}


def test_planted_edits_are_found_and_counter_edits_are_not() -> None:
    seen = figures(made_up(2_000, random.Random(3)), total=5_000)
    assert seen["recall"] >= 0.95
    assert seen["precision"] >= 0.95
