"""Whoever writes page after page for very many people lets those go first who answer somebody.

An answer takes several pieces of writing, one after the other; where each waited for a page, it took as many pages.

a page ─▶ did anybody else write since? ─no──▶ the next page
                     └─yes─▶ a breath, and asked again: a few times at most, so that pages go on
"""

from dataclasses import dataclass, field

from core.storage.engine import Storage
from core.work.ports import Clock

BREATH = 0.005
"""Seconds after which whoever wrote has nothing to add."""
MOST_BREATHS = 20
"""A tenth of a second: pages go on, only more slowly, while very many people write."""


@dataclass(slots=True)
class Patience:
    """`give_way` before each page, which is then written in a unit that is `patient`."""

    storage: Storage
    clock: Clock
    _seen: int = field(init=False)

    def __post_init__(self) -> None:
        self._seen, _ = self.storage.haste

    async def give_way(self) -> None:
        for _ in range(MOST_BREATHS):
            asked, wanted = self.storage.haste
            if asked == self._seen and not wanted:
                return
            self._seen = asked
            await self.clock.sleep(BREATH)
