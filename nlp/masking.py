"""What identifies or reaches a person is taken out before anyone reads: the masked text is the only one people see.

Rules, no guesses: each kind has a form and, where one exists, a check (the key of an IBAN, the digits of a card, the
numbering plans). A price, a year, a date, a postal code, a bus line stay. Digits are looked at through what separates
them (spaces, dots, line breaks, because one number may come in two messages) and with invisible characters already
gone.

Everything here is linear in the length of the text: a pattern starts only where a word starts, and never looks further
than a fixed width.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.masks.addresses import addresses
from nlp.masks.digits import ibans, numbers, social_securities
from nlp.masks.handles import emails, profiles, spelt_emails
from nlp.masks.mentioned_names import mentioned_names
from nlp.masks.names import names
from nlp.masks.plates import plates
from nlp.masks.spans import Span
from nlp.masks.spoken_numbers import spoken_phones
from nlp.normalise import clean

LABELS: dict[str, dict[str, str]] = {
    "fr": {
        "email": "[e-mail]",
        "phone": "[téléphone]",
        "iban": "[compte bancaire]",
        "card": "[carte bancaire]",
        "profile": "[profil]",
        "social_security": "[numéro de sécurité sociale]",
        "plate": "[plaque]",
        "address": "[adresse]",
        "name": "[nom]",
    },
    "en": {
        "email": "[e-mail]",
        "phone": "[phone]",
        "iban": "[bank account]",
        "card": "[bank card]",
        "profile": "[profile]",
        "social_security": "[social security number]",
        "plate": "[number plate]",
        "address": "[address]",
        "name": "[name]",
    },
}
KINDS: tuple[str, ...] = tuple(LABELS["fr"])
_LABEL = re.compile("|".join(re.escape(label) for labels in LABELS.values() for label in labels.values()))

_RULES = (
    emails,
    spelt_emails,
    profiles,
    ibans,
    social_securities,
    numbers,
    spoken_phones,
    plates,
    addresses,
    names,
    mentioned_names,
)
_FIGURE = re.compile(r"\d")
_WITHOUT_FIGURES = tuple(rule for rule in _RULES if rule not in {ibans, social_securities, numbers, plates})
"""Those that find something in a text without any figure: most texts are."""


@dataclass(frozen=True, slots=True)
class Masked:
    """`text`: for people. `kinds`: one entry a mask, in order."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str, language: str = "fr") -> Masked:
    """The cleaned text with each finding replaced by its word in `language` (in French unless "en")."""
    text = clean(text)
    labels = LABELS.get(language, LABELS["fr"])
    shown: list[str] = []
    place = 0
    rules = _RULES if _FIGURE.search(text) else _WITHOUT_FIGURES
    spans = _apart([span for rule in rules for span in rule(text)])
    for span in spans:
        shown += (text[place : span.start], labels[span.kind])
        place = span.end
    return Masked("".join([*shown, text[place:]]), tuple(span.kind for span in spans))


def without_masks(text: str) -> str:
    """A masked text as it is read for topics and flags: a gap where a mask stands."""
    return _LABEL.sub(" ", text) if "[" in text else text


def _apart(spans: Iterable[Span]) -> list[Span]:
    """In order, none over another: of two that overlap, one mask over both remains, of the kind that began first."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if apart and span.start < apart[-1].end:
            last = apart[-1]
            apart[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            apart.append(span)
    return apart
