"""What a text is made of when topics are learnt: its words, pairs of them, and the pieces of its words.

    "Plus de bancs" ─▶ words   plus · de · bancs · plus de · de bancs
                       pieces  ␣p pl lu … ␣plus … ban anc ncs …      (2 to 5 characters inside a word and its edges)
                       context the question that was answered, if it is known

Pieces forgive accents, slips and endings in any language. Training and use read a text by the same three functions.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from nlp.normalise import clean, fold
from nlp.stopwords import STOPWORDS

_WORD = re.compile(r"\w+")
_EMPTY = frozenset().union(*STOPWORDS.values())
_SHORTEST, _LONGEST = 2, 5
_MOST_CHARACTERS = 4000
"""The beginning of a very long text says what it is about."""
_REMEMBERED = 50_000


def own_words(text: str) -> list[str]:
    """The folded words that say something, in order."""
    return telling_words(all_words(text))


def telling_words(words: Sequence[str]) -> list[str]:
    """Those of the folded words that say something, in order."""
    return [word for word in words if word not in _EMPTY]


def word_grams(text: str, _question: str = "") -> list[str]:
    words = all_words(text)
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]


def piece_grams(text: str, _question: str = "") -> list[str]:
    return [piece for word in all_words(text) for piece in pieces(word)]


def context_grams(_text: str, question: str = "") -> list[str]:
    return [question] if question else []


BLOCKS: Sequence[Callable[[str, str], list[str]]] = (word_grams, piece_grams, context_grams)


def all_words(text: str) -> list[str]:
    return list(chain.from_iterable(map(folded, _WORD.findall(clean(text[:_MOST_CHARACTERS])))))


@lru_cache(maxsize=_REMEMBERED)
def folded(written: str) -> tuple[str, ...]:
    """The words that one word is read as: mostly one, without accents."""
    return tuple(_WORD.findall(fold(written)))


def pieces(word: str) -> Iterator[str]:
    padded = f" {word} "
    for length in range(_SHORTEST, _LONGEST + 1):
        if len(padded) <= length:
            yield padded
            break
        for begin in range(len(padded) - length + 1):
            yield padded[begin : begin + length]
