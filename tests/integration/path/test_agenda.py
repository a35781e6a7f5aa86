"""Everyone proposes alone, near duplicates become one, the next file votes, and what was not dealt with comes again."""

from dataclasses import replace

import pytest

from core.model.consultations import Consultation
from core.model.errors import NotAllowed, NotFound
from core.model.ids import ConsultationId
from core.model.meetings import Proposal, Suggested
from core.rules.commitments import check
from core.rules.findings import Severity
from core.work.events.agenda import agenda, keep, suggested, treat
from tests.integration.path.looking import tables
from tests.integration.path.people import Neighbour
from tests.integration.path.test_events import workshop
from tests.integration.path.town import Town, piscine
from tests.samples import sample

OWN = ConsultationId("atelier-2027")
SAID = ("Mieux expliquer nos projets", "mieux expliquer nos projets !", "moins de jargon", "aller au marché")


def vote(name: str = "atelier-2027-vote") -> Consultation:
    """The sample, asked by the partner of this town."""
    asked = sample("atelier-vote")
    return replace(asked, id=name, partner=piscine().partner, sources={name: asked.sources["courriel-vote"]})


async def proposed(town: Town) -> list[Neighbour]:
    await town.starts(workshop())
    await town.wall("2026-12-08 10:00")
    people = [town.citizen(f"Personne {place}") for place in range(len(SAID))]
    for person, words in zip(people, SAID, strict=True):
        await person.agrees("reunion")
        await person.presses("Agent ou agente")
        await person.says(words)
        await town.silence()
    return people


async def suggestions(town: Town) -> list[Suggested]:
    alike = town.house.tagger.alike  # type: ignore[attr-defined]  # the one in this process
    return await suggested(town.storage, workshop(), alike)


async def kept(town: Town) -> None:
    words = {SAID[0]: "Parler simplement", SAID[2]: "Le jargon", SAID[3]: "Sortir de nos murs"}
    for each in await suggestions(town):
        async with town.storage.unit() as unit:
            await keep(unit, workshop(), {"fr": words[each.text]}, each.contributions, now=town.clock.now())


async def lines(town: Town) -> list[Proposal]:
    async with town.storage.reading() as unit:
        return await agenda(unit, workshop())


async def test_from_what_everyone_proposes_alone_to_the_next_time(town: Town) -> None:
    people = await proposed(town)
    found = await suggestions(town)
    assert [(each.text, len(each.contributions)) for each in found] == [
        (SAID[0], 2),
        (SAID[2], 1),
        (SAID[3], 1),
    ], "near duplicates stand together, what most people propose first"
    with pytest.raises(NotAllowed, match="meeting keep"):
        await town.starts(vote())
    await kept(town)
    assert await suggestions(town) == [], "what was kept is suggested no more"

    assert not [each for each in check(vote(), now=town.clock.now()) if each.severity is Severity.REFUSE]
    await town.starts(vote())
    await town.wall("2027-01-05 10:00")
    choices = (("Le jargon", "Parler simplement"), ("Le jargon",), ("Le jargon", "Sortir de nos murs"))
    for person, chosen in zip(people, choices, strict=False):
        await person.starts("atelier-2027-vote")
        (asked, *_) = await person.presses("J'ai 15 ans ou plus et j'accepte")
        assert "[Parler simplement] [Le jargon] [Sortir de nos murs]" in asked.replace("] \n[", "] [")
        for label in chosen:
            await person.presses(label)
        await person.presses("Terminé")
    assert [(each.number, each.dots, each.people) for each in await lines(town)] == [(2, 3, 1), (1, 1, 2), (3, 1, 1)]

    async with town.storage.unit() as unit:
        await treat(unit, OWN, [2], town.clock.now().date())
    assert [each.number for each in await lines(town)] == [1, 3, 2], "what is still to do comes first"
    await town.starts(vote("atelier-2028-vote"))
    async with town.storage.reading() as unit:
        later = await unit.consultations.current(ConsultationId("atelier-2028-vote"))
    assert later is not None
    assert [each.label["en"] for each in later.questions[0].options] == ["Parler simplement", "Sortir de nos murs"]
    with pytest.raises(NotFound, match="lune"):
        await town.starts(replace(vote("x"), questions=(replace(vote().questions[0], kept_from="lune"),)))


async def test_a_proposal_is_merged_once_and_an_erasure_takes_its_author_out_of_it(town: Town) -> None:
    (author, *_) = await proposed(town)
    (twice, other, _) = await suggestions(town)
    async with town.storage.unit() as unit:
        number = await keep(unit, workshop(), {"fr": "Parler simplement"}, twice.contributions, now=town.clock.now())
        await keep(unit, workshop(), {}, other.contributions, into=number, now=town.clock.now())
    assert [each.people for each in await lines(town)] == [3]
    for label, ids in (({"fr": "Encore"}, twice.contributions), ({"fr": " "}, ()), ({"fr": "x" * 61}, ())):
        with pytest.raises(NotAllowed):
            async with town.storage.unit() as unit:
                await keep(unit, workshop(), label, ids, now=town.clock.now())
    assert len(await lines(town)) == 1
    await author.says("effacer")
    await author.presses("Oui, tout effacer")
    assert [each.people for each in await lines(town)] == [2]
    assert len((await tables(town))["proposal_contributions"]) == 2
