"""Some days of a whole campaign on a virtual clock: the real core, a platform on a bad day, and a seed for all of it.

    supervisor ─▶ a process: storage · house · ways in · the ticker's stages ─▶ killed at any await ─▶ a new one …
                     └─ disk full · clock set wrong · what the platform does (platform.py)
    the last hours are calm: what is owed must end ─▶ history

The same seed gives the same history, to the bit: one loop, no thread, one source of chance for each part.
"""

import asyncio
import hashlib
import random
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bots.terminal.channel import CHANNEL
from bots.terminal.decode import decode
from bots.terminal.rehearsal.clock import SeededChance
from bots.terminal.rehearsal.neighbours import Habit, make_neighbours
from config.locale import Catalogue
from core.model.consultations import Anchor, Consultation, Moment, Retention, Step, StepKind
from core.model.errors import StorageError
from core.model.ids import AccountId
from core.rules.pacing import Limits
from core.storage.engine import Storage, open_storage
from core.work.house import House
from core.work.staff import campaigns
from core.work.ticker import Rhythm, tick
from tests.builders import START, consultation
from tests.databases import empty_database
from tests.faults.history import Event, Fault, History, Kept, Owed
from tests.faults.loop import Disk, Room, SimulatedLoop, statements_in_turn
from tests.faults.platform import Line, Person, Platform, comes
from tests.integration.review.village import ReadsAll

DAY, HOUR = 86_400.0, 3_600.0
CALM = 3 * HOUR
"""At the end nothing goes wrong any more for so long."""
LAST = timedelta(minutes=10)
"""What falls due in the last minutes need not have left."""
LIMITS = Limits(most=6, burst=2, paid=12)
"""Tight, so that a dozen people meet the limits."""
BATCH = 4
OFTEN, SELDOM = timedelta(hours=2), timedelta(hours=12)
RHYTHMS: dict[str, Rhythm] = {
    **dict.fromkeys(("receive", "elapse", "tag", "digest", "send", "reconcile", "tidy", "learn"), SELDOM),
    "plan": OFTEN,
}
"""Stages are woken when something is due: to look every second would show nothing more, and cost days of processor."""
TURNS_OF_A_LIFE, BUSY = 1_000, 3.0
"""A process dies after so many turns of the loop, on average: only those count that come within seconds of somebody
writing, or of a message, because nothing is at stake in the others."""


@dataclass(slots=True)
class Wall:
    """The `Clock` of the program: true time, and how wrong it is set."""

    wrong: timedelta = timedelta(0)

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time()) + self.wrong

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Ground:
    """What all simulations of a run stand on: the words, a tagger without a model, and one place for the database.

    The engines are kept, with the statements they have compiled; every process has connections and a lock of its own.
    """

    folder: Path
    words: Catalogue = field(default_factory=Catalogue)
    tagger: ReadsAll = field(default_factory=ReadsAll)
    disk: Disk = field(default_factory=Disk)
    _first: Storage | None = None

    @property
    def database(self) -> Path:
        return self.folder / "simulated.db"

    def begin(self) -> None:
        """An empty database with all its tables, and a disk with room."""
        self.disk = Disk()
        for each in self.folder.glob("simulated.db*"):
            each.unlink()
        self.database.write_bytes(empty_database())

    async def storage(self) -> Storage:
        """As a process that just started sees it."""
        if self._first is None:
            opened = open_storage(f"sqlite+aiosqlite:///{self.database}", migrate=False, durable=False)
            self._first = await opened.__aenter__()
        return Storage(self._first._writer, self._first._reader, reserve=self._first.reserve)

    async def closed(self) -> None:
        """Every connection of the process is gone."""
        if self._first is not None:
            await self._first._writer.dispose()
            await self._first._reader.dispose()


@dataclass(slots=True)
class Outcome:
    """`faults`: how many of each kind were done to the program."""

    seed: int
    history: History
    faults: Counter[str]


@dataclass(slots=True)
class Simulation:
    seed: int
    days: float
    people: int
    ground: Ground
    asked: Consultation = field(init=False)
    wall: Wall = field(default_factory=Wall)
    events: list[Event] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    platform: Platform = field(init=False)
    account: AccountId = field(init=False)
    _line: Line = field(init=False)
    _watcher: sqlite3.Connection | None = None
    _turns_left: int | None = None
    _process: asyncio.Task[None] | None = None
    _killed: bool = False

    def __post_init__(self) -> None:
        self.asked = _asked(self.days)

    def run(self, tell: Callable[[float], None] = lambda _done: None) -> Outcome:
        """`tell` hears how much of it is over, between 0 and 1."""
        self.ground.begin()
        loop = SimulatedLoop()
        loop.each_turn(self._turn)
        try:
            with closing(sqlite3.connect(self.ground.database)) as self._watcher, statements_in_turn(self._disk):
                loop.run_until_complete(self._everything(tell))
        finally:
            loop.close()
        kept = _kept(self.ground.database, self.end - LAST)
        ceilings = {step.id: step.paid for step in self.asked.steps}
        history = History(self.events, kept, LIMITS.most, LIMITS.burst, LIMITS.paid, ceilings)
        return Outcome(self.seed, history, self.faults + self.platform.faults)

    def _disk(self) -> Disk:
        return self.ground.disk

    @property
    def end(self) -> datetime:
        return START + timedelta(days=self.days) + timedelta(seconds=CALM)

    # ── the town ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _everything(self, tell: Callable[[float], None]) -> None:
        await self._set_up()
        chance = random.Random(f"faults {self.seed}")
        trouble = [asyncio.create_task(each) for each in (self._disk_fills(), self._clock_jumps())]
        loop = asyncio.get_running_loop()
        end = self.days * DAY
        while loop.time() < end + CALM:
            calm = loop.time() >= end
            life = None if calm else int(chance.expovariate(1 / TURNS_OF_A_LIFE)) + 1
            until = end + CALM if calm else end
            await self._one_life(life, until)
            if self._killed:
                self.faults["killed"] += 1
                down = chance.choice((3.0, 3.0, 20.0, 90.0, 600.0))
                self.events.append(Fault(loop.time(), "killed", loop.time() + down))
                await asyncio.sleep(down)
            elif not calm:
                self.platform.calm, self.wall.wrong = True, timedelta(0)
                for each in trouble:
                    each.cancel()
                await asyncio.gather(*trouble, return_exceptions=True)
                self.ground.disk.room = Room.PLENTY
            tell(min(1.0, loop.time() / (end + CALM)))

    async def _set_up(self) -> None:
        storage = await self.ground.storage()
        async with storage.unit() as unit:
            chance = SeededChance(self.seed)
            await campaigns.start(unit, self.asked, [(CHANNEL, "simulated")], chance, now=START)
            account = await unit.people.account(CHANNEL, "simulated")
        assert account is not None
        self.account = account.id
        people = _people(self.asked, self.people, self.seed)
        self.platform = Platform(
            chance=random.Random(f"platform {self.seed}"),
            consultation=self.asked,
            account=self.account,
            people={person.neighbour.chat: person for person in people},
            limits=LIMITS,
            wall=self.wall.now,
            looks=self._looks,
            events=self.events,
        )
        arrivals = random.Random(f"arrivals {self.seed}")
        for person in people:
            comes(self.platform, person, arrivals.uniform(0.02, 0.55) * self.days * DAY)

    def _looks(self, chat: str) -> tuple[frozenset[str], bool]:
        assert self._watcher is not None, "somebody looks all the time"
        worked = self._watcher.execute("SELECT update_id FROM inbox WHERE chat = ? AND state = 'done'", (chat,))
        ids = frozenset(str(row[0]) for row in worked.fetchall())
        finished = self._watcher.execute(
            "SELECT 1 FROM dialogues d JOIN addresses a ON a.citizen_id = d.citizen_id"
            " WHERE a.external_id = ? AND d.stage = 'finished'",
            (chat,),
        ).fetchall()
        return ids, bool(finished)

    # ── a process ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _turn(self) -> None:
        """Called once a turn of the loop: the process may die at any of them."""
        busy = bool(self.events) and Platform.now() - self.events[-1].at < BUSY
        if busy and self._turns_left is not None and self._process is not None and not self._killed:
            self._turns_left -= 1
            if self._turns_left <= 0:
                self._killed = True
                self.ground.disk.die()
                self._line.cut()
                self._process.cancel()

    async def _one_life(self, turns: int | None, until: float) -> None:
        """A process from its start to its end: killed after so many turns, or stopped `until` then."""
        await self.ground.closed()
        self.ground.disk = Disk(self.ground.disk.room)
        self._killed, self._turns_left = False, turns
        self._line = Line(self.platform)
        self._process = asyncio.create_task(self._serve(self._line, until))
        try:
            await self._process
        except (asyncio.CancelledError, Exception):
            if not self._killed:
                raise
        finally:
            self._line.cut()
            self._process = None
            self.faults["disk full"] += self.ground.disk.refused
            await self.ground.closed()

    async def _serve(self, line: Line, until: float) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                house = self._house(await self.ground.storage())
                house.join(self.account, line, LIMITS)
                await house.outbox.recover(everything=True)
                return await self._work(house, until)
            except StorageError:  # the disk is full at the start: whoever looks after the program starts it again
                await asyncio.sleep(10)
                if loop.time() >= until:
                    return None

    def _house(self, storage: Storage) -> House:
        chance = SeededChance(hash_of(f"{self.seed} {asyncio.get_running_loop().time()}"))
        house = House(storage, self.wall, chance, self.ground.words, self.ground.tagger, {CHANNEL: decode}, hashed)
        house.planning.horizon = OFTEN
        return house

    async def _work(self, house: House, until: float) -> None:
        stop, changed = asyncio.Event(), asyncio.Event()

        def noticed(stage: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
            async def work() -> object:
                found: object = True
                try:
                    found = await stage()
                finally:
                    if found:
                        changed.set()
                return found

            return work

        stages = {name: noticed(stage) for name, stage in house.stages().items()}
        async with asyncio.TaskGroup() as group:
            group.create_task(tick(stages, self.wall, stop, every=RHYTHMS, wake=house.wakes))
            outside = [
                group.create_task(self._fetch(house)),
                group.create_task(self._wake(house, changed)),
            ]
            await asyncio.sleep(until - asyncio.get_running_loop().time())
            for each in outside:
                each.cancel()
            house.stopping = True
            stop.set()
        await house.outbox.leave()

    async def _fetch(self, house: House) -> None:
        """A way in, as every platform's: what was committed is acknowledged, nothing else is."""
        while True:
            updates = self.platform.fetch(BATCH)
            if not updates:
                self.platform.arrived.clear()
                await self.platform.arrived.wait()
                continue
            try:
                await house.inbox.accept(updates)
            except StorageError:
                await asyncio.sleep(2)
                continue
            self.platform.acknowledge(updates)

    async def _wake(self, house: House, changed: asyncio.Event) -> None:
        """Wakes the stages when something falls due."""
        while True:
            changed.clear()
            async with house.storage.reading() as unit:
                soon = [await unit.dialogues.next_elapse(), await unit.deliveries.next_due()]
            now = self.wall.now()
            wait = min([(at - now).total_seconds() for at in soon if at is not None], default=HOUR)
            if wait > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(wait, HOUR)):
                        await changed.wait()
                continue
            for name in ("elapse", "send"):
                house.wakes[name].set()
            await asyncio.sleep(1)

    # ── troubles ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _disk_fills(self) -> None:
        """While something is worked on: at other times nobody would notice. When nobody did all the same, it is full to
        the last byte the next time there is work."""
        chance = random.Random(f"disk {self.seed}")
        while True:
            await asyncio.sleep(chance.expovariate(4 / DAY))
            noticed, room = self.ground.disk.refused, chance.choice((Room.NONE, Room.NO_GROWTH))
            for each in (room, Room.NONE):
                await self.platform.busy.wait()
                await asyncio.sleep(chance.uniform(0, BUSY))
                length = chance.choice((5.0, 20.0, 120.0))
                self.events.append(Fault(Platform.now(), "disk full", Platform.now() + length))
                self.ground.disk.room = each
                await asyncio.sleep(length)
                self.ground.disk.room = Room.PLENTY
                if self.ground.disk.refused != noticed:
                    break

    async def _clock_jumps(self) -> None:
        chance = random.Random(f"clock {self.seed}")
        while True:
            await asyncio.sleep(chance.expovariate(1 / (2 * DAY)))
            self.faults["clock set wrong"] += 1
            for wrong in (timedelta(hours=chance.choice((-1, 1))), timedelta(0)):
                self.wall.wrong = wrong
                self.events.append(Fault(Platform.now(), "clock", Platform.now()))
                await asyncio.sleep(chance.uniform(60, 3 * HOUR))


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def hashed(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def hash_of(text: str) -> int:
    return int(hashed(text)[:16], 16)


def _asked(days: float) -> Consultation:
    """The swimming pool, with every kind of step inside the days that are played, and nothing forgotten meanwhile."""
    late = (START + timedelta(days=days * 0.8)).replace(tzinfo=None)
    steps = (
        Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL), paid=2),
        Step("last-call", StepKind.LAST_CALL, Moment(at=late.replace(hour=12, minute=0)), paid=2),
        Step("results", StepKind.RESULTS, Moment(at=(late + timedelta(days=1)).replace(hour=11, minute=0))),
    )
    kept = Retention(raw_updates=timedelta(days=365), message_bodies=timedelta(days=365))
    closes = max(START + timedelta(days=42), START + timedelta(days=days + 10))
    return consultation(steps=steps, retention=kept, closes_at=closes)


STAY = (Habit.FINISHES, Habit.FORGETS)
"""Who may say STOP long after they last wrote: whoever comes back later would have changed their mind again."""
HABITS = (Habit.FINISHES, Habit.COMES_BACK, Habit.FORGETS, Habit.STOPS, Habit.FINISHES, Habit.LEAVES)


def _people(asked: Consultation, people: int, seed: int) -> list[Person]:
    """Every habit, whatever the seed; their quirks and words are drawn."""
    chance = random.Random(f"people {seed}")
    found = []
    for place, neighbour in enumerate(make_neighbours(asked, language="fr", people=people, seed=seed)):
        habit = HABITS[place % len(HABITS)]
        patience = chance.choice((0, 1, 2)) if habit in (Habit.COMES_BACK, Habit.FORGETS, Habit.STOPS) else None
        own = tuple(f"{words} ({place})" for words in neighbour.sayings)
        quirk = neighbour.quirk if habit is Habit.FINISHES else None  # others may never agree to what they typed before
        made = replace(neighbour, habit=habit, patience=patience, sayings=own, quirk=quirk)
        refuses = habit is Habit.FORGETS and chance.random() < 0.5
        stops_after = chance.uniform(0.8, 3) * DAY if habit in STAY and chance.random() < 0.2 else None
        found.append(Person(made, refuses, stops_after))
    return found


def _kept(database: Path, now: datetime) -> Kept:
    with closing(sqlite3.connect(database)) as connection:
        inbox = {str(row[0]): str(row[1]) for row in connection.execute("SELECT update_id, state FROM inbox")}
        parts = connection.execute(
            "SELECT a.external_id, p.message_id, p.text FROM parts p JOIN contributions c ON c.id = p.contribution_id"
            " JOIN addresses a ON a.citizen_id = c.citizen_id ORDER BY c.received_at, c.id, p.message_id"
        ).fetchall()
        answers = connection.execute(
            "SELECT a.external_id, s.question_id, s.value FROM answers s JOIN dialogues d ON d.id = s.dialogue_id"
            " JOIN addresses a ON a.citizen_id = d.citizen_id ORDER BY 1, 2, 3"
        ).fetchall()
        rows = connection.execute(
            "SELECT d.id, a.external_id, d.lane, d.step, d.state, d.reason, d.due_at FROM deliveries d"
            " JOIN addresses a ON a.id = d.address_id ORDER BY d.seq"
        ).fetchall()
        paid = {str(row[0]): int(row[1]) for row in connection.execute("SELECT step, messages FROM paid_messages")}
    owed = tuple(
        Owed(str(row[0]), str(row[1]), str(row[2]), row[3] or "", str(row[4]), row[5] or "", _at(row[6]) > now)
        for row in rows
    )
    return Kept(inbox, tuple(parts), tuple(answers), owed, paid)


def _at(value: object) -> datetime:
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
