"""A delivery: one message owed to one address, and the only moves it may make.

    planned ──▶ claimed ──▶ sending ──▶ sent ◀── uncertain
     ▲  ▲ │        │           ├──▶ failed | unreachable | uncertain
     │  │ └────────┴──▶ skipped | cancelled
     │  └──────────┘           │
     └─────────────────────────┘      (lease over; certainly not sent; halted)

A reply whose sending was cut short goes back to planned (it may then be seen twice); a push stays uncertain for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from core.model.copies import altered
from core.model.errors import NotAllowed
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, DeliveryId
from core.model.messages import Halted, Moved, NotSent, Outcome, Rejected, Sent, Uncertain, Unreachable
from core.model.staff import NOBODY_KNOWN, Colleague


class State(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


MOVES: Mapping[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.CLAIMED, State.SKIPPED, State.CANCELLED}),
    State.CLAIMED: frozenset({State.SENDING, State.PLANNED, State.SKIPPED, State.CANCELLED}),
    State.SENDING: frozenset({State.SENT, State.PLANNED, State.FAILED, State.UNREACHABLE, State.UNCERTAIN}),
    State.UNCERTAIN: frozenset({State.SENT, State.PLANNED}),
    State.SENT: frozenset(),
    State.FAILED: frozenset({State.PLANNED}),
    State.UNREACHABLE: frozenset(),
    State.SKIPPED: frozenset(),
    State.CANCELLED: frozenset(),
}


class Lane(StrEnum):
    """Who waits for whom: replies leave first, staff next, pushes last. Order is kept per (address, lane)."""

    REPLY = "reply"
    STAFF = "staff"
    PUSH = "push"


class Reason(StrEnum):
    """Why a row was not sent: the closed list that screens and exports show."""

    ALREADY_FINISHED = "already_finished"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    NOT_INTERESTED = "not_interested"
    UNREACHABLE = "unreachable"
    CAMPAIGN_STOPPED = "campaign_stopped"
    CONSULTATION_CLOSED = "consultation_closed"
    TOO_LATE = "too_late"
    FREQUENCY_CAP = "frequency_cap"
    REJECTED = "rejected"
    MAY_HAVE_ARRIVED = "may_have_arrived"
    TOO_MANY_TRIES = "too_many_tries"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Day:
    """A date to be written out in the reader's language; `year` only where it helps."""

    date: date
    year: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time to be written out in the reader's language ("1 an")."""

    days: int


Param = str | int | Day | Span


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message key of the catalogue with its parameters, frozen when the delivery is planned."""

    key: str
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class ButtonSpec:
    """A button before it has words: `phrase` is its label. `link`: where it leads, instead of an action."""

    phrase: Phrase
    action: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An event as a calendar keeps it. `event`: the id of its question. A later `revision` replaces an earlier one."""

    consultation: str
    event: str
    revision: int
    name: str
    place: str
    starts: datetime
    ends: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """A message before it has words: phrases that follow one another in one bubble, rows of buttons under it.

    `entry`: goes along as a file for the calendar.
    """

    phrases: tuple[Phrase, ...]
    buttons: tuple[tuple[ButtonSpec, ...], ...] = ()
    entry: CalendarEntry | None = None


@dataclass(frozen=True, slots=True)
class DigestRef:
    """Body of a staff delivery: the digest is composed from the database at the moment of sending. `edits`: the
    external id of the message to replace, "" for a new one. `letter`: by e-mail, so without anybody's words."""

    digest: str
    edits: str = ""
    letter: bool = False


@dataclass(frozen=True, slots=True)
class AlertRef:
    """Body of a staff delivery: an alert, composed at the moment of sending. `letter`: by e-mail. `edits`: as above."""

    alert: str
    letter: bool = False
    edits: str = ""


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """Body of a staff delivery: the detail of `topic`, below the digest `below`, whose message is `under`. Composed at
    the moment of sending; it holds nobody's words. `edits`: as above."""

    below: str
    topic: str
    under: str
    edits: str = ""


@dataclass(frozen=True, slots=True)
class WaitingRef:
    """Body of a staff delivery: what waits for a person in the consultation `waits_at`, as it is at the moment of
    sending. `letter`: by e-mail."""

    waits_at: str
    letter: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalRef:
    """Body of a staff delivery: what waits for a second person in the consultation `approves`: the change given
    at `since`, or the draft (None). `became`: what became of it, "" while it waits; or how the campaign was moved.
    `gave`: who gave the change or wrote the draft; `by`: who made of it what it became. The others: as above."""

    approves: str
    since: datetime | None
    became: str = ""
    letter: bool = False
    edits: str = ""
    gave: Colleague = NOBODY_KNOWN
    by: Colleague = NOBODY_KNOWN


@dataclass(frozen=True, slots=True)
class SignInRef:
    """Body of a staff delivery: a link that lets `member` in. Its secret is made at the moment of sending, and stands
    in no row. `under`, `after`: what the link's address begins and ends with."""

    member: str
    under: str
    after: str = ""


Body = Spec | DigestRef | AlertRef | ThreadRef | WaitingRef | ApprovalRef | SignInRef


@dataclass(frozen=True, slots=True)
class Delivery:
    """`key` is unique: planning the same thing twice owes it once.

    `due_at`: not before; `use_by`: skipped after, None = never too late. `step` names the campaign step of a push.
    `epoch`: of the sender that claimed it last.
    """

    id: DeliveryId
    key: str
    account: AccountId
    address: AddressId
    lane: Lane
    body: Body
    language: str
    due_at: datetime
    planned_at: datetime
    citizen: CitizenId | None = None
    consultation: ConsultationId | None = None
    revision: int | None = None
    step: str | None = None
    use_by: datetime | None = None
    state: State = State.PLANNED
    reason: Reason | None = None
    detail: str = ""
    attempts: int = 0
    external_id: str = ""
    sent_at: datetime | None = None
    epoch: int = 0


LATER_STEP = "later:"
"""The step of a push whose moment the person chose. No step of a file can have a colon in its id."""

POST_STEP = "post:"
"""The step of a post in a group or a channel."""

MOST_ATTEMPTS = 8
"""Of a reply whose answer was lost each time: so often it may be seen twice."""


def moved(delivery: Delivery, state: State, *, reason: Reason | None = None, detail: str = "") -> Delivery:
    """The delivery in its next state. Raises `NotAllowed` for a move that is not in `MOVES`."""
    _allowed(delivery, state)
    return altered(delivery, state=state, reason=reason, detail=detail)


def _allowed(delivery: Delivery, state: State) -> None:
    if state not in MOVES[delivery.state]:
        raise NotAllowed(f"a delivery cannot go from {delivery.state} to {state}")


def settle(delivery: Delivery, outcome: Outcome, *, now: datetime) -> Delivery:
    """What the delivery becomes after its sending ended in `outcome`."""
    match outcome:
        case Sent(external_id=external_id):
            _allowed(delivery, State.SENT)  # and copied once: it is what nearly all of them become
            return altered(delivery, state=State.SENT, reason=None, detail="", external_id=external_id, sent_at=now)
        case NotSent(reason=reason):
            return _until_it_goes(delivery, now + _backoff(delivery.attempts), reason)
        case Halted(wait=wait):
            return replace(moved(delivery, State.PLANNED, detail="halted"), due_at=max(delivery.due_at, now + wait))
        case Moved():
            return moved(delivery, State.PLANNED, detail="moved")
        case Rejected(reason=reason):
            return moved(delivery, State.FAILED, reason=Reason.REJECTED, detail=reason)
        case Unreachable(reason=reason):
            return moved(delivery, State.UNREACHABLE, reason=Reason.UNREACHABLE, detail=reason)
        case Uncertain(reason=reason):
            if delivery.lane is Lane.REPLY:
                return _again(delivery, now + _backoff(delivery.attempts), reason)
            return moved(delivery, State.UNCERTAIN, reason=Reason.MAY_HAVE_ARRIVED, detail=reason)
        case _:
            assert_never(outcome)


def _until_it_goes(delivery: Delivery, due_at: datetime, detail: str) -> Delivery:
    """It certainly never left, so nothing can double: a night without network loses nothing. `use_by` ends it."""
    later = replace(moved(delivery, State.PLANNED, detail=detail), due_at=max(delivery.due_at, due_at))
    return replace(later, attempts=max(delivery.attempts, min(delivery.attempts + 1, MOST_ATTEMPTS - 2)))


def _again(delivery: Delivery, due_at: datetime, detail: str) -> Delivery:
    if delivery.attempts + 1 >= MOST_ATTEMPTS:
        return moved(delivery, State.FAILED, reason=Reason.TOO_MANY_TRIES, detail=detail)
    again = moved(delivery, State.PLANNED, detail=detail)
    return replace(again, due_at=max(delivery.due_at, due_at), attempts=delivery.attempts + 1)


def _backoff(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s … about two minutes."""
    return timedelta(seconds=2**attempts)
