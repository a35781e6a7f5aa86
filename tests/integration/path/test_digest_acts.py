"""What staff do from the digest, through the real slack-bolt in both of its modes: each act has one effect."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model.audit import Act
from core.model.consultations import QuotePolicy
from core.model.ids import PartnerId
from core.model.staff import Role
from core.rules.calendar import to_utc
from core.work.ports import Tagged, TagJob, Untaggable
from core.work.staff.members import add_member
from nlp.tagger import InProcessTagger
from tests.integration.path.looking import tables
from tests.integration.path.town import NO_BREAK, ROOM, Town, open_town, piscine
from tests.stand_ins.slack.reading import flatten
from tests.stand_ins.slack.staff import Staff
from tests.stand_ins.slack.world import Json
from tests.stand_ins.telegram.limits import Fault, Trouble

LATER, CHEAPER = "ouvrir plus tard le soir", "baisser le prix de l'entrée"
SPRING = "2027-03-22 08:45"
"""A Monday, eight days before the promised reply."""


async def claire(town: Town) -> Staff:
    """An organiser, known to Slack by the e-mail address that she has on the desk."""
    async with town.storage.unit() as unit:
        partner = PartnerId(piscine().partner.id)
        chance, now = town.house.chance, town.clock.now()
        await add_member(unit, partner, "Claire Petit", "claire@town.example", Role.ORGANISER, chance, now=now)
    return town.staff("U1", name="c.petit", email="claire@town.example")


def wall_seconds(wall: str) -> str:
    """What Slack's picker sends: seconds since 1970."""
    return str(int(to_utc(datetime.fromisoformat(wall), piscine().zone).timestamp()))


def digest(town: Town) -> Json:
    """The newest message of the room, as it stands now."""
    message: Json = town.slack.world.channels[ROOM].messages[-1]
    return message


def digest_words(town: Town) -> str:
    return flatten(digest(town)).translate(NO_BREAK)


async def shown(town: Town, words: str) -> None:
    """The room says so, once what is owed has been sent."""
    await town.work()
    assert words in town.room, town.room


async def acts_on(town: Town) -> list[str]:
    async with town.storage.reading() as unit:
        return [each.act.value for each in await unit.audit.entries()]


@pytest.fixture(params=["socket", "http"])
async def spoken(request: pytest.FixtureRequest, tmp_path: Path, words: Catalogue, tagger: InProcessTagger) -> object:
    """Four people have spoken and want to know; quotes are shown masked; the digest of a late Monday stands there."""
    asked = piscine()
    asked = replace(asked, digest=replace(asked.digest, quotes=QuotePolicy.MASKED))
    async with open_town(tmp_path, words, tagger) as town:
        await town.starts(asked)
        town.account = await town.opens_telegram(asked.partner.id, town.telegram.bot)
        town.workspace = await town.opens_slack(asked.partner.id, town.slack, mode=request.param)
        for name, said in (("Anna", LATER), ("Bob", CHEAPER), ("Chloé", LATER), ("Driss", CHEAPER)):
            await town.citizen(name).finishes(said, results="Oui")
        await town.silence()
        yield town


async def test_from_the_digest_to_the_answer(spoken: Town) -> None:
    town = spoken
    organiser, colleague = await claire(town), town.staff("U2", name="denis")
    await town.wall("2026-11-23 08:45")
    assert f"> {LATER}" in town.room

    # a wrong topic, corrected: once, however often it is sent
    asked = await organiser.press(digest(town), "Mauvais thème", nth=0)
    await asked.sees("Le bon thème")
    town.slack.twice = True
    filed = await organiser.fill(asked.views[0], topic="horaires")
    await filed.sees("Les chiffres suivent")
    town.slack.twice = False

    # hidden: the quote leaves the room
    asked = await colleague.press(digest(town), "Masquer", nth=1)
    await asked.sees("Pourquoi")
    before = town.room.count("masqué, pas relu")
    done = await colleague.fill(asked.views[0], reason="person")
    await done.sees("C'est masqué.")
    await town.work()
    assert town.room.count("masqué, pas relu") == before - 1

    await town.wall(SPRING)
    await shown(town, "personne n'en est chargé")
    taken = await colleague.press(digest(town), "Je m'en charge")
    again = await organiser.press(digest(town), "Je m'en charge")
    await taken.sees("vous vous chargez de")
    await again.sees("Denis s'en charge, depuis")
    await shown(town, "Denis s'en charge")

    # given back, and gone on with by a colleague: once
    listed = await organiser.press(digest(town), "Ce qui attend")
    await listed.sees("Denis s'en charge")
    town.slack.twice = True
    await organiser.press(town.slack.world.views[listed.views[0]], "Je prends la suite")
    await town.slack.until(lambda: "vous vous chargez de" in flatten(town.slack.world.views[listed.views[0]]))
    town.slack.twice = False
    await shown(town, "Claire Petit s'en charge")
    listed = await colleague.press(digest(town), "Ce qui attend")
    await listed.sees("Je prends la suite")
    listed = await organiser.press(digest(town), "Ce qui attend")
    await listed.sees("Claire Petit s'en charge")
    await organiser.press(town.slack.world.views[listed.views[0]], "Je ne m'en charge plus")
    await town.slack.until(lambda: "plus personne" in flatten(town.slack.world.views[listed.views[0]]))
    await town.work()
    assert "« Horaires », 2 réponses" in digest_words(town)
    assert "Claire Petit" not in digest_words(town)

    # the detail of a topic, for everybody, below the digest and not in the room: once, and it stays true
    top = digest(town)
    listed = await colleague.press(top, "Thèmes")
    await listed.sees("En parler dans le fil")
    window = listed.views[0]
    for _ in range(2):
        await colleague.press(town.slack.world.views[window], "En parler dans le fil")
        await town.slack.until(lambda window=window: "est dans le fil" in flatten(town.slack.world.views[window]))  # type: ignore[misc]  # bound at once
        listed = await colleague.press(top, "Thèmes")
        await listed.sees("En parler dans le fil")
        window = listed.views[0]
    await town.work()
    (reply,) = [each for each in town.slack.world.channels[ROOM].messages if each.get("thread_ts") == top["ts"]]
    assert "en parle" in flatten(reply)
    below = await organiser.press(reply, "Répondre")
    await below.sees("Ce qui est décidé")
    assert LATER not in flatten(reply), "nobody's words"

    # whoever may not answer is told what it takes, and nothing happens
    refused = await colleague.press(digest(town), "Répondre")
    await refused.sees("Il faut le rôle")

    assert not town.slack.violations
    assert not town.slack.interpreted
    kept = await acts_on(town)
    assert [each for each in kept if each.startswith(("topic.", "contribution.", "charge."))] == [
        "topic.corrected",
        "contribution.hidden",
        "charge.taken",
        "charge.taken",
        "charge.left",
    ]


async def test_an_answer_is_published_once_and_told_to_whoever_asked(spoken: Town) -> None:
    town = spoken
    organiser = await claire(town)
    await town.wall(SPRING)
    anna = next(iter(town.neighbours.values()))
    anna.hears()
    message = digest(town)
    asked = await organiser.press(message, "Répondre")
    assert "« Horaires »" in (await asked.sees("Ce qui est décidé")).translate(NO_BREAK)
    second = await organiser.press(message, "Répondre")
    await second.sees("Ce qui est décidé")

    missing = await organiser.fill(asked.views[0], state="not_kept")
    assert "il faut dire pourquoi" in await missing.sees("Ce qui est décidé")
    town.slack.twice = True
    sent = await organiser.fill(asked.views[0], state="kept", text_fr="La piscine ferme à 21 h <!channel>.")
    assert sent.acknowledged
    told = (await sent.sees("Publié")).translate(NO_BREAK)
    assert told.endswith(
        "Publié pour « Horaires » : gardé. Qui l'a demandé et a voulu savoir la suite est prévenu, une fois."
    )
    town.slack.twice = False

    late = await organiser.fill(second.views[0], state="kept")
    await late.sees("Quelqu'un a été plus rapide")
    stale = await organiser.press(message, "Répondre")
    assert "publiée : gardé." in (await stale.sees("Dernière réponse")).translate(NO_BREAK)

    await town.work()
    (heard,) = anna.hears()
    assert "La piscine ferme à 21 h" in heard
    assert len((await tables(town))["follow_ups"]) == 1
    assert "« Horaires », 2 réponses : réponse promise" not in town.room.split("\n\n")[-1]
    assert (await acts_on(town)).count("follow_up.published") == 1
    assert not town.slack.violations
    assert not town.slack.interpreted


async def test_an_answer_waits_for_its_moment_or_for_somebody_who_releases_it(spoken: Town) -> None:
    town = spoken
    organiser = await claire(town)
    await town.wall(SPRING)
    anna, bob, *_ = town.neighbours.values()
    for each in (anna, bob):
        each.hears()
    asked = await organiser.press(digest(town), "Répondre", nth=0)
    await asked.sees("Ce qui est décidé")
    for wrong in ("", wall_seconds("2027-03-22 08:00")):
        again = await organiser.fill(asked.views[0], state="kept", when="later", at=wrong)
        assert "une heure à venir" in await again.sees("Ce qui est décidé")
    planned = await organiser.fill(asked.views[0], state="kept", when="later", at=wall_seconds("2027-03-24 09:30"))
    assert "mercredi 24 mars 2027, 9 h 30" in (await planned.sees("Prévu pour")).translate(NO_BREAK)
    window = planned.views[0] if planned.views else asked.views[0]
    town.slack.twice = True
    await organiser.press(town.slack.world.views[window], "Remettre en brouillon")
    await town.slack.until(lambda: "Brouillon pour" in flatten(town.slack.world.views[window]))
    town.slack.twice = False
    asked = await organiser.press(digest(town), "Répondre", nth=0)
    await asked.sees("Brouillon pour")
    planned = await organiser.fill(asked.views[0], state="kept", when="later", at=wall_seconds("2027-03-24 09:30"))
    await planned.sees("Prévu pour")
    await town.wall("2027-03-24 09:29")
    assert anna.hears() == []
    await town.wall("2027-03-24 09:30")
    (told,) = anna.hears()
    assert "1 autre personne aussi" in told
    assert "« Horaires », 2 réponses" not in digest_words(town), "the message says what is true now"

    window = await organiser.press(digest(town), "Répondre", nth=0)
    await window.sees("Tarifs")
    drafted = await organiser.fill(window.views[0], state="partly", when="draft", text_fr="Gratuit le lundi.")
    await drafted.sees("Brouillon pour")
    window = await organiser.press(digest(town), "Répondre", nth=0)
    await window.sees("Gratuit le lundi.")
    town.slack.twice = True
    await organiser.press(town.slack.world.views[window.views[0]], "Publier tout de suite")
    await town.slack.until(lambda: "Publié pour" in flatten(town.slack.world.views[window.views[0]]))
    town.slack.twice = False
    await town.work()
    (told,) = bob.hears()
    assert "Gratuit le lundi." in told
    published, held = (Act.FOLLOW_UP_PUBLISHED, Act.FOLLOW_UP_HELD)
    assert [each for each in await acts_on(town) if each in (published, held)] == [
        published,
        held,
        published,
        published,
    ]
    assert not town.slack.violations


async def test_one_person_is_answered_and_nobody_else(spoken: Town) -> None:
    town = spoken
    organiser, moderator = await claire(town), town.staff("U2", name="denis")
    await town.wall(SPRING)
    people = list(town.neighbours.values())
    for each in people:
        each.hears()
    for who, seen in ((moderator, "Il faut le rôle"), (organiser, "Ce qui est décidé")):
        listed = await who.press(digest(town), "Thèmes")
        await listed.sees("Les thèmes")
        for label, words in (("Tout voir", "Vous seul voyez"), ("Répondre à cette personne", seen)):
            await who.press(town.slack.world.views[listed.views[0]], label, nth=0)
            await town.slack.until(lambda listed=listed, words=words: words in listed.texts()[-1])  # type: ignore[misc]  # bound at once
    assert LATER in listed.texts()[-1]
    town.slack.twice = True
    sent = await organiser.fill(listed.views[0], state="not_kept", text_fr="Pas avant 2028.")
    await sent.sees("Publié pour cette personne")
    town.slack.twice = False
    await town.work()
    heard = [each.hears() for each in people]
    assert sorted(len(each) for each in heard) == [0, 0, 0, 1]
    (told,) = [one for each in heard for one in each]
    assert "Pas avant 2028." in told
    (made,) = (await tables(town))["follow_ups"]
    assert made["topic"] == ""
    assert not town.slack.violations


async def test_every_topic_and_all_that_was_said_about_it(spoken: Town) -> None:
    town = spoken
    reader = town.staff("U3", locale="en-GB")
    await town.wall("2026-11-23 08:45")
    asked = await reader.press(digest(town), "Thèmes")
    listed = await asked.sees("Topics")
    assert "2 answers · no official answer yet · nobody is in charge" in listed
    everything = await reader.press(town.slack.world.views[asked.views[0]], "See all")
    await town.slack.until(lambda: "Only you see these words" in asked.texts()[-1])
    assert everything.acknowledged
    assert not town.slack.violations


class Waits:
    """The tagger in the middle of a batch, for as long as the test wants."""

    def __init__(self, tagger: InProcessTagger) -> None:
        self.tagger, self.begun, self.goes_on = tagger, asyncio.Event(), asyncio.Event()

    async def tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged | Untaggable]:
        self.begun.set()
        await self.goes_on.wait()
        return await self.tagger.tag(jobs)


async def test_the_ack_waits_for_no_work(spoken: Town, tagger: InProcessTagger) -> None:
    """A broadcast is in the air, a tagging batch is being read, and a commit is being written: Slack is answered all
    the same, and what was pressed happens once the way is free."""
    town = spoken
    await town.wall("2026-11-23 08:45")
    message, colleague = digest(town), town.staff("U2", name="denis")
    eve = town.citizen("Ève")
    await eve.agrees("guichet")
    await eve.presses("Parfois")
    waits = Waits(tagger)
    town.house.tagging.tagger = waits
    eve.person.say(CHEAPER)
    await town.settle()
    town.clock.forward(timedelta(seconds=10))
    silent = Fault(Trouble.SILENT_BEFORE, frozenset({"sendmessage"}))
    town.telegram.bot.faults.script(silent)
    await town.house.intake.elapse_due()
    work = [asyncio.create_task(town.house.outbox.send_due()), asyncio.create_task(town.house.tagging.tag_pending())]
    await waits.begun.wait()
    async with asyncio.timeout(20):
        while silent.times:  # noqa: ASYNC110  # the stand-in has no event for it
            await asyncio.sleep(0.01)
    async with town.storage.unit():
        asked = await colleague.command("/porte-voix", "attente", channel=ROOM)
        taking = await colleague.press(message, "Masquer")
        assert asked.acknowledged
        assert taking.acknowledged
        assert not any(each.done() for each in work), "the batch is still being read, the broadcast still in the air"
    waits.goes_on.set()
    await asked.sees("Ce qui attend")
    await taking.sees("Pourquoi")
    await work[1]
    work[0].cancel()
    await asyncio.gather(*work, return_exceptions=True)
