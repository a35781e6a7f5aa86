""" "Plus tard" under a push: one message at the moment the person chose, also when it is quiet for everybody else."""

from collections import Counter

from core.model.campaigns import CampaignState
from core.model.deliveries import LATER_STEP
from tests.integration.path.looking import pushes
from tests.integration.path.people import Neighbour
from tests.integration.path.test_later_invitations import INVITED, finished, park
from tests.integration.path.town import Town

REMINDED = "2026-11-17 18:00"


async def reminded(town: Town, *names: str) -> list[Neighbour]:
    """They stopped after the first question, and the reminder has come."""
    people = [town.citizen(name) for name in names]
    for person in people:
        await person.agrees()
        await person.presses("Parfois")
    await town.wall("2026-11-17 17:55")
    await town.wall(REMINDED)
    assert all(len(person.hears()) == 1 for person in people)
    return people


async def test_one_message_at_the_moment_that_was_chosen_whatever_is_pressed_twice(town: Town) -> None:
    anna, bob, chloe, driss = await reminded(town, "Anna", "Bob", "Chloé", "Driss")
    (asked,) = await anna.presses("Plus tard")
    assert asked.endswith("[Ce soir] [Demain] [Ce week-end] [Continuer]")
    await anna.presses("Ce soir")
    await anna.presses("Ce soir")
    for person, moment in ((bob, "demain"), (chloe, "ce soir"), (driss, "demain")):
        await person.says("plus tard")
        await person.says(moment)
    await chloe.presses("Demain")
    await town.wall("2026-11-17 19:59")
    assert not anna.hears()
    await town.wall("2026-11-17 20:00")
    (message,) = anna.hears()
    assert message.startswith(
        "Ville de Valbrune : vous avez choisi ce moment pour finir « Les horaires de la piscine »"
    )
    assert message.endswith("[Continuer] [Plus tard] [Pas intéressé(e)] [Pourquoi ce message ?]")
    await bob.says("c'est mon fils qui travaille le soir", "c'est tout")
    await bob.presses("Gare")
    await driss.says("stop")
    for person in (bob, driss):
        person.hears()
    await town.wall("2026-11-18 18:00")
    assert len(chloe.hears()) == 1, "the moment chosen last, once"
    assert (anna.hears(), bob.hears(), driss.hears()) == ([], [], [])
    assert Counter((state, reason) for _, state, reason in await pushes(town, LATER_STEP)) == {
        ("sent", None): 2,
        ("cancelled", "opted_out"): 1,
        ("skipped", "already_finished"): 1,
    }
    await chloe.presses("Plus tard")
    await chloe.presses("Demain")
    await town.wall("2026-11-19 18:00")
    assert len(chloe.hears()) == 1, "as often as they choose"


async def test_tonight_may_be_later_than_anybody_else_is_written_to(town: Town) -> None:
    (anna,) = await reminded(town, "Anna")
    town.clock.set_wall("2026-11-17 20:45")
    await anna.says("plus tard")
    (noted,) = await anna.says("ce soir")
    assert "ce soir vers 22 h" in noted
    await town.wall("2026-11-17 21:59")
    assert not anna.hears()
    await town.wall("2026-11-17 22:00")
    assert len(anna.hears()) == 1, "quiet hours begin at 21:00 for those who chose nothing"


async def test_a_choice_that_was_missed_wakes_nobody(town: Town) -> None:
    """The program did not run at 22:00: at 1:00 nobody meant it any more."""
    (anna,) = await reminded(town, "Anna")
    town.clock.set_wall("2026-11-17 20:45")
    await anna.says("plus tard")
    await anna.says("ce soir")
    town.clock.set_wall("2026-11-18 01:00")
    await town.work()
    await town.wall("2026-11-18 08:29")
    assert not anna.hears()
    await town.wall("2026-11-18 08:30")
    assert len(anna.hears()) == 1


async def test_nothing_comes_before_the_moment_and_a_paused_campaign_keeps_it(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    await anna.says("plus tard")
    await anna.says("ce week-end")
    await town.wall("2026-11-17 17:55")
    await town.wall(REMINDED)
    await town.moves("piscine", CampaignState.PAUSED)
    await town.wall("2026-11-21 11:00")
    assert not anna.hears(), "neither the reminder, which would be before the moment, nor anything while it is paused"
    await town.moves("piscine", CampaignState.RUNNING)
    await town.later(minutes=2)
    assert len(anna.hears()) == 1
    await town.later(days=2)
    assert not anna.hears(), "the message they chose stands for the reminder"
    assert await pushes(town, "reminder") == [("reminder", "skipped", "no_consent")]


async def test_an_invitation_comes_again_when_it_suits(town: Town) -> None:
    anna, bob = [await finished(town, name, "Oui, me prévenir") for name in ("Anna", "Bob")]
    await town.starts(park())
    await town.wall(INVITED)
    await anna.presses("Plus tard")
    (noted,) = await anna.presses("Ce soir")
    assert "ce soir vers 20 h" in noted
    await bob.presses("Plus tard")
    await bob.presses("Ce soir")
    await bob.says("stop")
    await town.wall("2026-11-20 20:00")
    (again,) = anna.hears()
    assert again.startswith("Ville de Valbrune : vous avez choisi ce moment pour « Le parc en 2028 ».")
    assert not bob.hears()
    assert (await anna.presses("Continuer"))[-1].endswith("[En savoir plus]")
