"""What a stored answer to a closed question says, in words."""

from core.model.consultations import Consultation, Question, QuestionKind


def answer_words(consultation: Consultation, question: Question, value: str, language: str) -> str:
    """ "a,b" → "Le matin, Le soir"; a number stays one. An option that is no longer there stays as its id."""
    if question.kind in (QuestionKind.SCALE, QuestionKind.NUMBER):
        return value
    labels = {option.id: consultation.in_language(option.label, language) for option in question.options}
    return ", ".join(labels.get(part, part) for part in value.split(",") if part)
