"""An event of the partners' community: who says yes is reminded once, the day before, and nobody else is."""

from dataclasses import replace

from core.model.consultations import Consultation
from core.work.events.meetings import events
from tests.integration.path.looking import answers, pushes
from tests.integration.path.people import Neighbour
from tests.integration.path.town import Town, piscine
from tests.samples import sample


def workshop() -> Consultation:
    """The sample, asked by the partner of this town."""
    asked = sample("atelier")
    return replace(asked, partner=piscine().partner, sources={"reunion": asked.sources["reunion"]})


async def answered(town: Town, name: str, comes: str) -> Neighbour:
    person = town.citizen(name)
    await person.agrees("reunion")
    await person.presses("Agent ou agente")
    await person.says("mieux expliquer nos projets")
    await town.silence()
    await person.presses(comes)
    await person.presses("Non merci")
    return person


async def test_the_reminder_goes_to_those_who_come(town: Town) -> None:
    await town.starts(workshop())
    await town.wall("2026-12-08 10:00")
    comes = await answered(town, "Anna", "Je viens")
    stays = await answered(town, "Bob", "Je ne viens pas")
    changed = await answered(town, "Chloé", "Je viens")
    stopped = await answered(town, "Driss", "Je viens")
    (sent,) = [shown for shown in comes.person.inbox if "document" in shown.payload]
    assert sent.payload["document"]["file_name"] == "atelier.ics"
    assert sent.text.startswith("C'est noté, vous venez : l'atelier de janvier.".replace(" :", "\N{NO-BREAK SPACE}:"))
    (noted,) = await changed.presses("Je ne viens plus")
    assert noted.startswith("C'est noté, vous ne venez pas : l'atelier de janvier.")
    await stopped.says("stop")
    for each in (comes, stays, changed, stopped):
        each.hears()

    await town.wall("2027-01-20 14:00")  # after the closing, in a campaign that is over
    (reminder,) = comes.hears()
    assert reminder.startswith("Ville de Valbrune : c'est bientôt, et vous avez dit oui : l'atelier de janvier.")
    assert "Le 21 janvier, de 14:00 à 17:00. Maison des associations, salle 2." in reminder
    assert [each.hears() for each in (stays, changed, stopped)] == [[], [], []]

    await comes.presses("Je ne viens plus")
    assert sorted((await answers(town))["atelier"]) == ["no", "no", "no", "yes"]
    await town.later(days=2)
    assert not comes.hears()
    assert await pushes(town, "event-atelier") == [("event-atelier", "sent", None)]


async def test_whoever_is_there_says_so_and_staff_learn_how_many(town: Town) -> None:
    await town.starts(workshop())
    await town.wall("2026-12-08 10:00")
    comes, late = await answered(town, "Anna", "Je viens"), await answered(town, "Bob", "Je ne viens pas")
    await town.wall("2027-01-20 14:00")
    (reminder,) = comes.hears()[-1:]
    assert "l'équipe saura combien vous êtes, pas qui" in reminder
    (early,) = await comes.presses("J'y suis")
    assert early.startswith("Pas encore")
    (told,) = await late.presses("Je viens finalement")
    assert "Sur place" in told, "the reminder has left: what it says comes with the answer"
    await town.wall("2027-01-21 13:30")
    for each in (comes, late):
        (noted,) = await each.presses("J'y suis")
        assert noted.startswith("C'est noté, vous y êtes : l'atelier de janvier.")
    assert any("J'y suis" in each for each in await comes.says("mes données"))
    await town.wall("2027-01-21 18:30")
    (over,) = await comes.presses("J'y suis")
    assert over.startswith("C'est fini")
    assert (await answers(town))["atelier"] == ["here", "here"]
    async with town.storage.reading() as unit:
        (figure,) = await events(unit, workshop())
    assert (figure.coming, figure.here, figure.came) == (2, 2, None)


async def test_whoever_changes_their_mind_between_planning_and_sending_gets_nothing(town: Town) -> None:
    await town.starts(workshop())
    await town.wall("2026-12-08 10:00")
    comes = await answered(town, "Anna", "Je viens")
    await town.wall("2027-01-20 13:55")
    await comes.presses("Je ne viens plus")
    comes.hears()
    await town.wall("2027-01-20 14:30")
    assert not comes.hears()
    assert await pushes(town, "event-atelier") == [("event-atelier", "skipped", "not_interested")]


async def test_who_said_yes_is_told_once_of_a_change_and_of_a_cancellation(town: Town) -> None:
    asked = workshop()
    await town.starts(asked)
    await town.wall("2026-12-08 10:00")
    comes = await answered(town, "Anna", "Je viens")
    stays = await answered(town, "Bob", "Je ne viens pas")
    for each in (comes, stays):
        each.hears()

    moved = meeting(asked, place={"fr": "Salle 5.", "en": "Room 5."})
    assert (await town.starts(moved)).revised
    assert not (await town.starts(moved)).revised
    await town.later(days=1)
    (told,) = comes.hears()
    assert told.startswith("Ville de Valbrune : ça change : l'atelier de janvier.")
    assert "Salle 5." in told
    after = await answered(town, "Chloé", "Je viens")
    after.hears()

    await town.starts(meeting(moved, cancelled=True))
    await town.later(days=1)
    for each in (comes, after):
        (told,) = each.hears()
        assert told.startswith("Ville de Valbrune : Annulé : l'atelier de janvier n'a pas lieu.")
    await town.wall("2027-01-20 14:30")
    assert [each.hears() for each in (comes, after, stays)] == [[], [], []]


def meeting(asked: Consultation, **changes: object) -> Consultation:
    *others, last = asked.questions
    assert last.event is not None
    event = replace(last.event, **changes)  # type: ignore[arg-type]  # fields of one dataclass
    steps = tuple(step for step in asked.steps if not (event.cancelled and step.event))
    return replace(asked, questions=(*others, replace(last, event=event)), steps=steps)
