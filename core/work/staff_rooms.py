"""Where a partner's staff read, and the alerts that must reach them within a minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.model.consultations import Consultation, DigestPlan
from core.model.deliveries import AlertRef, Body, Delivery, Lane
from core.model.ids import AccountId, AddressId, ConsultationId, DialogueId, PartnerId, delivery_id
from core.model.people import Address
from core.storage.staff import AlertRow, Posted, alert_key
from core.storage.unit import Unit
from core.work.ports import Chance

STAFF_CHANNEL, EMAIL = "slack", "email"
MOST_TOLD, WHILE = 3, timedelta(minutes=10)
"""One person may ring so often in this time: whoever rings without end must not keep somebody else's alert waiting."""


@dataclass(frozen=True, slots=True)
class StaffRoom:
    """Where staff read. `letter`: 0 for the Slack channel, else which of the e-mail addresses, counted from 1."""

    address: Address
    letter: int = 0


async def staff_rooms(
    unit: Unit, consultation: Consultation, chance: Chance, plan: DigestPlan | None = None
) -> list[StaffRoom]:
    """The Slack channel and the e-mail addresses that the consultation's file names, as far as the partner has a
    workspace and a mail server. `plan`: those of one of its rooms."""
    accounts = await unit.people.accounts(PartnerId(consultation.partner.id))
    own = {account.channel: account.id for account in reversed(accounts)}
    plan, found = plan or consultation.digest, list[StaffRoom]()
    if plan.slack_channel and STAFF_CHANNEL in own:
        (room,) = await addresses_of(unit, own[STAFF_CHANNEL], [plan.slack_channel], chance)
        found.append(StaffRoom(room))
    if plan.emails and EMAIL in own:
        letters = await addresses_of(unit, own[EMAIL], plan.emails, chance)
        found += [StaffRoom(address, place) for place, address in enumerate(letters, 1)]
    return found


async def addresses_of(unit: Unit, account: AccountId, names: Sequence[str], chance: Chance) -> list[Address]:
    """The addresses of these names, in order; one that was never written to is new."""
    known = await unit.people.known(account, names)
    new = [Address(AddressId(chance.token()), account, name) for name in names if name not in known]
    await unit.people.add_addresses([(address, None) for address in new])
    by_name = {name: found[0] for name, found in known.items()} | {each.external_id: each for each in new}
    return [by_name[name] for name in names]


async def owe_to(
    unit: Unit,
    rooms: Sequence[StaffRoom],
    consultation: Consultation,
    chance: Chance,
    *,
    key: Callable[[int], str],
    body: Callable[[bool], Body],
    now: datetime,
) -> int:
    """One message to each of the rooms: its `key` by which letter it is, its `body` by whether it is one. Returns how
    many are new."""
    return await unit.deliveries.plan(
        [
            Delivery(
                id=delivery_id(now, chance.token()),
                key=key(room.letter),
                account=room.address.account,
                address=room.address.id,
                lane=Lane.STAFF,
                body=body(room.letter > 0),
                language=consultation.digest.language,
                due_at=now,
                planned_at=now,
                consultation=ConsultationId(consultation.id),
                revision=consultation.revision,
            )
            for room in rooms
        ]
    )


async def tell_rooms(
    unit: Unit,
    consultation: Consultation,
    chance: Chance,
    *,
    key: Callable[[int], str],
    body: Callable[[bool], Body],
    now: datetime,
) -> bool:
    """The same to every staff room. False: none is known."""
    rooms = await staff_rooms(unit, consultation, chance)
    await owe_to(unit, rooms, consultation, chance, key=key, body=body, now=now)
    return bool(rooms)


def staff_edit(
    posted: Posted, key: str, body: Body, consultation: ConsultationId, chance: Chance, now: datetime
) -> Delivery:
    """What goes where a message stands: an edit of it, or something below it."""
    return Delivery(
        id=delivery_id(now, chance.token()),
        key=key,
        account=posted.account,
        address=posted.address,
        lane=Lane.STAFF,
        body=body,
        language=posted.language,
        due_at=now,
        planned_at=now,
        consultation=consultation,
    )


async def owe_alert(
    unit: Unit,
    alert: AlertRow,
    consultation: Consultation,
    chance: Chance,
    *,
    dialogue: DialogueId | None,
    now: datetime,
) -> bool:
    """One message to each staff room, without the text. False: no room is known, or this `dialogue` (None: what came on
    paper) has just brought several; the alert waits in the digest and in `status`."""
    if await unit.staff.alerts_by(ConsultationId(consultation.id), dialogue, since=now - WHILE) > MOST_TOLD:
        return False
    return await tell_rooms(
        unit,
        consultation,
        chance,
        key=lambda letter: alert_key(alert.id, letter),
        body=lambda letter: AlertRef(alert.id, letter=letter),
        now=now,
    )
