"""A change that takes a second person: the room hears of it, and a colleague puts it in force from there."""

from pathlib import Path

import pytest

from config.consultation_files import parse_consultation
from config.locale import Catalogue
from core.model.campaigns import CampaignState
from core.model.ids import ConsultationId, PartnerId
from core.model.messages import Card, Line
from core.model.staff import Actor, Role
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.members import add_member, remove_member
from core.work.staff.staff_home import StaffHome
from core.work.wording import card_text
from nlp.tagger import InProcessTagger
from tests.integration.path.looking import tables
from tests.integration.path.town import DRAFTING, NO_BREAK, ROOM, Town, open_town
from tests.stand_ins.slack.reading import flatten
from tests.stand_ins.slack.staff import Asked, Staff
from tests.unit.work.test_campaign_desk import CHANGED, FILLED, OWN, TWO

ANNA = Actor("U7", Role.ORGANISER, "Anna")


@pytest.fixture
async def two(request: pytest.FixtureRequest, tmp_path: Path, words: Catalogue, tagger: InProcessTagger) -> object:
    """A partner that asks for two people, its workspace connected in either mode."""
    asked = parse_consultation(TWO, name="piscine.yaml", language="fr")
    async with open_town(tmp_path, words, tagger) as town:
        await town.starts(asked)
        async with town.storage.unit() as unit:
            await unit.consultations.put_file(ConsultationId(asked.id), 1, TWO)
        town.workspace = await town.opens_slack(asked.partner.id, town.slack, mode=getattr(request, "param", "socket"))
        yield town


def desk(town: Town) -> CampaignDesk:
    house = town.house
    return CampaignDesk(town.storage, town.clock, house.chance, house.words, DRAFTING, lambda: None)


async def gives(town: Town, file: str) -> None:
    assert town.workspace is not None
    revision = (await tables(town))["consultations"][0]["revision"]
    await desk(town).sent(town.workspace, f"campaign:give:piscine:{revision}", {"file": file}, ANNA, "fr")


async def bilal(town: Town) -> Staff:
    async with town.storage.unit() as unit:
        chance, now = town.house.chance, town.clock.now()
        await add_member(unit, PartnerId("valbrune"), "Bilal", "bilal@town.example", Role.ORGANISER, chance, now=now)
    return town.staff("U2", name="bilal", email="bilal@town.example")


def shown(town: Town, asked: Asked) -> str:
    """The window that came for this, as it stands now."""
    return flatten(town.slack.world.views[asked.views[0]]).translate(NO_BREAK)


def said(town: Town) -> list[str]:
    """The room, message by message, as it stands now."""
    return [flatten(each).translate(NO_BREAK) for each in town.slack.world.channels[ROOM].messages]


@pytest.mark.parametrize("two", ["socket", "http"], indirect=True)
async def test_a_colleague_hears_of_a_change_and_puts_it_in_force_from_the_room(two: Town) -> None:
    colleague = await bilal(two)
    await gives(two, CHANGED)
    await gives(two, CHANGED)
    await two.work()
    (told,) = said(two)
    assert "« Les horaires de la piscine » : un changement attend une deuxième personne depuis" in told
    assert "sauf la personne qui l'a demandé" in told
    assert "Donné par Anna" in told
    for link in ("home", "waiting", "digest"):
        assert "deuxième personne" in await seen(two, link), link

    asked = await colleague.press(two.slack.world.channels[ROOM].messages[0], "Voir le changement")
    assert "+ closes: 2027-02-10" in await asked.sees("un changement à approuver")
    await colleague.press(two.slack.world.views[asked.views[0]], "Mettre en vigueur")
    await two.slack.until(lambda: "révision 2" in flatten(two.slack.world.views[asked.views[0]]).translate(NO_BREAK))
    await two.work()
    (told,) = said(two)
    assert "le changement qui attendait est en vigueur" in told
    assert "Donné par Anna. Mis en vigueur par Bilal." in told
    assert "Voir le changement" not in told
    for link in ("home", "waiting", "digest"):
        assert "deuxième personne" not in await seen(two, link), link
    assert not two.slack.violations
    assert not two.slack.interpreted


async def seen(town: Town, what: str) -> str:
    assert town.workspace is not None
    if what == "home":
        return card_text(await StaffHome(town.house.desk).home(town.workspace, ANNA, "fr"))
    if what == "digest":
        return card_text(await town.house.desk.digest(town.workspace, "", ANNA, "fr"))
    shown = await town.house.desk.pressed(town.workspace, "waiting:piscine", ANNA, "fr")
    return card_text(shown)  # type: ignore[arg-type]  # this one is a card


async def test_what_was_withdrawn_replaced_or_overtaken_says_so(two: Town) -> None:
    await gives(two, CHANGED)
    await two.work()
    await two.later(minutes=1)
    await gives(two, CHANGED.replace("2027-02-10", "2027-02-11"))
    await two.work()
    first, second = said(two)
    assert "un autre changement a remplacé celui qui attendait ici" in first
    assert "Donné par Anna. Remplacé par Anna" in first
    assert "attend une deuxième personne" in second
    await two.moves("piscine", CampaignState.STOPPED)
    await two.work()
    first, second = said(two)
    assert "a remplacé" in first
    assert "changée ou arrêtée avant" in second
    assert second.endswith("Donné par Anna."), "nobody is named for what was done in the terminal"
    assert "attend une deuxième personne" not in second


async def test_a_draft_that_is_ready_asks_once_and_says_when_it_was_started(two: Town) -> None:
    assert two.workspace is not None
    own = desk(two)
    await own.sent(two.workspace, "campaign:new", FILLED, ANNA, "fr")
    await own.sent(two.workspace, f"campaign:edit:{OWN}:1", {**FILLED, "why": "Le marché bouge."}, ANNA, "fr")
    await two.work()
    (told,) = said(two)
    assert "« Le marché du samedi » est prête et attend qu'une deuxième personne la lance." in told
    assert "Écrite par Anna" in told
    await own.pressed(two.workspace, f"campaign:start:{OWN}:2", Actor("U8", Role.OWNER, "Bilal"), "fr")
    await two.work()
    (told,) = said(two)
    assert "« Le marché du samedi » est lancée" in told
    assert "Écrite par Anna. Lancée par Bilal" in told


@pytest.mark.parametrize("two", ["socket", "http"], indirect=True)
async def test_who_pauses_resumes_or_stops_alone_is_named_in_the_room_once(two: Town) -> None:
    colleague = await bilal(two)
    for labels, then, moved, by in (
        (
            ["Mettre en pause"],
            "En pause",
            "est en pause : aucun rappel ne part. On peut encore répondre.",
            "Mise en pause",
        ),
        (["Reprendre"], "C'est reparti", "a repris.", "Relancée"),
        (["Arrêter", "Oui, arrêter"], "plus rien ne part", "est arrêtée : plus rien ne part.", "Arrêtée"),
    ):
        asked = await colleague.command("/porte-voix", "campagne", channel=ROOM)
        await asked.sees("Vos consultations")
        for label in ("Regarder", *labels):
            await two.slack.until(lambda asked=asked, label=label: label in shown(two, asked))  # type: ignore[misc]  # a default binds it
            two.slack.twice = label == labels[-1]
            await colleague.press(two.slack.world.views[asked.views[0]], label)
        two.slack.twice = False
        await two.slack.until(lambda asked=asked, then=then: then in shown(two, asked))  # type: ignore[misc]  # as above
        await two.work()
        assert said(two)[-1] == f"« Les horaires de la piscine » {moved}\n{by} par Bilal."
    assert len(said(two)) == 3
    assert not two.slack.violations
    assert not two.slack.interpreted


async def test_whoever_was_removed_is_named_no_more(two: Town) -> None:
    await bilal(two)
    async with two.storage.reading() as unit:
        (member,) = await unit.members.of(PartnerId("valbrune"))
    assert two.workspace is not None
    own = desk(two)
    await gives(two, CHANGED)
    await two.work()
    who = Actor(member.id, member.role, member.name)
    seen = await own.pressed(two.workspace, "campaign:change:piscine", who, "fr")
    assert isinstance(seen, Card)
    (_, drop) = next(block.buttons for block in seen.blocks if isinstance(block, Line) and block.buttons)
    await own.pressed(two.workspace, drop.action, who, "fr")
    async with two.storage.unit() as unit:
        await remove_member(unit, member, now=two.clock.now())
    await two.work()
    (told,) = said(two)
    assert told.endswith("Donné par Anna."), "the name is looked for when the message leaves"
    assert "Bilal" not in str((await tables(two))["deliveries"])
