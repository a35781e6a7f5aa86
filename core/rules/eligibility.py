"""Who may be pushed to, and if not, why not: asked when a step is planned and again when it is about to be sent.

The consent rule, exactly:

    participation   one tap under the notice. It carries the dialogue and **one** nudge in this consultation, to
                    those who began and have not finished: the notice says so before the tap.
    reminders       asked beside the answers ("mes réponses", /consultations, under the results). It carries prompts of
                    the partner's later consultations, and a second nudge in one (a last call after a reminder).
    event           a yes to an event carries one reminder of it, and nothing else.
    results         asked after the answers. It carries the results of this consultation, the official answer, one
                    question about that answer some days later, and nothing else.

STOP ends every push of the partner at once, promised results included; nothing below outweighs it. Replies to
what a person writes are no pushes: nobody asks this module about them.

A paused campaign holds its rows back instead of skipping them: ask `held_back` before `eligible`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from core.model.campaigns import CampaignState
from core.model.consultations import MOST_PUSHES, PROMISED, Step, StepKind
from core.model.deliveries import Reason
from core.model.dialogues import Stage
from core.model.satisfaction import ASK_STEP

CAP_OVER = timedelta(days=7)
"""In so long the pushes of one partner to one person are counted."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one person about one consultation, at one moment.

    `stage`: of their dialogue in this consultation, None when they never opened it. `finished`: all its questions are
    done. `reminders_allowed`, `results_wanted`: they said yes (never asked counts as no) and did not take it back.
    `nudged`: another reminder or last call of this consultation went to them already. `pushes_last_7_days`: by this
    partner, over all its consultations; `cap`: of these. `use_by`: of the delivery, if any. `coming`: they said yes to
    the event of the step.
    """

    stopped: bool
    unreachable: bool
    consented_participation: bool
    stage: Stage | None
    finished: bool
    not_interested: bool
    reminders_allowed: bool
    results_wanted: bool
    erased: bool
    campaign_state: CampaignState
    closes_at: datetime
    use_by: datetime | None = None
    pushes_last_7_days: int = 0
    cap: int = MOST_PUSHES
    nudged: bool = False
    coming: bool = False


def eligible(step: Step, person: Standing, *, now: datetime) -> Reason | None:
    """Why `step` must not reach this person now, or None when it may.

    The first reason that holds is given: what the person said, then what the campaign is, then what the step needs.
    """
    if person.erased:
        return Reason.ERASED
    if person.stopped or person.stage is Stage.STOPPED:
        return Reason.OPTED_OUT
    if person.unreachable:
        return Reason.UNREACHABLE
    return _campaign(step.kind, person, now) or _consent(step.kind, person) or _frequency(step, person)


def can_wait(step: Step, reason: Reason) -> bool:
    """An invitation, or a question about an answer, that would be one message too many this week is not lost: it goes
    when the week is over."""
    return (step.kind is StepKind.PROMPT or step.id == ASK_STEP) and reason is Reason.FREQUENCY_CAP


def held_back(person: Standing) -> bool:
    """The campaign is paused: what is owed stays planned, and is asked about again when it runs."""
    return person.campaign_state is CampaignState.PAUSED


def _campaign(kind: StepKind, person: Standing, now: datetime) -> Reason | None:
    """Results are owed after the closing, and by a campaign that is over; by none that was stopped."""
    match person.campaign_state:
        case CampaignState.DRAFT | CampaignState.PAUSED | CampaignState.STOPPED:
            return Reason.CAMPAIGN_STOPPED
        case CampaignState.FINISHED if kind not in PROMISED:
            return Reason.CONSULTATION_CLOSED
        case CampaignState.RUNNING | CampaignState.FINISHED:
            pass
        case _:
            assert_never(person.campaign_state)
    if kind not in PROMISED and now >= person.closes_at:
        return Reason.CONSULTATION_CLOSED
    if person.use_by is not None and now >= person.use_by:
        return Reason.TOO_LATE
    return None


def _consent(kind: StepKind, person: Standing) -> Reason | None:
    match kind:
        case StepKind.PROMPT:
            return _prompt(person)
        case StepKind.REMINDER | StepKind.LAST_CALL:
            return _nudge(person)
        case StepKind.RESULTS:
            return None if person.results_wanted else Reason.NO_CONSENT
        case StepKind.EVENT:
            return None if person.coming else Reason.NOT_INTERESTED
        case _:
            assert_never(kind)


def _prompt(person: Standing) -> Reason | None:
    """For those who know us and said yes to prompts; whoever opened this consultation needs none."""
    if person.finished or person.stage in (Stage.RESULTS, Stage.FINISHED):
        return Reason.ALREADY_FINISHED
    if person.not_interested:
        return Reason.NOT_INTERESTED
    if not person.reminders_allowed or person.stage is Stage.DECLINED:
        return Reason.NO_CONSENT
    return None if person.stage is None else Reason.TOO_LATE  # they are here already: the prompt comes too late


def _nudge(person: Standing) -> Reason | None:
    """For those who agreed, began and have not finished."""
    if person.finished or person.stage in (Stage.RESULTS, Stage.FINISHED):
        return Reason.ALREADY_FINISHED
    if person.not_interested:
        return Reason.NOT_INTERESTED
    if not person.consented_participation:
        return Reason.NO_CONSENT
    if person.stage not in (Stage.ASKING, Stage.PAUSED):  # never opened, notice not (or no more) agreed to, declined
        return Reason.NO_CONSENT
    return Reason.NO_CONSENT if person.nudged and not person.reminders_allowed else None


def _frequency(step: Step, person: Standing) -> Reason | None:
    """What was promised to this person does not count as one push too many; what is asked about it does."""
    if (step.kind not in PROMISED or step.id == ASK_STEP) and person.pushes_last_7_days >= person.cap:
        return Reason.FREQUENCY_CAP
    return None
