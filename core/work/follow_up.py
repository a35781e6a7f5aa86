"""Follow-ups: written by staff, published at once or at a moment, then told to everyone concerned who wants to know.

    draft ─▶ publish (now | at a moment) ─▶ [follow-up: published] ─▶ tell_due: who asked is counted, once, while others
                                                                      write; then a page at a time, with a cursor
                                                                          └─▶ [delivery: one a person] ─▶ outbox

The key of a delivery names the follow-up and the person: each is told once, however often telling begins again. Whether
they still want to know, said STOP or are gone is asked again when the message is about to leave.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.model.consultations import Consultation, Text
from core.model.contributions import Contribution, effective
from core.model.errors import NotAllowed, NotFound, no_consultation
from core.model.follow_ups import FOLLOW_UP_STEP, FollowUp, Progress, progressed, standing
from core.model.ids import ConsultationId, ContributionId, FollowUpId, delivery_id
from core.model.publications import Publication, publication_moved
from core.rules.calendar import on_wall
from core.rules.plain_text import plain
from core.rules.specs.follow_up import told_spec
from core.storage.engine import Storage
from core.storage.pushes import Pushes
from core.storage.unit import Unit
from core.work.alone import each_alone
from core.work.patience import Patience
from core.work.ports import Chance, Clock

PAGE = 500
"""People a unit, of those who take part: they are written down in less than 20 ms, and replies go in between."""
LONGEST_TEXT = 1500
"""Characters: the whole message fits one bubble on every channel."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What staff write. `topic`: its id or its name; "" with `contributions`: the answer is to those. `service` empty:
    the one that the consultation names. `on` None: today."""

    progress: Progress
    text: Text
    topic: str = ""
    contributions: tuple[ContributionId, ...] = ()
    service: Text | None = None
    on: date | None = None


async def draft(
    unit: Unit,
    consultation_id: ConsultationId,
    answered: Answered,
    author: str,
    chance: Chance,
    *,
    now: datetime,
    identity: FollowUpId | None = None,
) -> FollowUp:
    """Keeps a draft that only staff see. Raises `NotFound`, or `NotAllowed` with what may come next.

    `identity`: the id it gets, for a form that may be sent twice."""
    consultation = await _consultation(unit, consultation_id)
    topic, named = await _subject(unit, consultation, answered)
    text = {language: words.strip() for language, words in answered.text.items() if words.strip()}
    if answered.progress is Progress.NOT_KEPT and not text:
        raise NotAllowed(
            "who is told no is owed the reason: say why, in one or two sentences (--text)", "error.reason_owed"
        )
    if any(len(words) > LONGEST_TEXT for words in text.values()):
        raise NotAllowed(
            f"the text is longer than {LONGEST_TEXT} characters: keep the reason, link to the rest",
            "error.answer_long",
            most=LONGEST_TEXT,
        )
    follow_up = FollowUp(
        id=identity or FollowUpId(chance.token()),
        consultation=consultation_id,
        topic=topic,
        progress=answered.progress,
        text=text,
        service=answered.service or consultation.reply.service,
        on=answered.on or on_wall(now, consultation.zone).date(),
        author=author,
        made_at=now,
    )
    await _may_become(unit, follow_up, named)
    await unit.follow_ups.add(follow_up, named)
    return follow_up


async def publish(unit: Unit, follow_up_id: FollowUpId, at: datetime | None, *, now: datetime) -> FollowUp:
    """Publishes now, or plans it for `at`; the telling is another use case. Returns it as it was before. `NotAllowed`
    for a moment that is over: what is published cannot be taken back, so a slip in a date must not publish."""
    if at is not None and at <= now:
        raise NotAllowed("this moment is over: give a later one, or none to publish now", "error.moment_over")
    follow_up = await unit.follow_ups.get(follow_up_id)
    if follow_up is None:
        raise NotFound(
            f"there is no follow-up {follow_up_id!r}: `follow-up list CONSULTATION` shows them",
            "error.follow_up",
            name=follow_up_id,
        )
    named = (await unit.follow_ups.named(follow_up.consultation)).get(follow_up.id, set())
    await _may_become(unit, follow_up, named)
    if at is not None:
        to = publication_moved(follow_up.publication, Publication.SCHEDULED)
        done = await unit.follow_ups.set_publication(follow_up, to, publish_at=at)
    else:
        done = await _publish(unit, follow_up, now)
    if not done:
        raise _moved_meanwhile(follow_up)
    return follow_up


async def hold(unit: Unit, follow_up: FollowUp) -> None:
    """What was planned is a draft again. `NotAllowed` once it is published."""
    to = publication_moved(follow_up.publication, Publication.DRAFT)
    if not await unit.follow_ups.set_publication(follow_up, to):
        raise _moved_meanwhile(follow_up)


async def _publish(unit: Unit, follow_up: FollowUp, now: datetime) -> bool:
    """False when somebody moved it meanwhile."""
    to = publication_moved(follow_up.publication, Publication.PUBLISHED)
    return await unit.follow_ups.set_publication(follow_up, to, published_at=now)


def _moved_meanwhile(follow_up: FollowUp) -> NotAllowed:
    return NotAllowed(
        f"somebody published or held the follow-up {follow_up.id!r} meanwhile: look again",
        "error.changed_meanwhile",
        consultation=follow_up.consultation,
    )


async def _consultation(unit: Unit, consultation: ConsultationId) -> Consultation:
    known = await unit.consultations.current(consultation)
    if known is None:
        raise no_consultation(consultation)
    return known


async def _subject(
    unit: Unit, consultation: Consultation, answered: Answered
) -> tuple[str, Collection[ContributionId]]:
    """(topic, ()) or ("", contributions)."""
    if answered.topic:
        return topic_id(consultation, answered.topic), ()
    found = await unit.contributions.get(answered.contributions)
    own = {each.id for each in found if each.consultation == consultation.id and not each.redirected}
    missing = [each for each in answered.contributions if each not in own]
    if missing:
        raise NotFound(
            f"no contribution {', '.join(missing)} in {consultation.id!r}: `export` lists them with their ids",
            "error.contributions",
            names=", ".join(missing),
            consultation=consultation.id,
        )
    if not own:
        raise NotAllowed(
            "say what is answered: --topic NAME, or --contribution ID, which may be given several times",
            "error.answer_what",
        )
    return "", own


def topic_id(consultation: Consultation, asked: str) -> str:
    """The topic of that id or name. `NotFound` with those that there are."""
    for topic in consultation.topics:
        if plain(asked) in {plain(each) for each in (topic.id, *topic.name.values())}:
            return topic.id
    names = ", ".join(consultation.in_language(each.name, "") or each.id for each in consultation.topics)
    raise NotFound(
        f"no topic {asked!r} in {consultation.id!r}: there are {names}",
        "error.topic",
        name=asked,
        consultation=consultation.id,
        known=names,
    )


async def _may_become(unit: Unit, follow_up: FollowUp, named: Collection[ContributionId]) -> None:
    """The newest published answers to the same subject allow this one to come next."""
    earlier = [each for each in await unit.follow_ups.of(follow_up.consultation) if each.id != follow_up.id]
    if follow_up.topic:
        newest = standing(ContributionId(""), {follow_up.topic}, earlier, {})
        before = {newest.progress if newest else Progress.RECEIVED}
    else:
        subjects = await unit.follow_ups.named(follow_up.consultation)
        found = [standing(each, (), earlier, subjects) for each in named]
        before = {each.progress if each else Progress.RECEIVED for each in found}
    for each in sorted(before):
        progressed(each, follow_up.progress)


# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Telling:
    """`wake` is called when something is to leave. `refresh`: what staff read is owed an edit that says the answer,
    whoever published it, and where."""

    storage: Storage
    clock: Clock
    chance: Chance
    wake: Callable[[], None]
    refresh: Callable[[Unit, ConsultationId, Chance, datetime], Awaitable[None]]

    async def tell_due(self) -> int:
        """Publishes what has come to its moment and owes everyone concerned their message. Returns how many."""
        async with self.storage.reading() as unit:
            due = await unit.follow_ups.due(self.clock.now())
        return sum(await each_alone(due, self._tell))

    async def _tell(self, follow_up: FollowUp) -> int:
        if follow_up.publication is Publication.SCHEDULED:
            async with self.storage.unit() as unit:
                if not await _publish(unit, follow_up, self.clock.now()):
                    return 0  # somebody held it, or was faster: the next look knows
        if not follow_up.people:
            await self._count(follow_up)
            self.wake()
        owed = 0
        patience = Patience(self.storage, self.clock)
        while (page := await self._tell_page(follow_up.id, patience)) is not None:
            owed += page
            if page:
                self.wake()
        return owed

    async def _count(self, follow_up: FollowUp) -> None:
        """How many asked, as every message will say: a quarter of a second for a hundred thousand, so nobody waits for
        the pen meanwhile. Whoever asks between this and their page is told and not counted: one more or less of many.
        """
        async with self.storage.reading() as unit:
            people = await asking(unit, follow_up)
        async with self.storage.unit() as unit:
            await unit.follow_ups.counted(follow_up.id, people)
            await self.refresh(unit, follow_up.consultation, self.chance, self.clock.now())

    async def _tell_page(self, follow_up_id: FollowUpId, patience: Patience) -> int | None:
        """Owes the next page of people their message. None: everybody was told."""
        await patience.give_way()
        async with self.storage.unit(patient=True) as unit:
            follow_up, after = await unit.follow_ups.get(follow_up_id), await unit.follow_ups.cursor(follow_up_id)
            if follow_up is None or after is None:
                return None
            consultation = await _consultation(unit, follow_up.consultation)
            last, people = await unit.follow_ups.page(follow_up.consultation, after=after, limit=PAGE)
            owed = await unit.follow_ups.owe(follow_up, self._told(follow_up, consultation), after=after, up_to=last)
            everybody = people < PAGE
            await unit.follow_ups.told_up_to(follow_up.id, "" if everybody else last, everybody=everybody)
        return owed

    def _told(self, follow_up: FollowUp, consultation: Consultation) -> Pushes:
        now = self.clock.now()
        return Pushes(
            key=told_key(follow_up.id, ""),
            token=delivery_id(now, self.chance.token()),
            consultation=follow_up.consultation,
            revision=consultation.revision,
            step=FOLLOW_UP_STEP,
            words=[(each, told_spec(follow_up, consultation, each)) for each in consultation.languages],
            at=now,
        )


async def asking(unit: Unit, follow_up: FollowUp) -> int:
    """How many people asked for what this answers, as of now."""
    named = (await unit.follow_ups.named(follow_up.consultation)).get(follow_up.id, set())
    return await unit.follow_ups.people(follow_up.consultation, follow_up.topic, named)


def told_key(follow_up: FollowUpId, citizen: str) -> str:
    """The key of the one message about this follow-up to this person."""
    return f"follow-up:{follow_up}:{citizen}"


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Published:
    """The published follow-ups of one consultation, to ask where its contributions stand."""

    newest_first: Sequence[FollowUp]
    named: Mapping[FollowUpId, Collection[ContributionId]]

    def answer_to(self, contribution: Contribution) -> FollowUp | None:
        topics = {tag.topic for tag in effective(contribution.tags)}
        return standing(contribution.id, topics, self.newest_first, self.named)

    def by_topic(self) -> dict[str, FollowUp]:
        """The newest answer to each topic that has one, the newest first."""
        found: dict[str, FollowUp] = {}
        for each in self.newest_first:
            if each.topic:
                found.setdefault(each.topic, each)
        return found


async def published(unit: Unit, consultation: ConsultationId) -> Published:
    public = [each for each in await unit.follow_ups.of(consultation) if each.public]
    named = await unit.follow_ups.named(consultation) if any(not each.topic for each in public) else {}
    return Published(public, named)
