"""Some days after an official answer, whoever was told is asked once: does this answer you? And why, in their words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.model.dialogues import Stage
from core.model.follow_ups import Progress
from core.model.satisfaction import ASK_STEP
from tests.integration.path.looking import digest, exported, places, pushes, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.test_follow_up import answers, asked_for
from tests.integration.path.town import Town, piscine

ANSWERED_AT, ASKED_AT = "2027-03-16 10:00", "2027-03-19 10:00"


async def told(town: Town, *names: str) -> list[Neighbour]:
    """They asked for later hours, wanted to know, and were told."""
    people = [await asked_for(town, name) for name in names]
    await town.wall(ANSWERED_AT)
    await answers(town)
    for person in people:
        person.hears()
    return people


async def satisfied(town: Town) -> list[dict[str, Any]]:
    return (await tables(town))["satisfactions"]


async def test_three_days_later_one_tap_says_whether_it_answers_and_a_sentence_why(town: Town) -> None:
    clarisse, bob, chloe = await told(town, "Clarisse", "Bob", "Chloé")
    await town.wall("2027-03-19 09:59")
    assert clarisse.hears() == []
    await town.wall(ASKED_AT)
    (asked,) = clarisse.hears()
    assert asked.replace(" \n", "\n") == (
        "Il y a quelques jours, Ville de Valbrune vous a répondu : Horaires. Décision du 12 mars 2027 : gardé.\n"
        "Est-ce que cela vous répond ?  [Oui] [En partie] [Non] [Pourquoi ce message ?] [Ne plus m'écrire]"
    )
    noted = "Merci, c'est noté. Si vous voulez, dites pourquoi, en une phrase. N'écrivez aucun nom."
    assert await clarisse.presses("En partie") == [noted]
    assert await clarisse.presses("En partie") == [], "an impatient finger"
    thanks = "Merci. Le service des sports le lira, sans votre nom."
    assert await clarisse.says("et le dimanche ?", "appelez-moi au 06 12 34 56 78") == [thanks]
    await town.later(minutes=5)
    assert await bob.presses("Oui") == [noted]
    (closed,) = await chloe.says("je reviens cet été")
    assert closed != thanks, "who was not asked why says something else"
    await town.house.asking.ask_due()
    await town.wall("2027-03-21 12:00")
    assert [person.hears() for person in (clarisse, bob, chloe)] == [[], [], []], "once is once"
    assert {(row["value"], row["contribution_id"] is not None) for row in await satisfied(town)} == {
        ("partly", True),
        ("yes", False),
    }
    async with town.storage.reading() as unit:
        (why,) = await unit.satisfactions.whys(piscine().id, 10)  # type: ignore[arg-type]  # a plain id
    assert (why.topic, why.value, why.text.split("\n")[0]) == ("horaires", "partly", "et le dimanche ?")
    assert "06 12" not in why.text
    figures = await digest(town)
    assert figures["satisfied"] == [{"topic": "horaires", "yes": 1, "partly": 1, "no": 0}]
    assert figures["contributions"] == 3, "a why is no contribution"
    assert sorted(row["satisfied"] for row in await exported(town)) == ["", "partly", "yes"]
    await town.wall("2027-03-22 08:45")
    assert "« Est-ce que cela vous répond ? » Horaires : 1 oui, 1 en partie, 0 non" in town.room


async def test_it_can_be_changed_taken_along_and_erased(town: Town) -> None:
    (clarisse,) = await told(town, "Clarisse")
    await town.wall(ASKED_AT)
    await clarisse.presses("Non")
    await clarisse.says("je ne viens que le dimanche")
    await town.later(minutes=1)
    await clarisse.presses("Oui")
    assert [row["value"] for row in await satisfied(town)] == ["yes"]
    held = " ".join(await clarisse.says("/mesdonnees"))
    assert "La réponse vous répond-elle ? Horaires · oui" in held
    assert "Pourquoi : je ne viens que le dimanche" in held
    await clarisse.says("effacer")
    await clarisse.presses("Oui, tout effacer")
    found = await tables(town)
    assert found["satisfactions"] == []
    assert places(found, ["que le dimanche"]) == []


async def test_stop_quiet_hours_and_the_messages_of_the_week_hold(town: Town) -> None:
    """At night nobody is asked; whoever said STOP never is; and a week with two messages in it is full."""
    clarisse, bob = [await asked_for(town, name) for name in ("Clarisse", "Bob")]
    await town.wall("2027-03-29 20:00")
    await answers(town)
    await bob.says("stop")
    assert len(clarisse.hears()) == 2, "the results that the campaign had promised, and the answer"
    bob.hears()
    await town.wall("2027-04-01 20:00")
    await town.wall("2027-04-05 19:30")
    assert [clarisse.hears(), bob.hears()] == [[], []]
    await town.wall("2027-04-05 21:30")
    assert clarisse.hears() == [], "it is night"
    await town.wall("2027-04-06 09:30")
    assert (len(clarisse.hears()), bob.hears()) == (1, [])
    assert sorted(await pushes(town, ASK_STEP)) == [(ASK_STEP, "sent", None), (ASK_STEP, "skipped", "opted_out")]


async def test_only_the_newest_answer_is_asked_about_and_a_file_can_say_never(town: Town) -> None:
    (clarisse,) = await told(town, "Clarisse")
    await town.later(days=1)
    await answers(town, Progress.DONE)
    clarisse.hears()
    await town.wall("2027-03-23 11:00")
    await town.wall("2027-03-24 11:00")
    (asked,) = clarisse.hears()
    assert "C'est fait" in asked
    assert len(await pushes(town, ASK_STEP)) == 1
    consultation = piscine()
    never = replace(consultation.reply, ask_after=timedelta())
    await town.starts(replace(consultation, reply=never))
    await answers(town, topic="Tarifs")
    await town.later(days=10)
    assert len(await pushes(town, ASK_STEP)) == 1


async def test_a_forged_word_about_an_answer_is_kept_nowhere(town: Town) -> None:
    stranger = await asked_for(town, "Driss", "baisser le prix de l'entrée")
    (clarisse,) = await told(town, "Clarisse")
    await town.wall(ASKED_AT)
    clarisse.hears()
    await clarisse.presses("Oui")
    shown = clarisse.person.inbox[-2]
    yes = shown.button("Oui")
    assert yes is not None
    await stranger.does("forge", yes["callback_data"], message_id=shown.message_id)
    await stranger.says("et voilà pourquoi")
    assert len(await satisfied(town)) == 1
    found = (await tables(town))["dialogues"]
    assert {row["stage"] for row in found} == {Stage.FINISHED.value}
