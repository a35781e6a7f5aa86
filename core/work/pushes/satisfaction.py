"""Some days after an official answer, whoever was told is asked once: does this answer you?

    [follow-up: told] ─▶ ask_due: pages of those it reached ─▶ [delivery: one a person] ─▶ outbox
    [Yes] [Partly] [No] ─▶ rated ─▶ a sentence, if they like ─▶ explained ─▶ masked like every text

Only the newest answer to a topic is asked about. The moment counts from when each person was told; whether the question
may go is asked again when it is about to leave, and the messages of the week are counted then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.model.consultations import Consultation
from core.model.deliveries import Delivery, Lane, Spec
from core.model.dialogues import Dialogue, Explain, Rate
from core.model.follow_ups import FollowUp
from core.model.ids import CitizenId, ConsultationId, FollowUpId, delivery_id
from core.model.satisfaction import ASK_STEP, WHY_ANSWER, Rating, ratings
from core.rules.specs.actions import tag_of
from core.rules.specs.bricks import phrase
from core.rules.specs.follow_up import ask_spec, rated_spec
from core.storage.engine import Storage
from core.storage.satisfactions import Said, WasTold
from core.storage.unit import Unit
from core.work.alone import each_alone
from core.work.follow_up import told_key
from core.work.patience import Patience
from core.work.ports import Chance, Clock
from core.work.session import Person, Session

PAGE = 250
"""People a unit: replies go in between."""
OF_USE = timedelta(days=30)
"""After this time nobody remembers what the question is about."""


def asked_key(follow_up: FollowUpId, citizen: str) -> str:
    """The key of the one question about this answer to this person."""
    return f"satisfied:{follow_up}:{citizen}"


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Asking:
    """`wake` is called when somebody is owed the question."""

    storage: Storage
    clock: Clock
    chance: Chance
    wake: Callable[[], None]

    async def ask_due(self) -> int:
        """Owes the question to everybody whose time has come. Returns how many."""
        async with self.storage.reading() as unit:
            told = await unit.satisfactions.to_ask()
        return sum(await each_alone(told, self._ask))

    async def _ask(self, follow_up: FollowUp) -> int:
        owed = 0
        patience = Patience(self.storage, self.clock)
        while (page := await self._ask_page(follow_up, patience)) is not None:
            owed += page
            if page:
                self.wake()
        return owed

    async def _ask_page(self, follow_up: FollowUp, patience: Patience) -> int | None:
        """Owes the next page of people the question. None: it is not time yet, or everybody was asked."""
        now = self.clock.now()
        async with self.storage.reading() as unit:
            consultation = await unit.consultations.current(follow_up.consultation)
        if consultation is None or follow_up.published_at is None:
            return None
        wait = consultation.reply.ask_after
        if wait and now < follow_up.published_at + wait:
            return None
        await patience.give_way()
        async with self.storage.unit(patient=True) as unit:
            up_to = await unit.satisfactions.asked_up_to(follow_up.id)
            if up_to is None:
                return None
            if not wait or await _superseded(unit, follow_up):
                await unit.satisfactions.set_asked(follow_up.id, None)
                return None
            page = await unit.satisfactions.told(
                follow_up.consultation, told_key(follow_up.id, ""), after=up_to, limit=PAGE
            )
            languages = {each.language for each in page}
            words = {each: ask_spec(follow_up, consultation, each) for each in languages}
            owed = [self._delivery(follow_up, consultation, each, words[each.language], now) for each in page]
            await unit.deliveries.plan(owed)
            await unit.satisfactions.set_asked(follow_up.id, page[-1].citizen if len(page) == PAGE else None)
        return len(page)

    def _delivery(
        self, follow_up: FollowUp, consultation: Consultation, told: WasTold, words: Spec, now: datetime
    ) -> Delivery:
        return Delivery(
            id=delivery_id(now, self.chance.token()),
            key=asked_key(follow_up.id, told.citizen),
            account=told.account,
            address=told.address,
            lane=Lane.PUSH,
            body=words,
            language=told.language,
            due_at=max(now, told.at + consultation.reply.ask_after),
            planned_at=now,
            citizen=told.citizen,
            consultation=follow_up.consultation,
            revision=consultation.revision,
            step=ASK_STEP,
            use_by=now + OF_USE,
        )


async def _superseded(unit: Unit, follow_up: FollowUp) -> bool:
    """Was its topic answered again since?"""
    everything = await unit.follow_ups.of(follow_up.consultation)
    newest = next((each for each in everything if each.public and each.topic == follow_up.topic), follow_up)
    return bool(follow_up.topic) and newest.id != follow_up.id


# ── what they say ────────────────────────────────────────────────────────────────────────────────────────────────────


async def rated(session: Session, dialogue: Dialogue, rate: Rate) -> list[Spec]:
    """Keeps the word, when that person was really asked. Returns what is said to them."""
    unit = session.unit
    follow_up = await _asked(unit, dialogue, rate.follow_up)
    if follow_up is None:
        return [Spec((phrase("stale.button"),))]
    before = await _said(unit, dialogue, follow_up)
    await unit.satisfactions.put(follow_up, dialogue.citizen, rate.satisfied, session.now)
    return [] if rate.again and before is not None and before.value is rate.satisfied else [rated_spec()]


async def explained(session: Session, person: Person, dialogue: Dialogue, explain: Explain) -> None:
    """Keeps the words where urgent ones are kept too: apart from the contributions, masked, read by staff only."""
    unit = session.unit
    follow_up = await _asked(unit, dialogue, explain.follow_up)
    said = await _said(unit, dialogue, follow_up) if follow_up else None
    if said is None:
        return
    why = said.why or session.new_contribution(person, dialogue, "", redirect=WHY_ANSWER)
    session.put_part(why, explain.text, explain.message_id, forwarded=False)
    session.whole(why)
    await session.flush()
    await unit.satisfactions.set_why(said.follow_up, dialogue.citizen, why)


async def _asked(unit: Unit, dialogue: Dialogue, name: str) -> FollowUpId | None:
    """The follow-up of this short name, when this person was asked about it."""
    for each in await unit.follow_ups.of(dialogue.consultation):
        if tag_of(each.id) == name and await unit.satisfactions.was_asked(asked_key(each.id, dialogue.citizen)):
            return each.id
    return None


async def _said(unit: Unit, dialogue: Dialogue, follow_up: FollowUpId) -> Said | None:
    own = await unit.satisfactions.of_citizen(CitizenId(dialogue.citizen), ConsultationId(dialogue.consultation))
    return next((each for each in own if each.follow_up == follow_up), None)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def satisfaction(unit: Unit, consultation: ConsultationId) -> tuple[Rating, ...]:
    """By topic, what those who were told say of the answer."""
    return ratings(await unit.satisfactions.counts(consultation))
