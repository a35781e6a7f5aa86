"""Where a partner's staff read, and the alerts that must reach them within a minute."""

from datetime import datetime, timedelta

from core.model.consultations import Consultation
from core.model.deliveries import AlertRef, Delivery, Lane
from core.model.ids import AddressId, ConsultationId, DeliveryId, DialogueId, PartnerId
from core.model.people import Address
from core.storage.staff import AlertRow, alert_key
from core.storage.unit import Unit
from core.work.ports import Chance

STAFF_CHANNEL = "slack"
MOST_TOLD, WHILE = 3, timedelta(minutes=10)
"""One person may ring so often in this time: whoever rings without end must not keep somebody else's alert waiting."""


async def staff_room(unit: Unit, consultation: Consultation, chance: Chance) -> Address | None:
    """The channel that the consultation's file names, in the partner's workspace. None: no file, or no workspace."""
    room = consultation.digest.slack_channel
    accounts = await unit.people.accounts(PartnerId(consultation.partner.id))
    account = next((account for account in accounts if account.channel == STAFF_CHANNEL), None)
    if not room or account is None:
        return None
    known = await unit.people.known(account.id, [room])
    if room in known:
        return known[room][0]
    address = Address(AddressId(chance.token()), account.id, room)
    await unit.people.add_addresses([(address, None)])
    return address


async def owe_alert(
    unit: Unit,
    alert: AlertRow,
    consultation: Consultation,
    chance: Chance,
    *,
    dialogue: DialogueId | None,
    now: datetime,
) -> bool:
    """One message to the staff room, without the text. False: no room is known, or this `dialogue` (None: what came on
    paper) has just brought several; the alert waits in the digest and in `status`."""
    if await unit.staff.alerts_by(ConsultationId(consultation.id), dialogue, since=now - WHILE) > MOST_TOLD:
        return False
    room = await staff_room(unit, consultation, chance)
    if room is None:
        return False
    delivery = Delivery(
        id=DeliveryId(chance.token()),
        key=alert_key(alert.id),
        account=room.account,
        address=room.id,
        lane=Lane.STAFF,
        body=AlertRef(alert.id),
        language=consultation.digest.language,
        due_at=now,
        planned_at=now,
        consultation=ConsultationId(consultation.id),
        revision=consultation.revision,
    )
    await unit.deliveries.plan([delivery])
    return True
