"""Campaigns from the staff's room: written in a form, checked like a file, started once, by the right person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.consultation_draft import drafted
from config.consultation_files import parse_consultation
from config.locale import Catalogue
from config.plain_words import read_plain_words
from core.model.audit import Act
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.forms import Form, Write
from core.model.ids import AccountId, ConsultationId
from core.model.messages import Card, Line, Quote
from core.model.staff import Actor, Role
from core.rules.commitments import check
from core.storage.engine import Storage
from core.work.staff import campaigns
from core.work.staff.campaign_changes import Drafting
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.campaign_forms import GIVEN
from core.work.staff.lookups import Taken
from core.work.staff.staff_home import StaffHome
from core.work.wording import card_text
from tests.builders import CountedChance, StillClock, desk_of
from tests.databases import sqlite_storage

NOW = datetime(2027, 1, 20, 9, tzinfo=UTC)
LAST = (Path(__file__).parents[3] / "config" / "examples" / "piscine.yaml").read_text(encoding="utf-8")
ANNA, BILAL = Actor("U1", Role.ORGANISER, "Anna"), Actor("U2", Role.OWNER, "Bilal")
FILLED = {
    "title": "Le marché du samedi",
    "why": "Le marché déménage en juin.",
    "decided": "La place est choisie.",
    "open": "Les jours et les heures : votre avis compte.",
    "decider": "Le conseil municipal",
    "decided_on": "12 mai 2027",
    "readers": "Le service du commerce",
    "reply_by": "30 mai 2027",
    "opens": "2027-02-01 08:00",
    "closes": "15 mars 2027",
    "question_1": "Vous venez au marché…",
    "options_1": "Chaque semaine\nParfois\nJamais",
    "question_2": "Qu'est-ce qui vous ferait venir ?",
    "topics": "Horaires: heure, tôt, tard\nPrix: prix, cher",
    "places": "Affiche du marché\nGuichet",
    "notice": "Répondre est libre.\nLe service lit sans votre nom.",
    "reminder": "yes",
    "last_call": "yes",
}
OWN = ConsultationId("marche-samedi")


def read(text: str, language: str) -> Consultation:
    return parse_consultation(text, name="consultation.yaml", language=language)


class Room:
    """One partner's room, whose last consultation is the sample of the swimming pool."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.woken, self.chance = 0, CountedChance()
        drafting = Drafting(drafted, read, lambda known: check(known, now=NOW, plain_words=read_plain_words()))
        self.desk = CampaignDesk(storage, StillClock(NOW), self.chance, Catalogue(), drafting, self._wake)
        self.account = AccountId("")

    def _wake(self) -> None:
        self.woken += 1

    async def starts(self, file: str = LAST) -> None:
        async with self.storage.unit() as unit:
            consultation = read(file, "fr")
            await campaigns.start(unit, consultation, [("slack", "T1")], self.chance, now=NOW, file=file)
            account = await unit.people.account("slack", "T1")
            assert account is not None
            self.account = account.id

    async def sends(self, fields: dict[str, str], who: Actor = ANNA, *, action: str = "campaign:new") -> Card | Form:
        return await self.desk.sent(self.account, action, fields, who, "fr")

    async def presses(self, action: str, who: Actor = ANNA) -> str:
        shown = await self.desk.pressed(self.account, action, who, "fr")
        assert isinstance(shown, Card), action
        return said(shown)

    async def state(self) -> CampaignState | None:
        async with self.storage.reading() as unit:
            running = await unit.consultations.running(OWN)
            return running.state if running else None

    async def acts(self) -> list[tuple[str, str]]:
        async with self.storage.reading() as unit:
            return [(each.act.value, each.actor) for each in await unit.audit.entries()]


def said(card: Card) -> str:
    return card_text(card).replace("\N{NO-BREAK SPACE}", " ")


def actions(card: Card | Form | Taken | None) -> dict[str, str]:
    assert isinstance(card, Card)
    blocks = [block for block in card.blocks if isinstance(block, Line | Quote)]
    return {button.label: button.action for block in blocks for button in block.buttons}


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with sqlite_storage(tmp_path) as storage:
        room = Room(storage)
        await room.starts()
        yield room


async def test_what_was_filled_in_is_checked_previewed_and_reaches_nobody(room: Room) -> None:
    shown = await room.sends(FILLED)
    assert isinstance(shown, Card)
    text = said(shown)
    assert text.startswith("Le marché du samedi · brouillon\nLa vérification n'a rien trouvé à redire.")
    assert "Du 1er février 2027 au 15 mars 2027." in text
    assert "rappel : 0 personne à ce jour" in text
    assert await room.state() is CampaignState.DRAFT
    assert room.woken == 0
    messages = await room.presses("campaign:says:marche-samedi")
    assert "Le marché déménage en juin." in messages
    assert "1/2 Vous venez au marché…" in messages
    async with room.storage.reading() as unit:
        kept = await unit.consultations.current(OWN)
    assert kept is not None
    assert kept.partner.name == {"fr": "Ville de Valbrune"}
    assert kept.languages == ("fr",)
    assert [step.kind for step in kept.steps] == ["prompt", "reminder", "last_call", "results"]
    assert list(kept.sources.values()) == [{"fr": "Affiche du marché"}, {"fr": "Guichet"}]


async def test_mistakes_bring_the_form_back_with_what_was_filled_in(room: Room) -> None:
    shown = await room.sends({**FILLED, "open": "", "closes": "12/03/2027"})
    assert isinstance(shown, Form)
    text = said(Card(shown.blocks))
    assert "Il manque encore ceci" in text
    assert "rien n'est ouvert — écrivez sous « Ce qui est encore ouvert »" in text
    assert "12/03/2027" in text
    assert ".yaml" not in text
    given = {each.name: each.given for each in shown.fields if isinstance(each, Write)}
    assert given["title"] == FILLED["title"]
    assert await room.state() is None


async def test_the_form_speaks_the_language_of_whoever_fills_it_in(tmp_path: Path) -> None:
    """The last file is in two languages, its digest in French; a room of it follows topics that are there no more."""
    rooms = "digest:\n  rooms:\n    - {slack_channel: '#prix', topics: [tarifs], language: fr, when: lundi 9h}\n"
    async with sqlite_storage(tmp_path) as storage:
        room = Room(storage)
        await room.starts(LAST.replace("digest:\n", rooms, 1))
        shown = await room.desk.sent(room.account, "campaign:new", FILLED, ANNA, "en")
        assert isinstance(shown, Card), shown
        async with storage.reading() as unit:
            kept = await unit.consultations.current(OWN)
    assert kept is not None
    assert kept.languages == ("en",)
    assert [(each.language, each.follows) for each in kept.digest.rooms] == [("en", ())]


async def test_the_file_can_be_taken_and_says_the_same(room: Room) -> None:
    await room.sends(FILLED)
    taken = await room.desk.pressed(room.account, "campaign:file:marche-samedi", ANNA, "fr")
    assert isinstance(taken, Taken)
    assert taken.name == "marche-samedi.yaml"
    async with room.storage.reading() as unit:
        kept = await unit.consultations.current(OWN)
    assert read(taken.content.decode(), "fr") == kept


async def test_a_draft_is_changed_until_it_starts(room: Room) -> None:
    await room.sends(FILLED)
    form = await room.desk.pressed(room.account, "campaign:edit:marche-samedi", BILAL, "fr")
    assert isinstance(form, Form)
    given = {each.name: each.given if isinstance(each, Write) else each.chosen for each in form.fields}
    assert given["options_1"] == FILLED["options_1"]
    assert given["topics"] == FILLED["topics"]
    changed = await room.sends({**given, "title": "Le marché du dimanche"}, BILAL, action=form.action)
    assert isinstance(changed, Card)
    assert said(changed).startswith("Le marché du dimanche · brouillon")
    again = await room.sends({**given, "title": "Trop tard"}, ANNA, action=form.action)
    assert isinstance(again, Card)
    assert "Quelqu'un a été plus rapide" in said(again)
    assert "Quelqu'un a été plus rapide" in await room.presses("campaign:start:marche-samedi:1")
    assert await room.state() is CampaignState.DRAFT


async def test_two_people_cannot_start_it_twice(room: Room) -> None:
    start = actions(await room.sends(FILLED))["Lancer"]
    both = await asyncio.gather(room.presses(start, ANNA), room.presses(start, BILAL))
    assert sorted("est lancée" in each for each in both) == [False, True]
    assert sum("plus rapide" in each for each in both) == 1
    assert await room.state() is CampaignState.RUNNING
    assert room.woken == 1
    assert [act for act, _ in await room.acts()] == ["campaign.drafted", "campaign.started"]


async def test_it_is_paused_goes_on_and_stops_after_one_more_question(room: Room) -> None:
    await room.presses(actions(await room.sends(FILLED))["Lancer"])
    shown = actions(await room.desk.pressed(room.account, "campaign:look:marche-samedi", ANNA, "fr"))
    assert "Lancer" not in shown
    assert "En pause" in await room.presses(shown["Mettre en pause"])
    assert "plus rapide" in await room.presses(shown["Mettre en pause"])
    assert "C'est reparti" in await room.presses("campaign:resume:marche-samedi")
    sure = await room.desk.pressed(room.account, shown["Arrêter"], ANNA, "fr")
    assert await room.state() is CampaignState.RUNNING
    assert "Arrêtée" in await room.presses(actions(sure)["Oui, arrêter"])
    assert await room.state() is CampaignState.STOPPED


async def test_where_the_partner_wants_it_a_colleague_starts(tmp_path: Path) -> None:
    async with sqlite_storage(tmp_path) as storage:
        room = Room(storage)
        await room.starts(LAST.replace("  id: valbrune\n", "  id: valbrune\n  second_person: yes\n"))
        start = actions(await room.sends(FILLED, ANNA))["Lancer"]
        assert "un ou une collègue doit le lancer" in await room.presses(start, ANNA)
        assert await room.state() is CampaignState.DRAFT
        assert "est lancée" in await room.presses(start, BILAL)
        assert await room.acts() == [(Act.CAMPAIGN_DRAFTED, "U1"), (Act.CAMPAIGN_STARTED, "U2")]


async def test_nobody_writes_the_second_person_out_of_a_draft_and_starts_it_alone(tmp_path: Path) -> None:
    async with sqlite_storage(tmp_path) as storage:
        room = Room(storage)
        await room.starts(TWO)
        await room.sends(FILLED, ANNA)
        taken = await room.desk.pressed(room.account, "campaign:file:marche-samedi", ANNA, "fr")
        assert isinstance(taken, Taken)
        alone = taken.content.decode().replace("second_person: yes", "second_person: no")
        await room.sends({GIVEN: alone}, ANNA, action="campaign:give:marche-samedi:1")
        assert "un ou une collègue doit le lancer" in await room.presses("campaign:start:marche-samedi:2", ANNA)
        home = await StaffHome(desk_of(storage, Catalogue())).home(room.account, ANNA, "fr")
        assert "une deuxième personne doit le lancer" in said(home)
        assert "est lancée" in await room.presses("campaign:start:marche-samedi:2", BILAL)


async def test_what_the_check_refuses_cannot_start(room: Room) -> None:
    shown = await room.sends({**FILLED, "reply_by": "30 mai 2026"})
    assert isinstance(shown, Card)
    assert "À changer : " in said(shown)
    assert "Lancer" not in actions(shown)
    assert "refuse encore" in await room.presses("campaign:start:marche-samedi:1")
    assert await room.state() is CampaignState.DRAFT


@pytest.mark.parametrize("role", [Role.READER, Role.MODERATOR])
async def test_it_takes_an_organiser(room: Room, role: Role) -> None:
    who = Actor("U9", role)
    await room.sends(FILLED)
    for verb in ("new", *(f"{each}:marche-samedi" for each in ("look", "says", "edit", "file", "stop", "start:1"))):
        assert "Il faut le rôle" in await room.presses(f"campaign:{verb}", who)
    refused = await room.sends(FILLED, who)
    assert isinstance(refused, Card)
    assert "Il faut le rôle" in said(await room.desk.campaigns(room.account, who, "fr"))
    assert await room.acts() == [("campaign.drafted", "U1"), *[("refused.role", "U9")] * 9], "each attempt is noted"


async def test_another_partner_s_campaign_is_not_there(room: Room) -> None:
    await room.sends(FILLED)
    async with room.storage.unit() as unit:
        other = LAST.replace("consultation: piscine", "consultation: halles").replace("id: valbrune", "id: autre")
        for token in ("affiche-piscine", "affiche-gare", "guichet", "college", "sms", "bulletin", "site"):
            other = other.replace(f"  {token}:", f"  {token}-2:")
        await campaigns.start(unit, read(other, "fr"), [("slack", "T2")], room.chance, now=NOW, file=other)
        account = await unit.people.account("slack", "T2")
    assert account is not None
    elsewhere = await room.desk.campaigns(account.id, BILAL, "fr")
    assert "marché" not in said(elsewhere)
    for verb in ("look", "says", "edit", "file", "stop", "stopped", "pause", "start"):
        shown = await room.desk.pressed(account.id, f"campaign:{verb}:marche-samedi:1", BILAL, "fr")
        assert isinstance(shown, Card)
        assert "Ce n'est plus là" in said(shown)
    answered = await room.desk.sent(account.id, "campaign:edit:marche-samedi:1", FILLED, BILAL, "fr")
    assert isinstance(answered, Card)
    assert (await room.acts())[1:] == [("refused.foreign", "U2")] * 9, "each attempt is noted"
    assert await room.state() is CampaignState.DRAFT


# ── a file that is given back ────────────────────────────────────────────────────────────────────────────────────────


async def gives(room: Room, text: str, *, own: str = "piscine", revision: int = 1, who: Actor = ANNA) -> str:
    shown = await room.sends({"file": text}, who, action=f"campaign:give:{own}:{revision}")
    blocks = shown.blocks
    return said(Card(blocks))


async def revision_of(room: Room, own: str = "piscine") -> int:
    async with room.storage.reading() as unit:
        running = await unit.consultations.running(ConsultationId(own))
        assert running is not None
        return running.revision


async def test_what_runs_follows_the_file_that_is_given_back_once(room: Room) -> None:
    form = await room.desk.pressed(room.account, "campaign:give:piscine", ANNA, "fr")
    assert isinstance(form, Form)
    assert form.action == "campaign:give:piscine:1"
    changed = LAST.replace("closes: ", "closes: 2027-02-10 # ", 1)
    assert "C'est en vigueur : révision 2." in await gives(room, changed)
    assert "en vigueur" not in await gives(room, changed), "the same file again"
    assert "plus rapide" in await gives(room, LAST), "it was taken along before somebody else changed it"
    assert await revision_of(room) == 2
    assert room.woken == 1
    assert await room.acts() == [("campaign.started", "U1")]
    async with room.storage.reading() as unit:
        assert await unit.consultations.file(ConsultationId("piscine"), 2) == changed


async def test_a_file_with_mistakes_or_refused_or_another_changes_nothing(room: Room) -> None:
    broken = LAST.replace("zone: Europe/Paris", "zone: Paris")
    assert "Ligne, puis ce qu'il faut écrire" in await gives(room, broken)
    assert "Paris" in await gives(room, broken)
    assert "vide" in await gives(room, ""), "no text, or no file"
    too_early = LAST.replace("by: 30 mars 2027", "by: 1er mars 2027")
    assert "À changer" in await gives(room, too_early)
    assert "autre consultation" in await gives(room, LAST.replace("consultation: piscine", "consultation: halles"))
    assert "Il faut le rôle" in await gives(room, LAST, who=Actor("U9", Role.MODERATOR))
    assert await revision_of(room) == 1


TWO = LAST.replace("  id: valbrune\n", "  id: valbrune\n  second_person: yes\n")
CHANGED = TWO.replace("closes: ", "closes: 2027-02-10 # ", 1)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Room]:
    """A room whose partner asks for two people."""
    async with sqlite_storage(tmp_path) as storage:
        room = Room(storage)
        await room.starts(TWO)
        yield room


async def waiting(room: Room, who: Actor) -> dict[str, str]:
    """The buttons under the change that waits, as this person sees it."""
    assert "un changement attend" in said(await room.desk.campaigns(room.account, who, "fr"))
    seen = actions(await room.desk.pressed(room.account, "campaign:look:piscine", who, "fr"))
    return actions(await room.desk.pressed(room.account, seen["Voir le changement"], who, "fr"))


async def test_a_change_to_what_runs_waits_for_a_colleague_who_sees_it(pair: Room) -> None:
    told = await gives(pair, CHANGED)
    assert "rien n'a encore changé" in told
    assert "+ closes: 2027-02-10" in told
    assert "un ou une collègue doit le mettre en vigueur" in told
    await gives(pair, CHANGED)
    assert await revision_of(pair) == 1
    assert list(await waiting(pair, ANNA)) == ["Retirer ce changement"]
    home = await StaffHome(desk_of(pair.storage, Catalogue())).home(pair.account, ANNA, "fr")
    assert "Un changement attend une deuxième personne, depuis" in said(home)
    approve = (await waiting(pair, BILAL))["Mettre en vigueur"]
    assert "collègue" in await pair.presses(approve, ANNA)
    eve = Actor("U3", Role.ORGANISER, "Ève")
    both = await asyncio.gather(pair.presses(approve, BILAL), pair.presses(approve, eve))
    assert sorted("révision 2" in each for each in both) == [False, True]
    assert sum("plus rapide" in each for each in both) == 1
    assert pair.woken == 3, "twice to tell the room, once for what is in force"
    assert [act for act, _ in await pair.acts()] == [Act.CHANGE_GIVEN, Act.CAMPAIGN_STARTED]
    assert "Voir le changement" not in said(await pair.desk.campaigns(pair.account, ANNA, "fr"))


async def test_only_the_change_that_somebody_saw_is_put_in_force(pair: Room) -> None:
    await gives(pair, CHANGED)
    seen = await waiting(pair, BILAL)
    await gives(pair, TWO.replace("closes: ", "closes: 2027-02-11 # ", 1), who=BILAL)
    for label in ("Mettre en vigueur", "Retirer ce changement"):
        assert "plus rapide" in await pair.presses(seen[label], BILAL)
    assert "Il faut le rôle" in await pair.presses(seen["Mettre en vigueur"], Actor("U9", Role.MODERATOR))
    drop = (await waiting(pair, ANNA))["Retirer ce changement"]
    assert "retiré" in await pair.presses(drop, ANNA)
    assert "plus rapide" in await pair.presses(drop, ANNA)
    await gives(pair, CHANGED)
    approve = (await waiting(pair, BILAL))["Mettre en vigueur"]
    async with pair.storage.unit() as unit:
        await campaigns.move(unit, ConsultationId("piscine"), CampaignState.STOPPED, pair.chance, now=NOW)
    assert "plus rapide" in await pair.presses(approve, BILAL)
    assert await revision_of(pair) == 1
    acts = [act for act, _ in await pair.acts()]
    assert acts == [Act.CHANGE_GIVEN, Act.CHANGE_GIVEN, Act.ROLE_REFUSED, Act.CHANGE_DROPPED, Act.CHANGE_GIVEN]


async def test_asking_for_one_person_only_takes_two(pair: Room) -> None:
    assert "deux personnes" in await gives(pair, LAST)
    assert await revision_of(pair) == 1


async def test_a_draft_takes_its_next_revision_from_a_file(room: Room) -> None:
    await room.sends(FILLED)
    async with room.storage.reading() as unit:
        file = await unit.consultations.file(OWN, 1)
    assert file is not None
    shown = await gives(room, file.replace("Le marché déménage en juin.", "Le marché déménage en mai."), own=OWN)
    assert "brouillon" in shown.lower()
    assert await revision_of(room, OWN) == 2
    assert await room.state() is CampaignState.DRAFT
