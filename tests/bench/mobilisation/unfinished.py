"""Reminders to the unfinished alone, beside reminders to everybody who agreed, on the simulated people of the sample.

Who they are and what a reminder makes them do is drawn by the rehearsal; who may be reminded is decided by the rule of
the program itself.
"""

from datetime import timedelta
from pathlib import Path

from bots.terminal.rehearsal.neighbours import Habit, Neighbour, make_neighbours
from config.consultation_files import read_consultation
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, StepKind
from core.model.dialogues import Stage
from core.rules.eligibility import Standing, eligible

SAMPLE = Path(__file__).parents[3] / "config" / "examples" / "piscine.yaml"
NEVER_AGREED = frozenset({Habit.LEAVES, Habit.YOUNG})


def saved_and_lost(people: int, seed: int = 2027) -> tuple[float, int]:
    """(share of the messages saved, answers that reminders to everybody would have brought besides)."""
    consultation = read_consultation(SAMPLE)
    step = next(each for each in consultation.steps if each.kind is StepKind.REMINDER)
    neighbours = make_neighbours(consultation, language="fr", people=people, seed=seed)
    agreed = [each for each in neighbours if each.habit not in NEVER_AGREED]
    now = consultation.opens_at + timedelta(days=21)
    reminded = [each for each in agreed if eligible(step, _standing(each, consultation), now=now) is None]
    brought = sum(each.habit is Habit.COMES_BACK for each in reminded)
    would_bring = sum(each.habit is Habit.COMES_BACK for each in agreed)
    return 1 - len(reminded) / len(agreed), would_bring - brought


def _standing(neighbour: Neighbour, consultation: Consultation) -> Standing:
    finished = neighbour.habit is Habit.FINISHES
    return Standing(
        stopped=False,
        unreachable=False,
        consented_participation=True,
        stage=Stage.FINISHED if finished else Stage.ASKING,
        finished=finished,
        not_interested=False,
        reminders_allowed=False,
        results_wanted=False,
        erased=False,
        campaign_state=CampaignState.RUNNING,
        closes_at=consultation.closes_at,
    )
