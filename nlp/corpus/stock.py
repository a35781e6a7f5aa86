"""Many texts made ready to be looked at together: what is said twice counts once, words are compared by their stems.

texts ─▶ groups of near duplicates ─▶ one text each ─▶ words (stem, as it was written) ─▶ weights
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp  # type: ignore[import-untyped]  # it ships no types

from nlp.corpus.duplicates import groups
from nlp.masking import without_masks
from nlp.normalise import clean, fold
from nlp.words.stems import stem
from nlp.words.stopwords import SMALL_WORDS

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = frozenset({" ", "'", "’", "-"})
_SHORTEST = 3
_MOST_CHARACTERS = 4000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Word:
    """`stem` "": it says nothing by itself. `joined`: only a space or an apostrophe stands before it."""

    stem: str
    written: str
    joined: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """`heads`: for each text the place of the first that says nearly the same. `distinct`: the places of those, in
    order. `words`: what each of these says. `sizes`: how many say it."""

    texts: Sequence[str]
    heads: Sequence[int]
    distinct: Sequence[int]
    words: Sequence[Sequence[Word]]
    sizes: Sequence[int]
    stems: Sequence[frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        found = [frozenset(word.stem for word in words if word.stem) for words in self.words]
        object.__setattr__(self, "stems", found)

    def frequencies(self) -> Counter[str]:
        """By stem, how many different texts have it."""
        return Counter(each for stems in self.stems for each in stems)

    def part(self, places: Sequence[int]) -> "Stock":
        """Some of the different texts, by their places in `distinct`."""
        kept = [self.distinct[place] for place in places]
        words, sizes = [self.words[place] for place in places], [self.sizes[place] for place in places]
        return Stock(self.texts, self.heads, kept, words, sizes)

    def rows(self, known: Sequence[str], weights: Floats) -> sp.csr_matrix:
        """Different texts × known stems, weighted, each row of length one."""
        column = {each: place for place, each in enumerate(known)}
        found = [sorted(column[each] for each in stems if each in column) for stems in self.stems]
        begins = np.concatenate([[0], np.cumsum([len(row) for row in found])])
        places = np.array([place for row in found for place in row], dtype=np.int64)
        rows = sp.csr_matrix((weights[places], places, begins), shape=(len(found), len(known)))
        length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        return sp.diags(1 / np.maximum(length, 1e-9)) @ rows


def stocked(texts: Sequence[str], language: str) -> Stock:
    """`language`: in which the words are taken apart."""
    heads = groups(texts)
    sizes = Counter(heads)
    distinct = sorted(sizes)
    said = [_words(texts[place], language) for place in distinct]
    return Stock(texts, heads, distinct, said, [sizes[place] for place in distinct])


def _words(text: str, language: str) -> list[Word]:
    text = without_masks(clean(text[:_MOST_CHARACTERS]))
    found, end = [], 0
    for match in _WORD.finditer(text):
        written = match[0].lower()
        folded = fold(written)
        empty = folded in SMALL_WORDS or len(folded) < _SHORTEST or not folded.isalpha()
        found.append(Word("" if empty else stem(folded, language), written, text[end : match.start()] in _BETWEEN))
        end = match.end()
    return found


def written_as(stock: Stock) -> dict[str, str]:
    """By stem, how most people write it."""
    seen: dict[str, Counter[str]] = {}
    for words in stock.words:
        for word in words:
            if word.stem:
                seen.setdefault(word.stem, Counter())[word.written] += 1
    return {each: min(forms, key=lambda form: (-forms[form], form)) for each, forms in seen.items()}


def runs(words: Sequence[Word], longest: int) -> dict[tuple[str, ...], str]:
    """What is said in one breath: (stems) → as it was written, with one or two empty words inside at most."""
    found: dict[tuple[str, ...], str] = {}
    for begin, first in enumerate(words):
        if not first.stem:
            continue
        stems: tuple[str, ...] = (first.stem,)
        empty = 0
        found.setdefault(stems, first.written)
        for end in range(begin + 1, len(words)):
            word = words[end]
            empty = 0 if word.stem else empty + 1
            if not word.joined or empty > 2 or len(stems) == longest:
                break
            if word.stem:
                stems = (*stems, word.stem)
                found.setdefault(stems, _between(words[begin : end + 1]))
    return found


def _between(words: Sequence[Word]) -> str:
    """As it was written; one letter and its vowel belong to the next word ("l'eau")."""
    said = words[0].written
    for before, word in pairwise(words):
        said += ("’" if len(before.written) == 1 and before.written.isalpha() else " ") + word.written
    return said
