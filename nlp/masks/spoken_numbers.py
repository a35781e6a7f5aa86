"""Telephone numbers said in words: "zéro six, douze, trente-quatre …", "oh seven nine double one …".

A row of number words, or of words and pairs of figures, that begins with a zero and comes to about ten figures.
Counting ("un, deux, trois") and quantities ("six ou sept bancs") stay.
"""

import re
from collections.abc import Iterator, Sequence

from nlp.masks.spans import Span
from nlp.normalise import fold

_UNITS_TEXT = """
zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
"""
_UNITS = {word: value for value, word in enumerate(_UNITS_TEXT.split())} | {"une": 1, "o": 0}
_TENS = {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_TENS |= {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
_ENGLISH = {
    word: value
    for value, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
}
_ENGLISH |= {"oh": 0, "nought": 0}
_TIMES = {"double": 2, "triple": 3}
_FRENCH = {*_UNITS, *_TENS} - {*_ENGLISH, "o"}
_SAID = frozenset({*_UNITS, *_TENS, *_ENGLISH, *_TIMES})

_TOKEN = rf"(?:zéro|{'|'.join(sorted(_SAID, key=len, reverse=True))}|\d{{1,2}})"
_ROW = re.compile(
    rf"(?<!\w){_TOKEN}(?:(?:[ \t\n,.\-–/\u00a0]|[ \t]et[ \t]){{1,4}}{_TOKEN}(?!\w)){{3,30}}", re.IGNORECASE
)
# Without one of these no row is a number; "o" after itself: a pattern that begins with a letter is searched for fast.
_ZERO = re.compile(r"z[eé]ro|0|trente|o(?<!\wo)h?(?!\w)")
_PART = re.compile(r"[^\W_]+")
_FEWEST, _WHOLE, _WHOLE_IN_ENGLISH = 8, 10, 11


def spoken_phones(text: str) -> Iterator[Span]:
    """Rows of number words that are a telephone number."""
    if not _ZERO.search(text.lower()):
        return
    for row in _ROW.finditer(text):
        parts = [part for part in _PART.finditer(text, row.start(), row.end()) if fold(part.group()) != "et"]
        spoken = [fold(part.group()) for part in parts]
        zero = next((place for place, word in enumerate(spoken) if word in {"zero", "oh", "o"} or word[0] == "0"), None)
        if (
            zero is None
            and spoken[:2] == ["trente", "trois"]
            and text[max(0, row.start() - 8) : row.start()].rstrip().endswith(("plus", "+"))
        ):
            zero = 0
        if zero is None or all(word.isdigit() for word in spoken[zero:]):
            continue
        used, digits = _digits(spoken[zero:])
        if len(digits) >= _FEWEST:
            yield Span(parts[zero].start(), parts[zero + used - 1].end(), "phone")


def _digits(spoken: Sequence[str]) -> tuple[int, str]:
    """How many words make at most a whole number, and its figures."""
    digits, place = "", 0
    most = _WHOLE if _FRENCH.intersection(spoken) else _WHOLE_IN_ENGLISH
    while place < len(spoken) and len(digits) < most:
        value, used = _value(spoken, place)
        digits += value
        place += used
    return place, digits


def _value(spoken: Sequence[str], place: int) -> tuple[str, int]:
    """The figures that begin here, and how many words say them: "quatre vingt dix sept" → 97, 4."""
    word, following = spoken[place], [*spoken[place + 1 : place + 4], "", "", ""]
    if word.isdigit():
        return word, 1
    if word in _TIMES and following[0] in _ENGLISH:
        return str(_ENGLISH[following[0]]) * _TIMES[word], 2
    if word == "quatre" and following[0] in {"vingt", "vingts"}:
        added, used = _below_twenty(following[1:])
        return str(80 + added), 2 + used
    if word in _TENS:
        added, used = _below_twenty(following)
        if added == 4 and following[1] in {"vingt", "vingts"}:  # "cinquante, quatre-vingt-onze"
            added, used = 0, 0
        if added > 9 and _TENS[word] != 60:
            added, used = 0, 0
        return str(_TENS[word] + added), 1 + used
    if word == "dix" and following[0] in {"sept", "huit", "neuf"}:
        return str(10 + _UNITS[following[0]]), 2
    if word in _TIMES:  # of nothing: "zéro, zéro, zéro, double"
        return "", 1
    return str(_UNITS[word] if word in _UNITS else _ENGLISH[word]), 1


def _below_twenty(spoken: Sequence[str]) -> tuple[int, int]:
    """What is added to a ten: (0, 0) when the next words add nothing."""
    word = spoken[0]
    if word == "dix" and spoken[1] in {"sept", "huit", "neuf"}:
        return 10 + _UNITS[spoken[1]], 2
    if word in _UNITS and _UNITS[word] > 0:
        return _UNITS[word], 1
    return 0, 0
