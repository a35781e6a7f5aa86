"""What a typed message answers to a closed question: an option by its words or its place, a point on a scale, a number.

Accents, capitals and one slip of the finger do not matter; a sentence that merely contains an option is no answer.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.model.consultations import Consultation, Option, Question, QuestionKind
from core.model.words import words
from core.rules.plain_text import distance_within, plain

_SMALL_WORDS = frozenset(
    {
        "le", "la", "les", "l", "un", "une", "du", "de", "des", "d", "au", "aux", "a", "en", "plutot", "quartier",
        "secteur", "the", "an", "in", "at", "of", "rather", "district",
    }
)  # fmt: skip
_NUMBER_WORDS = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\w,.])[-−]?(?:[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?(?!\w)")
_OUT_OF = re.compile(r"\s*(?:/|sur|out of)\s*\d{1,3}\s*\.?\s*$")
_MOST_OTHER_WORDS = 2
_DENYING = ("in", "im", "ir", "il", "de", "des", "mal", "non", "non ", "un", "dis", "a")
_DENIALS = frozenset({"pas", "ni", "non", "not", "sauf", "jamais", "never", "except"})


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """A number, but not a whole one between the question's two ends."""


TypedAnswer = str | OutOfRange | None


def exact_answer(question: Question, text: str, consultation: Consultation, language: str) -> str | None:
    """The answer when `text` is an option's words to the letter (accents and capitals aside)."""
    said = plain(text)
    for option, label in _labels(question, consultation, language):
        if said and said == label:
            return option.id
    return None


def typed_answer(question: Question, text: str, consultation: Consultation, language: str) -> TypedAnswer:
    """The answer as it is stored, `OutOfRange`, or None when `text` does not answer `question`."""
    match question.kind:
        case QuestionKind.OPEN:
            return None
        case QuestionKind.SCALE | QuestionKind.NUMBER:
            return _number(question, text)
        case QuestionKind.SEVERAL:
            return _several(question, text, consultation, language)
        case QuestionKind.SINGLE | QuestionKind.SECTOR | QuestionKind.EVENT:
            return _one(question, text, consultation, language)


def _one(question: Question, text: str, consultation: Consultation, language: str) -> str | None:
    if exact := exact_answer(question, text, consultation, language):
        return exact
    said = _without_small_words(plain(text))
    if not said:
        return _by_number(question, text)
    labels = list(_labels(question, consultation, language))
    same = {option.id for option, label in labels if _without_small_words(label) == said}
    if not same and len(said) >= 4:
        most = 1 if len(said) < 8 else 2
        same = {option.id for option, label in labels if _slipped(said, _without_small_words(label), most)}
    if len(same) == 1:
        return same.pop()
    return _by_number(question, text) if not same else None


def _slipped(said: str, label: str, most: int) -> bool:
    """Is `said` the label but for a slip of the finger? Other figures are no slip ("18-24", "plus de 20 km"), and a
    beginning that denies is the contrary ("insatisfait")."""
    if re.findall(r"\d+", said) != re.findall(r"\d+", label) or _denied(said, label) or _denied(label, said):
        return False
    return distance_within(said, label, most)


def _denied(one: str, other: str) -> bool:
    return any(one == beginning + other for beginning in _DENYING)


def _several(question: Question, text: str, consultation: Consultation, language: str) -> str | None:
    if one := _one(question, text, consultation, language):
        return one
    parts = [part for part in re.split(r"[,;+/&\n]|\b(?:et|and)\b", text, flags=re.IGNORECASE) if part.strip()]
    found = [_one(question, part, consultation, language) for part in parts]
    if len(parts) < 2 or None in found:
        return None
    chosen = set(found)
    return ",".join(option.id for option in question.options if option.id in chosen)


def _by_number(question: Question, text: str) -> str | None:
    said = plain(text)
    if re.fullmatch(r"\d{1,3}", said, re.ASCII) and 1 <= int(said) <= len(question.choices):
        return question.choices[int(said) - 1].id
    return None


def _number(question: Question, text: str) -> TypedAnswer:
    shown = _OUT_OF.sub("", text.casefold())
    found = _NUMBER.findall(shown)
    others = words(_NUMBER.sub(" ", shown))
    if not found:
        found, others = _spelt(others)
    if len(found) != 1 or len(others) > _MOST_OTHER_WORDS or not _DENIALS.isdisjoint(others):
        return None
    digits = re.sub(r"[ \u00a0\u202f]", "", found[0]).replace("−", "-")
    if not re.fullmatch(r"-?[0-9]{1,12}", digits) or not question.low <= int(digits) <= question.high:
        return OutOfRange()
    return str(int(digits))


def _spelt(said: list[str]) -> tuple[list[str], list[str]]:
    """Numbers in letters, and the other words. "Un" is a number only alone: "un peu" is none."""
    if len(said) == 1:
        spelt = [word for word in said if word in _NUMBER_WORDS]
    else:
        spelt = [word for word in said if _NUMBER_WORDS.get(word, 1) != 1]
    return [str(_NUMBER_WORDS[word]) for word in spelt], [word for word in said if word not in spelt]


def _labels(question: Question, consultation: Consultation, language: str) -> Iterable[tuple[Option, str]]:
    """Every option with its words, the person's language first, then the others: people mix."""
    languages = [language, *(each for each in consultation.languages if each != language)]
    for each in languages:
        for option in question.choices:
            if label := option.label.get(each):
                yield option, plain(label)


def _without_small_words(said: str) -> str:
    left = [word for word in said.split() if word not in _SMALL_WORDS]
    return " ".join(left)
