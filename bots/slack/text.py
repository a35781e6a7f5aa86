"""Text that Slack takes as it is: nothing invisible that harms, counted as Slack counts, cut between characters.

Slack stores `& < >` as `&amp; &lt; &gt;`, so those count for five and four. It does not say whether it counts code
points or UTF-16 units: we count units, which are never fewer.
"""

import re
import unicodedata
from collections.abc import Iterator

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and line feed
    "\u202a-\u202e\u2066-\u2069"  # they would turn the words around them right to left
    "\ufdd0-\ufdef\ufffe\uffff]"
)
_NEWLINES = re.compile("\r\n?|\u2028|\u2029|\x85")
_SPACES = re.compile("[^\\S\u00a0\u202f]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOST_MARKS = 6
_ZERO_WIDTH_JOINER = "\u200d"
_WEIGHTS = {"&": 5, "<": 4, ">": 4}


def clean(text: str) -> str:
    """`text` without control characters, lone surrogates, direction overrides and towers of stacked marks."""
    text = _NEWLINES.sub("\n", text)
    text = _SURROGATES.sub("\ufffd", text)
    text = _UNWANTED.sub("", text)
    return text if text.isascii() else "".join(_fewer_marks(text))


def one_line(text: str) -> str:
    """`text`, clean, on one line, which breaks where it may: spaces that hold "« Gare »" or "8 h" together stay."""
    return _SPACES.sub(" ", clean(text).strip())


def visible(text: str) -> bool:
    """Whether anything of `text` can be seen: Slack refuses what is only spaces."""
    return any(unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"} for character in text)


def escape(text: str) -> str:
    """`text` as it must be written where Slack reads its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def weight(text: str) -> int:
    """How much of a limit `text` uses."""
    return sum(map(_weight_of, text))


def cut(text: str, room: int) -> str:
    """`text` when it weighs at most `room`, else its beginning, closed by "…"."""
    if weight(text) <= room:
        return text
    return text[: _end(text, 0, room - 1)].rstrip() + "…"


def pieces(text: str, room: int) -> Iterator[str]:
    """`text` in pieces of at most `room`, cut at a line or a space where there is one in the last quarter."""
    start = 0
    while start < len(text):
        end = _end(text, start, room)
        if end < len(text):
            floor = start + (end - start) * 3 // 4
            for separator in ("\n", " "):
                found = text.rfind(separator, floor, end)
                if found > start:
                    end = found + 1
                    break
        yield text[start:end]
        start = end


def _weight_of(character: str) -> int:
    return _WEIGHTS.get(character, 1 if character <= "\uffff" else 2)


def _end(text: str, start: int, room: int) -> int:
    """Where the piece that begins at `start` must end; at least one character further, whatever the room."""
    end, used = start, 0
    while end < len(text) and used + _weight_of(text[end]) <= room:
        used += _weight_of(text[end])
        end += 1
    if end == len(text):
        return end
    kept = end
    while kept > start + 1 and end - kept < 40 and _joined(text[kept - 1], text[kept]):
        kept -= 1
    if _joined(text[kept - 1], text[kept]):
        kept = end  # longer than any real character: cut anywhere
    return max(kept, start + 1)


def _joined(before: str, after: str) -> bool:
    """Whether the two are parts of what a person sees as one character (accents, flags and families of emoji)."""
    return (
        _ZERO_WIDTH_JOINER in {before, after}
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff")
    )


def _fewer_marks(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            yield character
