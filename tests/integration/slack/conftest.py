"""One strict Slack, one desk whose answers are known, and the program's Slack between them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.slack.app import Slack, open_slack
from core.model.errors import NotAllowed, NotFound
from core.model.ids import AccountId, AddressId
from core.model.messages import Button, Card, Heading, Line, Note, Quote
from core.model.people import Address
from core.model.staff import Actor, Role
from tests.stand_ins.slack.server import SlackServer

ACCOUNT = AccountId("account-of-bellevue")
ROOM = Address(AddressId("a1"), ACCOUNT, "C0PISCINE")

Opened = Callable[..., AbstractAsyncContextManager[Slack]]


class WallClock:
    """The time of the server that stamps the signatures, or of this machine."""

    def __init__(self, server: SlackServer | None = None) -> None:
        self._now = server.now if server else time.time

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Desk:
    """Answers what it is told to; remembers who asked for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.role = Role.MODERATOR

    async def digest(self, account: AccountId, asked: str, who: Actor, language: str) -> Card:
        await self._note("digest", account, asked, language)
        if asked == "inconnue":
            raise NotFound("there is no such consultation")
        quote = Quote("ouvrir plus tard", "relu", (Button("Suivant", "next:1"),))
        return Card((Heading("Piscine · semaine 3 sur 6"), Line("143 cette semaine"), quote))

    async def status(self, account: AccountId, language: str) -> Card:
        await self._note("status", account, language)
        return Card((Line("Tout va bien." if language == "fr" else "All is well."),))

    async def help(self, language: str) -> Card:
        await self._note("help", language)
        return Card((Line("Tapez /porte-voix digest" if language == "fr" else "Type /porte-voix digest"),))

    async def open_alert(self, account: AccountId, alert: str, who: Actor, language: str) -> Card:
        await self._note("open_alert", account, alert, who.id, language)
        if alert == "not-yours":
            raise NotAllowed("this alert is another partner's")
        answers = (Button("C'est traité", f"done:{alert}"),)
        return Card(
            (Heading("Message signalé"), Quote("ma chaudière fuit <!channel>"), Note("masqué"), Line("", answers))
        )

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | None:
        await self._note("pressed", account, action, who.id, language)
        return None if action == "quiet" else Card((Line("C'est noté."),))

    async def sent(self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str) -> Card:
        await self._note("sent", account, action, *fields.values(), who.id, language)
        return Card((Line("C'est noté."),))

    async def who(self, account: AccountId, staff: str, name: str, email: str) -> Actor:
        return Actor(staff, self.role, name)

    async def _note(self, *what: str) -> None:
        self.asked.append(what)
        await self.gate.wait()
        if self.error is not None:
            raise self.error


class Lookups:
    """Finds one sentence, and a file of one line."""

    name, content, about = "piscine.csv", b"id,text\n", "la table <!channel>"

    async def search(self, account: AccountId, asked: str, language: str) -> Card:
        return Card((Quote(f"trouvé : {asked}"),))

    async def topic(self, account: AccountId, asked: str, language: str) -> Card:
        return Card((Heading(asked),))

    async def export(self, account: AccountId, asked: str, who: Actor, language: str) -> "Card | Lookups":
        return self

    async def note(self, account: AccountId, asked: str, who: Actor, language: str) -> "Card | Lookups":
        return Card((Line("Laquelle ?"),))

    async def waiting(self, account: AccountId, asked: str, who: Actor, language: str) -> Card:
        return Card((Heading("Ce qui attend"),))

    async def taken(self, account: AccountId, action: str, who: Actor, language: str) -> "Card | Lookups | None":
        return None

    async def meeting(self, account: AccountId, asked: str, who: Actor, language: str) -> Card:
        return Card((Heading("Rendez-vous"),))

    async def report(self, account: AccountId, asked: str, who: Actor, language: str) -> "Card | Lookups":
        return self


class Home:
    """One sentence, one button."""

    async def home(self, account: AccountId, who: Actor, language: str) -> Card:
        return Card((Heading("À vous"), Line("Le point", (Button("Voir", "digest:piscine"),))))

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | None:
        return None


class Campaigns:
    """One sentence; no button."""

    async def campaigns(self, account: AccountId, who: Actor, language: str) -> Card:
        return Card((Line("Vos consultations"),))

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | None:
        return None

    async def sent(self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str) -> Card:
        raise NotFound("there is no such form")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as running:
        running.channel(ROOM.external_id, "piscine")
        yield running


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@pytest.fixture
def opened(server: SlackServer, desk: Desk) -> Opened:
    """`async with opened() as slack`: connected; other settings as keywords."""

    @asynccontextmanager
    async def opening(*, running: bool = True, **settings: Any) -> AsyncIterator[Slack]:
        given: dict[str, Any] = {
            "bot_token": server.bot_token,
            "app_token": server.app_token,
            "signing_secret": server.signing_secret,
            "api_base_url": server.api_url,
            "mode": "socket",
            "account": ACCOUNT,
            "desk": desk,
            "lookups": Lookups(),
            "home": Home(),
            "campaigns": Campaigns(),
            "clock": WallClock(server),
            **settings,
        }
        async with open_slack(**given) as slack:
            stop = asyncio.Event()
            if not running:
                yield slack
                return
            async with asyncio.TaskGroup() as group:
                group.create_task(slack.run(stop))
                try:
                    yield slack
                finally:
                    stop.set()

    return opening
