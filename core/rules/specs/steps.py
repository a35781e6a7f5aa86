"""What a step of the campaign says, before it has words: always in the town's name, with a way to go on, to wait, to
refuse, and to ask why.
"""

from collections.abc import Collection

from core.model.consultations import Consultation, Step, StepKind, Text
from core.model.deliveries import ButtonSpec, Day, Phrase, Spec
from core.rules.intents import Intent
from core.rules.specs.actions import Verb, written
from core.rules.specs.bricks import (
    Buttons,
    button,
    go_on_button,
    local_day,
    not_interested_button,
    own_if,
    phrase,
    word_button,
)
from core.rules.specs.events import event_step
from core.rules.specs.invitations import invite_button


def step_spec(
    consultation: Consultation, step: Step, language: str, *, left: int | None = None, invite: bool = False
) -> Spec:
    """The push of `step` for somebody with so many questions `left` (None: all of them).

    The organiser's own words stand for ours; who writes, and the buttons, stay. `invite`: under the results, offer to
    tell them when the next consultation opens.
    """
    sender = phrase("step.sender", partner=consultation.in_language(consultation.partner.name, language))
    if step.kind is StepKind.EVENT:
        return event_step(consultation, step, language, sender=sender)
    said = own_if(consultation, step.text, language) or _standard(consultation, step.kind, language, left)
    return Spec((sender, *said), _buttons(consultation, step.kind, invite=invite))


def questions_left(consultation: Consultation, done: Collection[str]) -> int:
    """Without those that are `done`, answered or skipped. At least one: whoever has none left is not reminded."""
    return max(1, sum(question.id not in done for question in consultation.questions))


def later_spec(consultation: Consultation, language: str, *, begun: bool) -> Spec:
    """The push that somebody chose the moment of. `begun`: they have answered something already."""
    title = consultation.in_language(consultation.title, language)
    sender = phrase("step.sender", partner=consultation.in_language(consultation.partner.name, language))
    closes = phrase("step.closes", on=local_day(consultation.closes_at, consultation))
    said = phrase("step.later", title=title) if begun else phrase("step.later_first", title=title)
    return Spec((sender, said, closes), _buttons(consultation, StepKind.REMINDER, invite=False))


def post_spec(consultation: Consultation, language: str, link: str, text: Text | None = None) -> Spec:
    """What stands in a group or a channel: who asks, what is open, and a button to the private chat. `text`: the
    organiser's own words, which stand for ours; who writes and how one answers stay."""
    sender = phrase("step.sender", partner=consultation.in_language(consultation.partner.name, language))
    said = phrase(
        "post.text",
        title=consultation.in_language(consultation.title, language),
        open=consultation.in_language(consultation.open, language),
    )
    closes = phrase("step.closes", on=local_day(consultation.closes_at, consultation))
    answer = ButtonSpec(phrase("post.button"), "", link)
    if said_otherwise := own_if(consultation, text or {}, language):
        return Spec((sender, *said_otherwise, phrase("post.private")), ((answer,),))
    return Spec(
        (sender, said, phrase("step.minute", n=len(consultation.questions)), closes, phrase("post.private")),
        ((answer,),),
    )


def _standard(consultation: Consultation, kind: StepKind, language: str, left: int | None) -> tuple[Phrase, ...]:
    title = consultation.in_language(consultation.title, language)
    some = phrase("step.left", n=len(consultation.questions) if left is None else left)
    closes = local_day(consultation.closes_at, consultation)
    match kind:
        case StepKind.PROMPT:
            why = consultation.in_language(consultation.why, language)
            opened = consultation.in_language(consultation.open, language)
            asked = phrase("step.minute", n=len(consultation.questions))
            return (phrase("step.prompt", title=title, why=why, open=opened), asked)
        case StepKind.REMINDER:
            return (phrase("step.reminder", title=title), some, phrase("step.closes", on=closes))
        case StepKind.LAST_CALL:
            return (phrase("step.last_call", title=title, on=closes), some)
        case StepKind.RESULTS:
            service = consultation.in_language(consultation.reply.service, language)
            return (phrase("step.results", title=title, service=service, by=Day(consultation.reply.by)),)
        case StepKind.EVENT:
            raise AssertionError("an event has words of its own")


def _buttons(consultation: Consultation, kind: StepKind, *, invite: bool) -> Buttons:
    why = (button("button.why", written(Verb.WHY, consultation)),)
    if kind is StepKind.RESULTS:
        offer = ((invite_button(),),) if invite else ()
        return (*offer, why, (word_button("button.stop", Intent.STOP),))
    later = button("button.later", written(Verb.LATER, consultation))
    return ((go_on_button(consultation),), (later, not_interested_button(consultation)), why)
