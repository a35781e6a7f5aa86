"""Clocks that do not follow the real date: one that stands still, one that does so until it is let run, and one that
runs from another day.
"""

import asyncio
import random
from datetime import datetime, timedelta

from core.work.ports import Clock


class VirtualClock:
    """The `Clock` of a campaign played in advance. Waiting is free: `sleep` moves the time on at once."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance_to(self, when: datetime) -> None:
        self._now = max(self._now, when)

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class LivingClock(VirtualClock):
    """A virtual clock that can be let run like the real one, and be stopped again where it got to."""

    def __init__(self, real: Clock, now: datetime) -> None:
        super().__init__(now)
        self._real = real
        self._running_since: datetime | None = None

    def now(self) -> datetime:
        gone = self._real.now() - self._running_since if self._running_since else timedelta(0)
        return self._now + max(timedelta(0), gone)

    def run(self) -> None:
        self.halt()
        self._running_since = self._real.now()

    def halt(self) -> None:
        self._now, self._running_since = self.now(), None

    def advance_to(self, when: datetime) -> None:
        self._now += max(timedelta(0), when - self.now())

    async def sleep(self, seconds: float) -> None:
        if self._running_since is None:
            await super().sleep(seconds)
        else:
            await self._real.sleep(seconds)


class StageClock:
    """The `Clock` of a dialogue that is only tried: the real one, moved to a day on which the consultation is open."""

    def __init__(self, real: Clock, start: datetime) -> None:
        self._real = real
        self._ahead = start - real.now()

    def now(self) -> datetime:
        return self._real.now() + self._ahead

    def advance_to(self, when: datetime) -> None:
        self._ahead += max(timedelta(0), when - self.now())

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)


class SeededChance:
    """The `Chance` of a rehearsal: the same seed, the same ids."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def token(self) -> str:
        return f"{self._random.getrandbits(128):032x}"
