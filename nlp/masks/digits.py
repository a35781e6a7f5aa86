"""Numbers that reach or identify somebody: telephone, bank account, bank card, social security.

Digits are read as groups with what separates them. A number is a row of whole groups, so that "06 12 34 56 78" is
one, cut by a line break or not, and "le 06 12 2025" none. What has a check digit must pass the check.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import phonenumbers
from stdnum import iban, luhn
from stdnum.fr import nir

from nlp.masks.spans import Span

# Groups of digits, and the few characters that people put between the groups of one number.
_SEPARATOR = r"[ \t\n\u00a0\u2000-\u200a\u202f.\-‐‑‒–—−_/*·•()|~\ufe0f\u20e3]"
_RUN = re.compile(rf"(?<!\w)(?:\+|\(\+?)?\s?(?:[Oo](?=[ .-]?[1-9])|\d)\d*(?:{_SEPARATOR}{{1,5}}\d+)*")
_GROUP = re.compile(r"[Oo]?\d+|[Oo]")
_FEWEST = 8

_UNIT = re.compile(
    r"\s?(?:€|\$|£|%|°|²|euros?\b|eur\b|k€|m€|millions?\b|milliards?\b|mds?\b|habitants?\b|km\b|kg\b|m2\b|m²|[km]wh\b|pounds?\b)",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\s?[/.\- ]\s?(?:0?[1-9]|1[0-2])\s?[/.\- ]\s?(?:19|20)\d\d(?!\d)")
_HOURS = re.compile(r"[01]\d\.(?:00|15|30|45)[ \-–/]")

_CARDS: tuple[tuple[int, ...], ...] = ((4, 4, 4, 4), (4, 6, 5), (4, 4, 4, 4, 3), (4, 4, 4, 1))
_SOCIAL_SECURITY: tuple[tuple[int, ...], ...] = ((1, 2, 2, 2, 3, 3, 2), (1, 2, 2, 2, 3, 3))
_MOBILE_WITHOUT_ZERO = (1, 2, 2, 2, 2)
_NORTH_AMERICAN = (3, 3, 4)

# Letters and digits in all, by country (SWIFT, IBAN registry). France's overseas codes write FR.
_IBAN_LENGTH = {
    **dict.fromkeys(("AL", "CY", "DO", "GT", "HU", "LB", "PL", "AZ", "BY", "SV"), 28),
    **dict.fromkeys(("FR", "MC", "IT", "SM", "GR", "MR"), 27),
    **dict.fromkeys(("IS", "TR"), 26),
    "PT": 25,
    **dict.fromkeys(("ES", "SE", "CZ", "SK", "RO", "TN", "AD", "MD", "SA", "PK", "DZ", "VG"), 24),
    **dict.fromkeys(("GI", "IL", "AE", "IQ"), 23),
    **dict.fromkeys(("DE", "GB", "IE", "BG", "RS", "GE", "ME", "BH", "CR", "VA"), 22),
    **dict.fromkeys(("CH", "LI", "HR", "LV", "UA"), 21),
    **dict.fromkeys(("AT", "LU", "EE", "LT", "BA", "KZ", "XK"), 20),
    **dict.fromkeys(("SI", "MK"), 19),
    **dict.fromkeys(("DK", "FI", "NL", "FO", "GL"), 18),
    "BE": 16,
    "NO": 15,
    "MT": 31,
    "MA": 28,
    "SN": 28,
    "CI": 28,
}
_IBAN_START = re.compile(r"(?<!\w)[A-Za-z]{2}[ .-]?\d{2}(?=[ \n.-]{0,2}[A-Za-z0-9])")
_IBAN_WIDTH = 80
_ACCOUNT_WIDTH = 16
_ACCOUNT = re.compile(r"\b(?:iban|rib|compte)\W{0,3}(?:(?:est|is|c['’]est)\W)?$", re.IGNORECASE)
_NIR_GAP = r"[ \t.\u00a0\u202f-]{0,2}"
_NIR = re.compile(
    rf"(?<!\w)[12]{_NIR_GAP}\d\d{_NIR_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_NIR_GAP}(?P<place>\d\d|2[ABab]){_NIR_GAP}\d{{3}}{_NIR_GAP}\d{{3}}"
    rf"(?P<key>[ \t,(]{{0,3}}(?:cl[ée][ \t:]{{0,3}})?{_NIR_GAP}\d\d\)?)?(?!\w)",
    re.IGNORECASE,
)


class _Group(NamedTuple):
    digits: str
    start: int
    end: int


def numbers(text: str) -> Iterator[Span]:
    """Telephone numbers, cards and social security numbers."""
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _FEWEST:
            continue
        groups = [
            _Group(
                "".join("0" if char in "Oo" else str(int(char)) for char in match.group()), match.start(), match.end()
            )
            for match in _GROUP.finditer(text, run.start(), run.end())
        ]
        at = 0
        while at < len(groups):
            kind, used = _number_at(text, groups, at, run.start())
            if kind:
                end = _end(text, groups[at + used - 1].end)
                yield Span(_beginning(text, groups[at].start, run.start(), end), end, kind)
            at += used


def ibans(text: str) -> Iterator[Span]:
    """Bank accounts: the key is right, or the text says that it is one."""
    for start in _IBAN_START.finditer(text):
        length = _IBAN_LENGTH.get(start.group()[:2].upper())
        if length is None:
            continue
        compact, end = "", start.start()
        for char in text[start.start() : start.start() + _IBAN_WIDTH]:
            if len(compact) == length:
                break
            if char.isascii() and char.isalnum():
                compact += char
            elif char not in " \n.-":
                break
            end += 1
        told = _ACCOUNT.search(text, max(0, start.start() - _ACCOUNT_WIDTH), start.start())
        whole = len(compact) == length and not text[end : end + 1].isalnum()
        if whole and (told or iban.is_valid(compact, check_country=False)):
            yield Span(start.start(), end, "iban")


def social_securities(text: str) -> Iterator[Span]:
    """French social security numbers: of Corsica (2A, 2B), with the word "clé", or in one with the right key."""
    for match in _NIR.finditer(text):
        compact = re.sub(r"[^\dABab]", "", re.sub(r"cl[ée]", "", match.group(), flags=re.IGNORECASE)).upper()
        grouped = re.search(r"\D", match.group()[1:-2]) is not None
        whole = len(compact) == 15 and bool(nir.is_valid(compact))
        if whole or not match["place"].isdigit() or (grouped and match["key"] and "cl" in match["key"].lower()):
            yield Span(match.start(), match.end(), "social_security")


def _number_at(text: str, groups: Sequence[_Group], at: int, start: int) -> tuple[str, int]:
    """What begins with group `at` ("" for nothing in particular), and how many groups it takes."""
    first = groups[at]
    if _DATE.match(text, first.start):
        return "", 3
    if "+" in text[max(start, first.start - 3) : first.start] or first.digits.startswith("00"):
        return _international(text, groups, at)
    sizes = tuple(len(group.digits) for group in groups[at : at + 7])
    if first.digits[0] == "0":
        return _national(text, groups, at)
    if sizes[0] == 1:
        for form in _SOCIAL_SECURITY:
            if sizes[: len(form)] == form and first.digits in "12" and 1 <= int(groups[at + 2].digits) <= 12:
                return "social_security", len(form)
        # "6 12 34 56 78": the zero was left out.
        mobile = (
            first.digits in "67" and sizes[:5] == _MOBILE_WITHOUT_ZERO and not _UNIT.match(text, groups[at + 4].end)
        )
        return ("phone", 5) if mobile else ("", 1)
    if sizes[0] >= 13:
        if sizes[0] == 15 and nir.is_valid(first.digits):
            return "social_security", 1
        return ("card", 1) if _is_card(first.digits) else ("", 1)
    if sizes[0] == 4:
        for form in _CARDS:
            if sizes[: len(form)] == form and _is_card(_joined(groups, at, len(form))):
                return "card", len(form)
    if first.digits.startswith("33"):
        return _international(text, groups, at)
    if sizes[:3] == _NORTH_AMERICAN and _is_international("1" + _joined(groups, at, 3)):
        return "phone", 3
    return "", 1


def _national(text: str, groups: Sequence[_Group], at: int) -> tuple[str, int]:
    """Ten digits that begin with 0 and no second one, overseas included; eleven at once or in two as some neighbours
    write. Nobody is at home behind 08: those are services.
    """
    digits = ""
    for count, group in enumerate(groups[at : at + 10], start=1):
        digits += group.digits
        if (
            digits[1:2] == "0"
            or len(digits) > 11
            or (count > 1 and "+" in text[groups[at + count - 2].end : group.start])
        ):
            break
        if len(digits) == 10:
            if digits[1] == "8":
                return "", count
            return ("", 1) if _HOURS.match(text, groups[at].start) else ("phone", count)
        if len(digits) == 11 and count <= 3:
            return "phone", count
    return "", 1


def _international(text: str, groups: Sequence[_Group], at: int) -> tuple[str, int]:
    """The longest row of at most fifteen digits that some country's plan knows."""
    digits = ""
    found = ("", 1)
    for count, group in enumerate(groups[at : at + 15], start=1):
        if count > 1 and "+" in text[groups[at + count - 2].end : group.start]:
            break
        if digits and group.digits == "0" and text[group.end : group.end + 1] == ")":  # +44 (0)7700 …
            continue
        digits += group.digits
        number = digits[2:] if digits.startswith("00") else digits
        if len(number) > 16:
            break
        if len(number) >= _FEWEST and _is_international(number) and not _UNIT.match(text, group.end):
            found = "phone", count
    return found


def _is_international(digits: str) -> bool:
    if digits.startswith("330"):  # +33 06 …
        digits = "33" + digits[3:]
    if re.fullmatch(r"33[1-9]\d{8}", digits):  # new ranges are opened faster than a plan is published
        return True
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


def _is_card(digits: str) -> bool:
    years = all(digits[place : place + 2] in {"19", "20"} for place in range(0, len(digits), 4))
    return 13 <= len(digits) <= 19 and digits[0] in "23456" and not years and bool(luhn.is_valid(digits))


def _joined(groups: Sequence[_Group], at: int, count: int) -> str:
    return "".join(group.digits for group in groups[at : at + count])


def _beginning(text: str, start: int, earliest: int, end: int) -> int:
    """Where the number begins with its +, or with a bracket that is closed inside it."""
    while start > earliest and text[start - 1] in "+( ":
        start -= 1
    while text[start].isspace() or (text[start] == "(" and ")" not in text[start:end]):
        start += 1
    return start


def _end(text: str, end: int) -> int:
    """Where the number ends with the frame of its last digit, if it has one (6️⃣)."""
    while text[end : end + 1] in {"\ufe0f", "\u20e3"}:
        end += 1
    return end
