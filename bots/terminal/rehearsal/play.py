"""Plays a whole campaign in seconds: the real program, simulated people, and a clock that does not wait.

next thing due (a neighbour, a silence, a message, an appointment) ─▶ the clock jumps there ─▶ the house works ─▶ again
                            a guest writes on a page meanwhile: for them the clock runs as theirs does, until they pause
"""

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bots.terminal.decode import Spoken, encode
from bots.terminal.rehearsal.clock import LivingClock, VirtualClock
from bots.terminal.rehearsal.neighbours import Neighbour
from core.model.consultations import Consultation
from core.model.ids import AccountId
from core.model.messages import Message, Outbound, Outcome, Sent, Started
from core.model.people import Address
from core.work.house import House
from core.work.ports import RawUpdate

Appointment = tuple[datetime, Callable[[], Awaitable[object]]]
"""Something that happens at its time, whatever people do: steps are planned, a digest is made, an officer reads."""


@dataclass(slots=True)
class Street:
    """The neighbours as a channel: what is sent to them lands here, and what they do about it waits for its moment."""

    clock: VirtualClock
    consultation: Consultation
    neighbours: dict[str, Neighbour] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    waiting: list[tuple[datetime, int, Neighbour, Spoken]] = field(default_factory=list)
    received: Counter[str] = field(default_factory=Counter)
    last: Message | None = None

    def arrive(self, neighbours: Iterable[Neighbour]) -> None:
        for neighbour in neighbours:
            self.neighbours[neighbour.chat] = neighbour
            self._later(neighbour.arrives_at, neighbour, Started(neighbour.source))

    async def send(self, address: Address, message: Outbound) -> Outcome:
        number = next(self.numbers)
        neighbour = self.neighbours[address.external_id]
        if isinstance(message, Message):
            self.received[address.external_id] += 1
            self.last = message
            for when, event in neighbour.reacts(message, self.clock.now(), self.consultation):
                self._later(when, neighbour, event)
        return Sent(str(number))

    def due(self, account: AccountId) -> list[RawUpdate]:
        """What happens at this moment, as the platform would bring it."""
        now = self.clock.now()
        updates = []
        while self.waiting and self.waiting[0][0] <= now:
            _, number, neighbour, event = heapq.heappop(self.waiting)
            raw = encode(neighbour.chat, event, language=neighbour.language)
            updates.append(RawUpdate(account, str(number), neighbour.chat, raw, now))
        return updates

    def _later(self, when: datetime, neighbour: Neighbour, event: Spoken) -> None:
        heapq.heappush(self.waiting, (when, next(self.numbers), neighbour, event))


GUEST_PAUSES = 20.0
"""Seconds after which a guest has put the phone away, and the weeks go on."""
LOOK_EVERY, LIVE_EVERY = 0.1, 0.5


@dataclass(slots=True)
class Guests:
    """Those who open the pages while the weeks go by. `wrote`: set whenever one of them said or pressed something."""

    clock: LivingClock
    wrote: asyncio.Event = field(default_factory=asyncio.Event)

    async def served(self, house: House) -> None:
        """Returns when nobody writes (any more)."""
        if not self.wrote.is_set():
            return
        self.clock.run()
        while self.wrote.is_set():
            self.wrote.clear()
            until = asyncio.get_running_loop().time() + GUEST_PAUSES
            while asyncio.get_running_loop().time() < until and not self.wrote.is_set():
                await house.settle()
                await asyncio.sleep(LOOK_EVERY)
        self.clock.halt()


async def play(
    house: House,
    street: Street,
    account: AccountId,
    *,
    appointments: Sequence[Appointment],
    until: datetime,
    tell: Callable[[datetime], None],
    guests: Guests | None = None,
) -> None:
    """Lets the campaign run until `until`. `tell` hears of each moment at which something happened."""
    clock = street.clock
    to_come = sorted(appointments, key=lambda each: each[0], reverse=True)
    while clock.now() < until:
        if guests:
            await guests.served(house)
        await house.inbox.accept(street.due(account))
        while to_come and to_come[-1][0] <= clock.now():
            await to_come.pop()[1]()
        await house.settle()
        tell(clock.now())
        clock.advance_to(min(await _next(house, street, to_come[-1][0] if to_come else until), until))


async def live(house: House, street: Street, account: AccountId, stop: asyncio.Event) -> None:
    """Until `stop`, on a clock that runs: neighbours still come, and react in their own time."""
    while not stop.is_set():
        due = street.due(account)
        if due:
            await house.inbox.accept(due)
        await asyncio.sleep(LIVE_EVERY)


async def _next(house: House, street: Street, otherwise: datetime) -> datetime:
    """The next moment at which something is due, at least a second from now."""
    now = street.clock.now()
    async with house.storage.reading() as unit:
        soon = [await unit.dialogues.next_elapse(), await unit.deliveries.next_due(), otherwise]
    if street.waiting:
        soon.append(street.waiting[0][0])
    return max(now + timedelta(seconds=1), min(moment for moment in soon if moment is not None))
