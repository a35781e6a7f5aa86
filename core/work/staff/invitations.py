"""A sign-in link by e-mail: owed like every message, and without its secret in any row.

    asked for ─▶ [delivery: whom it lets in] ─▶ claimed ─▶ the secret is made, its hash noted ─▶ sent

Whoever can read the database, a backup or the list of deliveries finds who asked for a link and when, never a way in.
When a message is tried again it carries another link.
"""

from collections.abc import Collection
from datetime import datetime

from core.model.audit import Act
from core.model.deliveries import Delivery, Lane, SignInRef
from core.model.ids import AccountId, MemberId, PartnerId, delivery_id
from core.model.messages import Card, Heading, Line, Note
from core.storage.unit import Unit
from core.work.ports import Chance, Words
from core.work.staff.members import BY_EMAIL, make_link
from core.work.staff_rooms import addresses_of

CHANNEL = "email"


async def email_account(unit: Unit, partner: PartnerId, joined: Collection[AccountId]) -> AccountId | None:
    """The partner's account that sends e-mail. None: none has `joined`."""
    accounts = await unit.people.accounts(partner)
    return next((each.id for each in accounts if each.channel == CHANNEL and each.id in joined), None)


async def owe_link(
    unit: Unit,
    partner: PartnerId,
    email: str,
    joined: Collection[AccountId],
    chance: Chance,
    *,
    under: str,
    after: str,
    language: str,
    now: datetime,
) -> bool:
    """Owes a link to the member who has this address. False: nobody has, or no e-mail can leave; nobody is told."""
    account = await email_account(unit, partner, joined)
    member = await unit.members.by_email(partner, email.strip().lower())
    if account is None or member is None:
        return False
    (address,) = await addresses_of(unit, account, [member.email], chance)
    delivery = Delivery(
        id=delivery_id(now, chance.token()),
        key=f"sign-in:{chance.token()}",
        account=account,
        address=address.id,
        lane=Lane.STAFF,
        body=SignInRef(member.id, under, after),
        language=language,
        due_at=now,
        planned_at=now,
        use_by=now + BY_EMAIL,
    )
    return await unit.deliveries.plan([delivery]) == 1


async def invitation_card(
    unit: Unit, body: SignInRef, words: Words, language: str, chance: Chance, *, now: datetime
) -> Card | None:
    """The e-mail with a new link. None: the member was removed meanwhile. Writes: to be called in a unit that may."""
    member = await unit.members.get(MemberId(body.member))
    if member is None:
        return None
    secret = await make_link(unit, member.id, chance, now=now, lasts=BY_EMAIL)
    await unit.audit.note(Act.SIGN_IN_LINK, partner=member.partner, actor=member.id, subject=member.id, now=now)
    minutes = int(BY_EMAIL.total_seconds() // 60)
    return Card(
        (
            Heading(words.say("desk.mail.title", language)),
            Line(words.say("desk.mail.about", language, {"name": member.name, "n": minutes})),
            Line(f"{body.under}{secret}{body.after}"),
            Note(words.say("desk.mail.not_you", language)),
        )
    )
