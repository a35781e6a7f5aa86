"""Those who answered beside the people there are: the partner's reference shares, group by group."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.model.consultations import LANGUAGE, Consultation, QuestionKind, Text
from core.model.ids import ConsultationId
from core.rules.readout import ENOUGH_ANSWERS, Share, compared
from core.storage.unit import Unit

Reference = Mapping[str, Mapping[str, float]]
"""By question (or `LANGUAGE`), by answer, the share of the people in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`answers`: how many there are. `shares`: the most missing first; none under `ENOUGH_ANSWERS`."""

    question: str
    answers: int
    shares: tuple[Share, ...]

    @property
    def enough(self) -> bool:
        return self.answers >= ENOUGH_ANSWERS


async def comparisons(unit: Unit, consultation: Consultation, reference: Reference) -> tuple[Comparison, ...]:
    """`reference` adds to the shares that the consultation's file names, or replaces them."""
    found = []
    for question, shares in {**shares_of(consultation), **reference}.items():
        counts = await counts_of(unit, consultation, question)
        found.append(
            Comparison(question, sum(counts.values()), compared(counts, shares, labels_of(consultation, question)))
        )
    return tuple(found)


def shares_of(consultation: Consultation) -> Reference:
    """What the consultation's file says of the people there are: its parts of town first."""
    sector = next((each.id for each in consultation.questions if each.kind is QuestionKind.SECTOR), None)
    return {**({sector: consultation.shares} if sector and consultation.shares else {}), **consultation.reference}


async def counts_of(unit: Unit, consultation: Consultation, question: str) -> Mapping[str, int]:
    """How many gave each answer to the question, or answered in each language."""
    own = ConsultationId(consultation.id)
    if question == LANGUAGE:
        return await unit.reports.languages(own)
    return await unit.readouts.answer_counts(own, question)


def labels_of(consultation: Consultation, question: str) -> Mapping[str, Text]:
    asked = consultation.question(question)
    return {option.id: option.label for option in asked.options} if asked else {}
