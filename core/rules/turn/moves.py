"""Moves that a button and a word share: back, enough, several choices, results, "ce n'est pas ça"."""

from collections.abc import Iterable

from core.model.consultations import Question
from core.model.deliveries import Spec
from core.model.dialogues import Correct, GiveConsent, RevokeConsent, Stage
from core.model.people import Purpose
from core.rules.specs.bricks import phrase
from core.rules.specs.course import (
    MOST_TOPICS,
    chosen_spec,
    results_noted_spec,
    results_spec,
    topic_name,
    topics_spec,
)
from core.rules.turn.talk import Talk, ask, ask_briefly, close_contribution, go_on, go_to, record, say_again


def back(talk: Talk) -> None:
    """The question before, with its answer so far. After the last question: that one."""
    close_contribution(talk)
    questions = talk.consultation.questions
    if talk.question is None and questions:
        go_to(talk, len(questions) - 1)
        ask(talk)
    elif talk.question is not None and talk.dialogue.position > 0:
        go_to(talk, talk.dialogue.position - 1)
        ask(talk)
    else:
        say_again(talk, phrase("back.first"))


def enough(talk: Talk) -> None:
    """ "C'est tout": the contribution is whole, the next question comes."""
    close_contribution(talk)
    go_on(talk, (phrase("answer.noted"),))


def choose(talk: Talk, question: Question, options: Iterable[str]) -> None:
    """Exactly these options are ticked, in the question's own order. More than there may be: nothing changes."""
    close_contribution(talk)
    wanted = set(options)
    ticked = tuple(option.id for option in question.options if option.id in wanted)
    if question.most and len(ticked) > question.most:
        ask_briefly(talk, (phrase("question.too_many", n=question.most),))
        return
    talk.move(choosing=ticked)
    talk.say(chosen_spec(talk.consultation, question, talk.language, talk.dialogue.choosing))


def done_choosing(talk: Talk, question: Question) -> None:
    if talk.dialogue.choosing:
        record(talk, question, ",".join(talk.dialogue.choosing))
    else:
        choose(talk, question, ())


def give_results(talk: Talk, *, wanted: bool) -> None:
    """ "Vous écrire ici la décision ?": a consent of its own, that may be changed later."""
    close_contribution(talk)
    if wanted:
        talk.do(GiveConsent(Purpose.RESULTS, talk.dialogue.notice_version))
    elif talk.dialogue.results_wanted:
        talk.do(RevokeConsent(Purpose.RESULTS))
    talk.move(results_wanted=wanted)
    if talk.dialogue.stage is Stage.RESULTS:
        talk.move(stage=Stage.FINISHED)
    talk.say(results_noted_spec(talk.consultation, wanted=wanted))


def give_invitations(talk: Talk, *, wanted: bool) -> None:
    """ "Vous prévenir des prochaines consultations ?": a consent of its own, for this partner, until it is taken back.

    Nobody can give it who agreed to no notice yet, is under age, or said STOP.
    """
    if not wanted:
        talk.do(RevokeConsent(Purpose.REMINDERS))
        talk.say(Spec((phrase("invitations.declined"), phrase("invitations.words"))))
    elif talk.dialogue.stage in {Stage.STOPPED, Stage.DECLINED} or not talk.agreed_to_something:
        say_again(talk)
    else:
        talk.do(GiveConsent(Purpose.REMINDERS, talk.dialogue.notice_version))
        talk.say(Spec((phrase("invitations.noted"), phrase("invitations.words"))))


def offer_topics(talk: Talk) -> None:
    """At most six other topics: first those that the tagger thought of, then the list that was filed from, then the
    partner's order."""
    known = [topic.id for topic in talk.consultation.topics]
    likely = [topic for topic in talk.setting.topics if topic in known]
    lists = [[topic.id for topic in each.topics] for each in talk.consultation.taxonomies]
    beside = [topic for each in lists if talk.dialogue.filed in each for topic in each]
    others = [topic for topic in dict.fromkeys([*likely, *beside, *known]) if topic != talk.dialogue.filed]
    talk.move(offered_topics=tuple(others[:MOST_TOPICS]))
    talk.say(topics_spec(talk.consultation, talk.dialogue.offered_topics, talk.language))


def correct_topic(talk: Talk, topic: str | None) -> None:
    """The citizen's own word for what they said. The results question, if it waits, stays answerable."""
    talk.do(Correct(topic))
    talk.move(filed=topic)
    if topic is None:
        noted = phrase("topics.noted_other")
    else:
        noted = phrase("topics.noted", topic=topic_name(talk.consultation, topic, talk.language))
    if talk.dialogue.stage is Stage.RESULTS:
        talk.say(results_spec(talk.consultation, before=(noted,)))
    else:
        talk.say(Spec((noted,)))
