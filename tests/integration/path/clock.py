"""A clock that stands still until a test moves it."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

REAL_WAIT = 0.005
"""Who waits on a clock that stands still looks again this often, in real seconds: the network does not stand still."""


class Clock:
    """The `Clock` of a town. `sleep` lets others work and does not move the time."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, REAL_WAIT))

    def forward(self, by: timedelta) -> None:
        self._now += by

    def set_wall(self, wall: str, zone: str = "Europe/Paris") -> None:
        """To "2026-11-16 10:00" on the clocks of `zone`; never back."""
        then = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
        if then < self._now:
            raise ValueError(f"the town's clock does not go back to {wall}")
        self._now = then.astimezone(self._now.tzinfo)
