"""How many messages of a step may still be paid for: what its file allows now, less what was spent.

    ceiling of the file ─▶ min(as it was when the push was planned, as it is now) ─▶ less what was counted ─▶ left

Asked when a push is taken to hand, to know its pace, and again in the transaction that stamps it, just before it
leaves.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from core.model.consultations import Consultation
from core.model.deliveries import Delivery, Lane
from core.model.ids import ConsultationId
from core.storage.unit import Unit
from core.work.session import Library

Purse = tuple[ConsultationId, str]
"""A step of a consultation: what is spent is counted by it, whatever the revision."""


async def left(unit: Unit, library: Library, pushes: Sequence[Delivery]) -> Mapping[Purse, int]:
    """By step, how many of its messages may still be paid for. Those that say nothing of it are absent."""
    found: dict[Purse, int] = {}
    for purse, most in (await _ceilings(unit, library, pushes)).items():
        found[purse] = max(0, most - (await unit.paid.of(purse[0])).get(purse[1], 0))
    return found


async def take(unit: Unit, library: Library, pushes: Sequence[Delivery]) -> set[str]:
    """Counts these as paid for, as far as the ceiling goes. Returns the ids of those that may be."""
    granted: set[str] = set()
    for purse, most in (await _ceilings(unit, library, pushes)).items():
        own = [each.id for each in pushes if purse_of(each) == purse]
        granted.update(own[: await unit.paid.take(*purse, len(own), most=most)])
    return granted


async def give_back(unit: Unit, pushes: Sequence[Delivery]) -> None:
    """These certainly did not arrive: they cost nothing."""
    for purse, count in Counter(filter(None, map(purse_of, pushes))).items():
        await unit.paid.give_back(*purse, count)


def purse_of(delivery: Delivery) -> Purse | None:
    if delivery.lane is not Lane.PUSH or delivery.consultation is None or delivery.step is None:
        return None
    return delivery.consultation, delivery.step


async def _ceilings(unit: Unit, library: Library, pushes: Sequence[Delivery]) -> dict[Purse, int]:
    found: dict[Purse, int] = {}
    for push in pushes:
        purse = purse_of(push)
        if purse is None or push.revision is None or not (most := await _most(unit, library, purse, push.revision)):
            continue
        found[purse] = min(most, found.get(purse, most))
    for purse in list(found):
        running = await unit.consultations.running(purse[0])
        now = await _most(unit, library, purse, running.revision) if running is not None else 0
        found[purse] = min(found[purse], now)
    return found


async def _most(unit: Unit, library: Library, purse: Purse, revision: int) -> int:
    key = (purse[0], revision)
    if key not in library:
        library |= await unit.consultations.revisions([key])
    known: Consultation | None = library.get(key)
    return next((step.paid for step in known.steps if step.id == purse[1]), 0) if known else 0
