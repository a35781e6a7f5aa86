"""From a delivery's frozen body to the message that leaves: words are found at the last moment, values are not."""

from dataclasses import replace
from datetime import datetime

from core.model.deliveries import (
    AlertRef,
    ApprovalRef,
    Delivery,
    DigestRef,
    SignInRef,
    Spec,
    ThreadRef,
    WaitingRef,
)
from core.model.messages import Edit, Outbound
from core.storage.unit import Unit
from core.work.digests.digest import alert_card, digest_card
from core.work.digests.threads import topic_card
from core.work.digests.waiting import reminder_card
from core.work.events.calendar_files import calendar_file
from core.work.ports import Chance, Words
from core.work.staff.approvals import approval_card
from core.work.staff.invitations import invitation_card
from core.work.wording import card_message, spec_message


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
