"""First-day check 3: each message gets the right, humane answer, and staff hear of the serious ones within a minute."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.path.conftest import IN_BOTH_MODES
from tests.integration.path.looking import as_csv, command, digest, exported, slack_saw, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.town import ROOM, Town

DISTRESS = "je veux mourir, appelez ma soeur au 06 12 34 56 78"
BOILER = "ma chaudière fuit"


async def at_the_open_question(town: Town, name: str = "Anna") -> Neighbour:
    person = town.citizen(name)
    await person.agrees()
    await person.presses("Parfois")
    return person


async def test_stop_alone_stops(town: Town) -> None:
    anna = await at_the_open_question(town)
    assert await anna.says("STOP") == [
        "C'est fait : nous ne vous écrirons plus. Vos réponses restent. Pour les effacer : « effacer ». "
        "Pour revenir : « reprendre »."
    ]
    await town.wall("2026-11-17 18:00")
    assert not anna.hears()
    assert await exported(town) == []


async def test_il_faut_stopper_ce_projet_is_an_opinion(town: Town) -> None:
    anna = await at_the_open_question(town)
    assert not await anna.says("il faut stopper ce projet")
    await town.silence()
    (third,) = anna.hears()
    assert third.startswith("C'est noté. 3/3")
    (row,) = await exported(town)
    assert row["text"] == "il faut stopper ce projet"
    await town.wall("2026-11-17 18:00")
    assert len(anna.hears()) == 1, "nobody opted out: the reminder comes"


async def test_a_voice_note_a_sticker_and_a_question_get_kind_answers(town: Town) -> None:
    anna = await at_the_open_question(town)
    (voice,) = await anna.does("send_voice")
    assert voice.startswith("Merci pour ce message vocal. Je ne sais pas écouter, et je ne le garde pas.")
    assert "Valbrune" in voice or "mairie" in voice, "the counter is an equal way in"
    (sticker,) = await anna.does("send_sticker")
    assert sticker.startswith("Merci ! Je ne lis que les mots : écrivez-moi.")
    (who,) = await anna.says("à qui je parle ?")
    assert who.startswith("Ici, un programme vous répond, pas une personne. Il travaille pour : Ville de Valbrune.")
    assert "Le service des sports lit vos réponses" in who
    assert (await digest(town))["not_read"] == {"voice": 1, "sticker": 1}
    found = await tables(town)
    assert found["parts"] == [], "none of it is a contribution"
    await anna.says("des cours d'aquagym")
    await town.silence()
    (row,) = await exported(town)
    assert row["parts"] == 1


@pytest.mark.parametrize(
    ("said", "number", "kind"),
    [(DISTRESS, "3114", "détresse"), (BOILER, "01 99 00 56 78", "logement")],
    ids=["distress", "boiler"],
)
async def test_the_serious_ones_get_the_right_number_and_staff_are_told_within_a_minute(
    town: Town, said: str, number: str, kind: str
) -> None:
    anna = await at_the_open_question(town)
    before = town.clock.now()
    (answer,) = await anna.says(said)
    assert number in answer
    assert "2/3" not in answer, "no form follows something grave"
    assert town.clock.now() - before < timedelta(minutes=1)
    said = f"Les horaires de la piscine · message signalé lundi 10 h ({kind}) : une personne doit le lire"
    assert town.room == f"{said}\n[Ouvrir] [Je m'en charge]"
    for word in ("mourir", "soeur", "06 12", "chaudière"):
        assert word not in slack_saw(town)


@IN_BOTH_MODES
async def test_open_shows_the_masked_words_in_a_window_and_it_is_no_longer_to_do(town: Town) -> None:
    anna = await at_the_open_question(town)
    await anna.says(DISTRESS)
    await town.later(minutes=1)
    (alert,) = posted(town)
    asked = await town.staff("U1").press(alert, "Ouvrir")
    window = await asked.sees("je veux mourir")
    assert "> je veux mourir, appelez ma soeur au [téléphone]" in window
    assert "06 12" not in slack_saw(town)
    assert asked.views, "in a window that only they see"
    assert "je veux mourir" not in town.room
    again = await town.staff("U2").press(alert, "Ouvrir")
    await again.sees("Déjà ouvert")
    await (await town.staff("U2").press(alert, "Je m'en charge")).sees("vous vous chargez de")
    await town.work()
    assert len(posted(town)) == 1, "the alert's own message says what became of it"
    assert town.room.endswith("doit le lire · ouvert lundi 10 h 01 · Camille s'en charge  [Ouvrir]")
    assert (await digest(town))["alerts"] == 0


async def test_what_is_urgent_stays_out_of_figures_and_exports(town: Town) -> None:
    anna, bob = await at_the_open_question(town, "Anna"), await at_the_open_question(town, "Bob")
    await anna.says(DISTRESS)
    await bob.says(BOILER)
    await bob.says("plus de cours de natation pour les enfants")
    await town.silence()
    figures = await digest(town)
    assert figures["contributions"] == 1
    assert figures["alerts"] == 2
    assert sum(topic["contributions"] for topic in figures["topics"]) + figures["unsorted"] >= 1
    (row,) = await exported(town)
    (cells,) = as_csv(await command(town, "export", "piscine"))
    assert row["text"] == cells["text"] == "plus de cours de natation pour les enfants"


async def test_it_was_an_answer_after_all(town: Town) -> None:
    anna = await at_the_open_question(town)
    await anna.says(BOILER)
    (joined,) = await anna.presses("C'était ma réponse")
    assert joined.startswith("D'accord, c'est ajouté à votre réponse.")
    await town.silence()
    (row,) = await exported(town)
    assert (row["text"], row["parts"]) == (BOILER, 1)
    (alert,) = posted(town)
    asked = await town.staff().press(alert, "Ouvrir")
    await asked.sees("Ce n'est plus là")


@pytest.mark.parametrize("stage", ["nobody yet", "before agreeing", "finished", "stopped", "declined", "paused"])
async def test_distress_is_heard_at_every_stage(town: Town, stage: str) -> None:
    anna = town.citizen("Anna")
    match stage:
        case "before agreeing":
            await anna.starts()
        case "finished":
            await anna.finishes()
        case "stopped":
            await anna.agrees()
            await anna.says("stop")
        case "declined":
            await anna.starts()
            await anna.presses("Moins de 15 ans")
        case "paused":
            await anna.agrees()
            await anna.says("plus tard")
    said = await anna.says("je veux mourir")
    assert any("3114" in line for line in said), said
    assert "(détresse)" in town.room


def posted(town: Town) -> list[dict[str, Any]]:
    return town.slack.world.channels[ROOM].messages
