"""Plain language: words that most readers know, found in every form they take. The words to avoid are given as data.

An expression of the list is met when its words stand side by side, each in one of its forms: "usager" in "usagers",
"foncier" in "foncière", "dématérialiser" in "dématérialisées". Capitals (PLU) must be capitals.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.model.words import words

_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n+")

# French and English endings together: a form that no language has is met by no text.
_VERB_ER = ("e", "es", "ons", "ez", "ent", "ee", "ees", "ant", "era", "eront", "erez", "ait", "aient")
_VERB_IR = ("i", "is", "it", "ie", "ies", "issons", "issez", "issent", "issant", "ira", "iront")
_OTHER_WORDS = frozenset({"usage", "usages", "vacances", "statue", "statues", "candidate", "candidates"})
"""What an ending makes of an expression by chance: words of their own, which everybody knows."""
_ENGLISH_VERB = ("s", "d", "ed", "ing", "es")


@dataclass(frozen=True, slots=True)
class PlainWord:
    """Expressions that most readers do not know, and what to write instead."""

    expressions: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class PlainWords:
    """What one language says about plain words. `nothing`: answers that promise nothing ("rien")."""

    words: tuple[PlainWord, ...] = ()
    nothing: tuple[str, ...] = ()


def hard_words(text: str, plain_words: PlainWords) -> Iterator[tuple[str, str]]:
    """(the expression met, what to write instead), one for each entry of the list that `text` meets.

    A longer expression wins over one inside it: of "concertation préalable" nothing more is said about "concertation".
    """
    spoken = words(text)
    index = _by_first_word(plain_words.words)
    met: list[tuple[int, int, int, str]] = []
    for start, word in enumerate(spoken):
        for place, expression in index.get(word, ()):
            length = _length_at(spoken, start, expression)
            if length and (not expression.isupper() or re.search(rf"\b{re.escape(expression)}\b", text)):
                met.append((start, length, place, expression))
    said = set()
    for start, length, place, expression in met:
        inside = any(
            other <= start and start + length <= other + longer and longer > length for other, longer, *_ in met
        )
        if not inside and place not in said:
            said.add(place)
            yield expression, plain_words.words[place].instead


def sentences(text: str) -> list[str]:
    """The sentences of `text`, without what ends them."""
    return [each.strip() for each in _SENTENCE_END.split(text) if each.strip()]


def length(sentence: str) -> int:
    """How many words it has: what is between spaces, with a letter or a figure in it."""
    return sum(any(letter.isalnum() for letter in word) for word in sentence.split())


@lru_cache(maxsize=8)
def _by_first_word(entries: Sequence[PlainWord]) -> Mapping[str, Sequence[tuple[int, str]]]:
    """Each form of a first word → the expressions that begin so, with the place of their entry."""
    index: dict[str, list[tuple[int, str]]] = {}
    for place, entry in enumerate(entries):
        for expression in entry.expressions:
            for form in _forms_of(expression)[0]:
                index.setdefault(form, []).append((place, expression))
    return index


def _length_at(spoken: Sequence[str], start: int, expression: str) -> int:
    """How many words of `spoken` are the expression, from `start` on; 0 when they are not."""
    wanted = _forms_of(expression)
    here = spoken[start : start + len(wanted)]
    same = len(here) == len(wanted) and all(word in forms for word, forms in zip(here, wanted, strict=True))
    return len(wanted) if same else 0


@lru_cache(maxsize=8192)
def _forms_of(expression: str) -> tuple[frozenset[str], ...]:
    """For each word of the expression, the forms in which it may stand."""
    if expression.isupper():
        return tuple(frozenset({word}) for word in words(expression))
    return tuple(_forms(word) for word in words(expression))


def _forms(word: str) -> frozenset[str]:
    if len(word) < 4:
        return frozenset({word, f"{word}s"})
    forms = {word, *(word + ending for ending in ("s", "x", "e", "es", *_ENGLISH_VERB))}
    endings: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("al", ("aux", "ale", "ales")),
        ("if", ("ive", "ifs", "ives")),
        ("el", ("elle", "els", "elles")),
        ("eur", ("euse", "euses", "rice", "rices")),
        ("eux", ("euse", "euses")),
        ("er", (*_VERB_ER, "iere", "ieres", "ere", "eres")),
        ("ir", _VERB_IR),
        ("e", ("ing", "ant", "er")),
        ("y", ("ies", "ied")),
        ("ise", ("ize", "izes", "ized", "izing")),
    )
    for ending, others in endings:
        if word.endswith(ending):
            forms |= {word.removesuffix(ending) + other for other in others}
    return frozenset(forms) - _OTHER_WORDS
