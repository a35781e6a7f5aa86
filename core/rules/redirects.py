"""Words that are urgent, or not for us: which answer, written by a human, a message calls for.

Two lists are read: the consultation's own `redirects`, in the simple language of its file, and the few that every
installation has (`redirects_known`), as precise patterns, because a figure of speech ("mort de rire") must never
bring a helpline, and a cry must never bring a form. What a partner wrote is said alone when it names the same number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.model.consultations import Consultation
from core.model.deliveries import Phrase
from core.model.words import words
from core.rules.plain_text import plain
from core.rules.redirects_known import KNOWN, Known

_GLUED = {
    "jai": "j ai", "g": "j ai", "jen": "j en", "jme": "je me", "jsuis": "je suis", "jsui": "je suis", "chui": "je suis",
    "chuis": "je suis", "jvais": "je vais", "jvai": "je vais", "jpense": "je pense", "jarrive": "j arrive",
    "qqun": "quelqu un", "qqn": "quelqu un", "ive": "i ve", "isnt": "isn t", "cant": "can t",
}  # fmt: skip
_IS = re.compile(r"\b(he|she|someone|somebody) s\b")
_BETWEEN = 3
"""At most so many other words between two words of a phrase."""


@dataclass(frozen=True, slots=True)
class Met:
    """What a message met. `answers` are said in order; `redirect` names the most serious one for staff."""

    redirect: str
    answers: tuple[Phrase, ...]
    serious: bool


def met(text: str, consultation: Consultation, language: str) -> Met | None:
    """What `text` meets in this consultation, or None: then it is a message like any other."""
    said = words(text)
    own = next((each for each in consultation.redirects if any(_says(said, phrase) for phrase in each.words)), None)
    known = _known(text)
    if own is None:
        return _met(known) if known else None
    answer = consultation.in_language(own.answer, language)
    own_answer = Phrase("text.own", {"text": answer})
    if known is None or not known.number or known.number in answer:
        return Met(own.id, (own_answer,), own.serious)
    return Met(known.id, (Phrase(known.answer, {}), own_answer), serious=True)


def known_redirect(text: str) -> Met | None:
    """What `text` meets among the urgencies that every installation knows."""
    known = _known(text)
    return _met(known) if known else None


def says(text: str, phrase: str) -> bool:
    """Do the words of `phrase` follow one another in `text`, at most three others in between? "*" = any ending."""
    return _says(words(text), phrase)


def _says(said: Sequence[str], phrase: str) -> bool:
    wanted = _compiled(phrase)
    return bool(wanted) and _follow(said, wanted)


def _known(text: str) -> Known | None:
    sentences, whole = _sentences(text), plain(text)
    for each in KNOWN:
        if each.is_all_of(whole) or any(each.matches(sentence) for sentence in sentences):
            return each
    return None


def _met(known: Known) -> Met:
    return Met(known.id, (Phrase(known.answer, {}),), known.serious)


def _follow(said: Sequence[str], wanted: Sequence[re.Pattern[str]]) -> bool:
    """All the places where the words so far may end are carried along: no order of repeated words is missed."""
    ends = {index for index, word in enumerate(said) if wanted[0].fullmatch(word)}
    for pattern in wanted[1:]:
        ends = {
            index
            for end in ends
            for index in range(end + 1, min(end + 2 + _BETWEEN, len(said)))
            if pattern.fullmatch(said[index])
        }
    return bool(ends)


@lru_cache(maxsize=1024)
def _compiled(phrase: str) -> tuple[re.Pattern[str], ...]:
    """One pattern a word. A word that becomes several without its apostrophe ("j'ai") counts as several."""
    patterns: list[re.Pattern[str]] = []
    for word in phrase.split():
        open_ended = word.endswith("*")
        parts = words(word)
        for place, part in enumerate(parts):
            ending = r"\w*" if open_ended and place == len(parts) - 1 else ""
            patterns.append(re.compile(re.escape(part) + ending))
    return tuple(patterns)


def _sentences(text: str) -> list[str]:
    """`text` in plain sentences: what stands on both sides of a full stop is not one cry; dots of hesitation are."""
    return [_apart(said) for part in re.split(r"(?<!\.)\.(?!\.)|[!?;\n]", text) if (said := plain(part))]


def _apart(said: str) -> str:
    """Whoever is in a hurry leaves out apostrophes and letters: "jai", "jme", "isnt" as they are meant."""
    whole = " ".join(_GLUED.get(word, word) for word in said.split())
    return _IS.sub(r"\1 is", whole)
