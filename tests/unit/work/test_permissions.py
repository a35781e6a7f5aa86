"""Every button × every role, and somebody of another partner on each: refused as the table says, and audited."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model.audit import Act
from core.model.contributions import ContributionState
from core.model.ids import ContributionId
from core.model.messages import Card
from core.model.staff import Actor, Role
from core.rules.permissions import LEAST, Deed
from core.storage.engine import Storage
from core.work.composing import card_text
from core.work.deeds import NEEDS, fingerprint
from core.work.desk import Desk
from core.work.meeting_desk import MEETING_NEEDS
from tests.builders import account, alert, consultation, contribution, desk_of, person, start
from tests.databases import sqlite_storage

TOWN, CITY = account("town", "slack"), account("city", "slack")
SAID = "ouvrir plus tard le soir"
ON_THE_DESK = {"open": Deed.OPEN_ALERT, "review": Deed.REVIEW, "quote": Deed.REVIEW, "never": Deed.REVIEW}
BUTTONS = {**NEEDS, **MEETING_NEEDS, **ON_THE_DESK}


@dataclass(frozen=True)
class Place:
    storage: Storage
    desk: Desk
    contribution: ContributionId
    alert: str

    def action(self, verb: str) -> str:
        match verb:
            case "open":
                return f"open:{self.alert}"
            case "review" | "topics" | "waiting" | "prepare" | "meeting":
                return f"{verb}:pool"
            case "take" | "leave":
                return f"{verb}:pool:topic:hours"
            case "release":
                return "release:pool:written"
            case "answer" | "all" | "thread":
                return f"{verb}:pool:hours"
            case "came" | "treated" | "untreated":
                return f"{verb}:pool:1"
            case "keep":
                return f"keep:pool:{self.contribution}"
            case "quote" | "never":
                return f"{verb}:{self.contribution}:{fingerprint(SAID)}"
            case _:
                return f"{verb}:{self.contribution}"

    async def audited(self) -> list[tuple[str, str, str]]:
        async with self.storage.reading() as unit:
            return [(each.act, each.actor, each.subject) for each in await unit.audit.entries()]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with sqlite_storage(tmp_path) as storage:
        async with storage.unit() as unit:
            await start(unit, consultation())
            anna = await person(unit, "anna")
            said = await contribution(unit, SAID, by=anna, topics=("hours",))
            urgent = await contribution(unit, "le feu", by=anna, redirect="danger", state=ContributionState.HIDDEN)
            flagged = await alert(unit, urgent)
        yield Place(storage, desk_of(storage, Catalogue()), said, flagged)


@pytest.mark.parametrize("role", list(Role))
async def test_every_button_asks_for_what_the_table_says(place: Place, role: Role) -> None:
    who = Actor("U1", role)
    for verb, deed in BUTTONS.items():
        before = await place.audited()
        shown = await place.desk.pressed(TOWN, place.action(verb), who, "fr")
        refused = isinstance(shown, Card) and "Il faut" in card_text(shown)
        assert refused is not who.may(LEAST[deed]), f"{verb} as {role}"
        noted = [each for each in (await place.audited())[len(before) :] if each[0].startswith("refused.")]
        assert noted == ([(Act.ROLE_REFUSED, "U1", deed.value)] if refused else []), f"{verb} as {role}"


@pytest.mark.parametrize("verb", list(BUTTONS))
async def test_another_partner_gets_nothing_of_ours_and_it_is_written_down(place: Place, verb: str) -> None:
    shown = await place.desk.pressed(CITY, place.action(verb), Actor("U9", Role.OWNER), "fr")
    assert isinstance(shown, Card)
    assert "pas à vous" in card_text(shown).replace("\N{NO-BREAK SPACE}", " ")
    assert await place.audited() == [(Act.FOREIGN_REFUSED, "U9", BUTTONS[verb].value)]


@pytest.mark.parametrize("verb", ["answer", "wrong", "hide", "mask", "came", "keep"])
async def test_neither_does_a_form_of_theirs(place: Place, verb: str) -> None:
    rest = {"answer": "pool:hours:nonce", "came": "pool:talk", "keep": f"pool:{place.contribution}"}.get(
        verb, f"{place.contribution}:{fingerprint(SAID)}"
    )
    filled = {"state": "kept", "when": "now", "topic": "prices", "reason": "insult", "words": SAID}
    await place.desk.sent(CITY, f"{verb}:{rest}", filled, Actor("U9", Role.OWNER), "fr")
    await place.desk.sent(TOWN, f"{verb}:{rest}", filled, Actor("U1", Role.READER), "fr")
    deed = BUTTONS[verb].value
    assert await place.audited() == [(Act.FOREIGN_REFUSED, "U9", deed), (Act.ROLE_REFUSED, "U1", deed)]


async def test_a_button_about_what_is_gone_is_no_attempt(place: Place) -> None:
    for action in ("hide:gone", "open:gone", "take:gone:review"):
        await place.desk.pressed(TOWN, action, Actor("U1", Role.OWNER), "fr")
    assert await place.audited() == []
