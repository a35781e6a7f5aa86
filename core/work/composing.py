"""From a delivery's frozen body to the message that leaves: words are found at the last moment, values are not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.model.deliveries import (
    AlertRef,
    ApprovalRef,
    Delivery,
    DigestRef,
    Phrase,
    SignInRef,
    Spec,
    ThreadRef,
    WaitingRef,
)
from core.model.messages import Button, Card, Edit, Heading, Line, Message, Note, Outbound, Quote
from core.rules.readout import cut
from core.storage.unit import Unit
from core.work.approvals import approval_card
from core.work.calendar_files import calendar_file
from core.work.digests import alert_card, digest_card
from core.work.invitations import invitation_card
from core.work.ports import Chance, Words
from core.work.threads import topic_card
from core.work.waiting import reminder_card

MESSAGE_ROOM = 1200
"""Characters of a message that staff are shown."""


async def compose(unit: Unit, delivery: Delivery, words: Words, chance: Chance, *, now: datetime) -> Outbound | None:
    """None: what it was about is gone (erased, withdrawn): nothing is owed any more.

    `chance`, `now`: for a sign-in link, which is made and noted here, in the unit of the claim.
    """
    body = delivery.body
    if isinstance(body, Spec):
        message = spec_message(body, delivery.language, words, reference=delivery.id)
        return message if body.entry is None else replace(message, document=calendar_file(body.entry, now=now))
    if isinstance(body, AlertRef):
        card = await alert_card(unit, body.alert, words, delivery.language, letter=body.letter)
    elif isinstance(body, ThreadRef):
        card = await topic_card(unit, body, words, delivery.language)
    elif isinstance(body, WaitingRef):
        card = await reminder_card(unit, body, words, delivery.language, now=now)
    elif isinstance(body, ApprovalRef):
        card = await approval_card(unit, body, words, delivery.language, now=now)
    elif isinstance(body, SignInRef):
        card = await invitation_card(unit, body, words, delivery.language, chance, now=now)
    else:
        card = await digest_card(unit, body.digest, words, delivery.language, letter=body.letter)
    if card is None:
        return None
    message = card_message(card, reference=delivery.id, language=delivery.language)
    if isinstance(body, DigestRef | AlertRef | ThreadRef | ApprovalRef) and body.edits:
        return Edit(body.edits, message)
    return replace(message, under=body.under) if isinstance(body, ThreadRef) else message


def spec_message(spec: Spec, language: str, words: Words, *, reference: str = "") -> Message:
    """Phrases one after the other in one bubble, rows of buttons under it."""
    text = say(spec.phrases, language, words)
    buttons = tuple(
        tuple(Button(say((button.phrase,), language, words), button.action, button.link) for button in row)
        for row in spec.buttons
    )
    return Message(text, buttons, reference=reference)


def shown_message(spec: Spec, language: str, words: Words) -> Quote:
    """As staff look at it before it is sent: its words, and its buttons below."""
    message = spec_message(spec, language, words)
    labels = " ".join(f"[{button.label}]" for row in message.buttons for button in row)
    return Quote(cut(message.text, MESSAGE_ROOM), labels)


def card_message(card: Card, *, reference: str = "", language: str = "") -> Message:
    """A rich message with its plain form."""
    return Message(card_text(card), card=card, reference=reference, language=language)


def say(phrases: Sequence[Phrase], language: str, words: Words) -> str:
    said = (words.say(phrase.key, language, phrase.params) for phrase in phrases)
    return " ".join(part for part in said if part).replace("\n ", "\n").strip()


def card_text(card: Card) -> str:
    """The same facts without any markup, for logs of the terminal, e-mail and screen readers."""
    lines: list[str] = []
    for block in card.blocks:
        match block:
            case Heading(text=text):
                lines.append(text)
            case Line(text=text, buttons=buttons):
                lines.append(text + "".join(f" [{button.label}]" for button in buttons))
            case Quote(text=text, note=note, buttons=buttons):
                said = " ".join(text.split())
                after = f" · {note}" if note else ""
                lines.append(f"  « {said} »{after}" + "".join(f" [{button.label}]" for button in buttons))
            case Note(text=text):
                lines.append(text)
    return "\n".join(lines)
