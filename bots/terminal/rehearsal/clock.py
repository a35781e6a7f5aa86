"""A clock that stands still until it is told what time it is."""

import asyncio
import random
from datetime import datetime, timedelta


class VirtualClock:
    """The `Clock` of a rehearsal. Waiting is free: `sleep` moves the time on at once."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance_to(self, when: datetime) -> None:
        self._now = max(self._now, when)

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class SeededChance:
    """The `Chance` of a rehearsal: the same seed, the same ids."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def token(self) -> str:
        return f"{self._random.getrandbits(128):032x}"
