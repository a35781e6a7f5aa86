"""Words with a slip of one letter are read as the word that was meant, when that one was learnt and the other is none.

    "transprots" ─▶ unknown, and no frequent French word ─▶ one letter away from "transports", which was learnt
    "bcp"        ─▶ never learnt, but a short form       ─▶ "beaucoup"

Only what is read for topics changes; the text itself stays as it was written, and so do the places in it. A slip is a
letter too many, too few, another one, or two that changed places. Words are looked up by what is left of them without
one letter (the idea is Wolf Garbe's, "SymSpell", 2012): a look-up costs as much for ten words as for ten thousand.
"""

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from nlp.normalise import SHORT_FORMS, fold
from nlp.words.vectors import WordVectors

_SHORTEST = 4
"""Short words have too many neighbours."""
_LONGEST = 40
"""Longer ones are no words, and have a great many parts."""


class Slips:
    """What was learnt in one language, and its short forms."""

    def __init__(self, known: Iterable[str], language: str, vectors: WordVectors | None) -> None:
        """`known`: folded words, the most frequent first."""
        self._known = {word: rank for rank, word in enumerate(known)}
        self._vectors = vectors
        self._short = {fold(word): longer for word, longer in SHORT_FORMS.get(language, {}).items()}
        self._near: dict[str, list[str]] = {}
        for word in self._known:
            if len(word) >= _SHORTEST and word.isalpha():
                for left in _without_a_letter(word):
                    self._near.setdefault(left, []).append(word)

    def mended(self, word: str) -> Sequence[str]:
        """The folded words as which a folded word is read: mostly itself."""
        if word in self._known:
            return (word,)
        short = self._short.get(word)
        return (self._meant(word) or word,) if short is None else short

    def _meant(self, word: str) -> str | None:
        """None: the word itself."""
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return None
        if self._vectors is not None and self._vectors.find(word)[1]:
            return None
        near = {known for left in _without_a_letter(word) for known in self._near.get(left, ())}
        meant = (known for known in near if OSA.distance(word, known, score_cutoff=1) <= 1)
        return min(meant, key=self._known.__getitem__, default=None)


def _without_a_letter(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
