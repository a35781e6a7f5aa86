"""How long a text message is, as telephone networks count: 160 units in the letters of GSM, 70 in any other alphabet.

Source: 3GPP TS 23.038 (the default alphabet, § 6.2.1, and its extension table, where each sign takes two units) and
TS 23.040 (a message in several parts holds 153 or 67 units in each).
"""

import re
import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAIN = str.maketrans(
    {
        "\u00a0": " ", "\u202f": " ", "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-",
        "…": "...", "œ": "oe", "Œ": "OE", "·": "-", "•": "-", "\u2011": "-", "ç": "c", "°": "o", "`": "'",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """`units` of at most `room` in one message; `parts`: how many messages it takes."""

    units: int
    room: int
    parts: int


def size(text: str) -> Size:
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        units = sum(2 if letter in _EXTENDED else 1 for letter in text)
        return Size(units, 160, 1 if units <= 160 else -(-units // 153))
    units = len(text.encode("utf-16-be")) // 2
    return Size(units, 70, 1 if units <= 70 else -(-units // 67))


def spelled(text: str) -> str:
    """`text` with the letters of GSM as far as it goes: "ê" → "e", "’" → "'"; pictures are left out.

    é, è, à, ù are letters of GSM and stay. A text in another alphabet stays as it is.
    """
    return re.sub(r" {2,}", " ", "".join(map(_letter, text.translate(_PLAIN)))).strip()


def _letter(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    bare = unicodedata.normalize("NFD", letter)[0]
    if bare in _BASIC:
        return bare
    return "" if unicodedata.category(letter) in {"So", "Sk", "Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"} else letter
