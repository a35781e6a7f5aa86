"""One rehearsal from beginning to end: the stage, the appointments of its weeks, and what it all came to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bots.terminal.channel import CHANNEL
from bots.terminal.rehearsal.clock import SeededChance, VirtualClock
from bots.terminal.rehearsal.neighbours import USUAL, Habit, Neighbour, make_neighbours
from bots.terminal.rehearsal.play import Appointment, Guests, Street, play
from bots.terminal.rehearsal.staff import Post, Room
from core.model.consultations import Consultation, StepKind
from core.model.ids import AccountId, ConsultationId, PartnerId
from core.model.meetings import Proposal
from core.model.messages import Message
from core.rules.calendar import next_digest
from core.rules.curves import Curve, curve
from core.rules.pacing import SLACK, TELEGRAM
from core.rules.readout import EffectFigure
from core.storage.unit import Unit
from core.work.digests.digest import WEEK, figures_card, figures_now
from core.work.digests.effects import effect
from core.work.house import House
from core.work.pushes.standings import too_many_left
from core.work.staff import campaigns
from core.work.staff_rooms import STAFF_CHANNEL

WEEKS = 4
PLAN_EVERY = timedelta(hours=24)
REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Told:
    """`message`: as one of the `people` who were told got it."""

    at: datetime
    message: Message
    people: int


@dataclass(frozen=True, slots=True)
class Played:
    """What a rehearsal came to: counts by name, the digest of its liveliest week, and the alert before it, if any;
    how people came and finished day by day, and what each step with an experiment brought, and which
    steps stopped because too many people left. `told`: the answer that people got, when the story goes so far;
    `agenda`: what they voted on, when a vote follows."""

    counts: dict[str, Any]
    digest: Post
    alert: Post | None
    curve: Curve
    effects: Mapping[str, EffectFigure]
    halted: tuple[str, ...]
    told: Told | None = None
    agenda: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`start`: an hour before the opening. `until`: four weeks later, or the closing; else as was asked for."""

    consultation: Consultation
    clock: VirtualClock
    chance: SeededChance
    start: datetime
    until: datetime
    people: int
    seed: int
    habits: Mapping[Habit, int]


def rehearsal(
    consultation: Consultation,
    *,
    language: str,
    people: int,
    seed: int,
    habits: Mapping[Habit, int] = USUAL,
    weeks: int | None = None,
) -> Rehearsal:
    """Staff read in `language`: whoever looks on must understand. `weeks`: so many, after the closing too."""
    if language in consultation.languages:
        consultation = replace(consultation, digest=replace(consultation.digest, language=language))
    start = consultation.opens_at - timedelta(hours=1)
    until = consultation.opens_at + timedelta(weeks=weeks or WEEKS)
    if weeks is None:
        until = min(until, consultation.closes_at)
    return Rehearsal(consultation, VirtualClock(start), SeededChance(seed), start, until, people, seed, habits)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: the neighbours through `account`, and the officer in her room."""

    street: Street
    account: AccountId
    room: Room


async def set_stage(house: House, planned: Rehearsal, *, file: str | None = None) -> Cast:
    """Starts the campaign in a house that has the rehearsal's clock and an empty database. Nobody has come yet.
    `file`: the text that the consultation was read from."""
    consultation, clock = planned.consultation, planned.clock
    street = Street(clock, consultation)
    own = [(CHANNEL, REHEARSAL), (STAFF_CHANNEL, REHEARSAL)]
    async with house.storage.unit() as unit:
        await campaigns.start(unit, consultation, own, planned.chance, now=clock.now(), file=file)
        accounts = {each.channel: each.id for each in await unit.people.accounts(PartnerId(consultation.partner.id))}
    room = Room(clock, accounts[STAFF_CHANNEL])
    house.join(accounts[CHANNEL], street, TELEGRAM)
    house.join(room.account, room, SLACK)
    return Cast(street, accounts[CHANNEL], room)


async def play_through(
    house: House,
    planned: Rehearsal,
    cast: Cast,
    *,
    language: str,
    tell: Callable[[datetime], None],
    guests: Guests | None = None,
) -> Played:
    """The weeks, and what they came to."""
    street, room = cast.street, cast.room
    people = make_neighbours(
        planned.consultation, language=language, people=planned.people, seed=planned.seed, habits=planned.habits
    )
    street.arrive(people)
    appointments = [*_planning(house, planned), *_digests(house, planned), *_officer(house, planned, room, language)]
    await play(house, street, cast.account, appointments=appointments, until=planned.until, tell=tell, guests=guests)
    return await _outcome(house, planned, street, room, language)


def latecomers(planned: Rehearsal, *, language: str, now: datetime, every: timedelta) -> list[Neighbour]:
    """As many again, who come one after the other from now on."""
    people = make_neighbours(
        planned.consultation, language=language, people=planned.people, seed=planned.seed + 1, habits=planned.habits
    )
    return [
        replace(each, chat=f"late-{each.chat}", arrives_at=now + every * number, quirk=None)
        for number, each in enumerate(people, 1)
    ]


# ── appointments ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _planning(house: House, planned: Rehearsal) -> list[Appointment]:
    house.planning.horizon = PLAN_EVERY
    count = (planned.until - planned.start) // PLAN_EVERY
    return [(planned.start + PLAN_EVERY * number, house.planning.plan_due) for number in range(count + 1)]


def _digests(house: House, planned: Rehearsal) -> list[Appointment]:
    return [(when, house.digests.make_due) for when in digest_moments(planned)]


def digest_moments(planned: Rehearsal) -> list[datetime]:
    plan, zone = planned.consultation.digest, planned.consultation.zone
    found: list[datetime] = []
    after = planned.start
    while plan.weekdays and (due := next_digest(plan, zone, after)).at < planned.until:
        found.append(due.at)
        after = due.at
    return found


def _officer(house: House, planned: Rehearsal, room: Room, language: str) -> list[Appointment]:
    """On working days she opens what waits at ten; on Fridays at four she reads for the digest."""
    consultation = planned.consultation.id

    async def opens() -> None:
        await room.open_alerts(house.desk, language)

    async def reads() -> None:
        await room.read_quotes(house.desk, consultation, language)

    zone = ZoneInfo(planned.consultation.zone)
    first = planned.start.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((planned.until - planned.start).days + 1)]
    at_ten = [(datetime.combine(day, time(10), zone), opens) for day in days if day.weekday() < 5]
    fridays = [(datetime.combine(day, time(16), zone), reads) for day in days if day.weekday() == 4]
    return [*at_ten, *fridays]


# ── what it came to ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _outcome(house: House, planned: Rehearsal, street: Street, room: Room, language: str) -> Played:
    consultation, own = planned.consultation, ConsultationId(planned.consultation.id)
    async with house.storage.reading() as unit:
        funnel = await unit.readouts.funnel(own)
        topics, unclassified = await unit.readouts.topic_counts(own)
        steps = await unit.readouts.steps(own)
        media = await unit.staff.media(own)
        names = {topic.id: consultation.in_language(topic.name, language) for topic in consultation.topics}
        sources = await unit.readouts.funnels(own)
        counts = {
            "arrived": funnel.arrived,
            "agreed": funnel.agreed,
            "answered": funnel.answered,
            "finished": funnel.finished,
            "contributions": await unit.readouts.contribution_count(own),
            "unclassified": unclassified,
            "corrected": await unit.sorting.corrected_count(own),
            "reminded": _sent(steps, consultation, StepKind.REMINDER),
            "came_back": await _came_back(unit, consultation),
            "stopped": await unit.reports.stopped(own),
            "not_text": sum(media.values()),
            "alerts": len(room.opened) + len(await unit.staff.waiting_alerts(own)),
            "messages_sent": sum(street.received.values()),
            "topics": {names[topic]: count for topic, count in _largest_first(topics)},
            "by_source": {
                source: {"arrived": way.arrived, "finished": way.finished} for source, way in sorted(sources.items())
            },
            "steps": {step: dict(sorted(states.items())) for step, states in sorted(steps.items())},
        }
        drawn = curve(
            await unit.curves.people(own),
            await unit.curves.sends(own),
            opens=consultation.opens_at,
            until=planned.until,
            zone=consultation.zone,
        )
        found = {each.id: await effect(unit, consultation, each, now=house.clock.now()) for each in consultation.steps}
        stopped = tuple([each.id for each in consultation.steps if await too_many_left(unit, own, each)])
        effects = {step: figure for step, figure in found.items() if figure is not None}
        digest = await _liveliest(unit, planned, room)
        if digest is None:
            figures = await figures_now(unit, consultation, now=house.clock.now(), since=house.clock.now() - WEEK)
            card = await figures_card(unit, figures, consultation, house.words, language)
            digest = Post(house.clock.now(), card)
    alerts = [post for post in room.posts if post.alert and post.at < digest.at]
    return Played(counts, digest, alerts[-1] if alerts else None, drawn, effects, stopped)


async def _liveliest(unit: Unit, planned: Rehearsal, room: Room) -> Post | None:
    """The digest of the week in which most people answered. The first such week, which can be compared with nothing,
    counts half.
    """
    answered: dict[datetime, float] = {}
    for moment in digest_moments(planned):
        local = moment.astimezone(ZoneInfo(planned.consultation.zone)).replace(tzinfo=None)
        row = await unit.staff.digest_for(ConsultationId(planned.consultation.id), local.isoformat())
        if row is not None and row.figures["answered_this_week"]:
            answered[moment] = row.figures["answered_this_week"] / (1 if answered else 2)
    posts = [post for post in room.posts if not post.alert]
    return max(posts, key=lambda post: answered.get(post.at, 0), default=None)


def _largest_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _sent(steps: dict[str, dict[str, int]], consultation: Consultation, kind: StepKind) -> int:
    return sum(steps.get(step.id, {}).get("sent", 0) for step in consultation.steps if step.kind is kind)


async def _came_back(unit: Unit, consultation: Consultation) -> int:
    """Those who finished after they were reminded. A count, not an effect."""
    reminders = [step.id for step in consultation.steps if step.kind is StepKind.REMINDER]
    nudged = await unit.readouts.nudged(ConsultationId(consultation.id), reminders)
    return sum(each.finished_after for each in nudged.values())
