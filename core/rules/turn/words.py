"""What the words of `intents` do that mean the same everywhere: stop, help, rights, language, later, back again.

`heed` answers True when the word was for the program; the others (back, skip, yes, thanks …) depend on what was asked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.model.deliveries import Spec
from core.model.dialogues import (
    Asked,
    AskInvitations,
    Erase,
    ExportMine,
    ListConsultations,
    OptIn,
    OptOut,
    Postpone,
    RevokeConsent,
    SetLanguage,
    ShowAnswers,
    ShowFollowUps,
    Stage,
    SwitchTo,
)
from core.model.people import Purpose
from core.rules.chosen_moments import Choice, choices
from core.rules.intents import Heard, Intent
from core.rules.specs.bricks import go_on_row, moment_buttons, phrase, postponed_phrase
from core.rules.specs.course import welcome_specs
from core.rules.specs.own_data import erase_asked_spec, object_spec, privacy_spec
from core.rules.specs.service import (
    closed_spec,
    follow_up_spec,
    help_spec,
    language_spec,
    leave_spec,
    stopped_spec,
    who_spec,
)
from core.rules.turn.talk import Talk, close_contribution, say_again

AWAY = timedelta(minutes=10)
"""Whoever was silent for longer was away."""


def heed(talk: Talk, heard: Heard) -> bool:
    """Does what a word asks of the program. False: the word belongs to what was asked, or means nothing here."""
    consultation, language = talk.consultation, talk.language
    match heard.intent:
        case Intent.STOP:
            stop(talk)
        case Intent.LEAVE if talk.dialogue.stage is Stage.STOPPED:
            stop(talk)
        case Intent.LEAVE:
            talk.say(leave_spec(consultation, go_on=talk.waits))
            talk.move(asked=Asked.LEAVE)
        case Intent.START:
            start(talk)
        case Intent.RESUME:
            resume(talk)
        case Intent.LATER:
            later(talk)
        case Intent.TONIGHT | Intent.TOMORROW | Intent.WEEKEND if _just_paused(talk):
            postpone(talk, Choice(heard.intent.value))
        case Intent.LANGUAGE:
            set_language(talk, heard.argument)
        case Intent.HELP:
            talk.say(help_spec(consultation, language, go_on=talk.waits))
        case Intent.WHO:
            talk.say(who_spec(consultation, language, go_on=talk.waits))
        case Intent.FOLLOW_UP:
            running = talk.setting.open_now
            talk.say(follow_up_spec(consultation, language, go_on=talk.waits, open_now=running, now=talk.now))
            talk.do(ShowFollowUps())
        case Intent.PRIVACY:
            talk.say(privacy_spec(consultation, language, agreed_at=talk.dialogue.agreed_at))
        case Intent.OBJECT:
            talk.say(object_spec(consultation, language))
        case Intent.MY_ANSWERS:
            talk.do(ShowAnswers())
        case Intent.CORRECT:
            talk.say(Spec((phrase("correct.how"),)))
            talk.do(ShowAnswers())
        case Intent.EXPORT:
            talk.do(ExportMine())
        case Intent.CONSULTATIONS:
            talk.do(ListConsultations())
        case Intent.INVITATIONS if talk.agreed_to_something:
            talk.do(AskInvitations())
        case Intent.INVITATIONS:
            say_again(talk)
        case Intent.ERASE:
            talk.say(erase_asked_spec())
            talk.move(asked=Asked.ERASE)
        case Intent.ERASE_NOW:
            erase(talk)
        case Intent.UNKNOWN_COMMAND:
            talk.say(Spec((phrase("help.unknown"),), go_on_row(consultation, go_on=talk.waits)))
        case _:
            return False
    return True


def answer_asked(talk: Talk, asked: Asked | None, heard: Heard | None) -> bool:
    """A typed "oui" or "non" to what was just asked does what its button does. False: it is about something else."""
    recent = talk.before_at is not None and talk.now - talk.before_at <= AWAY
    if asked is None or not recent or heard is None or heard.intent not in {Intent.YES, Intent.NO}:
        return False
    match asked, heard.intent:
        case Asked.ERASE, Intent.YES:
            erase(talk)
        case Asked.ERASE, _:
            say_again(talk, phrase("erase.kept"))
        case Asked.LEAVE, Intent.YES:
            stop(talk)
        case _:
            say_again(talk, phrase("leave.stays"))
    return True


def stop(talk: Talk) -> None:
    """STOP: nothing is pushed any more, what was said stays, text that waited for consent goes."""
    close_contribution(talk)
    stage = talk.dialogue.stage
    if stage is not Stage.STOPPED:
        back_to = talk.dialogue.resume_stage if stage is Stage.PAUSED else stage
        talk.move(stage=Stage.STOPPED, resume_stage=back_to, held=())
    talk.move(postponed_to=None)
    talk.do(OptOut(), RevokeConsent(Purpose.REMINDERS))
    if talk.dialogue.results_wanted:
        talk.do(RevokeConsent(Purpose.RESULTS))
        talk.move(results_wanted=None)
    talk.say(stopped_spec(answers=bool(talk.dialogue.answered)))


def start(talk: Talk) -> None:
    """/start again: welcome back, the same question again; the source stays what it was."""
    if talk.dialogue.stage is Stage.OFFERED and talk.setting.open_now:
        _opt_in(talk)
        talk.say(*welcome_specs(talk.consultation, talk.language, finished_count=talk.setting.finished_count))
    else:
        resume(talk)


def resume(talk: Talk) -> None:
    """Back to where they were, from wherever they are. "Welcome back" only to whoever was away."""
    _opt_in(talk)
    stage = talk.dialogue.stage
    away = stage in {Stage.PAUSED, Stage.STOPPED} or talk.before_at is None or talk.now - talk.before_at > AWAY
    close_contribution(talk)
    if stage in {Stage.PAUSED, Stage.STOPPED}:
        talk.move(stage=talk.dialogue.resume_stage or Stage.OFFERED, resume_stage=None)
    if stage is Stage.STOPPED and talk.dialogue.stage is Stage.FINISHED and talk.dialogue.results_wanted is None:
        talk.move(stage=Stage.RESULTS)
    if not talk.setting.open_now and talk.dialogue.stage not in {Stage.RESULTS, Stage.FINISHED}:
        talk.say(closed_spec(talk.consultation, talk.language, now=talk.now))
    elif talk.dialogue.stage is Stage.DECLINED:
        talk.move(stage=Stage.OFFERED)
        talk.say(*welcome_specs(talk.consultation, talk.language, finished_count=talk.setting.finished_count))
    elif talk.dialogue.stage is Stage.FINISHED:
        say_again(talk, phrase("finished.already"))
    elif away:
        welcome_back(talk)
    else:
        say_again(talk)


def welcome_back(talk: Talk) -> None:
    """Hello again, and what waits."""
    first = (phrase("consent.first"),) if talk.dialogue.stage is Stage.OFFERED else ()
    say_again(talk, phrase("resume.hello"), *first)


def _opt_in(talk: Talk) -> None:
    if talk.setting.stopped or talk.dialogue.stage is Stage.STOPPED:
        talk.do(OptIn())


def later(talk: Talk) -> None:
    """ "Plus tard": any later message goes on at the same question. Whoever agreed may choose when we write."""
    _pause(talk)
    if talk.dialogue.stage is not Stage.PAUSED:
        say_again(talk)
        return
    moments = _moments(talk)
    asked = (phrase("later.when"),) if moments else ()
    rows = moment_buttons(talk.consultation.id, moments, talk.consultation.revision)
    talk.say(Spec((phrase("later.noted"), *asked), (*rows, *go_on_row(talk.consultation, go_on=True))))


def postpone(talk: Talk, choice: Choice) -> None:
    """ "Ce soir", "Demain", "Ce week-end": one message then. The same choice twice is one choice."""
    _pause(talk)
    at = dict(_moments(talk)).get(choice)
    if at is None:
        later(talk)
        return
    again = talk.dialogue.postponed_to == at and talk.impatient
    talk.do(Postpone(talk.consultation.id, at))
    talk.move(postponed_to=at, not_interested=False)
    if not again:
        said = postponed_phrase(at, talk.setting.zone, now=talk.now)
        talk.say(Spec((said,), go_on_row(talk.consultation, go_on=True)))


def _pause(talk: Talk) -> None:
    if talk.dialogue.stage in {Stage.OFFERED, Stage.ASKING, Stage.RESULTS}:
        close_contribution(talk)
        talk.move(stage=Stage.PAUSED, resume_stage=talk.dialogue.stage)


def _moments(talk: Talk) -> Sequence[tuple[Choice, datetime]]:
    """What may be chosen: by those who agreed, have not finished, and while the consultation runs."""
    dialogue = talk.dialogue
    waits = dialogue.stage is Stage.PAUSED and dialogue.resume_stage is Stage.ASKING
    if not waits or not talk.agreed or not talk.setting.open_now:
        return ()
    closes_at = talk.setting.closings.get(talk.consultation.id, talk.consultation.closes_at)
    return choices(talk.setting.zone, now=talk.now, closes_at=closes_at)


def _just_paused(talk: Talk) -> bool:
    """Only right after "Plus tard": "demain" may be an answer to the question as well."""
    recent = talk.before_at is not None and talk.now - talk.before_at <= AWAY
    return talk.dialogue.stage is Stage.PAUSED and recent


def wake(talk: Talk) -> None:
    """A paused person wrote or pressed: they are where they were, without a word."""
    if talk.dialogue.stage is Stage.PAUSED:
        talk.move(stage=talk.dialogue.resume_stage or Stage.OFFERED, resume_stage=None)


def set_language(talk: Talk, code: str) -> None:
    wanted = code.strip().casefold()[:2]
    if wanted not in talk.consultation.languages:
        talk.say(language_spec(talk.consultation))
        return
    talk.do(SetLanguage(wanted))
    talk.move(language=wanted)
    say_again(talk, phrase("language.noted"))


def switch(talk: Talk, consultation: str) -> None:
    """Another consultation of the same partner: this one waits where it is."""
    close_contribution(talk)
    if talk.dialogue.stage in {Stage.OFFERED, Stage.ASKING, Stage.RESULTS}:
        talk.move(stage=Stage.PAUSED, resume_stage=talk.dialogue.stage)
    talk.do(SwitchTo(consultation))


def erase(talk: Talk) -> None:
    """Everything goes, now. What is returned here is what a person who never came would have."""
    talk.do(Erase())
    talk.move(
        stage=Stage.OFFERED,
        position=0,
        open_question=None,
        elapses_at=None,
        answered={},
        skipped=frozenset(),
        choosing=(),
        held=(),
        notice_version=0,
        results_wanted=None,
        resume_stage=None,
        agreed_at=None,
        finished_at=None,
        last_at=None,
        offered_topics=(),
        filed=None,
        asides={},
        not_interested=False,
        postponed_to=None,
        asked=None,
    )
