"""The audit log: who did what to what, and when. No text, no name; each line holds the hash of the one before.

    entry 1 ◀── entry 2 ◀── entry 3 ◀── …      hash = SHA-256(what it says, the hash before)

Whoever changes, adds or takes away a line in the middle breaks every hash after it. Taking lines off the end shows only
to whoever kept the last hash elsewhere: `audit verify` prints it for that.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

NOTHING_BEFORE = ""
TERMINAL = "terminal"
"""The actor of what is done by a command: whoever may run commands on this machine."""


class Act(StrEnum):
    CAMPAIGN_DRAFTED = "campaign.drafted"
    CAMPAIGN_STARTED = "campaign.started"
    CAMPAIGN_RUNNING = "campaign.running"
    CAMPAIGN_PAUSED = "campaign.paused"
    CAMPAIGN_STOPPED = "campaign.stopped"
    CAMPAIGN_POSTED = "campaign.posted"
    CHANGE_GIVEN = "campaign.change"
    CHANGE_DROPPED = "campaign.change_dropped"
    FOLLOW_UP_WRITTEN = "follow_up.written"
    FOLLOW_UP_PUBLISHED = "follow_up.published"
    FOLLOW_UP_HELD = "follow_up.held"
    STAFF_ADDED = "staff.added"
    STAFF_ROLE = "staff.role"
    STAFF_REMOVED = "staff.removed"
    SIGN_IN_LINK = "staff.link"
    ALERT_OPENED = "alert.opened"
    QUOTE_ALLOWED = "quote.allowed"
    QUOTE_REFUSED = "quote.refused"
    EXPORTED = "answers.exported"
    IMPORTED = "answers.imported"
    SOURCE_ADDED = "source.added"
    SOURCE_RETIRED = "source.retired"
    ROLE_REFUSED = "refused.role"
    FOREIGN_REFUSED = "refused.foreign"
    QUOTE_MASKED = "quote.masked"
    CHARGE_TAKEN = "charge.taken"
    CHARGE_LEFT = "charge.left"
    TOPIC_CORRECTED = "topic.corrected"
    TOPICS_LEARNT = "topics.learnt"
    TOPICS_BACK = "topics.back"
    MEETING_CAME = "meeting.came"
    PROPOSAL_KEPT = "proposal.kept"
    PROPOSAL_TREATED = "proposal.treated"
    TOPIC_ACCEPTED = "topic.accepted"
    CONTRIBUTION_HIDDEN = "contribution.hidden"
    CONTRIBUTION_SHOWN = "contribution.shown"
    DELIVERIES_AGAIN = "deliveries.again"
    UPDATES_AGAIN = "updates.again"
    DATABASE_RESTORED = "database.restored"


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor`: a member's id, a Slack member id, or `TERMINAL`. `subject`: the id of a consultation, a follow-up, a
    member, an account or a partner, or what was refused; never the id of a citizen or of what they wrote, so that an
    erasure leaves nothing here."""

    number: int
    at: datetime
    partner: str
    actor: str
    act: Act
    subject: str
    before: str
    hash: str


def hash_of(number: int, at: datetime, partner: str, actor: str, act: str, subject: str, before: str) -> str:
    said = (str(number), at.astimezone(UTC).isoformat(timespec="microseconds"), partner, actor, act, subject, before)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def broken_at(entries: Iterable[Entry]) -> int | None:
    """The number of the first line that is not what was written, None when the whole chain holds."""
    before = NOTHING_BEFORE
    for number, each in enumerate(entries, 1):
        said = hash_of(number, each.at, each.partner, each.actor, each.act.value, each.subject, before)
        if each.number != number or each.before != before or each.hash != said:
            return number
        before = each.hash
    return None
