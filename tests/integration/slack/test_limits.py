"""Ten thousand contributions, endless words, pings, right-to-left and emoji: everything still fits into Slack."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bots.slack.blocks import to_blocks, to_text, to_window
from bots.slack.forms import to_form
from bots.slack.home import to_home
from config.locale import Catalogue
from core.model.charges import Charge, alert_subject
from core.model.consultations import DigestPlan, Event, Question, QuestionKind, QuotePolicy, Taxonomy, Topic
from core.model.deliveries import AlertRef, ApprovalRef, Body, Delivery, DigestRef, Lane, ThreadRef, WaitingRef
from core.model.forms import Form
from core.model.ids import AddressId, ConsultationId, ContributionId, DeliveryId, DigestId
from core.model.messages import Card, Message
from core.model.staff import Actor, Colleague, Role
from core.storage.engine import Storage
from core.storage.schema import contributions, tags
from core.work.cards.digest_layout import COUNTING, REVIEW
from core.work.composing import compose
from core.work.digests.digest import WEEK, figures_json, figures_now
from core.work.staff.approvals import Became
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.lookups import Lookups, Taken
from core.work.staff.staff_home import StaffHome
from tests.builders import NOW, CountedChance, account, alert, both, consultation, desk_of, start
from tests.databases import sqlite_storage
from tests.integration.path.town import DRAFTING
from tests.stand_ins.slack.blocks import problems_in, problems_in_view, too_long
from tests.stand_ins.slack.reading import interpreted_in
from tests.unit.work.test_campaign_desk import FILLED, LAST

TOWN = account("town", "slack")
READER = Actor("U1", Role.OWNER)
MANY = 10_000
HOSTILE = (
    "a" * 4000,
    "<!channel> <@U1> <https://x.example|clique> *gras* @here",
    "\u202eمرحبا بالعالم\u202c " * 200,
    "🏊‍♀️👨‍👩‍👧‍👦🇫🇷" * 400,
    "é\u0301\u0302\u0303\u0304" * 900,
    "&<>" * 1300,
    "\u0000\u200b\u2028\ufeff",
)
NAMES = both("<!everyone> " + "🏊" * 500, "\u202e" + "ž̧" * 2000)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        topics = tuple(Topic(f"topic-{number}", NAMES, words=("a",)) for number in range(60))
        plan = DigestPlan(slack_channel="#piscine", quotes=QuotePolicy.MASKED)
        talk = Question("talk", QuestionKind.EVENT, NAMES, event=Event(NAMES, NOW - WEEK, NOW, NAMES))
        asked = (*consultation().questions, talk)
        huge = replace(consultation(), title=NAMES, questions=asked, taxonomy=Taxonomy(topics), digest=plan)
        async with storage.unit() as unit:
            await start(unit, huge)
            await unit.connection.execute(sa.insert(contributions), list(_rows()))
            await unit.connection.execute(sa.insert(tags), list(_tags()))
        yield storage


def _rows() -> Iterator[dict[str, Any]]:
    for number in range(MANY):
        yield {
            "id": f"c-{number:05}",
            "consultation_id": "pool",
            "question_id": "more",
            "channel": "paper",
            "source": "",
            "language": "fr",
            "received_at": NOW,
            "whole_at": NOW,
            "state": "read",
            "text": HOSTILE[number % 50].replace("\0", "") if number % 50 < len(HOSTILE) else "ouvrir plus tard",
            "parts": 1,
            "flags": [],
            "review": "new",
        }


def _tags() -> Iterator[dict[str, Any]]:
    for number in range(MANY):
        topic = f"topic-{number % 60}"
        yield {
            "contribution_id": f"c-{number:05}",
            "topic": topic,
            "score": 0.9,
            "by": "tagger",
            "confident": True,
            "tagged_at": NOW,
        }


OF_A_CHANGE = (Became.IN_FORCE, Became.DROPPED, Became.REPLACED, Became.OVERTAKEN)
BECAME = [(became, NOW if became in OF_A_CHANGE else None) for became in Became]
HELD = tuple(f"c-{number:05}" for number in range(len(HOSTILE)))
"""One contribution of each hostile text."""


async def test_all_that_a_button_opens_fits_and_so_do_the_forms(storage: Storage) -> None:
    desk = desk_of(storage, Catalogue())
    first = [f"{verb}:pool" for verb in ("topics", "waiting", "prepare", "meeting")]
    first += ["came:pool:talk"]
    first += [f"{verb}:pool:topic-1" for verb in ("all", "answer", "thread")]
    first += ["all:pool:-", "take:pool:topic:topic-1", "relieve:pool:x:topic:topic-1"]
    for language in ("fr", "en"):
        for action in (*first, *(f"{verb}:{each}" for each in HELD for verb in ("wrong", "hide", "mask", "like"))):
            _fits(await desk.pressed(TOWN, action, READER, language), action)
        for state, when, at in (
            ("kept", "later", "?"),
            ("", "now", ""),
            ("partly", "draft", ""),
            ("kept", "later", "2099-01-01 8h"),
        ):
            filled = {
                "state": state,
                "when": when,
                "at": at,
                "text_fr": HOSTILE[0][:1500],
                "text_en": HOSTILE[3][:1500],
            }
            for topic in ("topic-1", "topic-2"):
                action = f"answer:pool:{topic}:{language}-{state}-{when}"
                _fits(await desk.sent(TOWN, action, filled, READER, language), action)
        _fits(await desk.pressed(TOWN, "answer:pool:topic-1", READER, language), "with drafts")


async def test_what_is_shown_of_campaigns_fits(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.consultations.put_file(ConsultationId("pool"), 1, LAST.replace("  id: valbrune", "  id: town"))
    desk = desk_of(storage, Catalogue())
    campaigns = CampaignDesk(storage, desk.clock, CountedChance(), desk.words, DRAFTING, lambda: None)
    _fits(await campaigns.campaigns(TOWN, READER, "fr"), "list")
    for verb in ("look", "says", "give", "stop", "file"):
        shown = await campaigns.pressed(TOWN, f"campaign:{verb}:pool:1", READER, "fr")
        if not isinstance(shown, Taken):
            _fits(shown, verb)
    for said in HOSTILE:
        hostile = {**dict.fromkeys(FILLED, said), "file": said}
        for action in ("campaign:new", "campaign:give:pool:1"):
            _fits(await campaigns.sent(TOWN, action, hostile, READER, "fr"), action)
        written = {**FILLED, "title": said[:300], "question_1": said[:300]}
        _fits(await campaigns.sent(TOWN, "campaign:new", written, READER, "fr"), "written")


def _fits(shown: Card | Form | None, what: str) -> None:
    assert shown is not None, what
    if isinstance(shown, Form):
        assert problems_in_view(to_form(shown, "Fermer")) == [], what
        return
    assert problems_in_view(to_window("Porte-voix", "Fermer", shown)) == [], what
    blocks = to_blocks(shown)
    assert (problems_in(blocks), too_long(blocks)) == ([], False), what
    assert interpreted_in({"text": "", "blocks": blocks}, "") == [], what


async def test_every_message_to_a_room_fits(storage: Storage) -> None:
    words, chance, nobody = Catalogue(), CountedChance(), AddressId("room")
    async with storage.unit() as unit:
        asked = await unit.consultations.current(ConsultationId("pool"))
        assert asked is not None
        figures = figures_json(await figures_now(unit, asked, now=NOW, since=NOW - WEEK))
        await unit.staff.add_digest(DigestId("digest"), ConsultationId("pool"), "monday", figures, NOW)
        told = await alert(unit, ContributionId(HELD[1]))
        await unit.charges.take(Charge(ConsultationId("pool"), alert_subject(told), "U2", HOSTILE[1], NOW))
        bodies: list[Body] = [
            DigestRef("digest"),
            AlertRef(told),
            ThreadRef("digest", "topic-1", "1.1"),
            WaitingRef("pool"),
        ]
        for said in HOSTILE:
            by = Colleague(name=said)
            bodies += [ApprovalRef("pool", since, became.value, gave=by, by=by) for became, since in BECAME]
        for language in ("fr", "en"):
            for body in bodies:
                owed = Delivery(
                    DeliveryId("d"), "key", TOWN, nobody, Lane.STAFF, body, language, due_at=NOW, planned_at=NOW
                )
                message = await compose(unit, owed, words, chance, now=NOW)
                assert isinstance(message, Message) and message.card is not None, body
                _fits(message.card, repr(body)[:80])
                assert to_text(message.card).strip()


async def test_all_that_staff_can_see_fits(storage: Storage) -> None:
    desk = desk_of(storage, Catalogue())
    lookups = Lookups(desk, lambda *_: b"", lambda *_: b"")
    for language in ("fr", "en"):
        cards: list[object] = [
            await desk.digest(TOWN, "", READER, language),
            await desk.digest(TOWN, HOSTILE[0], READER, language),
            await desk.status(TOWN, language),
            await desk.help(language),
            await desk.pressed(TOWN, f"{REVIEW}pool", READER, language),
            await desk.pressed(TOWN, COUNTING, READER, language),
            await lookups.topic(TOWN, HOSTILE[2], language),
            await lookups.topic(TOWN, "", language),
        ]
        if language == "fr":  # each reads all the texts
            cards += [
                await lookups.search(TOWN, "clique", language),
                await lookups.search(TOWN, HOSTILE[3], language),
                await lookups.topic(TOWN, "topic 7", language),
            ]
        for place, card in enumerate(cards):
            assert isinstance(card, Card), place
            blocks = to_blocks(card)
            assert (problems_in(blocks), too_long(blocks)) == ([], False), place
            assert interpreted_in({"text": "", "blocks": blocks}, "") == []
            assert to_text(card).strip()
            assert problems_in_view(to_window("Porte-voix", "Fermer", card)) == []
        assert problems_in_view(to_home(await StaffHome(desk).home(TOWN, READER, language))) == []
    table = await lookups.export(TOWN, "", READER, "fr")
    assert isinstance(table, Taken)
    assert table.content.count(b"paper") == MANY
