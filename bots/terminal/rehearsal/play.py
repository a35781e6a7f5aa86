"""Plays a whole campaign in seconds: the real program, simulated neighbours, and a clock that does not wait.

next thing due (a neighbour, a silence, a step, a digest) ─▶ the clock jumps there ─▶ the house works ─▶ again
"""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bots.terminal.decode import encode
from bots.terminal.rehearsal.clock import VirtualClock
from bots.terminal.rehearsal.neighbours import Neighbour
from core.model.consultations import Consultation
from core.model.ids import AccountId
from core.model.messages import Message, Outbound, Outcome, Pressed, Said, Sent, Started
from core.model.people import Address
from core.work.house import House
from core.work.ports import RawUpdate

LOOK_EVERY = timedelta(hours=3)
"""How far the clock jumps at most: planning and digests look at the clock this often."""

Waiting = tuple[datetime, int, Neighbour, Started | Said | Pressed]


@dataclass(slots=True)
class Street:
    """The neighbours as a channel: what is sent to them lands here, and what they do about it waits for its moment."""

    clock: VirtualClock
    consultation: Consultation
    neighbours: dict[str, Neighbour]
    numbers: Iterator[int] = field(default_factory=itertools.count)
    waiting: list[Waiting] = field(default_factory=list)
    received: Counter[str] = field(default_factory=Counter)

    def arrive(self) -> None:
        for neighbour in self.neighbours.values():
            self._later(neighbour.arrives_at, neighbour, Started(neighbour.source))

    async def send(self, address: Address, message: Outbound) -> Outcome:
        number = next(self.numbers)
        neighbour = self.neighbours[address.external_id]
        if isinstance(message, Message):
            self.received[address.external_id] += 1
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

    def _later(self, when: datetime, neighbour: Neighbour, event: Started | Said | Pressed) -> None:
        heapq.heappush(self.waiting, (when, next(self.numbers), neighbour, event))


async def play(
    house: House,
    street: Street,
    account: AccountId,
    *,
    until: datetime,
    tell: Callable[[datetime], None],
) -> None:
    """Lets the campaign run until `until`. `tell` hears of each moment at which something happened."""
    clock = street.clock
    look_at = clock.now()
    house.planning.horizon = LOOK_EVERY
    while clock.now() < until:
        await house.inbox.accept(street.due(account))
        if clock.now() >= look_at:
            await house.planning.plan_due()
            await house.digests.make_due()
            look_at = _next_look(clock.now())
        await house.settle()
        tell(clock.now())
        clock.advance_to(min(await _next(house, street, until), until))


async def _next(house: House, street: Street, until: datetime) -> datetime:
    """The next moment at which something is due, at least a second from now."""
    now = street.clock.now()
    async with house.storage.reading() as unit:
        soon = [await unit.dialogues.next_elapse(), await unit.deliveries.next_due(), until]
    if street.waiting:
        soon.append(street.waiting[0][0])
    first = min(moment for moment in soon if moment is not None)
    return max(now + timedelta(seconds=1), min(first, _next_look(now)))


def _next_look(now: datetime) -> datetime:
    seconds = LOOK_EVERY.total_seconds()
    return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, tz=now.tzinfo)
