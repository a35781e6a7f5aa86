"""Whether a push that is about to leave may still go: asked again, because everything may have changed since planning.

push ─▶ campaign stopped, person erased, finished, not interested …  ─▶ a reason: never
    └─▶ campaign paused, quiet hours, an invitation too many         ─▶ an instant: later
    └─▶ neither                                                      ─▶ now
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.model.campaigns import CampaignState
from core.model.consultations import PROMISED, Anchor, Consultation, Moment, Step, StepKind
from core.model.deliveries import LATER_STEP, Delivery, Reason
from core.model.errors import NotFound
from core.model.follow_ups import FOLLOW_UP_STEP
from core.model.ids import CitizenId
from core.model.people import Citizen
from core.model.satisfaction import ASK_STEP
from core.rules.calendar import Due, after_quiet, due_at
from core.rules.chosen_moments import may_leave_at, moment_of
from core.rules.eligibility import Standing, can_wait, eligible, held_back
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.pushes.standings import standings, too_many_left
from core.work.session import Library

log = logging.getLogger(__name__)

PAUSED_FOR = timedelta(seconds=60)
"""A paused campaign is asked about again after this time."""

CAPPED_FOR = timedelta(hours=1)
"""Whoever had enough messages this week is asked about again after this time."""

FOLLOW_UP = Step(FOLLOW_UP_STEP, StepKind.RESULTS, Moment())
"""No step of a file: an answer goes to those who wanted the results, whatever became of the campaign."""

ASK = Step(ASK_STEP, StepKind.RESULTS, Moment())
"""No step of a file: what is asked about an answer goes to those who wanted it, and waits for a week with room."""

LATER = Step(LATER_STEP, StepKind.REMINDER, Moment())
"""No step of a file: what somebody chose the moment of."""

AFTER_CHOSEN = timedelta(minutes=1)
"""So long after a chosen moment any other push of that consultation is asked about again."""

Verdict = Reason | datetime


async def verdicts(unit: Unit, library: Library, pushes: Sequence[Delivery], *, now: datetime) -> Mapping[str, Verdict]:
    """By delivery id: why it must not go, or until when it must wait. Absent: it may go now."""
    found: dict[str, Verdict] = {}
    groups: dict[tuple[str | None, str | None, int | None], list[Delivery]] = {}
    for push in pushes:
        groups.setdefault((push.consultation, push.step, push.revision), []).append(push)
    for some in groups.values():
        found |= await _decided(unit, library, some, now)
    return found


async def _decided(unit: Unit, library: Library, some: Sequence[Delivery], now: datetime) -> Mapping[str, Verdict]:
    """Where one push cannot be decided (a zone that no longer exists, a body of another version), the others can."""
    try:
        return await _of_step(unit, library, some, now)
    except (AssertionError, KeyError, NotFound, TypeError, ValueError) as error:
        if len(some) == 1:
            log.error("push %s is not sent: %s", some[0].id, type(error).__name__)
            return {some[0].id: Reason.REJECTED}
    return {key: verdict for each in some for key, verdict in (await _decided(unit, library, [each], now)).items()}


async def _of_step(unit: Unit, library: Library, some: Sequence[Delivery], now: datetime) -> dict[str, Verdict]:
    """Of pushes of one step in one revision."""
    first = some[0]
    assert first.consultation is not None, "a push belongs to a campaign"
    running = await unit.consultations.running(first.consultation)
    consultation, step = await _step(unit, library, first)
    if running is None or step is None:
        return {each.id: Reason.CAMPAIGN_STOPPED for each in some}
    ids = [each.citizen for each in some if each.citizen is not None]
    known = await standings(unit, consultation, running, step.id, ids, now=now)
    citizens = await unit.people.citizens(ids)
    places = await unit.experiments.places(running.id, step.id, ids) if step.has_audience else {}
    postponed = {} if step in (LATER, FOLLOW_UP, ASK) else await unit.deliveries.postponed(running.id, ids)
    spoken = await _counted_from_answers(unit, running, consultation, step, citizens, now)
    if await too_many_left(unit, running.id, step):
        return {each.id: Reason.CAMPAIGN_STOPPED for each in some}
    found: dict[str, Verdict] = {}
    for each in some:
        if each.citizen is None or each.citizen not in citizens:
            found[each.id] = Reason.ERASED
            continue
        standing = known[each.citizen]
        if each.use_by is not None:
            standing = replace(standing, use_by=each.use_by)
        if held_back(standing):
            found[each.id] = now + PAUSED_FOR
        elif reason := eligible(*_asked(step, standing), now=now):
            found[each.id] = now + CAPPED_FOR if can_wait(step, reason) else reason
        elif step is LATER:
            at = may_leave_at(moment_of(each.key), citizens[each.citizen].zone, consultation.quiet, now=now)
            if at > now:
                found[each.id] = at
        elif step.kind not in PROMISED and (chosen := postponed.get(each.citizen)):
            found[each.id] = max(moment_of(chosen), now) + AFTER_CHOSEN  # they said when: nothing before
        elif (place := places.get(each.citizen)) and (place.due_at is None or place.due_at > now):
            found[each.id] = place.due_at or Reason.TOO_LATE  # drawn for a later wave, or for none
        elif (moved := spoken.get(each.citizen)) and moved > now:
            found[each.id] = moved  # they said something since: the moment counts from there
        elif (later := after_quiet(now, citizens[each.citizen].zone, consultation.quiet)) > now:
            found[each.id] = later
    return found


def _asked(step: Step, standing: Standing) -> tuple[Step, Standing]:
    """What is asked about: a campaign that was stopped asks nothing more, but whoever spoke is owed an answer; and what
    somebody asked for themselves is no nudge too many, whether they have begun or not."""
    if step in (FOLLOW_UP, ASK):
        return step, replace(standing, campaign_state=CampaignState.FINISHED)
    if step is LATER:
        wanted = replace(standing, pushes_last_7_days=0, nudged=False)
        return (step if standing.stage else replace(step, kind=StepKind.PROMPT)), wanted
    return step, standing


async def _counted_from_answers(
    unit: Unit,
    running: Running,
    consultation: Consultation,
    step: Step,
    citizens: Mapping[CitizenId, Citizen],
    now: datetime,
) -> dict[CitizenId, datetime]:
    """When a step that counts from the last answer is due now, for each."""
    if step.moment.at is not None or step.moment.anchor is not Anchor.ANSWER:
        return {}
    found: dict[CitizenId, datetime] = {}
    for citizen, placed in (await unit.dialogues.of(list(citizens))).items():
        for each in (one.dialogue for one in placed if one.dialogue.consultation == consultation.id):
            due = due_at(
                step,
                start=running.begins_at,
                arrival=each.agreed_at or each.started_at,
                zone=citizens[citizen].zone,
                quiet=consultation.quiet,
                now=now,
                closes_at=running.closes_at,
                answered=each.last_at,
            )
            if isinstance(due, Due):
                found[citizen] = due.at
    return found


async def _step(unit: Unit, library: Library, push: Delivery) -> tuple[Consultation, Step | None]:
    assert push.consultation is not None, "a push belongs to a campaign"
    assert push.revision is not None, "a push belongs to a revision"
    key = (push.consultation, push.revision)
    if key not in library:
        library |= await unit.consultations.revisions([key])
    consultation = library[key]
    if push.step == FOLLOW_UP_STEP:
        return consultation, FOLLOW_UP
    if push.step == ASK_STEP:
        return consultation, ASK
    if push.step == LATER_STEP:
        return consultation, LATER
    return consultation, next((step for step in consultation.steps if step.id == push.step), None)
