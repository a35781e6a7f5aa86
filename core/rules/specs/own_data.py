"""What is said about one's own data, before it has words: rights, "mes réponses", export, erasure, objection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.model.consultations import Consultation
from core.model.deliveries import LATER_STEP, ButtonSpec, Day, Phrase, Span, Spec, State
from core.model.dialogues import Stage
from core.model.follow_ups import FOLLOW_UP_STEP
from core.model.people import Purpose
from core.model.satisfaction import ASK_STEP, Satisfied
from core.rules.intents import Intent
from core.rules.plain_text import pieces, quoted
from core.rules.specs.actions import NO, YES, Verb, question_reference, written, written_alone
from core.rules.specs.bricks import NOTHING_SAID, button, local_day, own_if, phrase, word_button
from core.rules.specs.course import consent_buttons
from core.rules.specs.service import language_buttons

HOLDINGS: Mapping[str, str] = {
    "address": "export.address",
    "language": "export.language",
    "source": "export.source",
    "consent": "export.consent",
    "revoked": "export.revoked",
    "answer": "export.answer",
    "contribution": "export.contribution",
    "topic": "export.topic",
    "alert": "export.alert",
    "satisfied": "export.satisfied",
    "why": "export.why",
    "message": "export.message",
    "replies": "export.replies",
    "state": "export.state",
    "other": "export.other",
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.PARTICIPATION: "export.for_participation",
    Purpose.REMINDERS: "export.for_reminders",
    Purpose.RESULTS: "export.for_results",
}
STAGES: Mapping[Stage, str] = {
    Stage.OFFERED: "export.stage_offered",
    Stage.ASKING: "export.stage_asking",
    Stage.RESULTS: "export.stage_results",
    Stage.FINISHED: "export.stage_finished",
    Stage.DECLINED: "export.stage_declined",
    Stage.PAUSED: "export.stage_paused",
    Stage.STOPPED: "export.stage_stopped",
}
SAID: Mapping[Satisfied, str] = {
    Satisfied.YES: "export.said_yes",
    Satisfied.PARTLY: "export.said_partly",
    Satisfied.NO: "export.said_no",
}
STEPS: Mapping[str, str] = {
    FOLLOW_UP_STEP: "export.step_follow_up",
    ASK_STEP: "export.step_asked",
    LATER_STEP: "export.step_later",
}
"""The steps that no file has, and what their messages are called."""
STANDS: Mapping[State, str] = {
    State.SENT: "export.stands_sent",
    State.UNCERTAIN: "export.stands_uncertain",
    State.PLANNED: "export.stands_planned",
    State.CLAIMED: "export.stands_planned",
    State.SENDING: "export.stands_planned",
}
"""What a message of ours has become, for whom it is."""
NOT_SENT = "export.stands_not_sent"
"""What every other state is."""
"""What we may hold about a person, and the key of the line that says so."""

_LONGEST_EXPORT = 3000
LONGEST_REPEATED = 80
"""Characters of a contribution that /suivi repeats: enough to know it again."""


# ── rights ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def more_spec(consultation: Consultation, language: str) -> Spec:
    """ "En savoir plus": contact, rights, how long; then the buttons of consent again."""
    others = language_buttons(consultation) if len(consultation.languages) > 1 else ()
    return Spec(_rights(consultation, language), (*consent_buttons(consultation), *others))


def privacy_spec(consultation: Consultation, language: str, *, agreed_at: datetime | None) -> Spec:
    said = _rights(consultation, language)
    if agreed_at is not None:
        said += (phrase("privacy.agreed", on=local_day(agreed_at, consultation)),)
    return Spec(said, ((word_button("button.my_answers", Intent.MY_ANSWERS), _erase_all_button()),))


# ── answers, export, erasure ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer of a person as it is shown to them: `question` id, its words, the answer's words, topic names, and
    where it stands."""

    question: str
    asked: str
    answer: str
    topics: tuple[str, ...] = ()
    stands: tuple[Phrase, ...] = ()


def answers_specs(
    consultation: Consultation, answers: Sequence[GivenAnswer], language: str, *, invitations: Spec = NOTHING_SAID
) -> tuple[Spec, ...]:
    """ "mes réponses": each with its buttons, then what can be done with all of them, and the `invitations` to come."""
    title = consultation.in_language(consultation.title, language)
    if not answers:
        return (Spec((phrase("answers.none", title=title),)),)
    specs = [Spec((phrase("answers.title", title=title),))]
    for given in answers:
        specs += _answer_specs(consultation, given)
    everything = (word_button("button.export", Intent.EXPORT), _erase_all_button())
    specs.append(Spec((phrase("answers.all"), *invitations.phrases), (everything, *invitations.buttons)))
    return tuple(specs)


def _answer_specs(consultation: Consultation, given: GivenAnswer) -> list[Spec]:
    *first, last = pieces(given.answer)
    specs = [Spec((phrase("answers.one", question=given.asked, answer=piece),)) for piece in first]
    said: tuple[Phrase, ...] = (phrase("answers.one", question=given.asked, answer=last),)
    if given.topics:
        said += (phrase("answers.topics", topics=", ".join(given.topics)),)
    return [*specs, Spec((*said, *given.stands), _change_buttons(consultation, given))]


def yours_specs(consultation: Consultation, given: Sequence[GivenAnswer]) -> tuple[Spec, ...]:
    """/suivi: the first words of each contribution, where it stands, and its buttons, each its own message."""
    return tuple(
        Spec(
            (phrase("follow_up.yours", answer=quoted(each.answer, longest=LONGEST_REPEATED)), *each.stands),
            _change_buttons(consultation, each),
        )
        for each in given
        if each.stands
    )


def _change_buttons(consultation: Consultation, given: GivenAnswer) -> tuple[tuple[ButtonSpec, ...], ...]:
    """To say it otherwise, or take it back."""
    question = consultation.question(given.question)
    if question is None:
        return ()
    asked = question_reference(consultation, question)
    correct = button("button.correct", written(Verb.REDO, consultation, asked))
    return ((correct, button("button.erase", written(Verb.DROP, consultation, asked))),)


def erase_asked_spec() -> Spec:
    yes = button("erase.yes", written_alone(Verb.ERASE, YES))
    return Spec((phrase("erase.asked"),), ((yes,), (button("erase.no", written_alone(Verb.ERASE, NO)),)))


def erased_spec(_language: str = "") -> Spec:
    """Everything is gone: the last thing we say."""
    return Spec((phrase("erase.done"),))


def object_spec(consultation: Consultation, language: str) -> Spec:
    """The right to object: the two ways out, and whom to write to."""
    contact = own_if(consultation, consultation.notice.contact, language)
    buttons = ((word_button("button.stop", Intent.STOP),), (_erase_all_button(),))
    return Spec((phrase("object.how" if contact else "object.how_bare"), *contact), buttons)


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing we hold about a person: `kind` is a key of `HOLDINGS`, `on` its date when it has one. `words`: the keys
    of what is said of it besides, such as a stage or a purpose."""

    kind: str
    text: str
    on: date | None = None
    words: tuple[str, ...] = ()


def export_specs(holdings: Sequence[Holding]) -> tuple[Spec, ...]:
    """/mesdonnees: everything, in as many messages as it takes."""
    specs: list[Spec] = []
    line: list[Phrase] = [phrase("export.title")]
    room = _LONGEST_EXPORT
    for holding in holdings:
        for piece in pieces(holding.text, longest=_LONGEST_EXPORT) or [""]:
            if len(piece) > room:
                specs.append(Spec(tuple(line)))
                line, room = [], _LONGEST_EXPORT
            line += _holding(holding, piece)
            room -= len(piece) + 40
    return (*specs, Spec((*line, phrase("export.end"))))


def _holding(holding: Holding, text: str) -> tuple[Phrase, ...]:
    said = [phrase(HOLDINGS.get(holding.kind, HOLDINGS["other"]))]
    if text:
        said.append(phrase("text.own", text=text))
    said += map(phrase, holding.words)
    if holding.on is not None:
        said.append(phrase("export.on", on=Day(holding.on, year=True)))
    return tuple(said)


def _rights(consultation: Consultation, language: str) -> tuple[Phrase, ...]:
    return (
        *own_if(consultation, consultation.notice.more, language),
        phrase("rights.kept", span=Span(consultation.retention.contributions.days)),
        phrase("rights.words"),
        phrase("rights.one_reminder"),
        *(
            phrase("rights.contact", contact=contact)
            for contact in [consultation.in_language(consultation.notice.contact, language)]
            if contact
        ),
    )


def _erase_all_button() -> ButtonSpec:
    return word_button("button.erase_all", Intent.ERASE)
