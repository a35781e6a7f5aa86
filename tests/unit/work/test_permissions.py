"""Every button, form, command and file × every role, and somebody of another partner on each: refused as the table
says, and audited. The pages have their own: `tests/integration/web_desk/test_gate.py`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model.audit import Act
from core.model.contributions import ContributionState
from core.model.ids import AccountId, ConsultationId, ContributionId
from core.model.messages import Card
from core.model.staff import Actor, Role
from core.rules.permissions import LEAST, Deed
from core.rules.plain_text import fingerprint
from core.storage.engine import Storage
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.deeds import NEEDS
from core.work.staff.desk import HELP, Desk
from core.work.staff.lookups import Lookups
from core.work.staff.meeting_desk import MEETING_NEEDS
from core.work.staff.staff_home import StaffHome
from core.work.wording import card_text
from tests.builders import CountedChance, account, alert, consultation, contribution, desk_of, person, start
from tests.databases import sqlite_storage
from tests.integration.path.town import DRAFTING
from tests.unit.work.test_campaign_desk import LAST

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
            case "relieve":
                return "relieve:pool:mark:topic:hours"
            case "release" | "hold":
                return f"{verb}:pool:written"
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


async def test_words_of_another_partner_among_several_are_answered_by_nobody(place: Place) -> None:
    library = replace(consultation(), id="library", partner=replace(consultation().partner, id="city"), sources={})
    async with place.storage.unit() as unit:
        await start(unit, library)
        theirs = await contribution(unit, "plus de livres", by=await person(unit, "bob", in_="library"), in_="library")
    chosen, claire = f"{place.contribution},{theirs}", Actor("U1", Role.ORGANISER)
    asked = await place.desk.pressed(TOWN, f"one:{chosen}", claire, "fr")
    sent = await place.desk.sent(TOWN, f"answer:pool:@{chosen}:nonce", {"state": "kept", "when": "now"}, claire, "fr")
    for shown in (asked, sent):
        assert isinstance(shown, Card)
        assert "pas à vous" in card_text(shown).replace("\N{NO-BREAK SPACE}", " ")
        assert "livres" not in card_text(shown)
    assert await place.audited() == [(Act.FOREIGN_REFUSED, "U1", Deed.ANSWER.value)] * 2
    async with place.storage.reading() as unit:
        assert await unit.follow_ups.of(ConsultationId("pool")) == []


# ── campaigns, commands and files ────────────────────────────────────────────────────────────────────────────────────

CAMPAIGN = ("look", "says", "edit", "file", "give", "change", "approve", "drop", "start", "stop", "pause", "resume")
"""What the buttons of one campaign say; then `stopped`, after which nothing is left to press."""
FILES = {"note": Deed.LOOK, "export": Deed.TAKE_ALONG}
COMMANDS = {
    "digest": Deed.LOOK,
    "waiting": Deed.LOOK,
    "export": Deed.TAKE_ALONG,
    "note": Deed.LOOK,
    "report": Deed.LOOK,
    "meeting": Deed.LOOK,
    "campaign": Deed.CHANGE_CONSULTATION,
    "status": Deed.LOOK,
    "search": Deed.LOOK,
    "topic": Deed.LOOK,
}
NAMES_NOTHING = {"campaign", "status", "search", "topic"}
"""Commands by which no consultation can be named: they find the partner's own."""


@dataclass(frozen=True)
class Ways:
    """Everything in Slack that is no button of a digest: each as (its name, the deed it takes, how to do it)."""

    place: Place

    def of(self, account: AccountId, who: Actor) -> Iterator[tuple[str, Deed, Awaitable[object]]]:
        desk, change = self.place.desk, Deed.CHANGE_CONSULTATION
        campaigns = CampaignDesk(self.place.storage, desk.clock, CountedChance(), desk.words, DRAFTING, lambda: None)
        lookups = Lookups(desk, lambda *_: b"", lambda *_: b"")
        for verb, deed in FILES.items():
            yield f"{verb}:", deed, lookups.taken(account, f"{verb}:pool", who, "fr")
        yield "home", Deed.LOOK, StaffHome(desk).pressed(account, "digest:pool", who, "fr")
        for command, deed in COMMANDS.items():
            yield command, deed, self._command(command, account, who, campaigns, lookups)
        for verb in (*CAMPAIGN, "stopped"):
            yield f"campaign:{verb}", change, campaigns.pressed(account, f"campaign:{verb}:pool:1", who, "fr")
        for verb in ("edit", "give"):
            form = campaigns.sent(account, f"campaign:{verb}:pool:1", {"title": "x", "file": LAST}, who, "fr")
            yield f"campaign:{verb} form", change, form

    def _command(
        self, command: str, account: AccountId, who: Actor, campaigns: CampaignDesk, lookups: Lookups
    ) -> Awaitable[object]:
        match command:
            case "campaign":
                return campaigns.campaigns(account, who, "fr")
            case "status":
                return self.place.desk.status(account, "fr")
            case "search":
                return lookups.search(account, "ouvrir", "fr")
            case "topic":
                return lookups.topic(account, "Horaires", "fr")
            case "digest":
                return self.place.desk.digest(account, "pool", who, "fr")
            case _:
                ask: Callable[..., Awaitable[object]] = getattr(lookups, command)
                return ask(account, "pool", who, "fr")


def test_every_command_is_in_the_table() -> None:
    assert {*COMMANDS, "help"} == set(HELP)


@pytest.mark.parametrize("role", list(Role))
async def test_every_other_way_asks_for_what_the_table_says(place: Place, role: Role) -> None:
    who = Actor("U1", role)
    for name, deed, way in Ways(place).of(TOWN, who):
        before = await place.audited()
        shown = await way
        refused = isinstance(shown, Card) and "Il faut" in card_text(shown)
        assert refused is not who.may(LEAST[deed]), f"{name} as {role}"
        noted = [each for each in (await place.audited())[len(before) :] if each[0].startswith("refused.")]
        assert noted == ([(Act.ROLE_REFUSED, "U1", deed.value)] if refused else []), f"{name} as {role}"


async def test_by_no_other_way_is_anything_of_another_partner_seen(place: Place) -> None:
    for name, deed, way in Ways(place).of(CITY, Actor("U9", Role.OWNER)):
        before = await place.audited()
        shown = await way
        assert isinstance(shown, Card), name
        assert not [each for each in (SAID, "Piscine") if each in card_text(shown)], name
        noted = (await place.audited())[len(before) :]
        assert noted == ([] if name in NAMES_NOTHING else [(Act.FOREIGN_REFUSED, "U9", deed.value)]), name


async def test_a_button_about_what_is_gone_is_no_attempt(place: Place) -> None:
    for action in ("hide:gone", "open:gone", "take:gone:review"):
        await place.desk.pressed(TOWN, action, Actor("U1", Role.OWNER), "fr")
    assert await place.audited() == []
