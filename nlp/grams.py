"""What a text is made of when topics are learnt: its words, pairs of them, and the pieces of its words.

    "Plus de bancs" ─▶ words   plus · de · bancs · plus de · de bancs
                       pieces  ␣p pl lu … ␣plus … ban anc ncs …      (2 to 5 characters inside a word and its edges)
                       context the question that was answered, if it is known

Pieces forgive accents, slips and endings in any language. A word has the same pieces in every text, each once: what
they say together can be found once a word (nlp/hearing.py).
"""

from collections.abc import Sequence
from itertools import chain, pairwise

from nlp.normalise import WORD, clean, fold, written_words
from nlp.words.stopwords import SMALL_WORDS

MOST_WORDS = 800
"""The beginning of a very long text says what it is about."""
_SHORTEST, _LONGEST = 2, 5
_MOST_CHARACTERS = 40
"""Of a word; longer ones are none."""


def telling_words(words: Sequence[str]) -> list[str]:
    """Those of the folded words that say something, in order."""
    return [word for word in words if word not in SMALL_WORDS]


def word_grams(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]


def all_words(text: str) -> list[str]:
    return list(chain.from_iterable(map(folded, written_words(clean(text)))))[:MOST_WORDS]


def folded(written: str) -> list[str]:
    """The words that one word is read as: mostly one, without accents."""
    return WORD.findall(fold(written))


def pieces(word: str) -> list[str]:
    """Each once, and always in the same order: sums depend on it."""
    padded = f" {word[:_MOST_CHARACTERS]} "
    size = len(padded)
    found = [
        padded[begin : begin + length]
        for length in range(_SHORTEST, min(_LONGEST, size) + 1)
        for begin in range(size - length + 1)
    ]
    return list(dict.fromkeys(found))
