"""The one pen of a database that has a single writer, and how many others than those who write pages want it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Pen:
    """Held in the order of asking. `wanted`: how many hold it or wait for it; `asked`: how often it was asked for. The
    patient ones are left out of both."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.wanted = 0
        self.asked = 0

    @asynccontextmanager
    async def held(self, *, patient: bool = False) -> AsyncIterator[None]:
        hasty = not patient
        self.asked += hasty
        self.wanted += hasty
        try:
            async with self._lock:
                yield
        finally:
            self.wanted -= hasty
