"""A town on its first day: the assembled program, the real libraries, and people at both ends.

    citizens ─▶ Bot API stand-in ─▶ python-telegram-bot ─▶ ┌───────┐ ─▶ slack-bolt ─▶ Slack stand-in ─▶ staff
                                                           │ House │
                         spaCy, words, rules ────────────▶ └───────┘ ◀── SQLite in a file
                                                               ▲
                                            a clock that only the test moves

Nothing runs by itself but the two ways in: `settle` works on what came, `later` moves the clock and does what is due.
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from starlette.applications import Starlette

from bots.registry import CHANNELS
from bots.slack.app import open_slack
from bots.slack.manifest import EVENTS_PATH
from bots.telegram.app import open_telegram
from bots.web.server import listening_socket, serve_web
from config.consultation_draft import drafted
from config.consultation_files import parse_consultation
from config.plain_words import read_plain_words
from config.system import SystemChance
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.ids import AccountId, ConsultationId, PartnerId
from core.rules.commitments import check
from core.rules.pacing import Limits
from core.storage.engine import Storage, open_storage
from core.work.house import House
from core.work.ports import Tagger, Words
from core.work.staff import campaigns
from core.work.staff.campaign_changes import Drafting
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.lookups import Lookups
from core.work.staff.staff_home import StaffHome
from tests.databases import sqlite_url
from tests.integration.path.clock import Clock
from tests.integration.path.people import Neighbour
from tests.samples import sample
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.staff import Staff
from tests.stand_ins.telegram.server import TelegramServer
from tests.stand_ins.telegram.world import BotAccount

CHECKOUT = Path(__file__).parents[3]
KEY = b"the erasure key of a town in a test"
ROOM = "C0PISCINE"
MORNING = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Paris, two hours after the sample consultation of the swimming pool opens."""

AT_ONCE = Limits(most=100_000, burst=10_000)
"""On a clock that stands still no pace ever lets go: pacing has tests of its own."""

DRAFTING = Drafting(
    drafted,
    lambda text, language: parse_consultation(text, name="consultation.yaml", language=language),
    lambda consultation: check(consultation, now=MORNING, plain_words=read_plain_words()),
)
NO_BREAK = str.maketrans({"\u00a0": " ", "\u202f": " "})


def piscine(**changes: object) -> Consultation:
    return replace(sample("piscine"), **changes)  # type: ignore[arg-type]  # fields of one dataclass


def erasure_hash(address: str) -> str:
    """As main.py makes it."""
    return hmac.new(KEY, address.encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Town:
    """One installation. `account` and `workspace`: the first partner's Telegram bot and Slack workspace."""

    house: House
    clock: Clock
    telegram: TelegramServer
    slack: SlackServer
    database: Path
    stack: AsyncExitStack
    account: AccountId | None = None
    workspace: AccountId | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    running: list[asyncio.Task[None]] = field(default_factory=list)
    listening: list[BotAccount] = field(default_factory=list)
    neighbours: dict[int, Neighbour] = field(default_factory=dict)

    @property
    def storage(self) -> Storage:
        return self.house.storage

    # ── partners and their campaigns ─────────────────────────────────────────────────────────────────────────────────

    async def starts(self, consultation: Consultation, *, bot: BotAccount | None = None) -> campaigns.Started:
        """`campaign start`: the bot becomes this partner's."""
        bot = bot or self.telegram.bot
        async with self.storage.unit() as unit:
            started = await campaigns.start(
                unit, consultation, [("telegram", str(bot.id))], self.house.chance, now=self.clock.now()
            )
        self.house.intake.forget_accounts()
        return started

    async def moves(self, consultation: str, to: CampaignState) -> int:
        """`campaign pause|resume|stop`."""
        async with self.storage.unit() as unit:
            return await campaigns.move(unit, ConsultationId(consultation), to, self.house.chance, now=self.clock.now())

    async def opens_telegram(self, partner: str, bot: BotAccount) -> AccountId:
        """This partner's bot begins to listen."""
        account = await self._own(partner, "telegram", str(bot.id))
        opened = open_telegram(
            token=bot.token,
            account=account,
            inbox=self.house.inbox,
            clock=self.clock,
            base_url=self.telegram.url,
            commands={},
            poll_seconds=50,
        )
        telegram = await self.stack.enter_async_context(opened)
        self.house.join(account, telegram.channel, AT_ONCE)
        self.house.planning.bot = bot.username
        self.running.append(asyncio.create_task(telegram.run(self.stop)))
        self.listening.append(bot)
        return account

    async def opens_slack(
        self, partner: str, server: SlackServer, *, mode: Literal["socket", "http"] = "socket"
    ) -> AccountId:
        """This partner's workspace is connected."""
        account = await self._own(partner, "slack", f"workspace of {partner}")
        opened = open_slack(
            bot_token=server.bot_token,
            app_token=server.app_token,
            signing_secret=server.signing_secret,
            mode=mode,
            account=account,
            desk=self.house.desk,
            lookups=Lookups(self.house.desk, lambda *_: b"%PDF-", lambda *_: b"%PDF-"),
            home=StaffHome(self.house.desk),
            campaigns=CampaignDesk(
                self.storage,
                self.clock,
                self.house.chance,
                self.house.words,
                DRAFTING,
                self.house.intake.forget_accounts,
            ),
            clock=self.clock,
            api_base_url=server.api_url,
        )
        slack = await self.stack.enter_async_context(opened)
        self.house.join(account, slack.channel, AT_ONCE)
        self.running.append(asyncio.create_task(slack.run(self.stop)))
        if mode == "http":
            listener = listening_socket("127.0.0.1", 0)
            server.request_url = f"http://127.0.0.1:{listener.getsockname()[1]}{EVENTS_PATH}"
            server.now = lambda: self.clock.now().timestamp()
            served = serve_web(Starlette(routes=slack.routes()), listener, self.stop)
            self.running.append(asyncio.create_task(served))
        else:
            await server.until(lambda: server.sockets.connected > 0, what="Socket Mode is connected")
        return account

    async def closes(self) -> None:
        """Everything that listens ends, before the platforms do."""
        self.stop.set()
        self.house.stopping = True
        await asyncio.gather(*self.running)
        self.running.clear()

    async def _own(self, partner: str, channel: str, external_id: str) -> AccountId:
        async with self.storage.unit() as unit:
            account = await campaigns.own_account(
                unit, PartnerId(partner), channel, external_id, self.house.chance, now=self.clock.now()
            )
        return account.id

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def citizen(
        self,
        first_name: str = "Anna",
        *,
        number: int | None = None,
        bot: BotAccount | None = None,
        language: str | None = "fr",
        **names: str,
    ) -> Neighbour:
        """Someone with Telegram. `number`: their chat id."""
        number = number or 5_550_001_000 + len(self.neighbours)
        person = self.telegram.person(number, first_name=first_name, language_code=language, bot=bot, **names)
        return self.neighbours.setdefault(number, Neighbour(person, self.settle))

    def staff(self, member: str = "U1", *, locale: str = "fr-FR", name: str = "camille", email: str = "") -> Staff:
        return self.slack.member(member, locale=locale, name=name, email=email)

    @property
    def room(self) -> str:
        """Everything that stands in the staff's channel, as they read it."""
        return self.slack.transcript(ROOM).translate(NO_BREAK)

    # ── time and work ────────────────────────────────────────────────────────────────────────────────────────────────

    async def settle(self) -> None:
        """Works on everything that came and sends all that is due at this moment."""
        for bot in self.listening:
            await _until(lambda bot=bot: bot.poll is not None and not bot.anything())  # type: ignore[misc]  # a default binds it
        await self.house.settle()

    async def work(self) -> None:
        """One round of everything the ticker would call, until nothing is due."""
        await self.settle()
        await self.house.planning.plan_due()
        await self.house.telling.tell_due()
        await self.house.asking.ask_due()
        await self.house.digests.make_due()
        await self.settle()

    async def later(self, **by: float) -> None:
        """The clock goes on by `timedelta(**by)`; then all that is due is done."""
        self.clock.forward(timedelta(**by))
        await self.work()

    async def wall(self, wall: str) -> None:
        """The clock goes on to this time in Paris; then all that is due is done."""
        self.clock.set_wall(wall)
        await self.work()

    async def silence(self) -> None:
        """Long enough for an answer in several messages to be whole."""
        await self.later(seconds=10)


async def _until(condition: Callable[[], bool]) -> None:
    """Waits for what the network brings; fails after 20 s."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is watched has no event
            await asyncio.sleep(0.002)


@asynccontextmanager
async def open_town(folder: Path, words: Words, tagger: Tagger) -> AsyncIterator[Town]:
    """A town in which nobody listens yet."""
    clock = Clock(MORNING)
    database = folder / "town.db"
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramServer())
        telegram.bot.wall = lambda: clock.now().timestamp()
        slack = await stack.enter_async_context(SlackServer())
        slack.channel(ROOM, "piscine")
        slack.world.limits.enabled = False
        storage = await stack.enter_async_context(open_storage(sqlite_url(folder, "town.db"), durable=False))
        decoders: Mapping[str, object] = {name: kind.decode for name, kind in CHANNELS.items()}
        house = House(storage, clock, SystemChance(), words, tagger, decoders, erasure_hash)  # type: ignore[arg-type]  # decoders
        town = Town(house, clock, telegram, slack, database, stack)
        try:
            yield town
        finally:
            await town.closes()
