"""Everything a citizen can be sent by one consultation, in the order of its life: what `campaign preview` shows.

    prompt ─▶ arrival ─▶ questions ─▶ reminder, last call ─▶ thanks ─▶ closed ─▶ results
                 └▶ learn more, too young; redirects at any moment

The messages are the ones that the dialogue and the steps make, not copies of them: what is previewed is what is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.model.consultations import Consultation, Design, Step, StepKind
from core.model.deliveries import Day, Param, Phrase, Spec
from core.rules.calendar import Due, Skipped, due_at_opening, on_wall
from core.rules.experiments import second_wave
from core.rules.paid import stars
from core.rules.posts import post_due
from core.rules.readout import cut
from core.rules.redirects import Met
from core.rules.specs.bricks import own, phrase
from core.rules.specs.course import question_spec, results_noted_spec, thanks_spec, topics_spec, welcome_specs
from core.rules.specs.own_data import more_spec
from core.rules.specs.service import closed_spec, declined_spec, redirect_spec
from core.rules.specs.steps import post_spec, step_spec

_MOST_TOPICS = 6
_WORDS_ROOM = 70
"""Characters. The words that call for an urgent answer are many; the file has them all."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """One message. `heading` says when it is sent, for staff; `spec` is what the citizen sees; `cost`: what it may cost
    the partner, for staff. `moved`: it leaves after the moment that was asked for, which is a quiet one."""

    heading: Phrase
    spec: Spec
    cost: Phrase | None = None
    moved: bool = False


def preview(consultation: Consultation, language: str) -> tuple[Previewed, ...]:
    """Every message in `language`. Steps with no way to leave before the closing have a heading that says so."""
    return tuple(
        [
            *_steps(consultation, language, StepKind.PROMPT),
            *_posts(consultation, language),
            *_arrival(consultation, language),
            *_questions(consultation, language),
            *_redirects(consultation, language),
            *_steps(consultation, language, StepKind.REMINDER),
            *_steps(consultation, language, StepKind.LAST_CALL),
            *_steps(consultation, language, StepKind.EVENT),
            *_thanks(consultation, language),
            Previewed(phrase("preview.closed"), closed_spec(consultation, language, now=consultation.closes_at)),
            *_steps(consultation, language, StepKind.RESULTS),
        ]
    )


def _arrival(consultation: Consultation, language: str) -> Iterator[Previewed]:
    for spec in welcome_specs(consultation, language):
        yield Previewed(phrase("preview.welcome"), spec)
    yield Previewed(phrase("preview.more"), more_spec(consultation, language))
    yield Previewed(phrase("preview.young", age=consultation.notice.minimum_age), declined_spec(consultation, language))


def _questions(consultation: Consultation, language: str) -> Iterator[Previewed]:
    for position in range(len(consultation.questions)):
        heading = phrase("preview.question", position=position + 1)
        yield Previewed(heading, question_spec(consultation, position, language))


def _redirects(consultation: Consultation, language: str) -> Iterator[Previewed]:
    """The partner's own answers; what the program answers by itself is no part of the consultation."""
    for redirect in consultation.redirects:
        answer = own(consultation.in_language(redirect.answer, language))
        met = Met(redirect.id, (answer,), redirect.serious)
        heading = phrase("preview.redirect", words=cut(", ".join(redirect.words), _WORDS_ROOM))
        yield Previewed(heading, redirect_spec(consultation, met, reclaim=None, go_on=True))


def _thanks(consultation: Consultation, language: str) -> Iterator[Previewed]:
    """The last word, with an example of a topic when there is one."""
    topics = [topic.id for topic in consultation.topics]
    filed = topics[0] if topics else None
    yield Previewed(phrase("preview.thanks"), thanks_spec(consultation, language, filed=filed))
    if topics:
        yield Previewed(phrase("preview.topics"), topics_spec(consultation, topics[:_MOST_TOPICS], language))
    yield Previewed(phrase("preview.results_yes"), results_noted_spec(consultation, wanted=True))
    yield Previewed(phrase("preview.results_no"), results_noted_spec(consultation, wanted=False))


def _steps(consultation: Consultation, language: str, kind: StepKind) -> Iterator[Previewed]:
    """The steps of one kind, with the moment at which the first who could come at the opening would get them; where
    two wordings are compared, both."""
    for step in consultation.steps:
        if step.kind is not kind:
            continue
        cost = phrase("preview.paid", n=step.paid, stars=stars(step.paid)) if step.paid else None
        spec, dues = step_spec(consultation, step, language), _dues(consultation, step)
        moved = any(isinstance(due, Due) and due.shifted for due in dues)
        yield Previewed(_heading(consultation, step, *dues), spec, cost, moved=moved)
        if step.experiment is not None and step.experiment.design is Design.WORDINGS:
            other = replace(step, text=step.experiment.text)
            yield Previewed(phrase("preview.other_words", step=step.id), step_spec(consultation, other, language))


def _posts(consultation: Consultation, language: str) -> Iterator[Previewed]:
    """What stands in groups and channels, where everybody reads it in the first language."""
    opens, closes = consultation.opens_at, consultation.closes_at
    for post in consultation.posts if language == consultation.languages[0] else ():
        due = post_due(consultation, post, start=opens, closes_at=closes, now=opens)
        moment = _written(due, consultation) if isinstance(due, Due) else {}
        key = "preview.post" if moment else "preview.post_never"
        heading = Phrase(key, {"room": post.room, **moment})
        moved = isinstance(due, Due) and due.shifted
        yield Previewed(heading, post_spec(consultation, language, "", post.text), moved=moved)


def _dues(consultation: Consultation, step: Step) -> tuple[Due | Skipped, Due | Skipped | None]:
    """(its moment, that of its second wave)"""
    second = second_wave(step)
    return due_at_opening(step, consultation), due_at_opening(second, consultation) if second else None


def _heading(consultation: Consultation, step: Step, due: Due | Skipped, second: Due | Skipped | None) -> Phrase:
    if isinstance(due, Skipped):
        return phrase("preview.step_never", step=step.id)
    moment = _written(due, consultation)
    if isinstance(second, Due):
        later = _written(second, consultation)
        then = {"then": later["on"], "then_hour": later["hour"]}
        return Phrase("preview.step_waves", {"step": step.id, **moment, **then})
    return Phrase(_step_heading(step), {"step": step.id, **moment})


def _written(due: Due, consultation: Consultation) -> dict[str, Param]:
    local = on_wall(due.at, consultation.zone)
    return {"on": Day(local.date(), year=True), "hour": local.strftime("%H:%M")}


def _step_heading(step: Step) -> str:
    if step.kind is StepKind.PROMPT:
        return "preview.step_invites"
    return "preview.step_after" if step.moment.at is None else "preview.step_on"
