"""What staff see when they do something about the digest: cards and forms. Only values in, so that every channel shows
the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.model.charges import Charge, Heap, topic_subject
from core.model.consultations import Consultation
from core.model.contributions import Contribution, Hidden, effective
from core.model.follow_ups import FollowUp
from core.model.forms import Choice, Form, Pick, Write
from core.model.messages import Block, Button, Card, Heading, Line, Note, Quote, sentence
from core.model.staff import Actor
from core.rules.plain_text import fingerprint, quoted
from core.storage.shelf import UNSORTED
from core.work.cards.answer_cards import answerable
from core.work.cards.digest_layout import (
    ALL,
    ANSWER,
    ANSWER_ONE,
    HIDE,
    LEAVE,
    MASK,
    RELIEVE,
    SHOW,
    THREAD,
    WRONG,
    Voice,
    action,
    in_charge,
    quote_buttons,
    take_button,
)
from core.work.shelf import Found

SHOWN_AT_ONCE, MOST_LIKE = 8, 5
LONGEST_SHOWN = 1500
MOST_TOPICS = 40
NO_TOPIC = "-"


def refused(voice: Voice) -> Card:
    return sentence(voice("refused"))


def changed(voice: Voice) -> Card:
    return sentence(voice("deed.changed"))


def quicker(voice: Voice) -> Card:
    return sentence(voice("deed.quicker"))


# ── in charge ────────────────────────────────────────────────────────────────────────────────────────────────────────


def subject_name(consultation: Consultation, subject: str, voice: Voice) -> str:
    if subject in set(Heap):
        return voice(f"heap.{subject}")
    kind, _, name = subject.partition(":")
    return voice("heap.alert") if kind == "alert" else _topic(consultation, name, voice)


def charge_button(consultation: str, subject: str, taken: Charge | None, who: Actor, voice: Voice) -> Button:
    """To take it; to give it back, for whoever has it; to go on with it, for everybody else."""
    if taken is None:
        return take_button(consultation, subject, voice)
    if taken.by == who.id:
        return Button(voice("button.leave"), action(LEAVE, consultation, subject))
    return Button(voice("button.relieve"), action(RELIEVE, consultation, fingerprint(taken.by), subject))


def charge(
    consultation: Consultation, subject: str, taken: Charge | None, who: Actor, voice: Voice, *, now: datetime
) -> Card:
    """Who has it now."""
    what = subject_name(consultation, subject, voice)
    button = charge_button(consultation.id, subject, taken, who, voice)
    if taken is None:
        return sentence(voice("charge.left", what=what), button)
    if taken.by == who.id:
        return sentence(voice("charge.yours", what=what), button)
    since = voice.when(taken.at, consultation.zone, now)
    return sentence(voice("charge.theirs", what=what, who=in_charge(taken.name, voice), since=since), button)


# ── topics ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def topics(
    consultation: Consultation,
    counts: Mapping[str, int],
    unsorted: int,
    answers: Mapping[str, FollowUp],
    charges: Mapping[str, Charge],
    who: Actor,
    voice: Voice,
) -> Card:
    """Every topic, the largest first: where it stands, who took charge, and what can be done."""
    blocks: list[Block] = [Heading(voice("topics.title"))]
    listed = sorted(consultation.topics, key=lambda each: -counts.get(each.id, 0))
    for each in listed[:MOST_TOPICS]:
        answer, taken = answers.get(each.id), charges.get(topic_subject(each.id))
        stands = voice(f"progress.{answer.progress.value}") if answer else voice("topics.unanswered")
        charged = in_charge(taken.name, voice) if taken else voice("charge.nobody")
        name = _topic(consultation, each.id, voice)
        buttons = [
            charge_button(consultation.id, topic_subject(each.id), taken, who, voice),
            Button(voice("button.answer"), action(ANSWER, consultation.id, each.id)),
        ]
        if counts.get(each.id):
            buttons.append(Button(voice("button.all"), action(ALL, consultation.id, each.id)))
            buttons.append(Button(voice("button.thread"), action(THREAD, consultation.id, each.id)))
        line = voice("topics.line", topic=name, n=counts.get(each.id, 0), stands=stands, who=charged)
        blocks.append(Line(line, tuple(buttons)))
    if unsorted:
        see = Button(voice("button.all"), action(ALL, consultation.id, UNSORTED))
        blocks.append(Line(voice("topics.unsorted", n=unsorted), (see,)))
    return Card(tuple(blocks))


def in_thread(consultation: Consultation, topic: str, voice: Voice) -> Card:
    return sentence(voice("thread.done", topic=_topic(consultation, topic, voice)))


def no_thread(voice: Voice) -> Card:
    return sentence(voice("thread.nowhere"))


def all_of(
    consultation: Consultation, topic: str, found: Found, voice: Voice, like: Sequence[Contribution] = ()
) -> Card:
    """What people said about one topic, a few at a time; above it, what is `like` the words that were read."""
    none = topic == UNSORTED
    said = {"topic": _topic(consultation, topic, voice)} if not none else {}
    blocks: list[Block] = []
    if like:
        blocks.append(Heading(voice("all.like", n=len(like))))
        blocks += [_read(each, voice, sorted_=True) for each in like[:MOST_LIKE]]
    blocks.append(Heading(voice("all.unsorted" if none else "all.title", n=found.count, **said)))
    blocks += [_read(kept.contribution, voice, sorted_=not none) for kept in found.kept]
    if not found.kept:
        blocks.append(Line(voice("all.none")))
    if found.more:
        more = Button(voice("button.next"), action(ALL, consultation.id, topic, found.more))
        blocks.append(Line(voice("all.more"), (more,)))
    blocks.append(Note(voice("all.private")))
    return Card(tuple(blocks))


def _read(contribution: Contribution, voice: Voice, *, sorted_: bool) -> Quote:
    """Masked words with what can be done about them."""
    buttons = read_buttons(contribution, voice, sorted_=sorted_)
    return Quote(quoted(contribution.text or "", longest=LONGEST_SHOWN), buttons=buttons)


def read_buttons(contribution: Contribution, voice: Voice, *, sorted_: bool) -> tuple[Button, ...]:
    """What can be done about one contribution wherever its words are read. `sorted_`: it has a topic."""
    wrong, hide = quote_buttons(contribution.id, voice)[1:3]
    buttons = [wrong if sorted_ else replace(wrong, label=voice("button.sort")), hide]
    if answerable(contribution):
        buttons.append(Button(voice("button.one"), action(ANSWER_ONE, contribution.id)))
    return tuple(buttons)


# ── one contribution ─────────────────────────────────────────────────────────────────────────────────────────────────


def wrong_form(consultation: Consultation, contribution: Contribution, mark: str, voice: Voice) -> Form:
    now = [tag.topic for tag in effective(contribution.tags)]
    said = ", ".join(_topic(consultation, each, voice) for each in now) or voice("wrong.unsorted")
    choices = [Choice(each.id, _topic(consultation, each.id, voice)) for each in consultation.topics]
    choices.append(Choice(NO_TOPIC, voice("wrong.none")))
    return Form(
        action(WRONG, mark),
        voice("wrong.title"),
        (_words(contribution), Line(voice("wrong.now", topics=said))),
        (Pick("topic", voice("wrong.right"), tuple(choices)),),
        voice("wrong.send"),
    )


def corrected(consultation: Consultation, topic: str, voice: Voice) -> Card:
    return sentence(voice("wrong.done", topic=_topic(consultation, topic, voice) if topic else voice("wrong.none")))


def mask_form(contribution: Contribution, mark: str, voice: Voice) -> Form:
    return Form(
        action(MASK, mark),
        voice("mask.title"),
        (_words(contribution), Line(voice("mask.about"))),
        (Write("words", voice("mask.words"), LONGEST_SHOWN),),
        voice("mask.send"),
    )


def masked(left: str, voice: Voice) -> Card:
    return Card((Line(voice("mask.done")), Quote(quoted(left, longest=LONGEST_SHOWN))))


def unmasked(voice: Voice) -> Card:
    return sentence(voice("mask.none"))


def hide_form(contribution: Contribution, mark: str, voice: Voice) -> Form:
    reasons = tuple(Choice(each.value, voice(f"hidden.{each.value}")) for each in Hidden)
    return Form(
        action(HIDE, mark),
        voice("hide.title"),
        (_words(contribution), Line(voice("hide.about"))),
        (Pick("reason", voice("hide.reason"), reasons),),
        voice("hide.send"),
    )


def hidden(contribution: Contribution, voice: Voice) -> Card:
    return sentence(voice("hide.done"), Button(voice("button.show"), action(SHOW, contribution.id)))


def shown(voice: Voice) -> Card:
    return sentence(voice("hide.shown"))


def _words(contribution: Contribution) -> Quote:
    return Quote(quoted(contribution.text or "", longest=LONGEST_SHOWN))


def _topic(consultation: Consultation, topic: str, voice: Voice) -> str:
    names: Sequence[Mapping[str, str]] = [each.name for each in consultation.topics if each.id == topic]
    return voice.text(names[0], topic) if names else topic
