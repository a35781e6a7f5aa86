"""Careless writing, made on purpose: the same every time for the same chance."""

import random
import unicodedata
from collections.abc import Callable, Mapping

# What is typed instead on a telephone. Independent of the list that the tagger reads.
_SMS_TEXT = """beaucoup bcp pour pr dans ds que ke qui ki quoi koi avec ac c'est cé vous vs nous ns tout tt toujours tjs
pourquoi pk parce pask plus + pas pa trop tro problème pb temps tps quand qd même mm demain 2m1 rien r1 bien b1
quelque qq sans ss être etr faire fR salut slt maintenant mtn jamais jms comme cm mais mé les lé des dé est é"""
_SMS = dict(zip(_SMS_TEXT.split()[::2], _SMS_TEXT.split()[1::2], strict=True))
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_NEAR = {
    letter: [row[place] for place in (at - 1, at + 1) if 0 <= place < len(row)]
    for row in _ROWS
    for at, letter in enumerate(row)
}


def without_accents(text: str, _: random.Random) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def sms(text: str, chance: random.Random) -> str:
    """Each word that has a short form gets it; a tenth of the others loses its vowels after the first letter."""

    def typed(word: str) -> str:
        if len(word) > 4 and chance.random() < 0.1:
            return word[0] + "".join(letter for letter in word[1:] if letter.lower() not in "aeiouyéèê")
        return word

    return " ".join(_SMS.get(word.lower()) or typed(word) for word in text.split(" "))


def slips(text: str, chance: random.Random) -> str:
    """One letter in twenty is its neighbour on the keyboard."""
    return "".join(
        chance.choice(_NEAR[letter.lower()]) if letter.lower() in _NEAR and chance.random() < 0.05 else letter
        for letter in text
    )


def dropped(text: str, chance: random.Random) -> str:
    """One letter in twenty is missing."""
    return "".join(letter for letter in text if not letter.isalpha() or chance.random() >= 0.05)


NOISES: Mapping[str, Callable[[str, random.Random], str]] = {
    "accents": without_accents,
    "sms": sms,
    "slips": slips,
    "dropped": dropped,
}
