"""Story 1 to its end: whoever asked for something learns what became of it, once, where they spoke, and nobody else."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

import pytest

from core.model.campaigns import CampaignState
from core.model.errors import NotAllowed, NotFound
from core.model.follow_ups import FOLLOW_UP_STEP, FollowUp, Progress
from core.model.ids import ConsultationId, ContributionId
from core.model.publications import Publication
from core.rules.calendar import to_utc
from core.work import follow_up
from core.work.follow_up import Answered
from core.work.patience import Patience
from tests.integration.path.looking import exported, places, pushes, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.town import Town, piscine

OWN = ConsultationId("piscine")
TEXT = {"fr": "La piscine ferme à 21 h dès septembre.", "en": "The pool closes at 9 pm from September."}
DECIDED = "2027-03-29 10:00"


async def answers(
    town: Town,
    progress: Progress = Progress.KEPT,
    *,
    topic: str = "Horaires",
    text: Mapping[str, str] = TEXT,
    contributions: tuple[ContributionId, ...] = (),
    publishes: bool = True,
    at: datetime | None = None,
) -> FollowUp:
    """`follow-up add`, then what the ticker does."""
    given = Answered(progress, text, topic, contributions, on=date(2027, 3, 12))
    async with town.storage.unit() as unit:
        made = await follow_up.draft(unit, OWN, given, "terminal", town.house.chance, now=town.clock.now())
        if publishes:
            await follow_up.publish(unit, made.id, at, now=town.clock.now())
    await town.work()
    async with town.storage.reading() as unit:
        found = await unit.follow_ups.get(made.id)
    assert found is not None
    return found


async def asked_for(
    town: Town, name: str, words: str = "ouvrir plus tard le soir", *, results: str = "Oui"
) -> Neighbour:
    person = town.citizen(name)
    await person.finishes(words, results=results)
    await town.silence()
    person.hears()
    return person


async def test_everyone_who_asked_and_wants_to_know_is_told_once(town: Town) -> None:
    clarisse, bob = await asked_for(town, "Clarisse"), await asked_for(town, "Bob")
    no_thanks = await asked_for(town, "Chloé", results="Non merci")
    cheaper = await asked_for(town, "Driss", "baisser le prix de l'entrée")
    stopped = await asked_for(town, "Elsa")
    await stopped.says("stop")
    everybody = (clarisse, bob, no_thanks, cheaper, stopped)
    await town.wall(DECIDED)
    for person in everybody:
        person.hears()
    made = await answers(town)
    assert (made.publication, made.people) == (Publication.TOLD, 4)
    expected = (
        "Vous avez demandé : Horaires. 3 autres personnes aussi. Décision du 12 mars 2027 : gardé. "
        "La piscine ferme à 21 h dès septembre.\n"
        "Réponse de : Le service des sports, Ville de Valbrune.  [Pourquoi ce message ?] [Ne plus m'écrire]"
    )
    (heard,) = clarisse.hears()
    assert heard.replace(" \n", "\n") == expected
    assert len(bob.hears()) == 1
    assert [person.hears() for person in (no_thanks, cheaper, stopped)] == [[], [], []]
    (why,) = await clarisse.presses("Pourquoi ce message ?")
    assert "Ville de Valbrune" in why
    await town.house.telling.tell_due()
    await town.later(minutes=30)
    assert [person.hears() for person in everybody] == [[]] * 5, "once is once"
    assert Counter((state, reason) for _, state, reason in await pushes(town, FOLLOW_UP_STEP)) == {
        ("sent", None): 2,
        ("skipped", "no_consent"): 1,
        ("skipped", "opted_out"): 1,
    }


async def test_a_draft_is_told_to_nobody_and_a_planned_one_at_its_moment(town: Town) -> None:
    clarisse = await asked_for(town, "Clarisse")
    drafted = await answers(town, publishes=False)
    assert (drafted.publication, clarisse.hears()) == (Publication.DRAFT, [])
    at = to_utc(datetime.fromisoformat("2026-11-18 14:00"), "Europe/Paris")
    async with town.storage.unit() as unit:
        await follow_up.publish(unit, drafted.id, at, now=town.clock.now())
    await town.wall("2026-11-18 13:59")
    assert clarisse.hears() == []
    await town.wall("2026-11-18 14:00")
    assert len(clarisse.hears()) == 1
    async with town.storage.unit() as unit:
        with pytest.raises(NotAllowed):
            await follow_up.publish(unit, drafted.id, None, now=town.clock.now())


async def test_whoever_says_stop_or_erases_before_it_leaves_gets_nothing(town: Town) -> None:
    stops, erases = await asked_for(town, "Clarisse"), await asked_for(town, "Bob")
    await town.wall("2026-11-17 22:30")
    await answers(town)
    assert Counter(await pushes(town, FOLLOW_UP_STEP)) == {(FOLLOW_UP_STEP, "planned", None): 2}, "it is night"
    await stops.says("stop")
    await erases.says("effacer")
    await erases.presses("Oui, tout effacer")
    await town.wall("2026-11-18 09:00")
    assert (stops.hears(), erases.hears()) == ([], [])
    assert await pushes(town, FOLLOW_UP_STEP) == [(FOLLOW_UP_STEP, "cancelled", "opted_out")]


async def test_an_answer_goes_to_those_who_spoke_though_the_campaign_was_stopped_or_revised(town: Town) -> None:
    clarisse = await asked_for(town, "Clarisse")
    await town.wall("2026-11-17 22:30")
    await answers(town, Progress.UNDER_STUDY)
    await town.starts(piscine(why={"fr": "D'autres mots.", "en": "Other words."}))
    await town.wall("2026-11-18 09:00")
    assert len(clarisse.hears()) == 1, "a new revision of the file takes no answer back"
    await town.moves("piscine", CampaignState.STOPPED)
    await answers(town)
    assert len(clarisse.hears()) == 1


async def test_mes_reponses_and_suivi_say_where_each_contribution_stands(town: Town) -> None:
    clarisse = await asked_for(town, "Clarisse")
    (dates, mine) = await clarisse.says("/suivi")
    assert "Le service des sports publie la réponse avant le 30 mars." in dates
    assert mine.replace(" \n", "\n") == (
        "Vous avez écrit : « ouvrir plus tard le soir »\nOù ça en est : reçu. Réponse avant le 30 mars 2027."
        "  [Changer] [Effacer]"
    )
    await answers(town, Progress.UNDER_STUDY, text={})
    clarisse.hears()
    (_, mine) = await clarisse.says("suivi")
    assert mine.endswith("Où ça en est : À l'étude depuis le 12 mars 2027.  [Changer] [Effacer]")
    await town.later(days=100)
    await answers(town)
    clarisse.hears()
    said = await clarisse.says("mes réponses")
    (about,) = [each for each in said if "ouvrir plus tard" in each]
    assert "Où ça en est : Décision du 12 mars 2027 : gardé. La piscine ferme à 21 h dès septembre." in about
    await clarisse.says("suivi")
    await clarisse.presses("Effacer")
    assert await exported(town) == [], "taken back from where it stands"


async def test_some_contributions_can_be_answered_alone(town: Town) -> None:
    clarisse, bob = await asked_for(town, "Clarisse"), await asked_for(town, "Bob")
    found = await exported(town)
    (hers,) = [row["id"] for row in (await tables(town))["contributions"] if row["id"] == found[0]["id"]]
    await answers(town, Progress.NOT_KEPT, topic="", contributions=(ContributionId(hers),))
    heard = [*clarisse.hears(), *bob.hears()]
    assert len(heard) == 1
    assert heard[0].startswith("Vous nous avez écrit pour «")
    assert sorted(row["status"] for row in await exported(town)) == ["not_kept", "read"]
    with pytest.raises(NotFound):
        await answers(town, topic="", contributions=(ContributionId("somebody-elses"),))


async def test_what_was_decided_is_in_every_export(town: Town) -> None:
    await asked_for(town, "Clarisse")
    await answers(town)
    (row,) = await exported(town)
    assert (row["status"], row["answered_on"], row["reason"]) == ("kept", "2027-03-12", TEXT["fr"])


async def test_no_is_said_with_a_reason_and_moves_are_those_of_the_table(town: Town) -> None:
    with pytest.raises(NotAllowed, match="the reason"):
        await answers(town, Progress.NOT_KEPT, text={"fr": "  "})
    with pytest.raises(NotFound, match="Tarifs"):
        await answers(town, topic="Toboggans")
    await answers(town)
    with pytest.raises(NotAllowed, match="done"):
        await answers(town, Progress.NOT_KEPT)
    await answers(town, Progress.DONE)


async def test_a_page_at_a_time_and_everybody_in_the_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [await asked_for(town, name) for name in ("Anna", "Bob", "Chloé", "Driss", "Elsa")]
    monkeypatch.setattr(follow_up, "PAGE", 2)
    made = await answers(town)
    assert made.publication is Publication.TOLD
    assert [len(person.hears()) for person in people] == [1] * 5


async def test_who_asked_is_counted_once_before_anybody_is_told_and_not_by_whoever_publishes(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await asked_for(town, name) for name in ("Anna", "Bob", "Chloé")]
    drafted = await answers(town, publishes=False)
    async with town.storage.unit() as unit:
        await follow_up.publish(unit, drafted.id, None, now=town.clock.now())
    async with town.storage.reading() as unit:
        published = await unit.follow_ups.get(drafted.id)
    assert published is not None
    assert (published.publication, published.people) == (Publication.PUBLISHED, 0)

    async def somebody_else_asks(patience: Patience) -> None:
        if len(people) == 3:
            people.append(town.citizen("Driss"))
            await people[3].finishes("ouvrir plus tard le soir", results="Oui")
            await town.silence()

    monkeypatch.setattr(Patience, "give_way", somebody_else_asks)
    monkeypatch.setattr(follow_up, "PAGE", 2)
    await town.work()
    said = [[each for each in person.hears() if each.startswith("Vous avez demandé")] for person in people]
    assert [len(each) for each in said] == [1] * 4, "whoever asked meanwhile is told too"
    assert all("2 autres personnes aussi" in each[0] for each in said), "and all read the same number"


async def test_erasure_takes_what_named_the_contribution(town: Town) -> None:
    clarisse = await asked_for(town, "Clarisse")
    (row,) = await exported(town)
    await answers(town, topic="", contributions=(ContributionId(row["id"]),))
    await clarisse.says("effacer")
    await clarisse.presses("Oui, tout effacer")
    found = await tables(town)
    assert found["follow_up_contributions"] == []
    assert places(found, [row["id"], row["citizen"]]) == []


async def test_the_topics_whose_promised_day_went_by_come_first_in_the_digest(town: Town) -> None:
    await asked_for(town, "Clarisse")
    await asked_for(town, "Bob", "baisser le prix de l'entrée")
    await town.wall("2027-03-22 08:45")
    near = town.room
    assert "« Horaires », 1 réponse : réponse promise avant le 30 mars 2027 (Le service des sports)" in near
    assert "« Tarifs », 1 réponse : réponse promise avant le 30 mars 2027" in near
    await answers(town)
    await town.wall("2027-04-05 08:45")
    late = town.room[town.room.rindex("Les horaires de la piscine · semaine") :]
    assert "1. « Tarifs », 1 réponse : réponse promise avant le 30 mars 2027, pas encore donnée" in late
    assert "« Horaires », 1 réponse" not in late
