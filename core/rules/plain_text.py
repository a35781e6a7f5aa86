"""What a person typed, made comparable, storable and quotable. Three readings of the same text, none of them lossy
for what is kept: only `cleaned` touches a stored text, and only where a database could not hold it.
"""

import hashlib
import re
import unicodedata

from core.model.words import words

_BLANKS = frozenset("\u2800\u3164\u115f\u1160\uffa0")
"""Letters by name, nothing to the eye: Braille blank and Hangul fillers."""
_MOST_MARKS = 2
_IN_NUMBER = re.compile(r"(?<=\d) (?=\d)")
_BEFORE_SIGN, _AFTER_QUOTE = re.compile(r" (?=[:;!?»%])"), re.compile(r"(?<=«) ")


def plain(text: str) -> str:
    """Lower case, no accents, words joined by one space: "C'est  Réglé !" → "c est regle"."""
    return " ".join(words(text))


def visible(text: str) -> bool:
    """Is there anything to see? Spaces, control and zero-width characters are not."""
    return any(unicodedata.category(letter)[0] not in "ZCM" and letter not in _BLANKS for letter in text)


def cleaned(text: str) -> str:
    """`text` as every database can keep it: no NUL, no half of a surrogate pair. Nothing else changes."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def quoted(text: str, *, longest: int = 160) -> str:
    """`text` on one line inside one of our sentences: no invisible controls, no towers of marks, cut with "…"."""
    kept: list[str] = []
    marks = 0
    for letter in cleaned(text):
        category = unicodedata.category(letter)
        if category == "Cf" and letter != "\u200d":
            continue
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= _MOST_MARKS:
            kept.append(" " if category == "Cc" else letter)
    line = " ".join("".join(kept).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def pieces(text: str, *, longest: int = 3000) -> list[str]:
    """`text` cut for messages of at most `longest` characters, between words where there are any. Nothing is lost."""
    left, found = text, []
    while len(left) > longest:
        cut = max(left.rfind(" ", longest // 2, longest), left.rfind("\n", longest // 2, longest)) + 1 or longest
        found.append(left[:cut])
        left = left[cut:]
    return [*found, left]


def unbroken(text: str, language: str) -> str:
    """No line begins with a sign that belongs to the word before it, and none breaks a number such as "01 99"."""
    text = _IN_NUMBER.sub("\u00a0", text)
    return _BEFORE_SIGN.sub("\u00a0", _AFTER_QUOTE.sub("\u00a0", text)) if language == "fr" else text


def distance_within(one: str, other: str, most: int) -> bool:
    """Can `one` become `other` by at most `most` letters added, dropped, changed or swapped with their neighbour?

    Only places that are at most `most` apart are looked at: two texts of thousands of letters cost no more than that.
    """
    if abs(len(one) - len(other)) > most:
        return False
    too_far = most + 1
    before: list[int] = []
    last = [min(column, too_far) for column in range(len(other) + 1)]
    for row, letter in enumerate(one, start=1):
        this = [too_far] * (len(other) + 1)
        this[0] = min(row, too_far)
        for column in range(max(1, row - most), min(len(other), row + most) + 1):
            opposite = other[column - 1]
            cost = min(last[column] + 1, this[column - 1] + 1, last[column - 1] + (letter != opposite))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == opposite:
                cost = min(cost, before[column - 2] + 1)
            this[column] = cost
        before, last = last, this
    return last[-1] <= most


def masked_further(text: str, said: str, mask: str) -> str:
    """`text` with `mask` in the place of each passage that a line of `said` gives, whatever its capitals."""
    for passage in filter(None, (line.strip() for line in said.splitlines())):
        text = re.sub(re.escape(passage), lambda _: mask, text, flags=re.IGNORECASE)
    return text


def fingerprint(text: str) -> str:
    """Which words somebody saw: a contribution may be edited between the reading and the press."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
