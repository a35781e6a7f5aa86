"""What is kept too long goes, each thing after its own time; campaigns that are over are closed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Retention
from core.model.ids import ConsultationId
from core.storage.consultations import Running
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.intake import Intake
from core.work.own_data import erase_citizen
from core.work.ports import Chance, Clock

PAGE = 200


@dataclass(slots=True)
class Housekeeping:
    storage: Storage
    clock: Clock
    chance: Chance
    intake: Intake
    erasure_hash: Callable[[str], str]

    async def tidy(self) -> Counter[str]:
        """One round. Counts what went."""
        counts: Counter[str] = Counter()
        counts["held"] = await self.intake.drop_held()
        general = Retention()
        now = self.clock.now()
        async with self.storage.unit() as unit:
            counts["updates"] = await unit.inbox.forget_before(now - general.raw_updates)
            counts["bodies"] = await unit.deliveries.forget_bodies(now - general.message_bodies)
            for citizen in await unit.privacy.inactive(now - general.inactive_people, PAGE):
                await erase_citizen(unit, citizen, self.erasure_hash, self.chance, now, farewell=None)
                counts["inactive"] += 1
            for running in await unit.consultations.all():
                counts += await self._consultation(unit, running)
        return counts

    async def _consultation(self, unit: Unit, running: Running) -> Counter[str]:
        """After the closing date: the raw words go a month later, the contributions when the file says so."""
        now = self.clock.now()
        counts: Counter[str] = Counter()
        if now < running.closes_at:
            return counts
        consultation: Consultation | None = await unit.consultations.current(running.id)
        assert consultation is not None, "it was just listed"
        retention = consultation.retention
        if now >= running.closes_at + retention.message_bodies:
            counts["raw words"] = await unit.privacy.forget_parts(ConsultationId(running.id))
        if now >= running.closes_at + retention.contributions:
            counts["contributions"] = await unit.privacy.delete_contributions(running.id)
            if running.state in (CampaignState.RUNNING, CampaignState.PAUSED):
                await unit.consultations.set_state(running.id, CampaignState.FINISHED, now)
        return counts
