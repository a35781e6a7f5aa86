"""How a follow-up is told, before it has words: to everyone who asked, and in "mes réponses" and /suivi."""

from core.model.consultations import Consultation
from core.model.deliveries import Day, Phrase, Spec
from core.model.follow_ups import FollowUp, Progress
from core.model.satisfaction import Satisfied
from core.rules.intents import Intent
from core.rules.specs.actions import Verb, tag_of, written
from core.rules.specs.bricks import button, own_if, phrase, word_button
from core.rules.specs.course import topic_name

_BECAME = {
    Progress.RECEIVED: "follow_up.is_received",
    Progress.UNDER_STUDY: "follow_up.is_under_study",
    Progress.KEPT: "follow_up.is_kept",
    Progress.PARTLY: "follow_up.is_partly",
    Progress.NOT_KEPT: "follow_up.is_not_kept",
    Progress.DONE: "follow_up.is_done",
}


def told_spec(follow_up: FollowUp, consultation: Consultation, language: str) -> Spec:
    """What somebody who asked is told: what they asked for, how many others did, what was decided, by whom."""
    title = consultation.in_language(consultation.title, language)
    if follow_up.topic:
        asked = phrase("follow_up.asked", topic=topic_name(consultation, follow_up.topic, language))
    else:
        asked = phrase("follow_up.wrote", title=title)
    others = follow_up.people - 1
    said = (
        asked,
        *((phrase("follow_up.others", n=others),) if others > 0 else ()),
        _decided(follow_up),
        *own_if(consultation, follow_up.text, language),
        phrase(
            "follow_up.from",
            service=consultation.in_language(follow_up.service, language),
            partner=consultation.in_language(consultation.partner.name, language),
        ),
    )
    return Spec(
        said, ((button("button.why", written(Verb.WHY, consultation)),), (word_button("button.stop", Intent.STOP),))
    )


def ask_spec(follow_up: FollowUp, consultation: Consultation, language: str) -> Spec:
    """Some days later, once: does this answer you?"""
    partner = consultation.in_language(consultation.partner.name, language)
    if follow_up.topic:
        topic = topic_name(consultation, follow_up.topic, language)
        said = phrase("satisfied.topic", partner=partner, topic=topic)
    else:
        said = phrase("satisfied.wrote", partner=partner)
    name = tag_of(follow_up.id)
    answers = tuple(
        button(key, written(Verb.SATISFIED, consultation, name, one.value))
        for key, one in (
            ("satisfied.yes", Satisfied.YES),
            ("satisfied.partly", Satisfied.PARTLY),
            ("satisfied.no", Satisfied.NO),
        )
    )
    why, stop = button("button.why", written(Verb.WHY, consultation)), word_button("button.stop", Intent.STOP)
    return Spec((said, _decided(follow_up), phrase("satisfied.ask")), (answers, (why,), (stop,)))


def rated_spec() -> Spec:
    """It is noted; why, in a sentence, if they like."""
    return Spec((phrase("satisfied.noted"),))


def standing_phrases(follow_up: FollowUp | None, consultation: Consultation, language: str) -> tuple[Phrase, ...]:
    """Where one contribution stands, and the next date while nothing is decided."""
    if follow_up is None:
        return (phrase("follow_up.received", by=Day(consultation.reply.by, year=True)),)
    return (phrase("follow_up.stands"), _decided(follow_up), *own_if(consultation, follow_up.text, language))


def _decided(follow_up: FollowUp) -> Phrase:
    return phrase(_BECAME[follow_up.progress], on=Day(follow_up.on, year=True))
