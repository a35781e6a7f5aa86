"""A village for hard tests: the whole core over a real database, people at a terminal, and a line that can be cut.

people ─▶ inbox ─▶ ┌───────┐ ─▶ Line: takes what is sent, and answers what the test wants
                   │ House │
 a clock that      └───────┘ ◀── SQLite or PostgreSQL
 the test moves
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bots.registry import CHANNELS
from bots.terminal.decode import Spoken, encode
from config.locale import Catalogue
from config.system import SystemChance
from core.model.consultations import Consultation
from core.model.ids import AccountId, ConsultationId, PartnerId
from core.model.messages import Button, Edited, Message, Outbound, Outcome, Pressed, Said, Sent, Started
from core.model.people import Address
from core.rules.pacing import Limits
from core.storage.engine import Storage
from core.work.house import House
from core.work.ports import Clock, RawUpdate, Tagged, TagJob, Untaggable
from core.work.staff import campaigns
from tests.builders import StillClock

AT_ONCE = Limits(most=100_000, burst=10_000)
Says = Callable[[Address, Outbound], Outcome]


@dataclass(slots=True)
class Line:
    """The far end of one account. `says`: what becomes of a message, None: it arrives."""

    arrived: list[tuple[str, Message]] = field(default_factory=list)
    says: Says | None = None
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def send(self, address: Address, message: Outbound, /) -> Outcome:
        outcome = self.says(address, message) if self.says else Sent(str(next(self.numbers)))
        if isinstance(outcome, Sent) and isinstance(message, Message):
            self.arrived.append((address.external_id, message))
        return outcome

    def to(self, chat: str) -> list[Message]:
        return [message for to, message in self.arrived if to == chat]


class ReadsAll:
    """A tagger without opinions: the text is its own mask."""

    async def tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged | Untaggable]:
        return [Tagged(job.text, job.language, ()) for job in jobs]


@dataclass(slots=True)
class Village:
    """One installation with any number of partners, each with one terminal line."""

    house: House
    clock: StillClock
    lines: dict[str, Line] = field(default_factory=dict)
    accounts: dict[str, AccountId] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def storage(self) -> Storage:
        return self.house.storage

    async def starts(self, consultation: Consultation, limits: Limits = AT_ONCE) -> Line:
        """The campaign runs, and its partner's line is open."""
        partner = consultation.partner.id
        now, chance = self.clock.now(), self.house.chance
        async with self.storage.unit() as unit:
            await campaigns.start(unit, consultation, [("terminal", partner)], chance, now=now)
            account = await campaigns.own_account(unit, PartnerId(partner), "terminal", partner, chance, now=now)
        self.accounts[partner] = account.id
        line = self.lines.setdefault(partner, Line())
        self.house.join(account.id, line, limits)
        return line

    async def comes(self, chat: str, event: Spoken, *, partner: str = "town") -> None:
        """An update arrives and is committed; nobody has worked on it yet."""
        account, number = self.accounts[partner], next(self.numbers)
        raw = RawUpdate(account, str(number), chat, encode(chat, event), self.clock.now())
        await self.house.inbox.accept([raw])

    async def starting(self, chat: str, payload: str = "", *, partner: str = "town") -> None:
        await self.comes(chat, Started(payload), partner=partner)
        await self.house.settle()

    async def says(self, chat: str, text: str, number: int | None = None, *, partner: str = "town") -> int:
        number = number or next(self.numbers)
        await self.comes(chat, Said(text, number), partner=partner)
        await self.house.settle()
        return number

    async def edits(self, chat: str, text: str, number: int, *, partner: str = "town") -> None:
        await self.comes(chat, Edited(text, number), partner=partner)
        await self.house.settle()

    async def presses(self, chat: str, label: str, *, partner: str = "town") -> None:
        """The newest button that says `label`."""
        await self.comes(chat, Pressed(self.button(chat, label, partner=partner).action, 1), partner=partner)
        await self.house.settle()

    def button(self, chat: str, label: str, *, partner: str = "town") -> Button:
        for message in reversed(self.lines[partner].to(chat)):
            for row in message.buttons:
                for button in row:
                    if label in button.label:
                        return button
        raise AssertionError(f"nobody was shown a button {label!r}")

    def heard(self, chat: str, *, partner: str = "town") -> str:
        """Everything that was said to this chat."""
        return "\n".join(message.text for message in self.lines[partner].to(chat))

    async def agrees(self, chat: str, payload: str = "", *, partner: str = "town") -> None:
        """Comes, and accepts the notice: the first question waits."""
        await self.starting(chat, payload, partner=partner)
        await self.presses(chat, "accepte", partner=partner)

    async def later(self, **by: float) -> None:
        self.clock.at += timedelta(**by)
        await self.house.settle()

    async def contributions(self, consultation: str = "pool") -> list[tuple[str, str | None, str]]:
        """(question, masked text, state) of each."""
        async with self.storage.reading() as unit:
            page = await unit.contributions.page(ConsultationId(consultation))
        return [(each.question, each.text, each.state.value) for each in page]


def erasure_hash(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def new_house(storage: Storage, clock: Clock) -> House:
    decoders = {name: kind.decode for name, kind in CHANNELS.items()}
    return House(storage, clock, SystemChance(), Catalogue(), ReadsAll(), decoders, erasure_hash)


@asynccontextmanager
async def village(storage: Storage, at: datetime) -> AsyncIterator[Village]:
    clock = StillClock(at)
    yield Village(new_house(storage, clock), clock)
