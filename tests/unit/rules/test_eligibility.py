"""Who may be pushed to: every reason, for every kind of step, one line each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.model.campaigns import CampaignState
from core.model.consultations import MOST_PUSHES, Moment, Step, StepKind
from core.model.deliveries import Reason
from core.model.dialogues import Stage
from core.rules.eligibility import Standing, eligible, held_back

NOW = datetime(2027, 1, 19, 17, 0, tzinfo=UTC)
PROMPT, REMINDER, LAST_CALL, RESULTS = StepKind.PROMPT, StepKind.REMINDER, StepKind.LAST_CALL, StepKind.RESULTS
NUDGES = (REMINDER, LAST_CALL)

UNFINISHED = Standing(
    stopped=False,
    unreachable=False,
    consented_participation=True,
    stage=Stage.ASKING,
    finished=False,
    not_interested=False,
    reminders_allowed=False,
    results_wanted=False,
    erased=False,
    campaign_state=CampaignState.RUNNING,
    closes_at=NOW + timedelta(days=20),
)
KNOWN = replace(UNFINISHED, stage=None, consented_participation=False, reminders_allowed=True)
PROMISED = replace(UNFINISHED, stage=Stage.FINISHED, finished=True, results_wanted=True)
OWED = {
    PROMPT: KNOWN,
    REMINDER: UNFINISHED,
    LAST_CALL: UNFINISHED,
    RESULTS: PROMISED,
    StepKind.EVENT: replace(UNFINISHED, coming=True),
}
"""For each kind of step, a person to whom it is owed."""


def why_not(kind: StepKind, person: Standing) -> Reason | None:
    return eligible(Step(kind.value, kind, Moment()), person, now=NOW)


@pytest.mark.parametrize("kind", StepKind)
def test_each_step_is_owed_to_those_it_is_for(kind: StepKind) -> None:
    assert why_not(kind, OWED[kind]) is None


@pytest.mark.parametrize("kind", StepKind)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"erased": True}, Reason.ERASED),
        ({"stopped": True}, Reason.OPTED_OUT),
        ({"stage": Stage.STOPPED}, Reason.OPTED_OUT),
        ({"unreachable": True}, Reason.UNREACHABLE),
        ({"campaign_state": CampaignState.DRAFT}, Reason.CAMPAIGN_STOPPED),
        ({"campaign_state": CampaignState.PAUSED}, Reason.CAMPAIGN_STOPPED),
        ({"campaign_state": CampaignState.STOPPED}, Reason.CAMPAIGN_STOPPED),
        ({"use_by": NOW}, Reason.TOO_LATE),
        ({"use_by": NOW + timedelta(seconds=1)}, None),
        ({"erased": True, "stopped": True, "unreachable": True, "use_by": NOW}, Reason.ERASED),
        ({"stopped": True, "unreachable": True, "campaign_state": CampaignState.STOPPED}, Reason.OPTED_OUT),
    ],
)
def test_what_stops_every_push(kind: StepKind, change: dict[str, object], reason: Reason | None) -> None:
    assert why_not(kind, replace(OWED[kind], **change)) is reason  # type: ignore[arg-type]  # one field of each type


@pytest.mark.parametrize(
    ("change", "pushes", "results"),
    [
        ({"campaign_state": CampaignState.FINISHED}, Reason.CONSULTATION_CLOSED, None),
        ({"closes_at": NOW}, Reason.CONSULTATION_CLOSED, None),
        ({"closes_at": NOW + timedelta(seconds=1)}, None, None),
        ({"pushes_last_7_days": MOST_PUSHES - 1}, None, None),
        ({"pushes_last_7_days": MOST_PUSHES}, Reason.FREQUENCY_CAP, None),
        ({"pushes_last_7_days": 3, "cap": 4}, None, None),
        ({"cap": 0}, Reason.FREQUENCY_CAP, None),
    ],
)
def test_promised_results_outlast_the_closing_and_the_cap(
    change: dict[str, object], pushes: Reason | None, results: Reason | None
) -> None:
    for kind in (PROMPT, *NUDGES):
        assert why_not(kind, replace(OWED[kind], **change)) is pushes  # type: ignore[arg-type]  # one field of each type
    assert why_not(RESULTS, replace(PROMISED, **change)) is results  # type: ignore[arg-type]  # one field of each type


@pytest.mark.parametrize("kind", NUDGES)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stage": Stage.PAUSED}, None),
        ({"stage": None}, Reason.NO_CONSENT),
        ({"stage": Stage.OFFERED}, Reason.NO_CONSENT),
        ({"stage": Stage.OFFERED, "consented_participation": False}, Reason.NO_CONSENT),
        ({"stage": Stage.DECLINED}, Reason.NO_CONSENT),
        ({"consented_participation": False}, Reason.NO_CONSENT),
        ({"stage": Stage.RESULTS}, Reason.ALREADY_FINISHED),
        ({"stage": Stage.FINISHED, "finished": True}, Reason.ALREADY_FINISHED),
        ({"stage": Stage.PAUSED, "finished": True}, Reason.ALREADY_FINISHED),
        ({"not_interested": True}, Reason.NOT_INTERESTED),
        ({"stage": Stage.FINISHED, "finished": True, "not_interested": True}, Reason.ALREADY_FINISHED),
    ],
)
def test_reminders_go_to_those_who_agreed_and_have_not_finished(
    kind: StepKind, change: dict[str, object], reason: Reason | None
) -> None:
    assert why_not(kind, replace(UNFINISHED, **change)) is reason  # type: ignore[arg-type]  # one field of each type


@pytest.mark.parametrize("kind", NUDGES)
def test_one_nudge_belongs_to_participation_and_a_second_needs_its_own_yes(kind: StepKind) -> None:
    nudged = replace(UNFINISHED, nudged=True)
    assert why_not(kind, nudged) is Reason.NO_CONSENT
    assert why_not(kind, replace(nudged, reminders_allowed=True)) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"reminders_allowed": False}, Reason.NO_CONSENT),
        ({"not_interested": True}, Reason.NOT_INTERESTED),
        ({"stage": Stage.OFFERED}, Reason.TOO_LATE),
        ({"stage": Stage.ASKING}, Reason.TOO_LATE),
        ({"stage": Stage.PAUSED}, Reason.TOO_LATE),
        ({"stage": Stage.DECLINED}, Reason.NO_CONSENT),
        ({"stage": Stage.RESULTS}, Reason.ALREADY_FINISHED),
        ({"stage": Stage.FINISHED, "finished": True}, Reason.ALREADY_FINISHED),
        ({"results_wanted": True, "reminders_allowed": False}, Reason.NO_CONSENT),
    ],
)
def test_prompts_go_to_those_who_said_yes_to_them_and_are_not_here_yet(
    change: dict[str, object], reason: Reason | None
) -> None:
    assert why_not(PROMPT, replace(KNOWN, **change)) is reason  # type: ignore[arg-type]  # one field of each type


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"results_wanted": False}, Reason.NO_CONSENT),
        ({"results_wanted": False, "reminders_allowed": True}, Reason.NO_CONSENT),
        ({"stage": Stage.PAUSED, "finished": False}, None),
        ({"stage": Stage.RESULTS}, None),
    ],
)
def test_results_go_to_those_who_want_them(change: dict[str, object], reason: Reason | None) -> None:
    assert why_not(RESULTS, replace(PROMISED, **change)) is reason  # type: ignore[arg-type]  # one field of each type


@pytest.mark.parametrize("state", CampaignState)
def test_only_a_paused_campaign_holds_its_rows_back(state: CampaignState) -> None:
    assert held_back(replace(UNFINISHED, campaign_state=state)) is (state is CampaignState.PAUSED)
