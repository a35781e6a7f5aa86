"""The words of a text, made comparable: what somebody types is found whatever its capitals, accents and punctuation.

"L'Été, à la médiathèque !" ─▶ l ete a la mediatheque        "図書館" ─▶ 図書 書館 館   (scripts without spaces)
"""

import re
import unicodedata

LONGEST_WORD = 64
"""Letters of a word by which it is found."""
MOST_ASKED = 20
"""Words of one search; what is typed beyond them is not looked for."""

_SPREAD = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Accents and other signs that sit on a letter."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: nothing says where a word ends."""


def words(text: str) -> list[str]:
    """In their order. Punctuation and emoji are no words."""
    small = text.casefold()
    if not small.isascii():
        small = _MARKS.sub("", unicodedata.normalize("NFKD", small.translate(_SPREAD)))
    return _WORD.findall(small)


def findable(text: str) -> str:
    """The words by which `text` is found: each once, with one space between them."""
    found = (piece for word in words(text) for piece in _pieces(word, tail=True))
    return " ".join(dict.fromkeys(found))


def asked_for(typed: str) -> tuple[str, ...]:
    """What somebody typed into a search, as beginnings of words of `findable`: all of them must occur."""
    found = (piece for word in words(typed) for piece in _pieces(word, tail=False))
    return tuple(dict.fromkeys(found))[:MOST_ASKED]


def _pieces(word: str, *, tail: bool) -> list[str]:
    """A word, cut; where words have no end, each two letters that stand together (`tail`: and the last one alone)."""
    if word.isascii() or not _UNSPACED.search(word):
        return [word[:LONGEST_WORD]]
    found: list[str] = []
    at = 0
    for run in _UNSPACED.finditer(word):
        found += [word[at : run.start()][:LONGEST_WORD], *_pairs(run[0], tail=tail)]
        at = run.end()
    return [piece for piece in (*found, word[at:][:LONGEST_WORD]) if piece]


def _pairs(run: str, *, tail: bool) -> list[str]:
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return [*pairs, run[-1]] if tail or not pairs else pairs
