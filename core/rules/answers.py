"""What a stored answer to a closed question says: in words, and option by option."""

from collections import Counter
from collections.abc import Mapping

from core.model.consultations import Consultation, Question, QuestionKind


def answer_words(consultation: Consultation, question: Question, value: str, language: str) -> str:
    """ "a,b" → "Le matin, Le soir"; a number stays one. An option that is no longer there stays as its id."""
    if question.kind in (QuestionKind.SCALE, QuestionKind.NUMBER):
        return value
    labels = {option.id: consultation.in_language(option.label, language) for option in question.options}
    return ", ".join(labels.get(part, part) for part in value.split(",") if part)


def by_option(answers: Mapping[str, int]) -> Counter[str]:
    """By option, how many people ticked it. `answers`: by stored answer ("a,b"), how many gave it."""
    found = Counter[str]()
    for value, people in answers.items():
        found.update(dict.fromkeys(value.split(","), people))
    return found
