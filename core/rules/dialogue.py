"""The dialogue: one event of one person, and what becomes of it. Pure: `now` comes in, a `Turn` goes out.

    begin    first contact: three messages, and nothing is asked before the tap
    advance  everything after: text, buttons, edits, media, silence
    elsewhere  someone without a dialogue, where no single consultation is meant

What is what: `turn/talk.py` has the moves that every turn is made of, `turn/said.py` listens to text,
`turn/pressed.py` to buttons, `turn/words.py` to the words for the program, `specs/` says it. docs/dialogue.md tells it
for people.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from core.model.consultations import Consultation
from core.model.deliveries import Spec
from core.model.dialogues import (
    CountMedia,
    Dialogue,
    Effect,
    Elapsed,
    Filed,
    OptIn,
    OptOut,
    Reply,
    Setting,
    Stage,
    SwitchTo,
    Turn,
)
from core.model.messages import Attached, Edited, Event, Left, Pressed, Returned, Said, Started
from core.rules.intents import Intent, intent_of
from core.rules.redirects import known_redirect
from core.rules.specs.actions import read, tag_of
from core.rules.specs.bricks import phrase
from core.rules.specs.course import choice_spec, filed_spec, nothing_running_spec, welcome_specs
from core.rules.specs.service import closed_spec, soon_spec, stopped_spec
from core.rules.turn.pressed import pressed
from core.rules.turn.said import attached, edited, said
from core.rules.turn.talk import Talk, close_contribution, drop_old_held, go_on, surest_topic
from core.rules.turn.words import start

FILED_SOON = timedelta(minutes=2)


def begin(dialogue: Dialogue, consultation: Consultation, setting: Setting, *, now: datetime) -> Turn:
    """First contact with a fresh dialogue (`offered`): what is open, who decides, who reads; then the tap."""
    talk = Talk(dialogue, consultation, setting, now)
    if setting.stopped:
        talk.do(OptIn())
    if setting.open_now:
        talk.say(*welcome_specs(consultation, dialogue.language, finished_count=setting.finished_count))
    else:
        talk.say(closed_spec(consultation, dialogue.language, now=now))
    return talk.turn()


def advance(
    dialogue: Dialogue, event: Event | Elapsed | Filed, consultation: Consultation, setting: Setting, *, now: datetime
) -> Turn:
    """The dialogue after `event`, and what must be done. `consultation` is the revision that the dialogue keeps."""
    talk = Talk(dialogue, consultation, setting, now, before_at=dialogue.last_at)
    if isinstance(event, Elapsed):
        _elapsed(talk)
        return talk.turn()
    if isinstance(event, Filed):
        _filed(talk)
        return talk.turn()
    if isinstance(event, Left | Returned):
        return talk.turn()
    talk.move(last_at=now)
    drop_old_held(talk)
    if not isinstance(event, Said | Edited):
        talk.move(asked_why=None, explained=False, asked=None)
    match event:
        case Started():
            start(talk)
        case Said(text=text, message_id=message_id, forwarded=forwarded):
            said(talk, text, message_id, forwarded=forwarded)
        case Edited():
            edited(talk, event)
        case Attached():
            attached(talk, event)
        case Pressed(action=action):
            pressed(talk, action)
        case _:
            assert_never(event)
    return talk.turn()


def _elapsed(talk: Talk) -> None:
    """The silence is over: the contribution is whole. One acknowledgement, and the next question in the same message.

    Too early, or twice, it does nothing. After late text nothing is said: that was answered when it came.
    """
    due = talk.dialogue.elapses_at
    if due is None or talk.now < due:
        return
    question = talk.question
    current = question is not None and question.id == talk.dialogue.open_question
    close_contribution(talk)
    noted = (phrase("answer.noted"),)
    if current and talk.setting.open_now:
        go_on(talk, noted)
    elif current:
        talk.say(closed_spec(talk.consultation, talk.language, now=talk.now, before=noted))


def _filed(talk: Talk) -> None:
    """The quiet line, for those whose last question was the open one: it was not tagged yet when they finished.

    Only right after: a line out of the blue would be a push that nobody agreed to.
    """
    dialogue = talk.dialogue
    just_finished = dialogue.finished_at is not None and talk.now - dialogue.finished_at <= FILED_SOON
    if not just_finished or dialogue.filed is not None or dialogue.stage not in (Stage.RESULTS, Stage.FINISHED):
        return
    topic = surest_topic(talk)
    if topic is not None:
        talk.move(filed=topic)
        talk.say(filed_spec(talk.consultation, talk.language, topic))


def elsewhere(
    event: Event, others: Sequence[tuple[str, str]], language: str, *, coming: Sequence[Consultation] = ()
) -> tuple[Effect, ...]:
    """For someone without a dialogue. `others`: (consultation id, title) of what runs; `coming`: what opens later.

    A button may choose a consultation; an urgent text is answered like everywhere; STOP is heard.
    """
    match event:
        case Left() | Returned() | Edited():
            return ()
        case Pressed(action=raw):
            action = read(raw)
            wanted = next((each for each, _ in others if action is not None and tag_of(each) == action.tag), None)
            return _choice(others, language, coming) if wanted is None else (SwitchTo(wanted),)
        case Attached(media=media, caption=caption):
            return (CountMedia(media), *_heard_elsewhere(caption, others, language, coming))
        case Said(text=text):
            return _heard_elsewhere(text, others, language, coming)
        case Started():
            return _choice(others, language, coming)


def _heard_elsewhere(
    text: str, others: Sequence[tuple[str, str]], language: str, coming: Sequence[Consultation]
) -> tuple[Effect, ...]:
    heard = intent_of(text)
    if heard is not None and heard.intent is Intent.STOP:
        return (OptOut(), Reply(stopped_spec(answers=False)))
    urgency = known_redirect(text)
    if urgency is not None:
        return (Reply(Spec(urgency.answers)),)
    return _choice(others, language, coming)


def _choice(others: Sequence[tuple[str, str]], language: str, coming: Sequence[Consultation]) -> tuple[Effect, ...]:
    if others:
        return (Reply(choice_spec(others)),)
    return tuple(Reply(soon_spec(each, language)) for each in coming) or (Reply(nothing_running_spec(language)),)
