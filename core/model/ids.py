"""Names for the ids that travel through the system: all are random text, none can be computed from a person."""

from datetime import datetime
from typing import NewType

PartnerId = NewType("PartnerId", str)
AccountId = NewType("AccountId", str)
CitizenId = NewType("CitizenId", str)
AddressId = NewType("AddressId", str)
SourceId = NewType("SourceId", str)
ConsultationId = NewType("ConsultationId", str)
DialogueId = NewType("DialogueId", str)
ContributionId = NewType("ContributionId", str)
DeliveryId = NewType("DeliveryId", str)
DigestId = NewType("DigestId", str)
AlertId = NewType("AlertId", str)
InboundId = NewType("InboundId", str)
MemberId = NewType("MemberId", str)
FollowUpId = NewType("FollowUpId", str)


def delivery_id(at: datetime, token: str) -> DeliveryId:
    """Random too, after the moment in milliseconds: what is owed together stands together in the index of the ids.
    Strewn over it, each of a million rows is a page of its own to be written."""
    return DeliveryId(f"{int(1000 * at.timestamp()):011x}{token}")
