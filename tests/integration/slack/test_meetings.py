"""Events, proposals and the agenda from Slack, through the real slack-bolt: each act once, by whom the table lets."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model.audit import Act
from core.model.consultations import Consultation, Event, Question, QuestionKind
from core.model.ids import ConsultationId, PartnerId
from core.model.meetings import Proposal
from core.model.staff import Role
from core.storage.engine import Storage
from core.work.events.agenda import agenda
from core.work.staff.desk import Desk
from core.work.staff.lookups import Lookups
from core.work.staff.members import add_member
from core.work.staff.staff_home import StaffHome
from tests.builders import NOW, CountedChance, account, both, consultation, contribution, desk_of, person, start
from tests.databases import sqlite_storage
from tests.integration.slack.conftest import ROOM, Opened
from tests.integration.slack.test_home import opens_home
from tests.stand_ins.slack.reading import flatten
from tests.stand_ins.slack.server import SlackServer

TOWN = account("town", "slack")
OWN = ConsultationId("pool")
SAID = ("Moins de jargon", "moins de jargon !", "Aller au marché <!channel>")


async def same_words(texts: Sequence[str]) -> Sequence[int]:
    plain = ["".join(each for each in text.lower() if each.isalpha()) for text in texts]
    return [plain.index(each) for each in plain]


def workshop() -> Consultation:
    begun = Event(both("l'atelier", "the workshop"), NOW - timedelta(hours=1), NOW, both("Salle 2", "Room 2"))
    later = replace(begun, name=both("le bilan", "the review"), starts=NOW + timedelta(days=9))
    asked = consultation()
    ask = both("Vous venez ?", "Are you coming?")
    events = (
        Question("talk", QuestionKind.EVENT, ask, event=begun),
        Question("then", QuestionKind.EVENT, ask, event=later),
    )
    return replace(asked, questions=(*asked.questions, *events))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with sqlite_storage(tmp_path) as storage:
        async with storage.unit() as unit:
            await start(unit, workshop())
            for place, text in enumerate(SAID):
                by = await person(unit, f"person-{place}", answers={"talk": "yes"})
                await contribution(unit, text, by=by, question="more", received_at=NOW - timedelta(hours=9 - place))
            chance = CountedChance()
            await add_member(unit, PartnerId("town"), "Claire", "claire@town.example", Role.ORGANISER, chance, now=NOW)
        yield desk_of(storage, Catalogue(), same_words)


async def lines(storage: Storage) -> list[Proposal]:
    async with storage.reading() as unit:
        return await agenda(unit, workshop())


async def acts(storage: Storage) -> list[str]:
    async with storage.reading() as unit:
        return [each.act for each in await unit.audit.entries() if each.act is not Act.STAFF_ADDED]


async def test_proposals_are_kept_merged_and_dealt_with_once_each(
    server: SlackServer, opened: Opened, desk: Desk
) -> None:
    claire = server.member("U1", email="claire@town.example")
    async with opened(desk=desk, lookups=Lookups(desk, lambda *_: b"", lambda *_: b""), account=TOWN):
        asked = await claire.command("/porte-voix", "réunion", channel=ROOM.external_id)
        first = await asked.sees("2 propositions attendent d'être rangées")
        assert "le bilan : 0 ont dit oui, 0 non · le 9 décembre 2026" in first.replace("\N{NO-BREAK SPACE}", " ")
        message = asked.ephemeral[0]

        async def shows(window: str, words: str) -> None:
            await server.until(
                lambda: words in flatten(server.world.views[window]).replace("\N{NO-BREAK SPACE}", " "), what=words
            )

        window = (await claire.press(message, "Garder", nth=0)).views[0]
        await shows(window, "2 fois presque la même chose :")
        await claire.fill(window, label_fr=" ")
        await shows(window, "Écrivez la proposition avec vos mots (FR)")
        server.twice = True
        await claire.fill(window, label_fr="Parler simplement", label_en="Plain words")
        await shows(window, "1. Parler simplement · 0 voix · proposé 2 fois")
        server.twice = False
        window = (await claire.press(message, "Garder", nth=1)).views[0]
        await shows(window, "Proposé 1 fois :")
        await claire.fill(window, into="1")
        await shows(window, "1. Parler simplement · 0 voix · proposé 3 fois")
        server.twice = True
        await claire.press(server.world.views[window], "C'est traité")
        await shows(window, "traité le 30 novembre 2026")
        stale = (await claire.press(message, "Garder", nth=1)).views[0]
        await shows(stale, "C'est déjà rangé")
    assert [(each.number, each.people, each.treated) for each in await lines(desk.storage)] == [(1, 3, NOW.date())]
    assert await acts(desk.storage) == [Act.PROPOSAL_KEPT, Act.PROPOSAL_KEPT, Act.PROPOSAL_TREATED]
    assert server.transcript(ROOM.external_id) == ""
    assert not server.interpreted
    assert not server.violations


async def same_beginning(texts: Sequence[str]) -> Sequence[int]:
    """What begins with the same letter, as if the program took it for one."""
    letters = [text[:1].lower() for text in texts]
    return [letters.index(each) for each in letters]


async def test_what_is_no_such_proposal_is_left_out_and_stays(
    server: SlackServer, opened: Opened, desk: Desk, tmp_path: Path
) -> None:
    async with desk.storage.unit() as unit:
        for place, text in enumerate(
            ["Marcher plus, et voir plus loin. " * 5, "Mille idées", *map("m{}".format, range(10))]
        ):
            by = await person(unit, f"more-{place}")
            await contribution(unit, text, by=by, question="more", received_at=NOW - timedelta(minutes=90 - place))
    desk = desk_of(desk.storage, Catalogue(), same_beginning)
    claire = server.member("U1", email="claire@town.example")
    async with opened(desk=desk, lookups=Lookups(desk, lambda *_: b"", lambda *_: b""), account=TOWN):
        asked = await claire.command("/porte-voix", "réunion", channel=ROOM.external_id)
        await asked.sees("attendent d'être rangées")
        window = (await claire.press(asked.ephemeral[0], "Garder", nth=0)).views[0]

        async def shows(words: str) -> None:
            await server.until(
                lambda: words in flatten(server.world.views[window]).replace("\N{NO-BREAK SPACE}", " "), what=words
            )

        await shows("14 fois presque la même chose :")
        boxes = [
            each
            for block in server.world.views[window]["blocks"]
            if block["type"] == "input"
            for each in block["element"].get("options", ())
            if block["element"]["type"] == "checkboxes"
        ]
        labels = [each["text"]["text"].replace("\N{NO-BREAK SPACE}", " ") for each in boxes]
        assert labels[0] == "1. Moins de jargon · 2 fois"
        assert len(labels) == 13, "two groups of boxes: Slack takes ten in one"
        await claire.fill(window, label_fr="Parler simplement", same="")
        await shows("Rien n'est coché")
        ticked = " ".join(boxes[place]["value"] for place in (0, 12))
        await claire.fill(window, same=ticked, label_fr=" ")
        await shows("Écrivez la proposition avec vos mots")
        server.twice = True
        await claire.fill(window, label_fr="Parler simplement")
        await shows("1. Parler simplement · 0 voix · proposé 3 fois")
        await shows("proposé 11 fois")
    assert [(each.number, each.people) for each in await lines(desk.storage)] == [(1, 3)]
    assert await acts(desk.storage) == [Act.PROPOSAL_KEPT]
    assert not server.violations
    assert not server.interpreted


async def test_how_many_came_is_noted_once_it_has_begun(server: SlackServer, opened: Opened, desk: Desk) -> None:
    claire = server.member("U1", email="claire@town.example", locale="en-GB")
    async with opened(desk=desk, home=StaffHome(desk), account=TOWN):
        await opens_home(server, "U1")
        window = (await claire.press(server.world.views["V-home-U1"], "Events and agenda")).views[0]

        async def shows(words: str) -> None:
            await server.until(lambda: words in flatten(server.world.views[window]), what=words)

        await shows("Event, the workshop: 3 said yes, 0 no")
        await claire.press(server.world.views[window], "How many came?")
        await shows("A number of people, no names")
        await claire.fill(window, came="many")
        await shows("Write a number, for example 23.")
        server.twice = True
        await claire.fill(window, came="23")
        await shows("23 people came")
    early = await desk.pressed(TOWN, "came:pool:then", await desk.who(TOWN, "U1", "", "claire@town.example"), "fr")
    assert "pas encore commencé" in str(early)
    assert await acts(desk.storage) == [Act.MEETING_CAME]


async def test_who_may_only_read_is_led_to_no_closed_door(server: SlackServer, opened: Opened, desk: Desk) -> None:
    anna = server.member("U2")
    async with opened(desk=desk, lookups=Lookups(desk, lambda *_: b"", lambda *_: b""), account=TOWN):
        asked = await anna.command("/porte-voix", "réunion piscine", channel=ROOM.external_id)
        shown = await asked.sees("Moins de jargon")
    assert "[Garder]" not in shown
    assert "[Combien sont venus ?]" not in shown


async def test_what_was_dealt_with_may_come_back_and_what_is_gone_is_said(desk: Desk) -> None:
    who = await desk.who(TOWN, "U1", "", "claire@town.example")
    async with desk.storage.reading() as unit:
        first = (await unit.meetings.proposed(OWN, ["more"], 9))[0][0]
    await desk.sent(TOWN, f"keep:pool:{first}", {"into": "new", "label_fr": "Parler"}, who, "fr")
    for verb in ("treated", "treated", "untreated", "untreated", "treated"):
        await desk.pressed(TOWN, f"{verb}:pool:1", who, "fr")
    assert (await acts(desk.storage)).count(Act.PROPOSAL_TREATED) == 3
    assert (await lines(desk.storage))[0].treated is not None
    for action in ("treated:pool:7", "came:pool:gone"):
        assert "pas à vous" in str(await desk.pressed(TOWN, action, who, "fr"))
