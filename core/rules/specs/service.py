"""What is said beside the questions, before it has words: help, dates, closing, stopping, media, urgencies."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.model.consultations import Consultation, Event
from core.model.deliveries import Day, Phrase, Spec
from core.model.messages import Media
from core.rules.intents import Intent
from core.rules.redirects import Met
from core.rules.specs.actions import Verb, written, written_alone
from core.rules.specs.bricks import (
    Buttons,
    button,
    counter_phrases,
    go_on_button,
    go_on_row,
    local_day,
    not_interested_button,
    phrase,
    word_button,
)
from core.rules.specs.course import decision_phrase, readers_phrase

LANGUAGE_NAMES: Mapping[str, str] = {"fr": "language.fr", "en": "language.en"}


# ── what the program is, and what happens ────────────────────────────────────────────────────────────────────────────


def help_spec(consultation: Consultation, language: str, *, go_on: bool) -> Spec:
    """The words that can be typed, and where a human is."""
    return Spec((phrase("help.words"), *counter_phrases(consultation, language)), go_on_row(consultation, go_on=go_on))


def who_spec(consultation: Consultation, language: str, *, go_on: bool) -> Spec:
    """An honest answer to "à qui je parle ?": a program, whose, who reads, where a human is."""
    said: tuple[Phrase, ...] = (
        phrase("who.program", partner=consultation.in_language(consultation.partner.name, language)),
        readers_phrase(consultation, language),
    )
    return Spec((*said, *counter_phrases(consultation, language)), go_on_row(consultation, go_on=go_on))


def follow_up_spec(consultation: Consultation, language: str, *, go_on: bool, open_now: bool, now: datetime) -> Spec:
    """What happens next, with dates."""
    closes = phrase("follow_up.closes", on=local_day(consultation.closes_at, consultation))
    said = (
        closes if open_now else _closed(consultation, now),
        decision_phrase(consultation, language),
        phrase(
            "follow_up.reply",
            service=consultation.in_language(consultation.reply.service, language),
            by=Day(consultation.reply.by),
        ),
    )
    return Spec(said, go_on_row(consultation, go_on=go_on))


def why_spec(
    consultation: Consultation, language: str, *, wanted_results: bool, finished: bool, event: Event | None = None
) -> Spec:
    """ "Pourquoi ce message ?" under every push. `event`: the one that it is about."""
    partner, about = consultation.in_language(consultation.partner.name, language), consultation.title
    if event is not None:
        key, about = "why.event", event.name
    elif finished:
        key = "why.results" if wanted_results else "why.finished"
    else:
        key = "why.unfinished"
    said = (phrase(key, partner=partner, title=consultation.in_language(about, language)), phrase("why.stop"))
    if finished or event is not None:
        return Spec(said, ((word_button("button.stop", Intent.STOP),),))
    return Spec(said, ((go_on_button(consultation),), (not_interested_button(consultation),)))


def soon_spec(consultation: Consultation, language: str) -> Spec:
    """From when on it can be answered; nothing is asked before."""
    title = consultation.in_language(consultation.title, language)
    return Spec((phrase("soon.opens", title=title, on=local_day(consultation.opens_at, consultation)),))


def closed_spec(
    consultation: Consultation, language: str, *, now: datetime, before: Sequence[Phrase] = (), lost: bool = False
) -> Spec:
    """Since when it is closed, and when the official reply comes. `lost`: the person wrote something that came late."""
    not_kept = (phrase("closed.not_kept"),) if lost else ()
    service = consultation.in_language(consultation.reply.service, language)
    reply = phrase("closed.reply", service=service, by=Day(consultation.reply.by))
    return Spec((*before, _closed(consultation, now), *not_kept, reply))


def _closed(consultation: Consultation, now: datetime) -> Phrase:
    """Since its day, or before it."""
    if now >= consultation.closes_at:
        return phrase("closed.since", on=local_day(consultation.closes_at, consultation))
    return phrase("closed.now")


def declined_spec(consultation: Consultation, language: str) -> Spec:
    """Under the age: kind words, nothing kept, the counter or a parent."""
    return Spec(
        (phrase("declined.young", age=consultation.notice.minimum_age), *counter_phrases(consultation, language))
    )


def while_declined_spec(consultation: Consultation, language: str) -> Spec:
    """Later, to whoever is under the age or said no: which of the two, nobody keeps."""
    still = phrase("declined.still", age=consultation.notice.minimum_age)
    return Spec((still, *counter_phrases(consultation, language)))


def stopped_spec(*, answers: bool) -> Spec:
    """STOP was heard: what stays, how to erase it, how to come back. `answers`: there are some."""
    stays = (phrase("stop.answers"),) if answers else ()
    return Spec((phrase("stop.done"), *stays, phrase("stop.back")))


def leave_spec(consultation: Consultation, *, go_on: bool) -> Spec:
    """They may want to leave: are we to write no more? What they wrote is not kept. `go_on`: something waits."""
    row = (word_button("button.stop", Intent.STOP),)
    return Spec((phrase("leave.asked"),), (row, *go_on_row(consultation, go_on=go_on)))


def while_stopped_spec(consultation: Consultation) -> Spec:
    return Spec((phrase("stop.still"),), ((button("button.resume", written(Verb.GO, consultation)),),))


def language_spec(consultation: Consultation) -> Spec:
    return Spec((phrase("language.asked"),), language_buttons(consultation))


def language_buttons(consultation: Consultation) -> Buttons:
    buttons = [
        button(LANGUAGE_NAMES[code], written_alone(Verb.LANGUAGE, code))
        if code in LANGUAGE_NAMES
        else button("text.own", written_alone(Verb.LANGUAGE, code), text=code)
        for code in consultation.languages
    ]
    return (tuple(buttons),)


# ── what cannot be read, and what cannot wait ────────────────────────────────────────────────────────────────────────

_MEDIA: Mapping[Media, str] = {
    Media.VOICE: "media.voice",
    Media.STICKER: "media.sticker",
    Media.PHOTO: "media.photo",
    Media.LOCATION: "media.location",
    Media.FILE: "media.file",
    Media.OTHER: "media.other",
}


def media_spec(consultation: Consultation, language: str, media: Media) -> Spec:
    """Something that is not text, kindly: write it, or the counter."""
    if media is Media.STICKER:
        return Spec((phrase(_MEDIA[media]),))
    return Spec((phrase(_MEDIA[media]), *counter_phrases(consultation, language)))


def redirect_spec(consultation: Consultation, met: Met, *, reclaim: int | None, go_on: bool) -> Spec:
    """The human answer at once. `reclaim`: the id of the message that may have been an answer after all."""
    rows = []
    if reclaim is not None:
        rows.append((button("redirect.mine", written(Verb.RECLAIM, consultation, str(reclaim))),))
    return Spec(met.answers, (*rows, *go_on_row(consultation, go_on=go_on)))
