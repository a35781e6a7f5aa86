"""How easily a text is read: long sentences, several questions at once, passives, two denials, short names in capitals.

Everything here counts or matches; nothing is understood. So it warns and never certifies: a text without a remark may
still be hard, and a person who does not know the subject should read it.

    text ─▶ Remark(kind, found, …), few and with their place      Effort: words, sentences, seconds, lines on a phone

French and English; of other languages only the lengths are judged.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from core.rules.plain_language import PlainWords, hard_words, length, sentences

AIM = 12
"""Words in a sentence, on average."""
LONGEST_SENTENCE = 20
"""Words. A usual bound of plain language for the general public."""
WORDS_A_MINUTE = 180
"""Effort silently, below the mean of adults (238; Brysbaert 2019), for those who read little."""
PHONE_LINE = 38
"""Characters on one line of a bubble on a phone."""

_FOUND_WIDTH = 60


class Kind(StrEnum):
    """What may be wrong; each is the last part of a key of the catalogue."""

    LONG_SENTENCE = "long_sentence"
    LONG_ON_AVERAGE = "long_on_average"
    SEVERAL_QUESTIONS = "several_questions"
    PASSIVE = "passive"
    TWO_DENIALS = "two_denials"
    SHORT_NAME = "short_name"
    HARD_WORD = "hard_word"


@dataclass(frozen=True, slots=True)
class Remark:
    """`found`: the words it is about. `instead`: what to write. `n`: how many words, questions …"""

    kind: Kind
    found: str = ""
    instead: str = ""
    n: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Effort:
    """What reading `text` takes."""

    words: int
    sentences: int
    seconds: int
    phone_lines: int


def effort(text: str) -> Effort:
    count = length(text)
    lines = sum(max(1, ceil(len(line) / PHONE_LINE)) for line in text.strip().split("\n")) if text.strip() else 0
    return Effort(count, len(sentences(text)), ceil(count * 60 / WORDS_A_MINUTE), lines)


def remarks(text: str, language: str, given: PlainWords) -> tuple[Remark, ...]:
    """Everything there is to say about one text, the most useful first."""
    hard = [Remark(Kind.HARD_WORD, found, instead) for found, instead in hard_words(text, given)]
    return (
        *hard,
        *_lengths(text),
        *_questions(text, language),
        *_first(Kind.TWO_DENIALS, _TWO_DENIALS.get(language), text),
        *_first(Kind.PASSIVE, _PASSIVE.get(language), text),
        *_short_names(text, {remark.found for remark in hard}),
    )


def _lengths(text: str) -> Iterator[Remark]:
    counts = [(length(sentence), sentence) for sentence in sentences(text)]
    long = [(count, sentence) for count, sentence in counts if count > LONGEST_SENTENCE]
    if long:
        count, sentence = max(long)
        yield Remark(Kind.LONG_SENTENCE, _cut(sentence), n=count, most=LONGEST_SENTENCE)
    elif (average := round(sum(count for count, _ in counts) / max(1, len(counts)))) > AIM:
        yield Remark(Kind.LONG_ON_AVERAGE, n=average, most=AIM)


# ── one question at a time ───────────────────────────────────────────────────────────────────────────────────────────

_ASKING = {
    "fr": re.compile(
        r"(?:^|[\s,(«])(?:et|ou)\s(?:si\s|sinon\s|pour\s|à\s|de\s|par\s|en\s)?"
        r"(?:quels?|quelles?|comment|pourquoi|où|quand(?!\s(?:il|elle|on|vous|nous|les?|la|c['’]|l['’])\b)|combien|que|"
        r"qu['’]est[- ]ce|"
        r"lequel|laquelle|lesquels|lesquelles)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:and|or)\s(?:if so\s)?(?:what|how|why|where|when(?!\s(?:it|you|they|we|the|there)\b)|which|who)\b",
        re.IGNORECASE,
    ),
}
_CHOICES = {
    "fr": re.compile(
        r"(?!.*(?:-(?:t-)?(?:vous|tu|ils?|elles?|on|nous|ce)\b|\b(?:qu|comment|pourquoi|où|quand|combien)))",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?!.*\b(?:what|how|why|where|when|which|who|do|does|did|is|are|was|were|would|should|could|can|will|have|has)\b)",
        re.IGNORECASE,
    ),
}
"""A sentence that asks nothing of its own: the answers to choose from, after the question itself."""


def _questions(text: str, language: str) -> Iterator[Remark]:
    """More questions than one, or a second one behind "et comment", "and why"."""
    choices = _CHOICES.get(language)
    found = re.findall(r"[^.!?\n]+\?", text)
    asked = [each for place, each in enumerate(found) if not (place and choices and choices.match(each))]
    marks = len(asked)
    form = _ASKING.get(language)
    joined = next((sentence for sentence in asked if form and form.search(sentence)), "")
    if marks > 1 or joined:
        yield Remark(Kind.SEVERAL_QUESTIONS, _cut(joined or asked[-1]), n=max(2, marks))


# ── forms that take longer to understand ─────────────────────────────────────────────────────────────────────────────

# Participles by their endings; after "été" and before "par" nearly every word with such an ending is one.
_DONE = r"[a-zà-ÿ]{2,20}(?:é|és|ée|ées|i|is|ie|ies|it|its|ite|ites|u|us|ue|ues|ert|erts|erte|ertes|int|inte)"
_BETWEEN = r"(?:\s(?:bien|déjà|aussi|ensuite|également|toujours|jamais|pas|alors|tous|toutes|[a-zà-ÿ]{3,20}ment)){0,2}"
_IRREGULAR = (
    "made|done|given|taken|built|sent|held|kept|paid|put|read|seen|set|shown|told|chosen|drawn|written|known|found|"
    "brought|bought|cut|led|left|lost|run|sold|spent|thought|understood|undertaken"
)
_BY_FRENCH = r"\spar\s(?:un|une|le|la|les|l['’]|des|du|ce|cet|cette|ces|notre|nos|votre|vos|son|sa|ses|leurs?|[A-ZÀ-Ý])"
_BY_ENGLISH = r"\sby\s(?:an?|the|our|your|this|these|its|their|[A-Z])"
_ENGLISH_DONE = rf"(?:\s\w{{2,20}}ly)?\s(?:\w{{2,20}}ed|{_IRREGULAR})\b"
_PASSIVE = {
    "fr": re.compile(
        rf"\b(?:(?:[Aa]|ont|avait|avaient|aura|auront)\sété{_BETWEEN}\s{_DONE}\b"
        rf"|(?:est|sont|était|étaient|soit|soient|être|sera|seront){_BETWEEN}\s{_DONE}(?=(?:\s\w{{1,20}})?{_BY_FRENCH}))"
    ),
    "en": re.compile(
        rf"\b(?:will|would|shall|must)\sbe{_ENGLISH_DONE}"
        rf"|\b(?:is|are|was|were|be|been|being){_ENGLISH_DONE}(?=(?:\s\w{{1,20}})?{_BY_ENGLISH})"
    ),
}
_TWO_DENIALS = {
    "fr": re.compile(
        r"\b(?:n['’]|ne\s)[^.!?\n]{1,40}?\b(?:pas|jamais|plus)\s(?:\w+\s){0,2}?(?:sans|impossibles?|inutiles?|incompatibles?|inexacte?s?|"
        r"interdite?s?|exclue?s?|inconnue?s?|indifférente?s?|négligeables?|insuffisante?s?|ignorer|manquer|oublier|refuser|non)\b"
        r"|\bne\s\w+\spas\sne\spas\b|\bsans\s(?:pour\sautant\s)?ne\s\w+\spas\b|\bn['’]ignor\w+\spas\b|\bne\smanqu\w+\spas\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:not|n['’]t|never|cannot)\s(?:\w+\s){0,2}?(?:un(?:able|likely|common|known|reasonable|important|happy|used|clear)|"
        r"im(?:possible|portant\sto\signore)|in(?:sufficient|appropriate|correct|accessible)|without|fail|refuse|forbidden|excluded|nothing|nobody|none)\b",
        re.IGNORECASE,
    ),
}


def _first(kind: Kind, form: re.Pattern[str] | None, text: str) -> Iterator[Remark]:
    found = list(form.finditer(text)) if form else []
    if found:
        yield Remark(kind, _cut(found[0].group()), n=len(found))


# ── short names ──────────────────────────────────────────────────────────────────────────────────────────────────────

_CAPITALS = re.compile(r"(?<![\w&])[A-Z]{2,6}(?![\w&])")
_ROMAN = re.compile(r"[IVXLC]+")
# Known to nearly everybody, words of the program itself, and whom the law asks a notice to name.
_KNOWN_TEXT = """
STOP SMS MMS QR PDF TV USA OK WC SOS CD DVD GPS WIFI SNCF TGV RER EDF CAF RSA ONU UE HLM BD CV ADN COVID VIP DJ PC USB
FM URL CSV ID NHS BBC UK EU GP AM PM ATM PIN MP VAT FAQ NB PS SAMU CNIL ICO RGPD GDPR
"""
_KNOWN = frozenset(_KNOWN_TEXT.split())


def _short_names(text: str, said: set[str]) -> Iterator[Remark]:
    """Capitals that are explained nowhere in the text: neither beside brackets nor by the words before them."""
    found = []
    for match in _CAPITALS.finditer(text):
        name = match.group()
        if name in _KNOWN or name in said or name in found or _ROMAN.fullmatch(name) or _is_shouted(text, match):
            continue
        if not _is_explained(text, match):
            found.append(name)
    if found:
        yield Remark(Kind.SHORT_NAME, ", ".join(found), n=len(found))


def _is_explained(text: str, match: re.Match[str]) -> bool:
    after, before = text[match.end() : match.end() + 3], text[: match.start()]
    if after.lstrip().startswith("("):
        return True
    in_brackets = before.rstrip().endswith("(") and after.lstrip().startswith(")")
    return in_brackets and _begin_with(before.rstrip("( ").split(), match.group())


def _begin_with(before: Sequence[str], name: str) -> bool:
    """Do the words before begin with its letters, small words left aside?"""
    initials = "".join(word[0] for word in before[-2 * len(name) :] if len(word) > 2).upper()
    return name[0] in initials and name[-1] in initials


def _is_shouted(text: str, match: re.Match[str]) -> bool:
    """In a line all in capitals they say nothing."""
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    line = text[start : end if end >= 0 else len(text)]
    return line.upper() == line and len(line.split()) > 2


def _cut(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _FOUND_WIDTH else words[: _FOUND_WIDTH - 1].rstrip() + "…"
