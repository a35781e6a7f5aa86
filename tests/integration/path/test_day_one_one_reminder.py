"""First-day check 4: one unfinished, one finished just before the reminder, one who stopped, one not interested, one
who blocked: exactly one message goes out, and every row that was not sent says why.
"""

from collections import Counter
from dataclasses import replace
from datetime import time

from core.model.campaigns import CampaignState
from core.model.consultations import Anchor, Moment, QuietHours
from tests.integration.path.looking import pushes, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.town import Town, piscine

PLANNED = "2026-11-17 17:55"
REMINDER = "2026-11-17 18:00"


async def unfinished(town: Town, name: str) -> Neighbour:
    person = town.citizen(name)
    await person.agrees()
    await person.presses("Parfois")
    return person


async def finishes_the_rest(person: Neighbour) -> None:
    await person.says("ouvrir plus tard")
    await person.says("c'est tout")
    await person.presses("Gare")
    await person.presses("Non merci")


async def test_exactly_one_message_goes_out_and_the_others_say_why(town: Town) -> None:
    names = ("Anna", "Bob", "Chloé", "Driss", "Elsa", "Farid")
    anna, bob, chloe, driss, elsa, farid = [await unfinished(town, name) for name in names]
    done = town.citizen("Gilles")
    await done.finishes()
    curious = town.citizen("Hana")
    await curious.starts()
    await town.wall(PLANNED)
    assert Counter(pushes_of for pushes_of in await pushes(town, "reminder")) == {("reminder", "planned", None): 6}
    everybody = (anna, bob, chloe, driss, elsa, farid, done, curious)
    assert not any(person.hears() for person in everybody)

    await finishes_the_rest(bob)
    await chloe.says("stop")
    why = f"nope::::0:{'0' * 8}"
    await driss.does("forge", why, message_id=driss.person.last.message_id)
    assert "Ce bouton ne sert plus" in driss.transcript, "a forged button does nothing"
    await not_interested(town, driss)
    await elsa.does("block")
    farid.person.deactivate()
    for person in everybody:
        person.hears()
    sent_before = len(town.telegram.bot.events)
    await town.wall(REMINDER)

    assert [person.hears() for person in (bob, chloe, driss, elsa, farid, done, curious)] == [[]] * 7
    (reminder,) = anna.hears()
    assert reminder.startswith("Ville de Valbrune : vous avez commencé")
    assert [event.kind for event in town.telegram.bot.events[sent_before:]].count("sent") == 1
    assert Counter((state, reason) for _, state, reason in await pushes(town, "reminder")) == {
        ("sent", None): 1,
        ("skipped", "already_finished"): 1,
        ("cancelled", "opted_out"): 1,
        ("skipped", "not_interested"): 1,
        ("cancelled", "unreachable"): 1,
        ("unreachable", "unreachable"): 1,
    }
    await town.later(days=3)
    assert [person.hears() for person in everybody] == [[]] * 8


async def not_interested(town: Town, person: Neighbour) -> None:
    """They press [Pas intéressé(e)] under an earlier message of the campaign: the button of "Pourquoi"."""
    tag = next(
        button["callback_data"].rsplit(":", 1)[1]
        for shown in person.person.inbox
        for row in shown.buttons
        for button in row
    )
    (said,) = await person.does("forge", f"nope:::1:{tag}", message_id=person.person.last.message_id)
    assert said.startswith("D'accord : plus de rappel pour cette consultation.")


async def test_a_paused_campaign_loses_nothing_and_sends_when_it_goes_on(town: Town) -> None:
    anna = await unfinished(town, "Anna")
    await town.wall(PLANNED)
    await town.moves("piscine", CampaignState.PAUSED)
    await town.wall(REMINDER)
    await town.later(hours=1)
    assert not anna.hears()
    assert await pushes(town, "reminder") == [("reminder", "planned", None)]
    bob = await unfinished(town, "Bob")
    assert "2/3" in bob.transcript, "whoever comes is answered all the same"
    await town.moves("piscine", CampaignState.RUNNING)
    await town.later(minutes=1)
    (reminder,) = anna.hears()
    assert reminder.startswith("Ville de Valbrune : vous avez commencé")
    await town.wall("2026-11-19 18:00")
    assert len(bob.hears()) == 1, "a reminder of their own"
    assert not anna.hears()


async def test_paused_over_the_moment_before_anything_was_planned(town: Town) -> None:
    anna = await unfinished(town, "Anna")
    await town.moves("piscine", CampaignState.PAUSED)
    await town.wall("2026-11-18 12:00")
    assert await pushes(town, "reminder") == []
    await town.moves("piscine", CampaignState.RUNNING)
    await town.later(seconds=1)
    assert len(anna.hears()) == 1


async def test_a_stopped_campaign_sends_nothing_more(town: Town) -> None:
    anna = await unfinished(town, "Anna")
    bob = town.citizen("Bob")
    await bob.finishes(results="Oui")
    await town.wall(PLANNED)
    assert await town.moves("piscine", CampaignState.STOPPED) == 1
    assert await pushes(town, "reminder") == [("reminder", "cancelled", "campaign_stopped")]
    (kind,) = await anna.says("ouvrir le dimanche")
    assert kind.startswith("La consultation est fermée. Ce message n'est pas gardé.")
    assert "avant le 30 mars" in kind
    for wall in (REMINDER, "2027-01-28 18:00", "2027-03-28 11:00"):
        await town.wall(wall)
    assert not anna.hears()
    assert not bob.hears()
    (kind,) = await anna.says("ouvrir le dimanche")
    assert kind.startswith("La consultation est fermée depuis le 31 janvier. Ce message n'est pas gardé.")


async def test_quiet_hours_are_kept_when_sending_is_late(town: Town) -> None:
    anna = await unfinished(town, "Anna")
    await town.wall(PLANNED)
    town.clock.set_wall("2026-11-17 21:30")
    await town.work()
    await town.wall("2026-11-18 08:29")
    assert not anna.hears()
    await town.wall("2026-11-18 08:30")
    assert len(anna.hears()) == 1
    assert await pushes(town, "reminder") == [("reminder", "sent", None)]


async def test_a_moment_in_quiet_hours_waits_for_the_morning(town: Town) -> None:
    consultation = piscine()
    late = tuple(
        replace(step, moment=Moment(after=step.moment.after, anchor=Anchor.ARRIVAL, at_time=time(22, 0)))
        if step.id == "reminder"
        else step
        for step in consultation.steps
    )
    await town.starts(replace(consultation, steps=late, quiet=QuietHours(time(21, 0), time(9, 15))))
    anna = await unfinished(town, "Anna")
    await town.wall("2026-11-17 22:00")
    await town.wall("2026-11-18 09:14")
    assert not anna.hears()
    await town.wall("2026-11-18 09:15")
    assert len(anna.hears()) == 1


async def test_whoever_comes_back_after_blocking_is_reminded_of_nothing_old(town: Town) -> None:
    anna = await unfinished(town, "Anna")
    await town.wall(PLANNED)
    await anna.does("block")
    await town.wall(REMINDER)
    await anna.does("unblock")
    await town.later(days=1)
    assert not anna.hears()
    assert await pushes(town, "reminder") == [("reminder", "cancelled", "unreachable")]
    (again,) = await anna.starts()
    assert again.startswith("Rebonjour ! On reprend. 2/3")


async def test_the_last_call_goes_only_to_those_who_wanted_reminders(town: Town) -> None:
    """One nudge is what the notice says: a second one needs a consent of its own, which nobody gave here."""
    anna = await unfinished(town, "Anna")
    await town.wall(REMINDER)
    anna.hears()
    await town.wall("2027-01-28 18:00")
    assert not anna.hears()
    assert await pushes(town, "last_call") == [("last_call", "skipped", "no_consent")]


async def test_planning_twice_owes_once(town: Town) -> None:
    anna = await unfinished(town, "Anna")
    await town.wall(PLANNED)
    for _ in range(3):
        await town.house.planning.plan_due()
    await town.wall(REMINDER)
    for _ in range(3):
        await town.work()
    assert len(anna.hears()) == 1
    assert len([row for row in (await tables(town))["deliveries"] if row["lane"] == "push"]) == 1
