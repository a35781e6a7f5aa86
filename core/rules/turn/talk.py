"""One turn in the making: the dialogue as it changes, what is to be done, and the moves that every turn is made of.

ask ◀── go_on ◀── record | skip | done          close_contribution before anything else moves
 ▲                                              say_again: where were we?
 └── back, redo, resume                         finish: thanks, then "write you the decision?"
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

from core.model.consultations import COMING, Consultation, Question, QuestionKind
from core.model.copies import altered
from core.model.deliveries import Phrase, Spec
from core.model.dialogues import (
    SILENCE,
    AddPart,
    Answer,
    Dialogue,
    Effect,
    GiveConsent,
    Held,
    Reply,
    Setting,
    Stage,
    Turn,
    Unanswer,
    Whole,
)
from core.model.people import Purpose
from core.rules.answers import answer_words
from core.rules.plain_text import quoted
from core.rules.specs.bricks import phrase
from core.rules.specs.course import consent_spec, notice_spec, question_spec, results_spec, thanks_spec
from core.rules.specs.events import coming_spec, event_over_spec, is_over
from core.rules.specs.service import closed_spec, while_declined_spec, while_stopped_spec

DOUBLE_TAP = timedelta(seconds=5)
"""The same button twice within this time is one press of an impatient finger: the second one is not answered."""

MOST_HELD, MOST_HELD_LETTERS = 50, 20_000
"""Messages and letters kept before consent, about: what comes after that is answered, not kept."""


@dataclass(slots=True)
class Talk:
    """A turn while it is made. Only this module and its neighbours change it; `turn` hands out the result."""

    dialogue: Dialogue
    consultation: Consultation
    setting: Setting
    now: datetime
    effects: list[Effect] = field(default_factory=list)
    before_at: datetime | None = None

    def move(self, **changes: Any) -> None:
        self.dialogue = altered(self.dialogue, **changes)

    def do(self, *effects: Effect) -> None:
        self.effects.extend(effects)

    def say(self, *specs: Spec) -> None:
        self.effects.extend(Reply(spec) for spec in specs)

    def turn(self) -> Turn:
        return Turn(self.dialogue, tuple(self.effects))

    @property
    def language(self) -> str:
        return self.dialogue.language

    @property
    def question(self) -> Question | None:
        """The question that waits for an answer, None outside of `asking`."""
        questions = self.consultation.questions
        if self.dialogue.stage is not Stage.ASKING or not 0 <= self.dialogue.position < len(questions):
            return None
        return questions[self.dialogue.position]

    @property
    def agreed(self) -> bool:
        """Did this person agree to the notice as it is now?"""
        version = self.dialogue.notice_version
        return self.dialogue.agreed_at is not None and version >= self.consultation.notice.version

    @property
    def agreed_to_something(self) -> bool:
        """Did this person ever agree to a notice of this partner?"""
        return self.dialogue.agreed_at is not None or self.setting.agreed_before

    @property
    def waits(self) -> bool:
        """Is there something to go on with?"""
        if not self.setting.open_now:
            return self.dialogue.stage is Stage.RESULTS
        return self.dialogue.stage in {Stage.OFFERED, Stage.ASKING, Stage.RESULTS, Stage.PAUSED}

    @property
    def listening(self) -> bool:
        """Is the silence after a part still running?"""
        return self.dialogue.elapses_at is not None

    @property
    def just_welcomed(self) -> bool:
        """This very message brought the welcome: a hello needs no second answer."""
        return self.before_at is None and self.dialogue.started_at == self.now

    @property
    def impatient(self) -> bool:
        return self.before_at is not None and self.now - self.before_at < DOUBLE_TAP


# ── where were we ────────────────────────────────────────────────────────────────────────────────────────────────────


def say_again(talk: Talk, *before: Phrase) -> None:
    """`before`, then what waits for an answer, whatever that is. While parts may still come, only `before`."""
    match talk.dialogue.stage:
        case Stage.OFFERED:
            talk.say(consent_spec(talk.consultation, before=before or (phrase("consent.first"),)))
        case Stage.ASKING if talk.listening and before:
            talk.say(Spec(before))
        case Stage.ASKING if not talk.setting.open_now:
            talk.say(closed_spec(talk.consultation, talk.language, now=talk.now, before=before))
        case Stage.ASKING:
            close_contribution(talk)
            ask(talk, before)
        case Stage.RESULTS:
            talk.say(results_spec(talk.consultation, before=before))
        case Stage.DECLINED:
            talk.say(while_declined_spec(talk.consultation, talk.language))
        case Stage.STOPPED:
            talk.say(while_stopped_spec(talk.consultation))
        case Stage.PAUSED | Stage.FINISHED:
            talk.say(Spec(before or (phrase("finished.already"),)))
        case _:
            assert_never(talk.dialogue.stage)


def ask(talk: Talk, before: Sequence[Phrase] = ()) -> None:
    """The question that waits, with what was kept for it: held text becomes its first parts. Whether they come to an
    event is asked until it begins; then that is said, and the next question comes."""
    question = talk.question
    if question is None:
        finish(talk, before)
        return
    if question.event is not None and is_over(question.event, talk.now):
        over = event_over_spec(talk.consultation, question.event, talk.language)
        go_on(talk, (*before, *over.phrases))
        return
    kept, answer, chosen = None, "", talk.dialogue.choosing
    if question.kind is QuestionKind.OPEN:
        kept = _use_held(talk, question)
    elif value := talk.dialogue.answered.get(question.id):
        answer = "" if chosen else answer_words(talk.consultation, question, value, talk.language)
    position = talk.dialogue.position
    talk.say(
        question_spec(
            talk.consultation, position, talk.language, before=before, kept=kept, answer=answer, chosen=chosen
        )
    )


def ask_briefly(talk: Talk, before: Sequence[Phrase]) -> None:
    """`before` and the buttons of the question that waits, for those who have just read it."""
    if talk.question is None:
        say_again(talk, *before)
        return
    chosen = talk.dialogue.choosing
    position = talk.dialogue.position
    talk.say(question_spec(talk.consultation, position, talk.language, before=before, chosen=chosen, brief=True))


def _use_held(talk: Talk, question: Question) -> str | None:
    """What is kept for this open question: the held text just taken, "" for earlier parts, None for nothing.

    It is whole at once: it must be read even if the person never comes back.
    """
    held = talk.dialogue.held
    for each in held:
        talk.do(AddPart(question.id, each.text, each.message_id))
    if held:
        talk.do(Whole(question.id))
        mark_answered(talk, question.id, "")
        talk.move(held=())
    if question.id not in talk.dialogue.answered:
        return None
    talk.move(open_question=question.id, elapses_at=None)
    return quoted(" ".join(each.text for each in held)) if held else ""


def hold(talk: Talk, text: str, message_id: int) -> bool:
    """Keeps text that came before its time. False when there is too much of it already."""
    kept = sum(len(each.text) for each in talk.dialogue.held)
    if len(talk.dialogue.held) >= MOST_HELD or kept > MOST_HELD_LETTERS:
        return False
    talk.move(held=(*talk.dialogue.held, Held(text, message_id, talk.now)))
    return True


def drop_old_held(talk: Talk) -> None:
    longest = talk.consultation.retention.held_text
    fresh = tuple(held for held in talk.dialogue.held if held.at + longest > talk.now)
    if fresh != talk.dialogue.held:
        talk.move(held=fresh)


# ── moving on ────────────────────────────────────────────────────────────────────────────────────────────────────────


def close_contribution(talk: Talk) -> bool:
    """The contribution that still takes parts is whole from now on. True when there was something new in it."""
    question, listening = talk.dialogue.open_question, talk.listening
    talk.move(open_question=None, elapses_at=None)
    if question is None or not listening:
        return False
    talk.do(Whole(question))
    return True


def record(talk: Talk, question: Question, value: str) -> None:
    """A closed question got its answer. To an event that has begun it comes too late."""
    close_contribution(talk)
    if question.event is not None:
        if is_over(question.event, talk.now):
            ask(talk)
            return
        note_coming(talk, question, value)
    else:
        talk.do(Answer(question.id, value))
        mark_answered(talk, question.id, value)
    go_on(talk)


def note_coming(talk: Talk, question: Question, value: str) -> None:
    """Who comes to an event, or no more. It moves nothing else."""
    talk.do(Answer(question.id, value))
    mark_answered(talk, question.id, value)
    talk.say(coming_spec(talk.consultation, question, talk.language, coming=value == COMING, now=talk.now))


def skip(talk: Talk, question: Question) -> None:
    """On to the next question. A closed answer is taken back; what was written stays: "mes réponses" erases it."""
    noted = close_contribution(talk)
    answered = dict(talk.dialogue.answered)
    if question.kind is not QuestionKind.OPEN and answered.pop(question.id, None) is not None:
        talk.do(Unanswer(question.id))
    if question.id not in answered:
        talk.move(answered=answered, skipped=talk.dialogue.skipped | {question.id})
    go_on(talk, (phrase("answer.noted"),) if noted else ())


def mark_answered(talk: Talk, question: str, value: str) -> None:
    answered = {**talk.dialogue.answered, question: value}
    talk.move(answered=answered, skipped=talk.dialogue.skipped - {question})


def go_on(talk: Talk, before: Sequence[Phrase] = ()) -> None:
    """To the next question that has neither an answer nor a skip, or to the end."""
    done = talk.dialogue.skipped | set(talk.dialogue.answered)
    questions = talk.consultation.questions
    done |= {each.id for each in questions if each.event is not None and is_over(each.event, talk.now)}
    ahead = (place for place in range(talk.dialogue.position + 1, len(questions)) if questions[place].id not in done)
    place = next(ahead, None)
    if place is None:
        finish(talk, before)
        return
    go_to(talk, place)
    ask(talk, before)


def go_to(talk: Talk, place: int) -> None:
    """Stands at question `place`. Options ticked at another question are forgotten; an earlier answer is ticked."""
    question = talk.consultation.questions[place]
    ticked = talk.dialogue.answered.get(question.id, "") if question.kind is QuestionKind.SEVERAL else ""
    chosen = tuple(each for each in ticked.split(",") if each)
    talk.move(stage=Stage.ASKING, position=place, choosing=chosen)


def finish(talk: Talk, before: Sequence[Phrase] = ()) -> None:
    """All questions are done. "Write you the decision?" is asked once."""
    talk.move(choosing=(), finished_at=talk.dialogue.finished_at or talk.now)
    if talk.dialogue.results_wanted is not None:
        talk.move(stage=Stage.FINISHED)
        talk.say(Spec((*before, phrase("thanks.again"))))
        return
    filed = surest_topic(talk)
    talk.move(stage=Stage.RESULTS, filed=filed)
    talk.say(thanks_spec(talk.consultation, talk.language, before=before, filed=filed))


def surest_topic(talk: Talk) -> str | None:
    """The topic of this revision that the answer is most certainly about; None: not sure, or not tagged yet."""
    known = [topic.id for topic in talk.consultation.topics]
    return next((topic for topic in talk.setting.topics if topic in known), None)


# ── consent ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def agree(talk: Talk) -> None:
    """One tap is the consent. Then the first question, or where a new notice had interrupted."""
    version = talk.consultation.notice.version
    talk.do(GiveConsent(Purpose.PARTICIPATION, version))
    stage = Stage.ASKING
    if talk.dialogue.finished_at is not None:
        stage = Stage.RESULTS if talk.dialogue.results_wanted is None else Stage.FINISHED
    talk.move(stage=stage, resume_stage=None, notice_version=version, agreed_at=talk.dialogue.agreed_at or talk.now)
    if stage is not Stage.ASKING and talk.dialogue.held:
        _join_held(talk)
    say_again(talk, *((phrase("consent.thanks"),) if stage is not Stage.ASKING else ()))


def ask_consent_anew(talk: Talk) -> bool:
    """The notice changed since this person agreed: nothing is recorded until they have seen it. True when it did."""
    if talk.agreed or talk.dialogue.agreed_at is None or talk.dialogue.stage is Stage.OFFERED:
        return False
    close_contribution(talk)
    talk.move(stage=Stage.OFFERED, resume_stage=None)
    return True


def say_new_notice(talk: Talk) -> None:
    talk.say(notice_spec(talk.consultation, talk.language, before=(phrase("notice.changed"),)))


# ── late text ────────────────────────────────────────────────────────────────────────────────────────────────────────


def earlier_open_question(talk: Talk) -> Question | None:
    """The open question that late text belongs to: the nearest one before that was answered, else that was skipped."""
    place = talk.dialogue.position if talk.dialogue.stage is Stage.ASKING else len(talk.consultation.questions)
    before = [each for each in talk.consultation.questions[:place] if each.kind is QuestionKind.OPEN]
    answered = [each for each in before if each.id in talk.dialogue.answered]
    return next(reversed(answered), None) or next(reversed(before), None)


def add_part(talk: Talk, question: Question, text: str, message_id: int, *, forwarded: bool = False) -> bool:
    """Safe at once; the silence starts anew. True when this is the first part of this silence."""
    fresh = not talk.listening
    talk.do(AddPart(question.id, text, message_id, forwarded))
    mark_answered(talk, question.id, "")
    talk.move(open_question=question.id, elapses_at=talk.now + SILENCE)
    return fresh


def _join_held(talk: Talk) -> None:
    question = earlier_open_question(talk)
    if question is not None:
        for each in talk.dialogue.held:
            talk.do(AddPart(question.id, each.text, each.message_id))
        talk.do(Whole(question.id))
        mark_answered(talk, question.id, "")
    talk.move(held=())
