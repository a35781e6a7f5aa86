"""Ten thousand contributions, endless words, pings, right-to-left and emoji: everything still fits into Slack."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bots.slack.blocks import to_blocks, to_text, to_window
from bots.slack.home import to_home
from config.locale import Catalogue
from core.model.consultations import DigestPlan, QuotePolicy, Taxonomy, Topic
from core.model.messages import Card
from core.model.staff import Actor, Role
from core.storage.engine import Storage
from core.storage.schema import contributions, tags
from core.work.digest_layout import COUNTING, REVIEW
from core.work.lookups import Lookups, Taken
from core.work.staff_home import StaffHome
from tests.builders import NOW, account, both, consultation, desk_of, start
from tests.databases import sqlite_storage
from tests.stand_ins.slack.blocks import problems_in, problems_in_view, too_long
from tests.stand_ins.slack.reading import interpreted_in

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
        huge = replace(consultation(), title=NAMES, taxonomy=Taxonomy(topics), digest=plan)
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
        assert problems_in_view(to_home(await StaffHome(desk).home(TOWN, language))) == []
    table = await lookups.export(TOWN, "", READER, "fr")
    assert isinstance(table, Taken)
    assert table.content.count(b"paper") == MANY
