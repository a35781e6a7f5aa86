"""The contributions that staff look for: a page of them, how many there are, or all, a piece at a time."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from core.model.ids import ConsultationId, ContributionId
from core.storage.engine import Storage
from core.storage.shelf import Kept, Wanted

PAGE, CHUNK = 25, 500


@dataclass(frozen=True, slots=True)
class Found:
    """`more`: what to ask for to get the next page. `count`: how many in all."""

    kept: Sequence[Kept]
    more: ContributionId | None
    count: int


async def find(
    storage: Storage,
    consultation: ConsultationId,
    wanted: Wanted,
    *,
    after: ContributionId | None = None,
    size: int = PAGE,
) -> Found:
    """One page of what was searched for, the newest first."""
    async with storage.reading() as unit:
        count = await unit.shelf.count(consultation, wanted)
        some = await unit.shelf.contributions(consultation, wanted, after=after, limit=size + 1)
    return Found(some[:size], some[size - 1].contribution.id if len(some) > size else None, count)


async def every(storage: Storage, consultation: ConsultationId, wanted: Wanted) -> AsyncIterator[Kept]:
    """All that was searched for: for an export."""
    after: ContributionId | None = None
    while True:
        async with storage.reading() as unit:
            some = await unit.shelf.contributions(consultation, wanted, after=after, limit=CHUNK)
        for each in some:
            yield each
        if len(some) < CHUNK:
            return
        after = some[-1].contribution.id
