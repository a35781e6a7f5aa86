"""How the service is doing: what waits and since when, what failed, and where each campaign stands.

First as data (`status`, which `--json` prints), then as a card in words. Nothing of a citizen is in either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.model.campaigns import CampaignState, called
from core.model.consultations import PROMISED, Anchor, Consultation, Moment, Step, Text
from core.model.deliveries import Day, State
from core.model.ids import PartnerId
from core.model.messages import Block, Card, Heading, Line, Note
from core.rules.calendar import Due, due_at, next_digest, on_wall
from core.rules.paid import stars
from core.rules.posts import post_due
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.ports import Words
from core.work.pushes.standings import too_many_left

LATE = timedelta(minutes=2)
"""What waits longer than this deserves a look."""

_ALIVE = (CampaignState.RUNNING, CampaignState.PAUSED)
_STEPS_SHOWN = 8
_CONSULTATIONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class NextMoment:
    """What comes next. `what`: a step's id, "digest" or "closing". `at` None: each person has their own moment."""

    what: str
    kind: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PaidStatus:
    """Messages of a step that were paid for, or may have been: at most `stars` of what may at most be spent."""

    messages: int
    stars: int
    most_messages: int
    most_stars: int


@dataclass(frozen=True, slots=True)
class ConsultationStatus:
    """`state`: as `called` says it. `steps`: by step, by state of its deliveries, how many. `left_out`: by reason,
    pushes that were not sent. `paid`: by step that may pay or did. `stopped`: steps that nobody else gets, because too
    many people left."""

    id: str
    title: Text
    zone: str
    state: str
    revision: int
    steps: dict[str, dict[str, int]]
    left_out: dict[str, int]
    paid: dict[str, PaidStatus]
    stopped: tuple[str, ...]
    next: tuple[NextMoment, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """Ages are whole seconds, None when nothing waits.

    `unprocessed`: updates received and not worked on. `unsent`: messages owed and due. `halts`: messages that a
    platform asked us to hold back. `uncertain`: they may have arrived. `quarantined`: updates that failed again and
    again. `untagged`: contributions that nobody can read yet. `alerts`: flagged messages that nobody has opened.
    `disk_full`: only erasures and what leaves can still be noted.
    """

    at: datetime
    unprocessed: int
    oldest_unprocessed_seconds: int | None
    unsent: int
    oldest_unsent_seconds: int | None
    untagged: int
    oldest_untagged_seconds: int | None
    halts: int
    uncertain: int
    failed: int
    quarantined: int
    untaggable: int
    alerts: int
    consultations: tuple[ConsultationStatus, ...]
    disk_full: bool = False


async def status(unit: Unit, *, now: datetime, partner: PartnerId | None = None) -> Status:
    """`partner`: only what is theirs; None: the whole installation."""
    health = await unit.staff.health(now, partner)
    everything = await unit.consultations.all(partner)
    current = await unit.consultations.revisions([(running.id, running.revision) for running in everything])
    return Status(
        at=now,
        unprocessed=health.unprocessed,
        oldest_unprocessed_seconds=_age(health.oldest_unprocessed_at, now),
        unsent=health.unsent,
        oldest_unsent_seconds=_age(health.oldest_unsent_at, now),
        untagged=health.untagged,
        oldest_untagged_seconds=_age(health.oldest_untagged_at, now),
        halts=health.halted,
        uncertain=health.uncertain,
        failed=health.failed,
        quarantined=health.quarantined,
        untaggable=health.untaggable,
        alerts=health.alerts,
        consultations=tuple(
            [await _consultation(unit, running, current[running.id, running.revision], now) for running in everything]
        ),
    )


async def state_called(unit: Unit, running: Running) -> str:
    """What the campaign is called now, on every screen."""
    return _called(running, await unit.readouts.steps(running.id))


def _called(running: Running, steps: Mapping[str, Mapping[str, int]]) -> str:
    unsent = sum(states.get(State.FAILED, 0) + states.get(State.UNCERTAIN, 0) for states in steps.values())
    return called(running.state, unsent=unsent)


async def _consultation(unit: Unit, running: Running, consultation: Consultation, now: datetime) -> ConsultationStatus:
    steps = await unit.readouts.steps(running.id)
    stopped = [step.id for step in consultation.steps if await too_many_left(unit, running.id, step)]
    to_come = next_moments(consultation, running, now) if running.state in _ALIVE else ()
    return ConsultationStatus(
        id=consultation.id,
        title=consultation.title,
        zone=consultation.zone,
        state=_called(running, steps),
        revision=running.revision,
        steps=steps,
        left_out=await unit.readouts.left_out(running.id),
        paid=_paid(consultation, await unit.paid.of(running.id)),
        stopped=tuple(stopped),
        next=tuple(each for each in to_come if each.what not in stopped),
    )


def _paid(consultation: Consultation, spent: Mapping[str, int]) -> dict[str, PaidStatus]:
    most = {step.id: step.paid for step in consultation.steps if step.paid or step.id in spent}
    found = {step: (spent.get(step, 0), most.get(step, 0)) for step in sorted({*most, *spent})}
    return {step: PaidStatus(paid, stars(paid), limit, stars(limit)) for step, (paid, limit) in found.items()}


def next_moments(consultation: Consultation, running: Running, now: datetime) -> tuple[NextMoment, ...]:
    """What is still to come, the soonest first; what has its moment person by person comes last."""
    found: list[NextMoment] = []
    for step in consultation.steps:
        at = _step_moment(step, consultation, running)
        if at is not None and at > now:
            found.append(NextMoment(step.id, step.kind.value, at))
        elif at is None and (now < running.closes_at or step.kind in PROMISED):
            found.append(NextMoment(step.id, step.kind.value, None))
    for post in consultation.posts:
        due_post = post_due(
            consultation, post, start=running.begins_at, closes_at=running.closes_at, now=running.begins_at
        )
        if isinstance(due_post, Due) and due_post.at > now:
            found.append(NextMoment(post.id, "post", due_post.at))
    if consultation.digest.weekdays:
        due = next_digest(consultation.digest, consultation.zone, max(now, running.begins_at))
        found.append(NextMoment("digest", "digest", due.at))
    if running.closes_at > now:
        found.append(NextMoment("closing", "closing", running.closes_at))
    return tuple(sorted(found, key=lambda each: (each.at is None, each.at or now, each.what)))


def _step_moment(step: Step, consultation: Consultation, running: Running) -> datetime | None:
    """When the step is due for everybody; None when that depends on each person's arrival."""
    if _personal(step.moment):
        return None
    start = running.begins_at
    # Asked as of before the start: a moment that has passed must be seen as passed, not as due now.
    due = due_at(
        step,
        start=start,
        arrival=None,
        zone=consultation.zone,
        quiet=consultation.quiet,
        now=start - timedelta(days=2),
        closes_at=running.closes_at,
    )
    return due.at if isinstance(due, Due) else start  # never due: nothing to come


def _personal(moment: Moment) -> bool:
    return moment.at is None and moment.anchor is not Anchor.START


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def status_card(status: Status, words: Words, language: str) -> Card:
    """The same in words: first whether anything needs somebody, then each consultation."""
    voice = Voice(words, language)
    blocks: list[Block] = [Heading(voice("status.title")), *(Line(text) for text in _health(status, voice))]
    for consultation in status.consultations[:_CONSULTATIONS_SHOWN]:
        blocks += _campaign(consultation, voice)
    if len(status.consultations) > _CONSULTATIONS_SHOWN:
        blocks.append(Note(voice("more", n=len(status.consultations) - _CONSULTATIONS_SHOWN)))
    if not status.consultations:
        blocks.append(Line(voice("status.no_consultation")))
    return Card(tuple(blocks))


def _health(status: Status, voice: Voice) -> list[str]:
    """What needs somebody, or one sentence that says nothing does."""
    lines = [
        voice(f"status.{key}.waiting", n=count, age=_duration(age, voice))
        for key, count, age in (
            ("unprocessed", status.unprocessed, status.oldest_unprocessed_seconds),
            ("unsent", status.unsent, status.oldest_unsent_seconds),
            ("untagged", status.untagged, status.oldest_untagged_seconds),
        )
        if count and age is not None and age >= LATE.total_seconds()
    ]
    lines += [
        voice(f"status.{key}", n=count)
        for key, count in (
            ("alerts", status.alerts),
            ("halts", status.halts),
            ("failed", status.failed),
            ("uncertain", status.uncertain),
            ("quarantined", status.quarantined),
            ("untaggable", status.untaggable),
        )
        if count
    ]
    if status.disk_full:
        lines.insert(0, voice("status.disk_full"))
    return lines or [voice("status.all_well")]


def _campaign(consultation: ConsultationStatus, voice: Voice) -> list[Block]:
    title = voice.text(consultation.title)
    state = voice(f"state.{consultation.state}")
    blocks: list[Block] = [Line(voice("status.consultation", title=title, state=state, revision=consultation.revision))]
    sent = [_step(step, states, voice) for step, states in sorted(consultation.steps.items())]
    if sent:
        blocks.append(Line("  " + voice("status.steps", list=" · ".join(sent[:_STEPS_SHOWN]))))
    for step, paid in consultation.paid.items():
        name, n, most = voice.step(step), paid.messages, paid.most_messages
        if n >= most:
            said = voice("status.paid_all", step=name, n=n, most=most, stars=paid.stars)
        else:
            said = voice("status.paid", step=name, n=n, most=most, stars=paid.stars, most_stars=paid.most_stars)
        blocks.append(Line("  " + said))
    if consultation.left_out:
        reasons = [
            voice("status.reason", reason=voice(f"reason.{reason}"), count=count)
            for reason, count in sorted(consultation.left_out.items(), key=lambda each: (-each[1], each[0]))
        ]
        blocks.append(Line("  " + voice("status.left_out", list=" · ".join(reasons))))
    blocks += [Line(f"  {voice.step(step)} · {voice('nudge.halted')}") for step in consultation.stopped]
    if consultation.next:
        coming = [moment_words(each, consultation.zone, voice) for each in consultation.next[:_STEPS_SHOWN]]
        blocks.append(Line("  " + voice("status.next", list=" · ".join(coming))))
    return blocks


def _step(step: str, states: Mapping[str, int], voice: Voice) -> str:
    name = voice.step(step)
    sent, planned = states.get("sent", 0), states.get("planned", 0)
    if planned:
        return voice("status.step_planned", step=name, sent=sent, planned=planned)
    return voice("status.step", step=name, sent=sent)


def moment_words(moment: NextMoment, zone: str, voice: Voice) -> str:
    """What comes, and when, for staff."""
    name = voice(f"moment.{moment.kind}")
    if moment.at is None:
        return voice("status.personal", what=name)
    wall = on_wall(moment.at, zone)
    weekday, day, hour = voice.weekday(wall.date()), Day(wall.date()), voice.hour(wall)
    return voice("status.moment", what=name, weekday=weekday, day=day, time=hour)


def _duration(seconds: int | None, voice: Voice) -> str:
    """A length of time in its largest whole unit."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds and seconds >= length:
            return voice(f"duration.{unit}", n=seconds // length)
    return voice("duration.seconds", n=seconds or 0)
