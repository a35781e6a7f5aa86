"""The digest and the alerts by e-mail: the figures of Slack's, and nobody's words."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa

from bots.email.channel import LIMITS, EmailChannel, MailServer
from config.locale import Catalogue
from core.model.consultations import DigestPlan, QuotePolicy
from core.model.contributions import ContributionState
from core.model.ids import ConsultationId
from core.model.messages import Message, Outbound, Outcome, Sent
from core.model.people import Address
from core.storage.engine import Storage, open_storage
from core.storage.schema import deliveries
from core.work.dialogue.own_data import erase_citizen
from core.work.digests.digest import figures_card, figures_now
from core.work.house import House
from core.work.staff_rooms import owe_alert
from nlp.tagger import InProcessTagger
from tests.builders import (
    NOW,
    CountedChance,
    Person,
    StillClock,
    account,
    alert,
    consultation,
    contribution,
    person,
    start,
)
from tests.databases import sqlite_url
from tests.stand_ins.smtp.server import PASSWORD, USER, MailStandIn, mail_server

WORDS = Catalogue()
SPORTS, MAYOR = "sports@town.example", "mairie@town.example"
PLAN = DigestPlan(slack_channel="#piscine", emails=(SPORTS, MAYOR), quotes=QuotePolicy.MASKED)
POOL = consultation(digest=PLAN)
SAID = "ouvrir plus tard le soir"


class SlackRoom:
    """Keeps what is posted."""

    def __init__(self) -> None:
        self.posted: list[Outbound] = []

    async def send(self, address: Address, message: Outbound) -> Outcome:
        del address
        self.posted.append(message)
        return Sent(f"C1:{len(self.posted)}")


@dataclass(slots=True)
class Town:
    storage: Storage
    house: House
    clock: StillClock
    slack: SlackRoom
    server: MailStandIn
    anna: Person

    async def a_digest_goes(self) -> None:
        await self.house.digests.make_due()
        await self.house.settle()


@asynccontextmanager
async def town(folder: Path, server: MailStandIn, *, plan: DigestPlan = PLAN) -> AsyncIterator[Town]:
    async with open_storage(sqlite_url(folder)) as storage, InProcessTagger() as tagger:
        clock, slack = StillClock(), SlackRoom()
        house = House(storage, clock, CountedChance(), WORDS, tagger, {}, str.upper)
        async with storage.unit() as unit:
            await start(unit, replace(POOL, digest=plan), channels=("telegram", "slack", "email"))
            anna = await person(unit, "anna", arrived=NOW - timedelta(days=1), finished_at=NOW)
            await contribution(unit, SAID, by=anna, received_at=NOW - timedelta(days=1), topics=("hours",))
        known = MailServer("127.0.0.1", server.port, "starttls", USER, PASSWORD, server.trusted())
        letters = EmailChannel(known, "Porte-voix <avis@town.example>", "https://avis.example/desk", WORDS, clock)
        house.join(account("town", "slack"), slack, LIMITS)
        house.join(account("town", "email"), letters, LIMITS)
        yield Town(storage, house, clock, slack, server, anna)


def parts(server: MailStandIn, to: str) -> tuple[str, str]:
    (letter,) = server.to(to)
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain
    assert html
    return plain.get_content(), html.get_content()


async def test_everybody_named_gets_the_figures_of_slack_without_a_word_of_anybody(tmp_path: Path) -> None:
    async with mail_server() as server, town(tmp_path, server) as here:
        await here.a_digest_goes()
        (posted,) = here.slack.posted
        assert isinstance(posted, Message)
        assert SAID in posted.text
        for address in (SPORTS, MAYOR):
            for part in parts(server, address):
                assert SAID not in part
                assert "https://avis.example/desk" in part
        plain, html = parts(server, SPORTS)
        async with here.storage.reading() as unit:
            found = await figures_now(unit, POOL, now=NOW, since=NOW - timedelta(days=7))
            card = await figures_card(unit, found, POOL, WORDS, "fr")
        shown = [
            " ".join(each.text.split())
            for each in card.blocks
            if not hasattr(each, "note") and each.text != posted.text
        ]
        words = " ".join(re.sub("<[^>]*>", " ", html).replace("&#39;", "'").split())
        for line in shown:
            assert line in " ".join(plain.split())
            assert line in words
        assert "Horaires 1" in plain


async def test_it_goes_once(tmp_path: Path) -> None:
    async with mail_server() as server, town(tmp_path, server) as here:
        await here.a_digest_goes()
        await here.a_digest_goes()
        assert (len(server.letters), len(here.slack.posted)) == (2, 1)


async def test_an_erasure_changes_slack_and_writes_to_nobody_again(tmp_path: Path) -> None:
    async with mail_server() as server, town(tmp_path, server) as here:
        await here.a_digest_goes()
        async with here.storage.unit() as unit:
            await erase_citizen(unit, here.anna.citizen, str.upper, here.house.chance, NOW, farewell=None)
        here.clock.at += timedelta(seconds=5)
        await here.house.settle()
        assert len(here.slack.posted) == 2
        assert len(server.letters) == 2
        async with here.storage.reading() as unit:
            kept = (await unit.connection.execute(sa.select(deliveries))).all()
        assert SAID not in json.dumps([list(row) for row in kept], default=str)


async def test_without_slack_the_letters_are_enough(tmp_path: Path) -> None:
    async with mail_server() as server, town(tmp_path, server, plan=replace(PLAN, slack_channel="")) as here:
        await here.a_digest_goes()
        assert (len(server.letters), here.slack.posted) == (2, [])


async def test_without_addresses_nothing_leaves_by_e_mail(tmp_path: Path) -> None:
    async with mail_server() as server, town(tmp_path, server, plan=replace(PLAN, emails=())) as here:
        await here.a_digest_goes()
        assert (server.letters, len(here.slack.posted)) == ([], 1)


async def test_a_dead_mail_server_keeps_only_the_letters_waiting(tmp_path: Path) -> None:
    async with mail_server() as server, town(tmp_path, server) as here:
        server.says("MAIL", "421 4.3.2 closing", "421 4.3.2 closing")
        await here.a_digest_goes()
        assert (server.letters, len(here.slack.posted)) == ([], 1)
        for _ in range(4):
            here.clock.at += timedelta(minutes=2)
            await here.house.settle()
        assert sorted(each["To"] for each in server.letters) == [MAYOR, SPORTS]


async def test_a_newer_digest_takes_the_place_of_a_letter_that_waits(tmp_path: Path) -> None:
    async with mail_server() as server, town(tmp_path, server) as here:
        server.says("MAIL", *["451 4.3.0 later"] * 2)
        await here.a_digest_goes()
        here.clock.at += timedelta(days=7)
        await here.a_digest_goes()
        here.clock.at += timedelta(minutes=10)
        await here.house.settle()
        assert len(server.to(SPORTS)) == 1
        assert "semaine 4" in server.to(SPORTS)[0]["Subject"]


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_an_alert_reaches_everybody_without_its_words_and_goes_with_its_author(
    tmp_path: Path, language: str
) -> None:
    async with mail_server() as server, town(tmp_path, server, plan=replace(PLAN, language=language)) as here:
        async with here.storage.unit() as unit:
            fire = await contribution(unit, "au feu", by=here.anna, redirect="danger", state=ContributionState.HIDDEN)
            told = await alert(unit, fire)
            asked = await unit.consultations.current(ConsultationId(POOL.id))
            row = await unit.staff.alert(told)
            assert asked
            assert row
            assert await owe_alert(unit, row, asked, here.house.chance, dialogue=None, now=NOW)
        await here.house.settle()
        assert len(here.slack.posted) == 1
        for part in parts(server, SPORTS):
            assert "au feu" not in part
            assert WORDS.say("staff.letter.desk", language) in unescape(part)
        assert WORDS.say("staff.letter.stop", language) in parts(server, SPORTS)[0]
        async with here.storage.unit() as unit:
            await erase_citizen(unit, here.anna.citizen, str.upper, here.house.chance, NOW, farewell=None)
        async with here.storage.reading() as unit:
            kept = (await unit.connection.execute(sa.select(deliveries.c.key))).scalars().all()
        assert not [key for key in kept if key.startswith("alert:")]
