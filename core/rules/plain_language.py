"""Plain language: sentences short enough, and words that most readers know. The words to avoid are given as data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.rules.plain_text import words

_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n+")


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
    """(the expression met, what to write instead), one for each entry of the list that `text` meets."""
    spoken = words(text)
    for each in plain_words.words:
        met = next((one for one in each.expressions if _says(text, spoken, one)), None)
        if met is not None:
            yield met, each.instead


def longest_sentence(text: str) -> int:
    """How many words the longest sentence of `text` has."""
    sentences = _SENTENCE_END.split(text)
    return max(sum(any(letter.isalnum() for letter in word) for word in each.split()) for each in sentences)


def _says(said: str, spoken: Sequence[str], expression: str) -> bool:
    """Do the words of `expression` stand side by side? A plural is the same word; capitals (PLU) must be capitals."""
    if expression.isupper():
        return re.search(rf"\b{re.escape(expression)}\b", said) is not None
    first, *others = _words(expression)
    return any(
        spoken[start] in first and all(word in each for word, each in zip(spoken[start + 1 :], others, strict=False))
        for start in range(len(spoken) - len(others))
    )


@lru_cache(maxsize=4096)
def _words(expression: str) -> tuple[frozenset[str], ...]:
    """For each word of the expression, the forms in which it may stand."""
    return tuple(frozenset({word, f"{word}s", f"{word}x"}) for word in words(expression))
