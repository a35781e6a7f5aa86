"""Those who answered beside the people there are: the partner's reference shares, group by group."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.model.consultations import Consultation, QuestionKind
from core.model.ids import ConsultationId
from core.rules.readout import ENOUGH_ANSWERS, Share, compared
from core.storage.unit import Unit

LANGUAGE = "language"
"""Stands for a question: in which language people answered."""

Reference = Mapping[str, Mapping[str, float]]
"""By question (or `LANGUAGE`), by answer, the share of the people in [0, 1]."""

COMPARABLE = frozenset({QuestionKind.SECTOR, QuestionKind.SINGLE})
"""Questions whose answers cut people into groups."""


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
    """`reference` adds to the shares that the consultation's file names for its parts of town, or replaces them."""
    own = ConsultationId(consultation.id)
    found = []
    for question, shares in {**_of_file(consultation), **reference}.items():
        if question == LANGUAGE:
            counts: Mapping[str, int] = await unit.reports.languages(own)
        else:
            counts = await unit.readouts.answer_counts(own, question)
        asked = consultation.question(question)
        labels = {option.id: option.label for option in asked.options} if asked else {}
        found.append(Comparison(question, sum(counts.values()), compared(counts, shares, labels)))
    return tuple(found)


def _of_file(consultation: Consultation) -> Reference:
    sector = next((each.id for each in consultation.questions if each.kind is QuestionKind.SECTOR), None)
    return {sector: consultation.shares} if sector and consultation.shares else {}
