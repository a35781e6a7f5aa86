"""What is known of people about one consultation at one moment: the ground on which a push is allowed or not."""

from collections.abc import Collection
from datetime import datetime

from core.model.consultations import COMING, PROMISED, Consultation, Step, StepKind
from core.model.deliveries import LATER_STEP
from core.model.ids import CitizenId, ConsultationId
from core.model.people import Purpose
from core.rules.eligibility import CAP_OVER, Standing
from core.rules.sequential import most_sent, too_many_opt_outs
from core.storage.consultations import Running
from core.storage.dialogues import Stand
from core.storage.unit import Unit

ERASED = Stand(stopped=False, unreachable=False, stage=None, finished=False, not_interested=False, answer=None)
NUDGES = (StepKind.REMINDER, StepKind.LAST_CALL)


async def standings(
    unit: Unit, consultation: Consultation, running: Running, step: str, ids: Collection[CitizenId], *, now: datetime
) -> dict[CitizenId, Standing]:
    """By citizen, for one step. Those who are gone (erased) have a standing too: it says so."""
    event = next((each.event for each in consultation.steps if each.id == step), "")
    nudges = (*(each.id for each in consultation.steps if each.kind in NUDGES), LATER_STEP)
    other_nudges = {each for each in nudges if each != step}
    own = ConsultationId(consultation.id)
    stands = await unit.dialogues.stands(own, ids, event)
    consents = await unit.people.consents(ids)
    pushes = await unit.deliveries.pushes_since(ids, now - CAP_OVER)
    charged = await unit.experiments.charged(ids, now - CAP_OVER, now, consultation=own, step=step)
    pushed = await unit.deliveries.steps_sent(own, ids)
    found: dict[CitizenId, Standing] = {}
    for citizen in ids:
        known = stands.get(citizen, ERASED)
        agreed = {purpose for where, purpose in consents[citizen] if where == own}
        elsewhere = {purpose for _, purpose in consents[citizen]}
        found[citizen] = Standing(
            stopped=known.stopped,
            unreachable=known.unreachable,
            consented_participation=Purpose.PARTICIPATION in (agreed if known.stage else elsewhere),
            stage=known.stage,
            finished=known.finished,
            not_interested=known.not_interested,
            reminders_allowed=Purpose.REMINDERS in elsewhere,
            results_wanted=Purpose.RESULTS in agreed,
            erased=known is ERASED,
            campaign_state=running.state,
            closes_at=running.closes_at,
            pushes_last_7_days=pushes[citizen] + charged.get(citizen, 0),
            cap=consultation.partner.pushes_a_week,
            coming=known.answer == COMING,
            nudged=not other_nudges.isdisjoint(pushed.get(citizen, ())),
        )
    return found


async def too_many_left(unit: Unit, consultation: ConsultationId, step: Step) -> bool:
    """Do people leave because of this step? Then nobody else gets it. What was promised goes to whoever wanted it."""
    if step.kind in PROMISED:
        return False
    return too_many_opt_outs(*await unit.experiments.left(consultation, step.id, enough=most_sent))
