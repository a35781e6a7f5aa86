"""What a person wrote: a word for the program, something urgent, an answer, or what they have to say.

text ─▶ stop? ─▶ an option to the letter? ─▶ a word? ─▶ urgent? ─▶ what the stage makes of it
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from core.model.consultations import Question, QuestionKind
from core.model.deliveries import Spec
from core.model.dialogues import SILENCE, AddPart, Alert, CountMedia, EditPart, Explain, Stage, Whole
from core.model.messages import Attached, Edited
from core.rules.intents import Heard, Intent, intent_of
from core.rules.plain_text import cleaned, plain, visible
from core.rules.redirects import Met, met
from core.rules.specs.bricks import counter_phrases, phrase
from core.rules.specs.course import consent_spec, results_spec
from core.rules.specs.own_data import more_spec
from core.rules.specs.service import closed_spec, declined_spec, media_spec, redirect_spec, while_stopped_spec
from core.rules.turn.moves import back, choose, done_choosing, enough, give_results, offer_topics
from core.rules.turn.talk import (
    Talk,
    add_part,
    agree,
    ask_briefly,
    ask_consent_anew,
    earlier_open_question,
    hold,
    record,
    say_again,
    say_new_notice,
    skip,
)
from core.rules.turn.typed import OutOfRange, exact_answer, typed_answer
from core.rules.turn.words import answer_asked, heed, stop, wake, welcome_back

LONG_TEXT = 4000
"""From so many letters on, a person is told that all of it is kept."""

MOST_ASIDES = 50
WHY_WAITS = timedelta(hours=24)
"""So long after "does it answer you?" what they write next is the why; each further message within one silence."""

_AGREES = re.compile(
    r"(?:j ai|i am|i m) (\d{1,3})(?: ans| years old)?(?: ou plus| or over| or older)? (?:et j accepte|and i agree)"
)
_AGE = re.compile(r"(?:j ai|i am|i m) (\d{1,3})(?: ans| years old)?|(?:moins de|under) (\d{1,3})(?: ans)?")
_SMALL_TALK = frozenset({Intent.LIGHT, Intent.GREETING})


@dataclass(frozen=True, slots=True)
class Text:
    """A message as it is listened to. `heard`: the word it is, if it is nothing but one."""

    text: str
    message_id: int
    forwarded: bool = False
    heard: Intent | None = None


def said(talk: Talk, text: str, message_id: int, *, forwarded: bool = False) -> None:
    text, asked = cleaned(text), talk.dialogue.asked
    talk.move(asked=None)
    if not visible(text):
        say_again(talk, phrase("text.nothing"))
        return
    heard = intent_of(text)
    if heard is not None and heard.intent is Intent.STOP:
        stop(talk)
        return
    if answer_asked(talk, asked, heard):
        return
    if not _is_an_option(talk, text):
        if heard is not None and heed(talk, heard):
            return
        urgency = met(text, talk.consultation, talk.language)
        if urgency is not None:
            _urgent(talk, urgency, text, message_id)
            return
        if heard is None and _explains(talk, text, message_id):
            return
    talk.move(asked_why=None, explained=False)
    _by_stage(talk, Text(text, message_id, forwarded, _intent(heard)))


def edited(talk: Talk, event: Edited) -> None:
    """An edit changes what it was: text that waits, or a part. It is answered only when it is urgent, or STOP."""
    text = cleaned(event.text)
    if not visible(text):
        return
    heard = intent_of(text)
    if heard is not None and heard.intent is Intent.STOP:
        stop(talk)
        return
    waiting = any(each.message_id == event.message_id for each in talk.dialogue.held)
    if str(event.message_id) in talk.dialogue.asides:
        talk.do(EditPart(text, event.message_id))
        return
    urgency = met(text, talk.consultation, talk.language)
    if waiting:
        kept = (
            replace(each, text=text) if each.message_id == event.message_id else each
            for each in talk.dialogue.held
            if urgency is None or each.message_id != event.message_id
        )
        talk.move(held=tuple(kept))
    if urgency is not None:
        _raise_alert(talk, urgency, text, event.message_id)
        talk.say(redirect_spec(talk.consultation, urgency, reclaim=None, go_on=talk.waits))
    elif not waiting and talk.dialogue.agreed_at is not None:
        talk.do(EditPart(text, event.message_id))


def attached(talk: Talk, event: Attached) -> None:
    """What is not text is answered kindly, counted and not kept; a caption is read as text."""
    talk.do(CountMedia(event.media))
    if not visible(cleaned(event.caption)):
        talk.say(media_spec(talk.consultation, talk.language, event.media))
        return
    waiting = talk.dialogue.held
    said(talk, event.caption, event.message_id)
    if talk.dialogue.held != waiting or any(isinstance(effect, AddPart) for effect in talk.effects):
        talk.say(Spec((phrase("media.caption"),)))


def _explains(talk: Talk, text: str, message_id: int) -> bool:
    """They were asked why the official answer does or does not answer them, and say it: in one message or several."""
    asked, before = talk.dialogue.asked_why, talk.before_at
    waits = SILENCE if talk.dialogue.explained else WHY_WAITS
    if asked is None or before is None or talk.now - before > waits or not talk.agreed:
        return False
    talk.do(Explain(asked, text, message_id))
    if not talk.dialogue.explained:
        service = talk.consultation.in_language(talk.consultation.reply.service, talk.language)
        talk.say(Spec((phrase("satisfied.thanks", service=service),)))
    talk.move(explained=True)
    return True


def _is_an_option(talk: Talk, text: str) -> bool:
    """An option of the very question that waits outweighs every word but STOP ("Langue", "Plus tard", "Au secours")."""
    question = talk.question
    if question is None or question.kind is QuestionKind.OPEN:
        return False
    return exact_answer(question, text, talk.consultation, talk.language) is not None


def _intent(heard: Heard | None) -> Intent | None:
    return None if heard is None else heard.intent


# ── urgent ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _urgent(talk: Talk, urgency: Met, text: str, message_id: int) -> None:
    """The human answer at once, at any stage; kept out of the contribution unless the person says it was one."""
    wake(talk)
    question = _answered_by(talk)
    _raise_alert(talk, urgency, text, message_id)
    if question is not None:
        asides = {**talk.dialogue.asides, str(message_id): question.id}
        newest = list(asides.items())[-MOST_ASIDES:]
        talk.move(asides=dict(newest))
    reclaim = message_id if question is not None else None
    talk.say(redirect_spec(talk.consultation, urgency, reclaim=reclaim, go_on=talk.waits))


def _raise_alert(talk: Talk, urgency: Met, text: str, message_id: int) -> None:
    """Staff are told. No "noted, next question" follows something grave by itself: what was written before is whole."""
    talk.do(Alert(urgency.redirect, text, message_id, urgency.serious))
    if urgency.serious and talk.listening and talk.dialogue.open_question is not None:
        talk.do(Whole(talk.dialogue.open_question))
        talk.move(elapses_at=None)


def _answered_by(talk: Talk) -> Question | None:
    """The open question that this text would have answered, had it not been urgent."""
    if not talk.agreed or not talk.setting.open_now:
        return None
    question = talk.question
    if question is not None and question.kind is QuestionKind.OPEN:
        return question
    if talk.dialogue.stage in {Stage.ASKING, Stage.RESULTS, Stage.FINISHED}:
        return earlier_open_question(talk)
    return None


# ── by stage ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_stage(talk: Talk, text: Text) -> None:
    if talk.dialogue.stage is Stage.PAUSED:
        wake(talk)
        if text.heard in _SMALL_TALK | {Intent.YES}:
            welcome_back(talk)
            return
    to_keep = text.heard is None or text.heard in {Intent.YES, Intent.NO}
    if talk.setting.open_now and (to_keep or talk.dialogue.stage is Stage.ASKING) and ask_consent_anew(talk):
        if text.heard is None:
            hold(talk, text.text, text.message_id)
        say_new_notice(talk)
        return
    match talk.dialogue.stage:
        case Stage.STOPPED:
            talk.say(while_stopped_spec(talk.consultation))
        case Stage.DECLINED:
            say_again(talk)
        case Stage.RESULTS | Stage.FINISHED:
            _after_questions(talk, text)
        case _ if not talk.setting.open_now and talk.just_welcomed:
            pass
        case _ if not talk.setting.open_now:
            talk.say(closed_spec(talk.consultation, talk.language, now=talk.now, lost=True))
        case Stage.OFFERED:
            _before_consent(talk, text)
        case _:
            _asking(talk, text)


def _before_consent(talk: Talk, text: Text) -> None:
    age = talk.consultation.notice.minimum_age
    if _own_age(text.text, age):
        agree(talk)
    elif _too_young(text.text, age):
        decline(talk)
    elif text.heard is Intent.NO:
        talk.move(stage=Stage.DECLINED, held=())
        talk.say(Spec((phrase("declined.no"), *counter_phrases(talk.consultation, talk.language))))
    elif text.heard is Intent.MORE:
        talk.say(more_spec(talk.consultation, talk.language))
    elif text.heard is Intent.YES or _AGE.fullmatch(plain(text.text)):
        talk.say(consent_spec(talk.consultation, before=(phrase("consent.tap"),)))
    elif text.heard is not None:
        if not (talk.just_welcomed and text.heard in _SMALL_TALK):
            say_again(talk)
    elif hold(talk, text.text, text.message_id):
        talk.say(consent_spec(talk.consultation, before=(phrase("held.kept"),)))
    else:
        talk.say(consent_spec(talk.consultation, before=(phrase("held.full"),)))


def decline(talk: Talk) -> None:
    """Under the age: nothing is kept."""
    talk.move(stage=Stage.DECLINED, held=())
    talk.say(declined_spec(talk.consultation, talk.language))


def _own_age(text: str, minimum: int) -> bool:
    """The button's words, typed: an age that is old enough, and the agreement."""
    found = _AGREES.fullmatch(plain(text))
    return found is not None and int(found[1]) >= minimum


def _too_young(text: str, minimum: int) -> bool:
    found = _AGE.fullmatch(plain(text)) or _AGREES.fullmatch(plain(text))
    if found is None:
        return False
    return int(found[1]) < minimum if found[1] else int(found[2]) <= minimum


def _asking(talk: Talk, text: Text) -> None:
    question = talk.question
    if question is None:
        say_again(talk)
    elif text.heard is Intent.BACK:
        back(talk)
    elif text.heard is Intent.SKIP:
        skip(talk, question)
    elif question.kind is QuestionKind.OPEN:
        _open_text(talk, question, text)
    else:
        _closed_text(talk, question, text)


def _open_text(talk: Talk, question: Question, text: Text) -> None:
    begun = question.id in talk.dialogue.answered
    if text.heard in {Intent.DONE, Intent.LIGHT} and begun:
        enough(talk)
    elif text.heard is Intent.DONE:
        talk.say(Spec((phrase("open.empty"),)))
    elif text.heard is Intent.LIGHT:
        talk.say(Spec((phrase("light.open"),)))
    elif text.heard is Intent.GREETING and not talk.listening:
        say_again(talk, phrase("light.hello"))
    else:
        fresh = add_part(talk, question, text.text, text.message_id, forwarded=text.forwarded)
        if fresh and len(text.text) > LONG_TEXT:
            talk.say(Spec((phrase("open.long"),)))


def _closed_text(talk: Talk, question: Question, text: Text) -> None:
    if text.heard is Intent.DONE and question.kind is QuestionKind.SEVERAL:
        done_choosing(talk, question)
        return
    value = typed_answer(question, text.text, talk.consultation, talk.language)
    if isinstance(value, OutOfRange):
        between = phrase("number.between", low=str(question.low), high=str(question.high))
        ask_briefly(talk, (between,))
    elif value is not None and question.kind is QuestionKind.SEVERAL:
        choose(talk, question, [*talk.dialogue.choosing, *value.split(",")])
    elif value is not None:
        record(talk, question, value)
    elif text.heard is Intent.GREETING:
        say_again(talk, phrase("light.hello"))
    elif text.heard is Intent.LIGHT:
        say_again(talk, phrase("light.thanks"))
    elif text.heard is not None:
        ask_briefly(talk, (phrase("question.not_understood"),))
    elif earlier := earlier_open_question(talk):
        _late(talk, earlier, text)
    elif any(each.kind is QuestionKind.OPEN for each in talk.consultation.questions):
        kept = hold(talk, text.text, text.message_id)
        ask_briefly(talk, (phrase("held.for_later" if kept else "held.full"),))
    else:
        ask_briefly(talk, (phrase("open.none"), *counter_phrases(talk.consultation, talk.language)))


def _after_questions(talk: Talk, text: Text) -> None:
    results = talk.dialogue.stage is Stage.RESULTS
    if results and text.heard is Intent.YES:
        give_results(talk, wanted=True)
    elif results and text.heard in {Intent.NO, Intent.SKIP}:
        give_results(talk, wanted=False)
    elif text.heard is Intent.WRONG_TOPIC and talk.dialogue.filed is not None:
        offer_topics(talk)
    elif text.heard is Intent.BACK and talk.setting.open_now:
        back(talk)
    elif text.heard is not None:
        say_again(talk, phrase("light.thanks" if results else "light.bye"))
    elif not talk.setting.open_now:
        talk.say(closed_spec(talk.consultation, talk.language, now=talk.now, lost=True))
    elif earlier := earlier_open_question(talk):
        _late(talk, earlier, text)
    else:
        say_again(talk, phrase("open.none"), *counter_phrases(talk.consultation, talk.language))


def _late(talk: Talk, question: Question, text: Text) -> None:
    """Text that comes after its question joins its answer. One short word about it for each silence."""
    if not add_part(talk, question, text.text, text.message_id, forwarded=text.forwarded):
        return
    joined = (phrase("late.joined"),)
    match talk.dialogue.stage:
        case Stage.RESULTS:
            talk.say(results_spec(talk.consultation, before=joined))
        case Stage.FINISHED:
            talk.say(Spec(joined))
        case _:
            ask_briefly(talk, joined)
