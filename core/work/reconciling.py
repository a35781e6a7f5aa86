"""Messages to staff that may have arrived: the platform is asked, and what is not there goes again.

    uncertain ─▶ find ─┬─ there ──────────▶ sent
                       ├─ not there ──────▶ planned again, later each time
                       └─ cannot be asked ▶ asked again the next time

Only where a channel can find what it sent, by the delivery's id. Those of citizens cannot: there a push stays
uncertain.
An alert or the edit that takes a quote back must not be lost for one bad answer of the platform.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from core.model.deliveries import Delivery, Lane, State, moved
from core.model.errors import ChannelError
from core.model.ids import AccountId
from core.storage.engine import Storage
from core.work.ports import Channel, Clock, Finder

BATCH = 20
LONGEST_WAIT = timedelta(minutes=5)


@dataclass(slots=True)
class Reconciling:
    storage: Storage
    channels: Mapping[AccountId, Channel]
    clock: Clock

    async def look_for_uncertain(self) -> int:
        """Returns of how many messages it is known now whether they arrived."""
        finders = {account: channel for account, channel in self.channels.items() if isinstance(channel, Finder)}
        async with self.storage.reading() as unit:
            uncertain = await unit.deliveries.uncertain(list(finders), Lane.STAFF, BATCH)
            addresses = await unit.people.addresses({each.address for each in uncertain})
        known: list[Delivery] = []
        for each in uncertain:
            try:
                found = await finders[each.account].find(addresses[each.address], each.id)
            except ChannelError:
                continue
            known.append(self._settled(each, found))
        async with self.storage.unit() as unit:
            await unit.deliveries.save(known)
        return len(known)

    def _settled(self, delivery: Delivery, found: str | None) -> Delivery:
        now = self.clock.now()
        if found is not None:
            return replace(moved(delivery, State.SENT), external_id=found, sent_at=now)
        wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(delivery.attempts, 10)))
        return replace(
            moved(delivery, State.PLANNED, detail=delivery.detail), due_at=now + wait, attempts=delivery.attempts + 1
        )
