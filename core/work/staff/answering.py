"""The official answer to a topic, or to some people, written where staff read: at once, at a moment, or a draft first.

    answer:CONSULTATION:SUBJECT ─▶ form ─▶ [follow-up: draft] ─▶ published now │ at its moment │ kept, released later
                                                         planned ─▶ held: a draft again

The subject is a topic, or `@` and contributions, with commas. A form names the follow-up that it makes, so that one
sent twice makes one; what may come next of a subject is the follow-ups' own affair (`core/work/follow_up.py`).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.model.audit import Act
from core.model.charges import topic_subject
from core.model.consultations import Consultation
from core.model.follow_ups import FollowUp, Progress, standing
from core.model.forms import Form
from core.model.ids import AccountId, ConsultationId, ContributionId, FollowUpId
from core.model.messages import Card
from core.model.publications import Publication
from core.model.staff import Actor
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.cards import answer_cards as cards
from core.work.cards.answer_cards import AND, CHOSEN, LATER, NOW, TEXT, Asked, answerable, moment_of
from core.work.cards.digest_layout import Voice
from core.work.follow_up import Answered, draft, hold, publish
from core.work.ports import Chance, Clock
from core.work.staff.guard import Guard, NotTheirs, own_consultation, own_contribution

_NONCE = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answering:
    storage: Storage
    clock: Clock
    chance: Chance
    guard: Guard

    async def form(self, unit: Unit, account: AccountId, own: Consultation, subject: str, voice: Voice) -> Card | Form:
        """What may be said now; above it, what was said before and the drafts that wait. Raises `NotTheirs`."""
        return await _shown(unit, own, await self._asked(unit, account, own, subject), self.chance.token(), voice)

    async def received(
        self, account: AccountId, rest: str, fields: Mapping[str, str], who: Actor, voice: Voice
    ) -> Card | Form:
        """One follow-up, or the form again with what is missing. Raises `NotTheirs`, and `NotAllowed` when somebody was
        quicker."""
        consultation_id, _, said = rest.partition(":")
        subject, _, nonce = said.partition(":")
        identity, now = FollowUpId(nonce), self.clock.now()
        text, state, when = _texts(fields), fields.get("state", ""), fields.get("when")
        async with self.storage.reading() as unit:  # to count who asked may take a while: nobody waits for the pen
            own = await own_consultation(unit, account, ConsultationId(consultation_id))
            if not _NONCE.fullmatch(nonce):
                raise NotTheirs
            asked = await self._asked(unit, account, own, subject)
            known = await unit.follow_ups.get(identity)
            at = moment_of(fields.get("at", ""), own.zone)
            if known is None and (missing := _missing(state, text, when, at, now)):
                return cards.again(await _shown(unit, own, asked, nonce, voice), fields, voice(missing))
        async with self.storage.unit() as unit:
            known = await unit.follow_ups.get(identity)
            if known is None:  # else it is the same form again, and has had its effect
                known = await self._answered(unit, account, own, asked, identity, Progress(state), text, who)
                if when in (NOW, LATER):
                    await self._publish(unit, account, known, at if when == LATER else None, who)
            elif known.consultation != own.id:
                raise NotTheirs
            return await _kept(unit, own, identity, voice)

    async def released(
        self, account: AccountId, which: ConsultationId, follow_up: FollowUpId, who: Actor, voice: Voice
    ) -> Card:
        """A draft, or what was planned for later, is published now. Raises `NotTheirs`, and `NotAllowed` when the
        subject has moved on."""
        async with self.storage.unit() as unit:
            own = await own_consultation(unit, account, which)
            known = await unit.follow_ups.get(follow_up)
            if known is None or known.consultation != own.id:
                raise NotTheirs
            if not known.public:  # else it has had its effect
                await self._publish(unit, account, known, None, who)
            return await _kept(unit, own, follow_up, voice)

    async def held(
        self, account: AccountId, which: ConsultationId, follow_up: FollowUpId, who: Actor, voice: Voice
    ) -> Card:
        """What was planned for later is a draft again; what is published stays so. Raises `NotTheirs`."""
        async with self.storage.unit() as unit:
            own = await own_consultation(unit, account, which)
            known = await unit.follow_ups.get(follow_up)
            if known is None or known.consultation != own.id:
                raise NotTheirs
            if known.publication is Publication.SCHEDULED:  # else it has had its effect, or came too late
                await hold(unit, known)
                await self.guard.note(unit, Act.FOLLOW_UP_HELD, account, who, follow_up)
            return await _kept(unit, own, follow_up, voice)

    async def _answered(
        self,
        unit: Unit,
        account: AccountId,
        own: Consultation,
        asked: Asked,
        identity: FollowUpId,
        progress: Progress,
        text: Mapping[str, str],
        who: Actor,
    ) -> FollowUp:
        named = tuple(each.id for each in asked.contributions)
        answered = Answered(progress, {code: text.get(code, "") for code in own.languages}, asked.topic, named)
        which, now = ConsultationId(own.id), self.clock.now()
        made = await draft(unit, which, answered, who.id, self.chance, now=now, identity=identity)
        await self.guard.note(unit, Act.FOLLOW_UP_WRITTEN, account, who, made.id)
        return made

    async def _publish(
        self, unit: Unit, account: AccountId, follow_up: FollowUp, at: datetime | None, who: Actor
    ) -> None:
        await publish(unit, follow_up.id, at, now=self.clock.now())
        await self.guard.note(unit, Act.FOLLOW_UP_PUBLISHED, account, who, follow_up.id)

    async def _asked(self, unit: Unit, account: AccountId, own: Consultation, subject: str) -> Asked:
        which = ConsultationId(own.id)
        made, named = await unit.follow_ups.of(which), await unit.follow_ups.named(which)
        if not subject.startswith(CHOSEN):
            if not own.knows(subject):
                raise NotTheirs
            about = [each for each in made if each.topic == subject]
            charge = (await unit.charges.of(which)).get(topic_subject(subject))
            before = standing(ContributionId(""), {subject}, made, {})
            return Asked(subject, (), [before], _pending(about, named), charge)
        chosen = []
        for each in dict.fromkeys(subject.removeprefix(CHOSEN).split(AND)):
            there, said = await own_contribution(unit, account, ContributionId(each))
            if there.id != own.id or not answerable(said):
                raise NotTheirs
            chosen.append(said)
        ids = {each.id for each in chosen}
        about = [each for each in made if ids & set(named.get(each.id, ()))]
        stands = [standing(each.id, (), made, named) for each in chosen]
        return Asked("", chosen, stands, _pending(about, named), None)


async def _shown(unit: Unit, own: Consultation, asked: Asked, nonce: str, voice: Voice) -> Card | Form:
    """The form, with how many asked: only who is shown it needs them counted."""
    named = [each.id for each in asked.contributions]
    people = await unit.follow_ups.people(ConsultationId(own.id), asked.topic, named)
    return cards.answer_form(own, asked, people, nonce, voice)


def _pending(
    made: Sequence[FollowUp], named: Mapping[FollowUpId, Collection[ContributionId]]
) -> list[tuple[FollowUp, int]]:
    return [(each, len(named.get(each.id, ()))) for each in made if not each.public]


def _texts(fields: Mapping[str, str]) -> Mapping[str, str]:
    """By language."""
    return {name.removeprefix(TEXT): said for name, said in fields.items() if name.startswith(TEXT)}


def _missing(state: str, text: Mapping[str, str], when: str | None, at: datetime | None, now: datetime) -> str:
    """The key of the sentence that says what is missing; "" when nothing is."""
    if state not in set(Progress):
        return "deed.choose"
    if state == Progress.NOT_KEPT and not any(each.strip() for each in text.values()):
        return "deed.why"
    if when == LATER and (at is None or at <= now):
        return "deed.moment"
    if when == NOW and at is not None:  # it could not be taken back
        return "deed.either"
    return ""


async def _kept(unit: Unit, own: Consultation, follow_up: FollowUpId, voice: Voice) -> Card:
    kept = await unit.follow_ups.get(follow_up)
    assert kept is not None, "it was there in this very unit"
    named = (await unit.follow_ups.named(ConsultationId(own.id))).get(follow_up, ())
    return cards.answered(own, kept, len(named), voice)
