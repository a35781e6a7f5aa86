"""What a button does: what it claims is checked against the presser's own dialogue, and nothing else is believed.

A forged, stale or foreign button gets a kind answer and changes nothing. The same press twice is the same press once.
"""

from core.model.consultations import COMING, HERE, NOT_COMING, Question, QuestionKind
from core.model.deliveries import Spec
from core.model.dialogues import Answer, Postpone, Rate, Reclaim, Stage, Unanswer
from core.model.satisfaction import Satisfied
from core.rules.chosen_moments import Choice, choices
from core.rules.intents import Heard, Intent
from core.rules.specs.actions import NO, OTHER, YES, Action, Verb, meant, question_meant, read, tag_of
from core.rules.specs.bricks import go_on_row, phrase, postponed_phrase, word_button
from core.rules.specs.course import choice_spec, question_buttons, results_noted_spec
from core.rules.specs.events import doors_open, event_over_spec, here_spec, is_over
from core.rules.specs.invitations import invited_later_spec, uninvited_spec, why_invited_spec
from core.rules.specs.own_data import more_spec, privacy_spec
from core.rules.specs.service import closed_spec, while_stopped_spec, why_spec
from core.rules.turn.moves import (
    choose,
    correct_topic,
    done_choosing,
    enough,
    give_invitations,
    give_results,
    offer_topics,
)
from core.rules.turn.said import decline
from core.rules.turn.talk import (
    Talk,
    agree,
    ask,
    ask_consent_anew,
    close_contribution,
    go_on,
    go_to,
    mark_answered,
    note_coming,
    record,
    say_again,
    say_new_notice,
    skip,
)
from core.rules.turn.words import erase, heed, later, postpone, resume, set_language, switch, wake

_WORDS = {intent.value: intent for intent in (Intent.STOP, Intent.MY_ANSWERS, Intent.EXPORT, Intent.ERASE, Intent.HELP)}


def pressed(talk: Talk, raw: str) -> None:
    action = read(raw)
    if action is None:
        _stale(talk)
    elif action.verb in {Verb.LANGUAGE, Verb.DO, Verb.ERASE, Verb.SWITCH, Verb.INVITE}:
        _anywhere(talk, action)
    elif action.tag != tag_of(talk.consultation.id):
        _foreign(talk, action)
    else:
        _own(talk, action)


def _anywhere(talk: Talk, action: Action) -> None:
    """Buttons that belong to no question."""
    match action.verb:
        case Verb.LANGUAGE if action.first in talk.consultation.languages:
            set_language(talk, action.first)
        case Verb.DO if action.first in _WORDS:
            heed(talk, Heard(_WORDS[action.first]))
        case Verb.ERASE if action.first == YES:
            erase(talk)
        case Verb.ERASE if action.first == NO:
            say_again(talk, phrase("erase.kept"))
        case Verb.INVITE if action.first in {YES, NO}:
            give_invitations(talk, wanted=action.first == YES)
        case Verb.SWITCH if action.tag == tag_of(talk.consultation.id):
            resume(talk)
        case Verb.SWITCH:
            _foreign(talk, action)
        case _:
            _stale(talk)


def _foreign(talk: Talk, action: Action) -> None:
    """A button of another consultation: go there when that is what it says, else offer to.

    Under an invitation to it, everything but [Continuer] is answered here: they have not been there yet.
    """
    other = next((each for each in talk.setting.others if tag_of(each[0]) == action.tag), None)
    if other is None:
        _stale(talk)
    elif action.verb in {Verb.GO, Verb.SWITCH}:
        switch(talk, other[0])
    elif action.verb is Verb.WHY:
        talk.say(why_invited_spec(talk.consultation, other, talk.language))
    elif action.verb is Verb.LATER:
        _invited_later(talk, action, other)
    elif action.verb is Verb.NOT_INTERESTED:
        talk.say(uninvited_spec())
    else:
        talk.say(choice_spec([other], before=(phrase("stale.other"),)))


def _invited_later(talk: Talk, action: Action, other: tuple[str, str]) -> None:
    """ "Plus tard" under an invitation: the same invitation, at a moment they choose."""
    zone, now = talk.setting.zone, talk.now
    if talk.setting.stopped:
        talk.say(while_stopped_spec(talk.consultation))
        return
    closes_at = talk.setting.closings.get(other[0])
    moments = choices(zone, now=now, closes_at=closes_at) if closes_at is not None else ()
    at = next((at for choice, at in moments if choice == action.first), None)
    if at is None:
        talk.say(invited_later_spec(other, moments))
    else:
        talk.do(Postpone(other[0], at))
        talk.say(Spec((postponed_phrase(at, zone, now=now),)))


def _own(talk: Talk, action: Action) -> None:
    """A button of this consultation, whichever revision: what may be pressed at any stage."""
    dialogue, consultation = talk.dialogue, talk.consultation
    match action.verb:
        case Verb.GO:
            _go(talk)
        case Verb.WHY:
            wanted, finished = bool(dialogue.results_wanted), dialogue.finished_at is not None
            question = question_meant(consultation, action.first)
            event = question.event if question else None
            talk.say(why_spec(consultation, talk.language, wanted_results=wanted, finished=finished, event=event))
        case Verb.NOT_INTERESTED:
            talk.move(not_interested=True)
            talk.say(Spec((phrase("not_interested.noted"),)))
        case Verb.MORE if dialogue.stage is Stage.OFFERED:
            talk.say(more_spec(consultation, talk.language))
        case Verb.MORE:
            talk.say(privacy_spec(consultation, talk.language, agreed_at=dialogue.agreed_at))
        case Verb.DROP:
            _drop(talk, action)
        case _ if dialogue.stage is Stage.STOPPED:
            talk.say(while_stopped_spec(consultation))
        case Verb.SATISFIED:
            _satisfied(talk, action)
        case Verb.LATER if action.first in set(Choice):
            postpone(talk, Choice(action.first))
        case Verb.LATER:
            later(talk)
        case _:
            wake(talk)
            _awake(talk, action)


def _awake(talk: Talk, action: Action) -> None:
    match action.verb:
        case Verb.AGREE:
            _agree(talk, action)
        case Verb.YOUNG:
            _young(talk)
        case _ if talk.dialogue.stage is Stage.DECLINED:
            say_again(talk)
        case _ if talk.dialogue.agreed_at is None:
            say_again(talk)
        case Verb.RESULTS if action.first in {YES, NO}:
            _results(talk, wanted=action.first == YES)
        case Verb.WRONG_TOPIC if talk.dialogue.filed is not None:
            offer_topics(talk)
        case Verb.TOPIC:
            _topic(talk, action)
        case Verb.RSVP:
            _rsvp(talk, action)
        case _ if not talk.setting.open_now:
            close_contribution(talk)
            talk.say(closed_spec(talk.consultation, talk.language, now=talk.now))
        case _ if ask_consent_anew(talk):
            say_new_notice(talk)
        case _ if talk.dialogue.stage is Stage.OFFERED:
            say_again(talk)
        case Verb.RECLAIM:
            _reclaim(talk, action)
        case Verb.ANSWER | Verb.TICK | Verb.UNTICK | Verb.DONE | Verb.KEEP | Verb.SKIP | Verb.REDO:
            _question(talk, action)
        case _:
            _stale(talk)


# ── consent and results ──────────────────────────────────────────────────────────────────────────────────────────────


def _agree(talk: Talk, action: Action) -> None:
    """Only to the notice as it is now; and only while the consultation runs."""
    if not talk.setting.open_now:
        talk.say(closed_spec(talk.consultation, talk.language, now=talk.now))
    elif talk.agreed and talk.dialogue.stage not in {Stage.OFFERED, Stage.DECLINED}:
        _repeat(talk, "consent.already")
    elif action.first != str(talk.consultation.notice.version):
        talk.move(stage=Stage.OFFERED)
        say_new_notice(talk)
    else:
        agree(talk)


def _young(talk: Talk) -> None:
    """Before anything was agreed to: nothing is kept. Afterwards: everything can be erased at once."""
    if talk.dialogue.agreed_at is None:
        decline(talk)
        return
    button = (word_button("button.erase_all", Intent.ERASE),)
    talk.say(Spec((phrase("declined.after", age=talk.consultation.notice.minimum_age),), (button,)))


def _results(talk: Talk, *, wanted: bool) -> None:
    if talk.dialogue.finished_at is None:
        _stale(talk)
    elif talk.dialogue.results_wanted is wanted:
        if not talk.impatient:
            talk.say(results_noted_spec(talk.consultation, wanted=wanted))
    else:
        give_results(talk, wanted=wanted)


def _topic(talk: Talk, action: Action) -> None:
    known = [topic.id for topic in talk.consultation.topics]
    topic = meant(action.first, known)
    if action.first == OTHER and talk.dialogue.offered_topics:
        correct_topic(talk, None)
    elif topic is not None and topic in talk.dialogue.offered_topics:
        correct_topic(talk, topic)
    else:
        _stale(talk)


def _rsvp(talk: Talk, action: Action) -> None:
    """ "Je viens", "je ne viens pas": it holds until the event begins, also after the closing. Whoever saw an older
    notice sees the new one before a yes is noted; a no needs none."""
    question = question_meant(talk.consultation, action.first)
    if question is None or question.event is None or action.second not in {COMING, NOT_COMING, HERE}:
        _stale(talk)
    elif action.second == HERE:
        _here(talk, question)
    elif talk.setting.open_now and action.second == COMING and ask_consent_anew(talk):
        say_new_notice(talk)
    elif talk.setting.open_now and talk.question is not None and talk.question.id == question.id:
        record(talk, question, action.second)
    elif is_over(question.event, talk.now):
        talk.say(event_over_spec(talk.consultation, question.event, talk.language))
    elif talk.dialogue.answered.get(question.id) != action.second or not talk.impatient:
        close_contribution(talk)
        note_coming(talk, question, action.second)


def _here(talk: Talk, question: Question) -> None:
    """ "J'y suis": noted while the event takes place, for whoever takes part. It moves nothing else."""
    assert question.event is not None, "only somebody at an event is there"
    again = talk.dialogue.answered.get(question.id) == HERE
    if doors_open(question.event, talk.now) and not again:
        close_contribution(talk)
        talk.do(Answer(question.id, HERE))
        mark_answered(talk, question.id, HERE)
    if not (again and talk.impatient):
        talk.say(here_spec(talk.consultation, question.event, talk.language, now=talk.now))


def _satisfied(talk: Talk, action: Action) -> None:
    """Does the official answer answer them? It moves nothing else; what they write next says why."""
    if action.second not in set(Satisfied) or not talk.agreed:
        _stale(talk)
        return
    talk.do(Rate(action.first, Satisfied(action.second), again=talk.impatient))
    talk.move(asked_why=action.first, explained=False)


# ── pushes, urgencies, one's own answers ─────────────────────────────────────────────────────────────────────────────


def _go(talk: Talk) -> None:
    """[Continuer]: in the middle of an answer it means "that is all"; everywhere else, back to where they were."""
    question = talk.question
    current = question is not None and talk.dialogue.open_question == question.id
    if talk.listening and current and talk.setting.open_now and not ask_consent_anew(talk):
        enough(talk)
    else:
        resume(talk)


def _reclaim(talk: Talk, action: Action) -> None:
    """ "C'était ma réponse": the urgent text joins the answer. More may be added, or that is all."""
    question = talk.consultation.question(talk.dialogue.asides.get(action.first, ""))
    if question is None:
        _stale(talk)
        return
    talk.do(Reclaim(int(action.first)))
    mark_answered(talk, question.id, "")
    rows = go_on_row(talk.consultation, go_on=talk.waits)
    current = talk.question
    if current is not None and current.id == question.id:
        talk.move(open_question=question.id)
        rows = question_buttons(talk.consultation, question, talk.language, kept=True)
    talk.say(Spec((phrase("redirect.reclaimed"),), rows))


def _drop(talk: Talk, action: Action) -> None:
    """One answer goes; the others stay."""
    question = question_meant(talk.consultation, action.first)
    if question is None or action.revision != talk.consultation.revision:
        _stale(talk)
        return
    if question.id not in talk.dialogue.answered:
        talk.say(Spec((phrase("answers.nothing_there"),)))
        return
    if talk.dialogue.open_question == question.id:
        talk.move(open_question=None, elapses_at=None)
    answered = {key: value for key, value in talk.dialogue.answered.items() if key != question.id}
    current = talk.question is not None and talk.question.id == question.id
    skipped = talk.dialogue.skipped if current else talk.dialogue.skipped | {question.id}
    talk.do(Unanswer(question.id))
    filed = None if question.kind is QuestionKind.OPEN else talk.dialogue.filed
    choosing = () if current else talk.dialogue.choosing
    talk.move(answered=answered, skipped=skipped, filed=filed, choosing=choosing)
    if current:
        say_again(talk, phrase("answers.dropped"))
    else:
        talk.say(Spec((phrase("answers.dropped"),), go_on_row(talk.consultation, go_on=talk.waits)))


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _question(talk: Talk, action: Action) -> None:
    question = question_meant(talk.consultation, action.first)
    if question is None or action.revision != talk.consultation.revision:
        _stale(talk)
    elif action.verb is Verb.REDO:
        close_contribution(talk)
        go_to(talk, talk.consultation.questions.index(question))
        ask(talk)
    elif talk.question is None or talk.question.id != question.id:
        _past(talk, question, action)
    elif action.verb is Verb.SKIP:
        skip(talk, question)
    else:
        _present(talk, question, action)


def _past(talk: Talk, question: Question, action: Action) -> None:
    """A button of another question than the one that waits: done already, or not yet."""
    done = talk.dialogue.answered.get(question.id)
    if action.verb is Verb.SKIP and question.id in talk.dialogue.skipped:
        _repeat(talk, "stale.skipped")
    elif done is None:
        _stale(talk)
    elif (action.verb is Verb.ANSWER and _value(question, action) == done) or action.verb in {Verb.DONE, Verb.KEEP}:
        _repeat(talk, "stale.answered")
    else:
        say_again(talk, phrase("stale.answered"))


def _present(talk: Talk, question: Question, action: Action) -> None:
    several = question.kind is QuestionKind.SEVERAL
    value = _value(question, action)
    match action.verb:
        case Verb.ANSWER if value is not None and not several:
            record(talk, question, value)
        case Verb.TICK | Verb.UNTICK if value is not None and several:
            _tick(talk, question, value, ticked=action.verb is Verb.TICK)
        case Verb.DONE if several:
            done_choosing(talk, question)
        case Verb.DONE if question.kind is QuestionKind.OPEN and question.id in talk.dialogue.answered:
            enough(talk)
        case Verb.KEEP if question.id in talk.dialogue.answered:
            close_contribution(talk)
            go_on(talk)
        case _:
            _stale(talk)


def _tick(talk: Talk, question: Question, option: str, *, ticked: bool) -> None:
    before = set(talk.dialogue.choosing)
    wanted = before | {option} if ticked else before - {option}
    if wanted == before and talk.impatient:
        return
    choose(talk, question, wanted)


def _value(question: Question, action: Action) -> str | None:
    """The answer that a button claims, when this question can have it."""
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.SECTOR | QuestionKind.SEVERAL:
            return meant(action.second, [option.id for option in question.options])
        case QuestionKind.SCALE:
            points = (str(value) for value in range(question.low, question.high + 1))
            return next((point for point in points if point == action.second), None)
        case _:
            return None


# ── kind words for what no longer counts ─────────────────────────────────────────────────────────────────────────────


def _stale(talk: Talk) -> None:
    say_again(talk, phrase("stale.button"))


def _repeat(talk: Talk, key: str) -> None:
    """The press before this one already did it. An impatient finger needs no answer."""
    if not talk.impatient:
        say_again(talk, phrase(key))
