"""A message at the moment that the person chose: owed once, and asked about again when it leaves."""

from datetime import datetime

from core.model.deliveries import LATER_STEP, Delivery, Lane
from core.model.ids import ConsultationId, delivery_id
from core.rules.chosen_moments import later_key
from core.rules.specs.steps import later_spec
from core.work.ports import Chance
from core.work.session import Person, Session


async def postpone(
    session: Session, chance: Chance, person: Person, about: ConsultationId, at: datetime, event: str
) -> None:
    """Owes `person` a message about this consultation at `at`; `event` names what asked for it. Everything that they
    changed in this batch must be written already."""
    placed = person.dialogues.get(about)
    running = session.running[about]
    consultation = await session.consultation(about, placed.dialogue.revision if placed else None)
    language = placed.dialogue.language if placed else person.citizen.language
    await session.unit.deliveries.postpone(
        Delivery(
            id=delivery_id(session.now, chance.token()),
            key=later_key(at, event),
            account=person.account.id,
            address=placed.address if placed else person.address.id,
            lane=Lane.PUSH,
            body=later_spec(consultation, language, begun=placed is not None),
            language=language,
            due_at=at,
            planned_at=session.now,
            citizen=person.citizen.id,
            consultation=about,
            revision=consultation.revision,
            step=LATER_STEP,
            use_by=running.closes_at,
        )
    )
