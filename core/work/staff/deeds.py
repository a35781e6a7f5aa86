"""What staff do from the digest: take charge, answer a topic, put a contribution under another topic, hide it.

    button ─▶ Card, or a Form ─▶ the form comes back ─▶ one effect ─▶ [audit]
                                                          └─▶ [delivery: edit of the digest in Slack]

A button names what it is about and carries no right: whoever presses is asked for their role, and what is not their
partner's own gets the answer of what does not exist. Pressed twice, sent twice or pressed on an old message, each has
its effect once: charges have a key, answers the name their form was given, and texts are compared with what was read.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.model.audit import Act
from core.model.charges import Charge, Heap, alert_subject, topic_subject
from core.model.consultations import Consultation
from core.model.contributions import By, Contribution, ContributionState, Hidden, effective
from core.model.errors import NotAllowed, PorteVoixError
from core.model.forms import Form
from core.model.ids import AccountId, AlertId, ConsultationId, ContributionId, FollowUpId
from core.model.messages import Card
from core.model.staff import Actor
from core.rules.permissions import Deed
from core.rules.plain_text import fingerprint, masked_further
from core.storage.engine import Storage
from core.storage.shelf import UNSORTED, Status, Wanted
from core.storage.staff import AlertRow
from core.storage.unit import Unit
from core.work.cards import deed_cards as cards
from core.work.cards.answer_cards import AND, CHOSEN
from core.work.cards.digest_layout import (
    ALL,
    ANSWER,
    ANSWER_ONE,
    HIDE,
    HOLD,
    LEAVE,
    LIKE,
    MASK,
    PREPARE,
    RELEASE,
    RELIEVE,
    REPLY,
    SHOW,
    TAKE,
    THREAD,
    TOPICS,
    WAITING,
    WRONG,
    Voice,
)
from core.work.digests.digest import refresh_alert, refresh_digests
from core.work.digests.threads import owe_topic
from core.work.digests.waiting import waiting_card
from core.work.follow_up import published
from core.work.ports import Chance, Clock, Words
from core.work.shelf import find
from core.work.staff.answering import Answering
from core.work.staff.guard import Guard, NotTheirs, own_consultation, own_contribution
from core.work.staff.prepared import prepared_card

NEEDS: Mapping[str, Deed] = {
    TAKE: Deed.TAKE,
    LEAVE: Deed.TAKE,
    RELIEVE: Deed.TAKE,
    TOPICS: Deed.LOOK,
    ALL: Deed.LOOK,
    LIKE: Deed.LOOK,
    ANSWER: Deed.ANSWER,
    REPLY: Deed.ANSWER,
    ANSWER_ONE: Deed.ANSWER,
    RELEASE: Deed.ANSWER,
    HOLD: Deed.ANSWER,
    WRONG: Deed.SORT,
    HIDE: Deed.HIDE,
    SHOW: Deed.HIDE,
    MASK: Deed.REVIEW,
    WAITING: Deed.LOOK,
    PREPARE: Deed.CHANGE_CONSULTATION,
    THREAD: Deed.TAKE,
}
"""What each button and each form takes."""
Shown = TypeVar("Shown")


Like = Callable[[Consultation, str], Awaitable[Sequence[Contribution]]]
"""A contribution and what says nearly the same, the newest first; nothing when nothing else does."""


async def nothing_like(_consultation: Consultation, _contribution: str) -> Sequence[Contribution]:
    return ()


@dataclass(slots=True)
class Deeds:
    """`wake`: called with the stage that has something to do now. `like`: what says nearly the same."""

    storage: Storage
    clock: Clock
    chance: Chance
    words: Words
    wake: Callable[[str], None]
    like: Like = nothing_like
    guard: Guard = field(init=False)
    answering: Answering = field(init=False)

    def __post_init__(self) -> None:
        self.guard = Guard(self.storage, self.clock)
        self.answering = Answering(self.storage, self.clock, self.chance, self.guard)

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Form | None:
        """What a button leads to; None when it is none of these."""
        verb, _, rest = action.partition(":")
        if verb not in NEEDS:
            return None
        voice = Voice(self.words, language)
        deed = NEEDS[verb]
        return await self.guard.lets(deed, account, who, voice, lambda: self._led(account, verb, rest, who, voice))

    async def _led(self, account: AccountId, verb: str, rest: str, who: Actor, voice: Voice) -> Card | Form:
        if verb in (REPLY, ANSWER_ONE, WRONG, HIDE, SHOW, LIKE, MASK):
            return await self._about_contribution(account, verb, ContributionId(rest), who, voice)
        consultation_id, _, subject = rest.partition(":")
        if verb in (TAKE, LEAVE, RELIEVE):
            return await self._charge(account, verb, ConsultationId(consultation_id), subject, who, voice)
        if verb == RELEASE:
            released = self.answering.released(
                account, ConsultationId(consultation_id), FollowUpId(subject), who, voice
            )
            return await self._told(released, voice)
        if verb == HOLD:
            return await self.answering.held(account, ConsultationId(consultation_id), FollowUpId(subject), who, voice)
        if verb == THREAD:
            return await self._into_thread(account, ConsultationId(consultation_id), subject, voice)
        async with self.storage.reading() as unit:
            own = await own_consultation(unit, account, ConsultationId(consultation_id))
            if verb == WAITING:
                return await waiting_card(unit, own, voice, who, now=self.clock.now())
            if verb == PREPARE:
                return await prepared_card(unit, own, self.words, voice, now=self.clock.now())
            if verb == TOPICS:
                return await self._topics(unit, own, who, voice)
            topic, _, after = subject.partition(":")
            if not own.knows(topic) and not (verb == ALL and topic == UNSORTED):
                raise NotTheirs
            if verb == ANSWER:
                return await self.answering.form(unit, account, own, topic, voice)
        return await self._all(own, topic, ContributionId(after) if after else None, voice)

    async def sent(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str
    ) -> Card | Form:
        """What a form leads to: a word that it is done, or the form again with what is missing."""
        verb, _, rest = action.partition(":")
        voice = Voice(self.words, language)
        if verb not in (ANSWER, WRONG, HIDE, MASK):
            return cards.refused(voice)
        return await self.guard.lets(
            NEEDS[verb], account, who, voice, lambda: self._received(account, verb, rest, fields, who, voice)
        )

    async def _received(
        self, account: AccountId, verb: str, rest: str, fields: Mapping[str, str], who: Actor, voice: Voice
    ) -> Card | Form:
        if verb == ANSWER:
            return await self._told(self.answering.received(account, rest, fields, who, voice), voice)
        async with self.storage.unit() as unit:
            card = await self._corrected(unit, account, verb, rest, fields, who, voice)
        self.wake("plan")
        self.wake("send")
        return card

    async def _told(self, answering: Awaitable[Shown], voice: Voice) -> Shown | Card:
        """What an answer leads to, whatever somebody else said of the subject meanwhile."""
        try:
            card = await answering
        except NotAllowed:  # what became of it meanwhile does not allow this
            return cards.quicker(voice)
        self.wake("plan")
        self.wake("send")
        return card

    # ── who takes charge ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _charge(
        self, account: AccountId, verb: str, which: ConsultationId, subject: str, who: Actor, voice: Voice
    ) -> Card:
        had = ""
        if verb == RELIEVE:
            had, _, subject = subject.partition(":")
        async with self.storage.unit() as unit:
            own = await own_consultation(unit, account, which)
            if not await _known(unit, own, subject):
                raise NotTheirs
            mine = Charge(which, subject, who.id, who.name, self.clock.now())
            changed = await _passes(unit, verb, mine, had)
            if changed:
                act = Act.CHARGE_LEFT if verb == LEAVE else Act.CHARGE_TAKEN
                await self.guard.note(unit, act, account, who, which)
                await refresh_digests(unit, which, self.chance, self.clock.now())
                if alert := await _alert(unit, subject):
                    await refresh_alert(unit, alert, self.chance, self.clock.now())
            charge = (await unit.charges.of(which)).get(subject)
        if changed:
            self.wake("send")
        return cards.charge(own, subject, charge, who, voice, now=self.clock.now())

    async def _into_thread(self, account: AccountId, which: ConsultationId, topic: str, voice: Voice) -> Card:
        async with self.storage.unit() as unit:
            own = await own_consultation(unit, account, which)
            if not own.knows(topic):
                raise NotTheirs
            owed = await owe_topic(unit, own, topic, self.chance, self.clock.now())
        self.wake("send")
        return cards.in_thread(own, topic, voice) if owed else cards.no_thread(voice)

    # ── topics ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _topics(self, unit: Unit, own: Consultation, who: Actor, voice: Voice) -> Card:
        which = ConsultationId(own.id)
        counts, unsorted = await unit.readouts.topic_counts(which)
        answers = (await published(unit, which)).by_topic()
        return cards.topics(own, counts, unsorted, answers, await unit.charges.of(which), who, voice)

    async def _all(
        self,
        own: Consultation,
        topic: str,
        after: ContributionId | None,
        voice: Voice,
        like: Sequence[Contribution] = (),
    ) -> Card:
        wanted = Wanted(status=Status.READ, topic=topic)
        found = await find(self.storage, ConsultationId(own.id), wanted, after=after, size=cards.SHOWN_AT_ONCE)
        return cards.all_of(own, topic, found, voice, like)

    # ── one contribution ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _about_contribution(
        self, account: AccountId, verb: str, which: ContributionId, who: Actor, voice: Voice
    ) -> Card | Form:
        if verb == SHOW:
            return await self._show_again(account, which, who, voice)
        if verb == ANSWER_ONE:
            return await self._answer_chosen(account, which, voice)
        async with self.storage.reading() as unit:
            own, contribution = await own_contribution(unit, account, which)
            if contribution.text is None or contribution.state is not ContributionState.READ:
                return cards.changed(voice)
            mark = f"{contribution.id}:{fingerprint(contribution.text)}"
            topics = [tag.topic for tag in effective(contribution.tags)]
            if verb == HIDE:
                return cards.hide_form(contribution, mark, voice)
            if verb == MASK:
                return cards.mask_form(contribution, mark, voice)
            if verb == WRONG or not topics:
                return cards.wrong_form(own, contribution, mark, voice)
            if verb == REPLY:
                return await self.answering.form(unit, account, own, topics[0], voice)
        return await self._all(own, topics[0], None, voice, await self._like(own, which))

    async def _answer_chosen(self, account: AccountId, which: str, voice: Voice) -> Card | Form:
        """One contribution, or several with commas."""
        async with self.storage.reading() as unit:
            own, contribution = await own_contribution(unit, account, ContributionId(which.partition(AND)[0]))
            if contribution.text is None or contribution.state is not ContributionState.READ:
                return cards.changed(voice)
            return await self.answering.form(unit, account, own, f"{CHOSEN}{which}", voice)

    async def _like(self, own: Consultation, which: ContributionId) -> Sequence[Contribution]:
        try:
            return await self.like(own, which)
        except PorteVoixError:  # nobody could look: the whole topic stands there all the same
            return ()

    async def _corrected(
        self, unit: Unit, account: AccountId, verb: str, rest: str, fields: Mapping[str, str], who: Actor, voice: Voice
    ) -> Card:
        """Changes what was read, and only if the contribution still says it."""
        which, _, mark = rest.rpartition(":")
        own, contribution = await own_contribution(unit, account, ContributionId(which))
        if contribution.text is None or fingerprint(contribution.text) != mark:
            return cards.changed(voice)
        if verb == MASK:
            return await self._masked(unit, account, own, contribution, fields.get("words", ""), who, voice)
        if verb == HIDE:
            return await self._hidden(unit, account, own, contribution, fields.get("reason", ""), who, voice)
        topic = fields.get("topic", "")
        if contribution.state is not ContributionState.READ or not (topic == cards.NO_TOPIC or own.knows(topic)):
            return cards.changed(voice)
        said = "" if topic == cards.NO_TOPIC else topic
        before = [(tag.topic, tag.by) for tag in contribution.tags if tag.by is By.STAFF]
        if before != [(said, By.STAFF)]:
            await unit.sorting.put_tags(contribution.id, [(said, 1.0, True)], By.STAFF, self.clock.now())
            await self.guard.note(unit, Act.TOPIC_CORRECTED, account, who, own.id)
        return cards.corrected(own, said, voice)

    async def _hidden(
        self,
        unit: Unit,
        account: AccountId,
        own: Consultation,
        contribution: Contribution,
        reason: str,
        who: Actor,
        voice: Voice,
    ) -> Card:
        if reason not in set(Hidden):
            return cards.changed(voice)
        if await unit.sorting.hide(contribution.id, contribution.text or "", Hidden(reason)):
            await self.guard.note(unit, Act.CONTRIBUTION_HIDDEN, account, who, own.id)
            await refresh_digests(unit, ConsultationId(own.id), self.chance, self.clock.now(), quoting=contribution.id)
        return cards.hidden(contribution, voice)

    async def _masked(
        self,
        unit: Unit,
        account: AccountId,
        own: Consultation,
        contribution: Contribution,
        words: str,
        who: Actor,
        voice: Voice,
    ) -> Card:
        """What was left of a person goes too, and the rest may be quoted."""
        said, mask = contribution.text or "", voice("mask.mark")
        left = masked_further(said, words, mask)
        if left == said or contribution.state is not ContributionState.READ:
            return cards.unmasked(voice)
        if await unit.sorting.mask_further(contribution.id, said, left):
            await self.guard.note(unit, Act.QUOTE_MASKED, account, who, own.id)
            await refresh_digests(unit, ConsultationId(own.id), self.chance, self.clock.now(), quoting=contribution.id)
        return cards.masked(left, voice)

    async def _show_again(self, account: AccountId, which: ContributionId, who: Actor, voice: Voice) -> Card:
        async with self.storage.unit() as unit:
            own, _ = await own_contribution(unit, account, which)
            if await unit.sorting.show(which):
                await self.guard.note(unit, Act.CONTRIBUTION_SHOWN, account, who, own.id)
        return cards.shown(voice)


async def _passes(unit: Unit, verb: str, mine: Charge, had: str) -> bool:
    """Somebody takes it, gives it back, or goes on with what a colleague had: of two who do at once, one does. `had`:
    the colleague they saw."""
    if verb == TAKE:
        return await unit.charges.take(mine)
    if verb == LEAVE:
        return await unit.charges.leave(mine.consultation, mine.subject, mine.by)
    there = (await unit.charges.of(mine.consultation)).get(mine.subject)
    if there is None or there.by == mine.by or fingerprint(there.by) != had:
        return False
    return await unit.charges.relieve(mine, there.by)


async def _known(unit: Unit, own: Consultation, subject: str) -> bool:
    """Whether there is such a thing to take in charge."""
    if subject in set(Heap):
        return True
    name = subject.partition(":")[2]
    if subject == topic_subject(name):
        return own.knows(name)
    alert = await _alert(unit, subject)
    return alert is not None and alert.consultation == own.id


async def _alert(unit: Unit, subject: str) -> AlertRow | None:
    """The alert that somebody takes in charge, when it is one."""
    name = subject.partition(":")[2]
    return await unit.staff.alert(AlertId(name)) if subject == alert_subject(name) else None
