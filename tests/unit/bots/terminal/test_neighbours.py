"""Simulated neighbours: the same for the same seed, lifelike, and never anybody's real words."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bots.terminal.rehearsal.neighbours import Habit, Neighbour, Quirk, make_neighbours
from bots.terminal.rehearsal.sayings import sayings_for
from config.locale import Catalogue
from core.model.consultations import Consultation
from core.model.messages import Pressed
from core.rules.specs.actions import Verb
from core.rules.specs.course import filed_spec
from core.work.wording import spec_message


def made(consultation: Consultation, *, people: int = 60, seed: int = 2027, language: str = "fr") -> list[Neighbour]:
    return make_neighbours(consultation, language=language, people=people, seed=seed)


def essence(neighbours: list[Neighbour]) -> list[object]:
    return [(each.chat, each.source, each.habit, each.quirk, each.arrives_at, each.sayings) for each in neighbours]


def test_the_same_seed_the_same_street(pool: Consultation) -> None:
    assert essence(made(pool)) == essence(made(pool))
    assert essence(made(pool)) != essence(made(pool, seed=1))


@pytest.mark.parametrize("seed", range(5))
def test_a_street_is_lifelike(pool: Consultation, seed: int) -> None:
    street = made(pool, people=200, seed=seed)
    assert {each.habit for each in street} == set(Habit)
    quirks = Counter(each.quirk for each in street if each.quirk)
    assert set(quirks) == set(Quirk)
    assert quirks[Quirk.URGENT] == 1
    assert {each.language for each in street} == {"fr", "en"}
    assert Counter(each.language for each in street).most_common(1)[0][0] == "fr"
    assert all(pool.opens_at <= each.arrives_at < pool.closes_at for each in street)
    unseen = set(pool.sources) - {each.source for each in street}
    assert unseen == {"affiche-gare"}, "one poster hangs where nobody looks"
    assert any(len(each.sayings) > 1 for each in street), "some answer in several messages"


def test_most_speak_the_language_of_who_looks_on(pool: Consultation) -> None:
    assert Counter(each.language for each in made(pool, language="en")).most_common(1)[0][0] == "en"
    assert {each.language for each in made(replace(pool, languages=("fr",)), language="en")} == {"fr"}


def test_the_urgent_one_uses_the_partner_s_words_on_a_sunday(pool: Consultation) -> None:
    (urgent,) = [each for each in made(pool) if each.quirk is Quirk.URGENT]
    assert urgent.urgent in pool.redirects[-1].words
    assert urgent.arrives_at.weekday() == 6
    without = made(replace(pool, redirects=()))
    assert not [each for each in without if each.quirk is Quirk.URGENT]


def test_any_consultation_can_be_played(library: Consultation) -> None:
    sayings = sayings_for(library)
    assert set(sayings) == {"fr", "en"}
    assert "surtout horaires | et aussi bruit et calme" in sayings["fr"]
    short = replace(library, sources={}, closes_at=library.opens_at + timedelta(days=2), redirects=())
    street = made(short, people=12)
    assert all(each.arrives_at < short.closes_at and not each.source for each in street)
    bare = replace(library, taxonomy=replace(library.taxonomy, topics=()))
    assert sayings_for(bare)["fr"]


def test_who_is_told_the_topic_in_a_line_of_its_own_corrects_that(library: Consultation) -> None:
    """Where the open question comes last, the quiet line follows the thanks: there is nothing else to press in it."""
    street = made(library)
    (corrects, *_) = [each for each in street if each.quirk is Quirk.CORRECTS]
    line = spec_message(
        filed_spec(library, corrects.language, library.taxonomy.topics[0].id), corrects.language, Catalogue()
    )
    ((_, press),) = corrects.reacts(line, library.opens_at, library)
    assert isinstance(press, Pressed)
    assert press.action.startswith(Verb.WRONG_TOPIC)
