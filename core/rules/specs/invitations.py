"""Later consultations, before they have words: may we write when one opens, and what is said under such a message."""

from collections.abc import Sequence
from datetime import datetime

from core.model.consultations import Consultation
from core.model.deliveries import ButtonSpec, Spec
from core.rules.chosen_moments import Choice
from core.rules.intents import Intent
from core.rules.specs.actions import NO, YES, Verb, written_alone
from core.rules.specs.bricks import button, moment_buttons, phrase, word_button


def invitation_spec(*, allowed: bool) -> Spec:
    """May this partner write when the next consultation opens? `allowed`: they said yes before."""
    if allowed:
        return Spec((phrase("invitations.stand"),), ((_no_more_button(),),))
    answers = (button("invitations.yes", written_alone(Verb.INVITE, YES)), _no_button())
    return Spec((phrase("invitations.asked"),), (answers,))


def invite_button() -> ButtonSpec:
    """The same question as one button, for the end of a consultation."""
    return button("invitations.tell_me", written_alone(Verb.INVITE, YES))


def why_invited_spec(consultation: Consultation, other: tuple[str, str], language: str) -> Spec:
    """ "Pourquoi ce message ?" under an invitation. `other`: (id, title) of that consultation."""
    partner = consultation.in_language(consultation.partner.name, language)
    said = (phrase("why.invited", partner=partner, title=other[1]), phrase("why.stop"))
    return Spec(said, ((_open_button(other),), (_no_more_button(), word_button("button.stop", Intent.STOP))))


def invited_later_spec(other: tuple[str, str], moments: Sequence[tuple[Choice, datetime]]) -> Spec:
    asked = (phrase("later.when"),) if moments else ()
    return Spec((phrase("invitations.later"), *asked), (*moment_buttons(other[0], moments), (_open_button(other),)))


def uninvited_spec() -> Spec:
    """Not this one: nothing more is said about it. The next ones are another question."""
    return Spec((phrase("invitations.not_this"),), ((_no_more_button(),),))


def _open_button(other: tuple[str, str]) -> ButtonSpec:
    return button("text.own", written_alone(Verb.SWITCH, consultation=other[0]), text=other[1])


def _no_button() -> ButtonSpec:
    return button("invitations.no", written_alone(Verb.INVITE, NO))


def _no_more_button() -> ButtonSpec:
    return button("invitations.no_more", written_alone(Verb.INVITE, NO))
