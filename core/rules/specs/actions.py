"""What a button carries: "verb:question:option:revision:tag", at most 64 bytes, and no authority.

Anyone may forge one, press an old one, or press someone else's: reading an action says what it claims, and the
sender's own dialogue decides what that is worth. `tag` is a short fingerprint of the consultation, so that a button of
one consultation never answers another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2s

from core.model.consultations import Consultation, Question


class Verb(StrEnum):
    """`tick` and `untick` rather than one toggle: the same press twice must not undo itself."""

    ANSWER = "a"
    TICK = "t"
    UNTICK = "u"
    DONE = "d"
    KEEP = "k"
    SKIP = "s"
    AGREE = "agree"
    YOUNG = "young"
    MORE = "more"
    RESULTS = "res"
    WRONG_TOPIC = "wrong"
    TOPIC = "topic"
    GO = "go"
    LATER = "later"
    NOT_INTERESTED = "nope"
    WHY = "why"
    RECLAIM = "mine"
    REDO = "redo"
    DROP = "drop"
    ERASE = "erase"
    LANGUAGE = "lang"
    DO = "do"
    SWITCH = "switch"
    INVITE = "invite"
    RSVP = "rsvp"
    SATISFIED = "sat"


_VERBS = frozenset(Verb)
UNDER_A_PUSH = frozenset({Verb.WHY, Verb.LATER, Verb.NOT_INTERESTED, Verb.SATISFIED})
"""What can be said of a push without going on in it: it is about the dialogue of that push, whatever is spoken of."""

YES, NO, OTHER = "yes", "no", "-"

MOST_BYTES = 64
_LONGEST_REFERENCE = 16
_SHAPE = re.compile(r"([a-z]{1,6}):([\w#-]{0,16}):([\w#-]{0,16}):(\d{1,9}):([0-9a-f]{8}|)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Action:
    """What a button claims. `first` and `second` depend on the verb: question and option, a choice, a message id."""

    verb: Verb
    first: str = ""
    second: str = ""
    revision: int = 0
    tag: str = ""


def tag_of(consultation: str) -> str:
    """Eight characters that stand for a consultation's id in a button."""
    return blake2s(consultation.encode("utf-8", "replace"), digest_size=4).hexdigest()


def written(verb: Verb, consultation: Consultation, first: str = "", second: str = "") -> str:
    """The action of a button of this consultation."""
    return f"{verb}:{first}:{second}:{consultation.revision}:{tag_of(consultation.id)}"


def written_alone(verb: Verb, first: str = "", *, consultation: str = "") -> str:
    """The action of a button that belongs to no question: a word to do, a language, another consultation."""
    return f"{verb}:{first}::0:{tag_of(consultation) if consultation else ''}"


def read(raw: str) -> Action | None:
    """What `raw` claims, or None when it is none of ours."""
    found = _SHAPE.fullmatch(raw)
    if found is None or found[1] not in _VERBS:
        return None
    return Action(Verb(found[1]), found[2], found[3], int(found[4]), found[5])


def question_reference(consultation: Consultation, question: Question) -> str:
    return reference(question.id, [each.id for each in consultation.questions])


def question_meant(consultation: Consultation, given: str) -> Question | None:
    found = meant(given, [each.id for each in consultation.questions])
    return None if found is None else consultation.question(found)


def reference(identity: str, among: Sequence[str]) -> str:
    """`identity` as it travels in a button: itself when it is short, else "#" and its place."""
    if re.fullmatch(r"[\w-]{1,16}", identity, re.ASCII):
        return identity
    return f"#{among.index(identity)}"[:_LONGEST_REFERENCE]


def meant(given: str, among: Sequence[str]) -> str | None:
    """The identity that `given` stands for, when it is one of `among`."""
    if given in among:
        return given
    if re.fullmatch(r"#\d{1,4}", given, re.ASCII) and int(given[1:]) < len(among):
        return among[int(given[1:])]
    return None
