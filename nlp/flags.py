"""What a human must look at: insults and threats, in French and English, disguises undone. Nothing is ever deleted
here.

What is looked for stands in nlp/flag_words.py. An insult counts when it can hardly be anything else; a milder word only
when it is thrown at somebody ("bande de …", "you …"). Being angry at a thing ("c'est nul", "quelle merde") is an
opinion, not an insult. Distress and danger are elsewhere (core/rules), because they need an answer and not only a
reader.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from string import ascii_lowercase
from typing import NamedTuple

from nlp.flag_words import (
    ARTICLE,
    CALLED,
    CALLED_GROSSLY,
    GROSS_THINGS_TEXT,
    HATRED_TEXT,
    INSULTS_TEXT,
    KILLING,
    MILD_ENGLISH_TEXT,
    MILD_TEXT,
    PESTS_TEXT,
    QUOTED,
    SAID_TO,
    THINGS_TEXT,
    THREATS,
    THREATS_TO_THEM,
    THROWN,
    THROWN_IN_ENGLISH,
    WARNINGS,
)
from nlp.normalise import WORD, clean, fold

_LOOKALIKE = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "€": "e"}
)
_TOKEN = re.compile(r"[^\s,;:.?\"«»()\[\]{}…'’/\\]+")
_LETTER = re.compile(r"[^\W\d_]")
_SYMBOL = re.compile(r"[0-9@$!€]")
_DISGUISE = re.compile(r"[0-9@$€*#×•]|!\w")
_LONGEST = 40
_BEHIND = 24
_SPACED = re.compile(r"(?<!\w)(?:[^\W_][ .\-_*~|]){3,30}[^\W_](?!\w)")
_THREE_ALIKE = re.compile(r"([a-z])\1{2,}")
_TRIPLES = tuple(letter * 3 for letter in ascii_lowercase)
_STARRED = re.compile(r"[*#×•]+")


def _alternatives(listed: str) -> str:
    """Words of a list (`_` is a space), a double letter may be single, longest first."""
    entries = sorted({fold(entry) for entry in listed.split()}, key=len, reverse=True)
    return "|".join(re.sub(r"([a-z])\1", r"\1{1,2}", entry).replace("_", " ") for entry in entries)


def _first_words(listed: str) -> frozenset[str]:
    """Those with which an entry of a list may begin, in all ways of writing their double letters."""
    words = {fold(entry).partition("_")[0] for entry in listed.split()}
    for place in range(max(map(len, words)), 0, -1):
        double = [word for word in words if word[place - 1 : place] == word[place : place + 1]]
        words |= {word[:place] + word[place + 1 :] for word in double}
    return frozenset(words)


def _standing_alone(forms: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{forms})(?!\S)")


class _Form(NamedTuple):
    """`words`: one of them is in every text that the pattern meets; none are known of a pattern without a list.
    `unless`: in no text that it meets. `behind`: where it is not met."""

    kind: str
    severity: int
    pattern: re.Pattern[str]
    words: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    behind: re.Pattern[str] | None = None

    def is_met(self, plain: str, spoken: Set[str]) -> bool:
        """`spoken`: those words of `plain` that some form lists."""
        if (self.words and spoken.isdisjoint(self.words)) or not spoken.isdisjoint(self.unless):
            return False
        if self.behind is None:
            return self.pattern.search(plain) is not None
        met = (match.start() for match in self.pattern.finditer(plain))
        return any(not self.behind.search(plain, max(0, start - _BEHIND), start) for start in met)


_MILD = _alternatives(MILD_TEXT).replace("incapables", "incapables(?! (?:de|d) )")
_THINGS, _IN_ENGLISH = _alternatives(THINGS_TEXT), _alternatives(MILD_ENGLISH_TEXT)
_THROWN = (f"{THROWN}(?:{_MILD})", f"{SAID_TO}(?:{_MILD}|{_THINGS})", f"{THROWN_IN_ENGLISH}(?:{_IN_ENGLISH})")
# The gravest first: of two that a text meets, of one kind, the graver is told.
_FORMS = (
    _Form("threat", 3, _standing_alone("|".join(THREATS))),
    _Form("threat", 3, _standing_alone("|".join(THREATS_TO_THEM)), KILLING, frozenset(PESTS_TEXT.split())),
    _Form("threat", 2, _standing_alone("|".join(WARNINGS))),
    _Form("insult", 3, _standing_alone(_alternatives(HATRED_TEXT)), _first_words(HATRED_TEXT)),
    _Form(
        "insult", 2, _standing_alone(_alternatives(INSULTS_TEXT)), _first_words(INSULTS_TEXT), behind=re.compile(QUOTED)
    ),
    _Form("insult", 2, _standing_alone(CALLED_GROSSLY), _first_words(GROSS_THINGS_TEXT), behind=re.compile(ARTICLE)),
    _Form("insult", 1, _standing_alone("|".join(_THROWN)), _first_words(MILD_TEXT + THINGS_TEXT + MILD_ENGLISH_TEXT)),
    _Form(
        "insult", 1, _standing_alone(f"{CALLED}(?:{_THINGS})"), _first_words(THINGS_TEXT), behind=re.compile(ARTICLE)
    ),
)
_LISTED = frozenset[str]().union(*(each.words | each.unless for each in _FORMS))
_SINGLE_INSULTS = tuple(
    word for word in map(fold, (HATRED_TEXT + INSULTS_TEXT).split()) if "_" not in word and len(word) >= 4
)


@dataclass(frozen=True, slots=True)
class Flag:
    """`severity`: 3 violence, hatred; 2 a veiled threat, a gross insult; 1 a milder word thrown at somebody."""

    kind: str
    severity: int


def weighed(text: str) -> tuple[Flag, ...]:
    """Of threats and insults what a person should look at, each kind once with the gravest of its severities."""
    plain = _undisguised(clean(text))
    found: dict[str, Flag] = {}
    spoken = _LISTED.intersection(plain.split())
    for each in _FORMS:
        if each.kind not in found and each.is_met(plain, spoken):
            found[each.kind] = Flag(each.kind, each.severity)
    return tuple(found.values())


def flags(text: str) -> tuple[str, ...]:
    """The kinds alone."""
    return tuple(flag.kind for flag in weighed(text))


def _undisguised(text: str) -> str:
    """Folded words with one space between: "C0NN@RD", "c.o.n.n.a.r.d", "connaaaard", "c*nnard" → connard."""
    text = fold(text)
    if _SPACED.search(text):  # the first letter may be a word of its own: "a w a n k e r" is read both ways
        text = f"{_SPACED.sub(_joined, text)} | {_SPACED.sub(_joined_but_first, text)}"
    if not _DISGUISE.search(text):
        return _single(" ".join(WORD.findall(text)))
    spoken = []
    for token in _TOKEN.findall(text):
        word = token.strip("!-_~")
        if len(word) <= _LONGEST and _LETTER.search(word):
            if _SYMBOL.search(word):
                word = word.translate(_LOOKALIKE)
            elif _STARRED.search(word):
                word = _starred(word)
        spoken.append(_single(re.sub(r"[\W_]+", " ", word)).strip())
    return " ".join(filter(None, spoken))


def _single(text: str) -> str:
    """Without letters said three times and more; to look for each is quicker than the pattern, in most texts."""
    return _THREE_ALIKE.sub(r"\1", text) if any(triple in text for triple in _TRIPLES) else text


def _joined(spread: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", spread.group())


def _joined_but_first(spread: re.Match[str]) -> str:
    word = _joined(spread)
    return f"{word[0]} {word[1:]}"


def _starred(word: str) -> str:
    """The listed insult that a word with stars stands for, else the word."""
    form = re.compile(
        "".join(r"\w{1,4}" if _STARRED.fullmatch(part) else re.escape(part) for part in re.split(r"([*#×•]+)", word))
    )
    return next((insult for insult in _SINGLE_INSULTS if form.fullmatch(insult)), word)
