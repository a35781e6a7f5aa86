"""A platform on a bad day: it takes, refuses, halts, forgets to answer, brings things twice; and its people react.

    citizens ─▶ waiting updates ─▶ fetched by the program ─▶ acknowledged, else brought again
    program ─▶ Line.send ─▶ [its fate is drawn] ─▶ asked: taken? ─▶ citizen reacts
                                     └─▶ told: Sent | Halted | Uncertain | … | (the process is dead)

What has left arrives, whatever becomes of the process that sent it.
"""

import asyncio
import heapq
import itertools
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bots.terminal.decode import Spoken, encode
from bots.terminal.rehearsal.neighbours import Neighbour
from core.model.consultations import Consultation
from core.model.ids import AccountId
from core.model.messages import (
    Halted,
    Message,
    NotSent,
    Outbound,
    Outcome,
    Pressed,
    Rejected,
    Said,
    Sent,
    Started,
    Uncertain,
    Unreachable,
)
from core.model.people import Address
from core.rules.pacing import Limits
from core.rules.specs.actions import Verb
from core.work.ports import RawUpdate
from tests.faults.history import Acknowledged, Asked, Event, Told, Wanted, Wrote

Looks = Callable[[str], tuple[frozenset[str], bool]]
"""Of a chat: the updates that were worked on, and whether the person has finished, as the database says now."""

FATES: Mapping[str, float] = {
    "taken": 60,
    "slow answer": 5,
    "never left": 6,
    "chat halted": 6,
    "token halted": 4,
    "answer lost": 12,
    "request lost": 5,
    "rejected": 1,
    "blocked": 0.4,
}
NOT_SOLD = 0.1
"""Of what is to be paid for, so much is not taken as paid: no Stars are left."""
TIMED_OUT = 3.0
BROUGHT_TWICE, OVERTAKEN = 0.1, 0.15
LAST_MESSAGE = 100_000


@dataclass(slots=True)
class Person:
    """`refuses`: says that the reminder does not interest them. `stops_after`: they came, writes STOP unasked."""

    neighbour: Neighbour
    refuses: bool = False
    stops_after: float | None = None
    agreed: bool = False


@dataclass(slots=True)
class Platform:
    """One account of one platform. `calm`: nothing goes wrong any more."""

    chance: random.Random
    consultation: Consultation
    account: AccountId
    people: dict[str, Person]
    limits: Limits
    wall: Callable[[], datetime]
    looks: Looks
    events: list[Event]
    calm: bool = False
    faults: Counter[str] = field(default_factory=Counter)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _updates: list[tuple[float, int, RawUpdate]] = field(default_factory=list)
    _halted: dict[str, float] = field(default_factory=dict)
    _blocked: set[str] = field(default_factory=set)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    _times: dict[bool, deque[float]] = field(default_factory=lambda: {True: deque(), False: deque()})
    _buckets: dict[str, float] = field(default_factory=dict)

    @staticmethod
    def now() -> float:
        return asyncio.get_running_loop().time()

    # ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────────

    def says_later(self, seconds: float, person: Person, event: Spoken, wanted: Wanted) -> None:
        asyncio.get_running_loop().call_later(max(0.0, seconds), self._says, person, event, wanted)

    def _says(self, person: Person, event: Spoken, wanted: Wanted) -> None:
        """The person did it, and the platform has it."""
        person.agreed |= isinstance(event, Pressed) and event.action.startswith(f"{Verb.AGREE}:")
        wanted = Wanted.EARLY if wanted is Wanted.ANSWER and not person.agreed else wanted
        number = str(next(self._numbers))
        chat = person.neighbour.chat
        told = event.text if isinstance(event, Said) else getattr(event, "action", "")
        self.events.append(Wrote(self.now(), number, chat, wanted, told, getattr(event, "message_id", 0)))
        raw = encode(chat, event, language=person.neighbour.language)
        update = RawUpdate(self.account, number, chat, raw, self.wall())
        overtaken = not self.calm and wanted in (Wanted.ANSWER, Wanted.EARLY) and self.chance.random() < OVERTAKEN
        self.faults["overtaken"] += overtaken
        self._bring(update, self.chance.uniform(0.5, 4) if overtaken else 0.0)

    def _bring(self, update: RawUpdate, seconds: float) -> None:
        heapq.heappush(self._updates, (self.now() + seconds, next(self._numbers), update))
        self.busy.set()
        self.busy.clear()  # whoever waits for it is woken all the same
        asyncio.get_running_loop().call_later(seconds, self.arrived.set)

    def fetch(self, most: int) -> list[RawUpdate]:
        """What waits, oldest first. It stays until it is acknowledged."""
        ready = sorted(each for each in self._updates if each[0] <= self.now())
        return [update for _, _, update in ready[:most]]

    def acknowledge(self, updates: list[RawUpdate]) -> None:
        """They are not brought again; or some are, because no platform is perfect."""
        ids = {update.update_id for update in updates}
        self.events.append(Acknowledged(self.now(), tuple(update.update_id for update in updates)))
        self._updates = [each for each in self._updates if each[2].update_id not in ids]
        heapq.heapify(self._updates)
        for update in updates:
            if not self.calm and self.chance.random() < BROUGHT_TWICE:
                self.faults["brought twice"] += 1
                self._bring(update, self.chance.choice((0.0, 3.0, 600.0)))

    # ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────────

    def leaves(self, address: Address, message: Outbound) -> "asyncio.Future[Outcome]":
        """The bytes are on their way."""
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[Outcome] = loop.create_future()
        fate = "taken" if self.calm else self.chance.choices([*FATES], [*FATES.values()])[0]
        reference = message.reference if isinstance(message, Message) else ""
        if fate != "taken":
            self.faults[fate] += 1
        if fate in ("never left", "request lost"):
            outcome = NotSent("refused") if fate == "never left" else Uncertain("timed out")
            loop.call_later(0.05 if fate == "never left" else TIMED_OUT, self._tell, heard, reference, outcome)
            return heard
        chat = address.external_id
        worked, finished = self.looks(chat)
        paid = isinstance(message, Message) and message.paid
        seen = {"worked": worked, "finished": finished, "paid": paid}
        asked = Asked(self.now(), self.account, chat, reference, taken=False, left=self.now(), **seen)
        loop.call_later(self.chance.uniform(0.02, 0.3), self._asked, fate, asked, message, heard)
        return heard

    def _asked(self, fate: str, leaving: Asked, message: Outbound, heard: "asyncio.Future[Outcome]") -> None:
        now = self.now()
        outcome = self._verdict(fate, leaving.chat, now, paid=leaving.paid)
        taken = isinstance(outcome, Sent)
        self.events.append(replace(leaving, at=now, taken=taken))
        if taken and isinstance(message, Message):
            self._reads(self.people[leaving.chat], message)
        delay = self.chance.uniform(0.02, 0.3)
        if taken and fate == "answer lost":
            outcome, delay = Uncertain("lost"), self.chance.choice((0.1, TIMED_OUT))
        elif taken and fate == "slow answer":
            delay = self.chance.choice((1.0, 4.0))
        asyncio.get_running_loop().call_later(delay, self._tell, heard, leaving.reference, outcome)

    def _verdict(self, fate: str, chat: str, now: float, *, paid: bool) -> Outcome:
        limited = self._too_fast(chat, now, paid=paid)
        if chat in self._blocked:
            return Unreachable("blocked")
        if fate in ("chat halted", "token halted"):
            whom = chat if fate == "chat halted" else ""
            self._halted[whom] = max(self._halted.get(whom, 0.0), now + self.chance.uniform(1, 5))
        until = max(self._halted.get(chat, 0.0), self._halted.get("", 0.0))
        if until > now or limited:
            return Halted(timedelta(seconds=max(1.0, until - now)))
        if paid and not self.calm and self.chance.random() < NOT_SOLD:
            self.faults["not sold"] += 1
            return Rejected("no stars are left")
        if fate == "rejected":
            return Rejected("bad request")
        if fate == "blocked":
            self._blocked.add(chat)
            return Unreachable("blocked")
        return Sent(str(next(self._numbers)))

    def _too_fast(self, chat: str, now: float, *, paid: bool) -> bool:
        times, most = self._times[paid], self.limits.paid if paid else self.limits.most
        while times and times[0] <= now - 1:
            times.popleft()
        full = max(self._buckets.get(chat, 0.0), now)
        if len(times) >= most or full - now > self.limits.burst - 1:
            return True
        times.append(now)
        self._buckets[chat] = full + 1
        return False

    def _tell(self, heard: "asyncio.Future[Outcome]", reference: str, outcome: Outcome) -> None:
        if not heard.done():
            self.events.append(Told(self.now(), reference, type(outcome).__name__))
            heard.set_result(outcome)

    def _reads(self, person: Person, message: Message) -> None:
        actions = [button for row in message.buttons for button in row]
        verbs = {button.action.partition(":")[0]: button for button in actions}
        if person.refuses and Verb.NOT_INTERESTED in verbs and Verb.GO in verbs:
            person.neighbour.messages += 1
            pressed = Pressed(verbs[Verb.NOT_INTERESTED].action, person.neighbour.messages)
            self.says_later(60.0, person, pressed, Wanted.NOT_INTERESTED)
            return
        now = datetime.fromtimestamp(self.now(), tz=self.wall().tzinfo)
        for when, event in person.neighbour.reacts(message, now, self.consultation):
            self.says_later((when - now).total_seconds(), person, event, _meant(event, person))


def _meant(event: Spoken, person: Person) -> Wanted:
    match event:
        case Said(text="STOP"):
            return Wanted.STOP
        case Said(text=text) if text in person.neighbour.sayings:
            return Wanted.ANSWER
        case Pressed(action=action) if action.startswith(f"{Verb.ANSWER}:"):
            return Wanted.CHOICE
        case _:
            return Wanted.OTHER


def comes(platform: Platform, person: Person, seconds: float) -> None:
    """The person follows the link of a poster then."""
    platform.says_later(seconds, person, Started(person.neighbour.source), Wanted.OTHER)
    if person.stops_after is not None:
        platform.says_later(seconds + person.stops_after, person, Said("STOP", LAST_MESSAGE), Wanted.STOP)


@dataclass(slots=True)
class Line:
    """The platform as a `Channel` of one process; cut when that process dies."""

    platform: Platform
    _cut: bool = False
    _in_the_air: "set[asyncio.Future[Outcome]]" = field(default_factory=set)

    async def send(self, address: Address, message: Outbound) -> Outcome:
        if self._cut:
            raise RuntimeError("a dead process sends nothing")
        heard = self.platform.leaves(address, message)
        self._in_the_air.add(heard)
        heard.add_done_callback(self._in_the_air.discard)
        return await heard

    def cut(self) -> None:
        """Nothing leaves any more, and no answer is heard."""
        self._cut = True
        for heard in list(self._in_the_air):
            heard.cancel()
