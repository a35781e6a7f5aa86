"""French number plates: AB-123-CD since 2009, and 1234 ABC 75 before, which still drive.

In small letters only where the form leaves no doubt, or after a word that says what it is ("plaque", "voiture").
"""

import re
from collections.abc import Iterator

from nlp.masks.spans import Span

_LETTER = "[A-HJ-NP-TV-Za-hj-np-tv-z]"
_DEPARTMENT = r"(?:0[1-9]|[1-8]\d|9[0-5]|2[ABab]|97[1-6])"
_NEW = re.compile(rf"(?<![\w-])(?P<one>{_LETTER}{{2}})(?P<gap>[ -]?)\d{{3}}(?P=gap)(?P<other>{_LETTER}{{2}})(?![\w-])")
_OLD = re.compile(
    rf"(?<![\w,.-])\d{{2,4}}(?P<gap>[ -]?)(?P<letters>{_LETTER}{{2,3}})(?P=gap){_DEPARTMENT}(?![\w%€-]|[.,]\d)"
)
# Neighbours', where the word says that it is a plate: 1-ABC-234 in Belgium, AB51 SMR in Great Britain.
# It begins with the figure: there are fewer of them in a text than letters.
_FOREIGN = re.compile(
    r"\d(?:(?<![\w-]\d)-[A-Za-z]{3}-\d{3}|(?<=[A-Za-z]{2}\d)(?<![\w-][A-Za-z]{2}\d)\d[ ]?[A-Za-z]{3})(?![\w-])"
)
_CUE = re.compile(
    r"(?:plaque|immatricul|voiture|v[ée]hicule|camion|scooter|moto|fourgon|utilitaire|car |van |"
    r"number plate|plate )[^.!?\n]{0,30}$",
    re.IGNORECASE,
)
_CUE_WIDTH = 45
_REFERENCE = re.compile(
    r"(?:lot|dossier|r[ée]f\.?|r[ée]f[ée]rence|parcelles?|facture|permis|article|section|n°|num[ée]ro)[ \t:]{1,3}$",
    re.IGNORECASE,
)
# What stands beside a number and is no part of a plate: small words before it, units behind it.
_SMALL_TEXT = """
en de le la et au du un on ne se ce ma ta sa par les des are was and the per
"""
_UNITS_TEXT = """
an km cm mm kg ht ha kw mw gw kwh mwh gwh ttc eur hab bis ter pm am ans max min sec pct
"""
_SMALL, _UNITS = frozenset(_SMALL_TEXT.split()), frozenset(_UNITS_TEXT.split())
_BETWEEN = _SMALL | _UNITS | {"rue", "av", "bd", "vs", "nb", "pc", "dp", "lot", "art", "ref", "tel", "fax"}


def plates(text: str) -> Iterator[Span]:
    """Plates of both forms, and of neighbours."""
    for match in _NEW.finditer(text):
        spaced = match["gap"] == " "
        words = match["one"].lower() in _SMALL or match["other"].lower() in _UNITS
        if not (spaced and (words or match.group() != match.group().upper())) or _cued(text, match.start()):
            yield Span(match.start(), match.end(), "plate")
    for match in _FOREIGN.finditer(text):
        start = match.start() if match.group()[1] == "-" else match.start() - 2
        if _cued(text, start):
            yield Span(start, match.end(), "plate")
    for match in _OLD.finditer(text):
        letters, before = match["letters"], text[max(0, match.start() - _CUE_WIDTH) : match.start()]
        plain = letters.isupper() and letters.lower() not in _BETWEEN
        if _cued(text, match.start()) or (plain and not _REFERENCE.search(before) and not _is_year(match.group())):
            yield Span(match.start(), match.end(), "plate")


def _is_year(plate: str) -> bool:
    """Of "en 2024 NF 35" the number is rather a year."""
    return plate[:2] in {"19", "20"} and plate[2:4].isdigit()


def _cued(text: str, start: int) -> bool:
    return _CUE.search(text[max(0, start - _CUE_WIDTH) : start]) is not None
