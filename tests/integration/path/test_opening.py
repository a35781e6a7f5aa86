"""A campaign that was started before its opening: nobody is asked anything, everybody learns when."""

from dataclasses import replace
from datetime import timedelta

from core.model.consultations import Consultation
from tests.integration.path.looking import tables
from tests.integration.path.town import MORNING, Town, piscine


def later(**changes: object) -> Consultation:
    """The pool's consultation, which opens on 18 November at 8:00 in Paris."""
    return piscine(opens_at=MORNING.replace(hour=7) + timedelta(days=2), **changes)


async def test_before_the_opening_one_kind_sentence_and_nothing_else(town: Town) -> None:
    await town.starts(later())
    anna = town.citizen("Anna")
    for heard in (await anna.starts("affiche-piscine"), await anna.starts(), await anna.says("ouvrir le soir")):
        (only,) = heard
        assert "on pourra répondre ici à partir du 18 novembre" in only
        assert "accepte" not in only
    found = await tables(town)
    assert not found["dialogues"] and not found["contributions"] and not found["answers"] and not found["parts"]


async def test_when_it_opens_the_same_link_works_and_no_push_came_before(town: Town) -> None:
    await town.starts(later())
    anna = town.citizen("Anna")
    await anna.starts("affiche-piscine")
    await town.wall("2026-11-18 07:59")
    assert not anna.hears()
    await town.wall("2026-11-18 08:00")
    await anna.agrees("affiche-piscine")
    (second,) = await anna.presses("Parfois")
    assert second.startswith("2/3")
    (dialogue,) = (await tables(town))["dialogues"]
    assert dialogue["source"] == "affiche-piscine"


async def test_stop_and_urgent_words_are_heard_before_the_opening(town: Town) -> None:
    await town.starts(later())
    anna = town.citizen("Anna")
    await anna.starts()
    (urgent,) = await anna.says("je veux mourir")
    assert "3114" in urgent
    (stopped,) = await anna.says("STOP")
    assert "ne vous écrirons plus" in stopped


async def test_whoever_began_before_the_opening_was_put_off_goes_on(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await town.starts(replace(later(), why={"fr": "Autrement.", "en": "Otherwise."}))
    (second,) = await anna.presses("Parfois")
    assert second.startswith("2/3")
    bob = town.citizen("Bob")
    (only,) = await bob.starts()
    assert "à partir du 18 novembre" in only


async def test_another_consultation_that_runs_is_offered_instead(town: Town) -> None:
    await town.starts(replace(later(), id="bassin", sources={}))
    anna = town.citizen("Anna")
    heard = await anna.starts()
    assert "La piscine rouvre en 2027." in heard[0], "the one that runs"
