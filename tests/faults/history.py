"""What happened, as somebody who sees everything would write it down: the checker reads nothing else but the database.

`at` is true time, in seconds since the beginning; the clock on the wall may say something else.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Wanted(StrEnum):
    """What a citizen meant by what they wrote or pressed. `EARLY`: an answer typed before they agreed to anything."""

    OTHER = "other"
    ANSWER = "answer"
    EARLY = "early answer"
    CHOICE = "choice"
    STOP = "stop"
    NOT_INTERESTED = "not interested"


@dataclass(frozen=True, slots=True)
class Wrote:
    """A citizen did something; the platform has it. `text`: what was written, or the action of the button."""

    at: float
    update: str
    chat: str
    wanted: Wanted
    text: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The program told the platform that it has these updates."""

    at: float
    updates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A sending that `left` the program reached the platform, which took it or refused it. When it left: `worked`, the
    updates of that chat that had been worked on; `finished`: whether that dialogue was. `paid`: it may cost."""

    at: float
    account: str
    chat: str
    reference: str
    taken: bool
    left: float
    worked: frozenset[str] = frozenset()
    finished: bool = False
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the program heard of a sending: the name of the outcome."""

    at: float
    reference: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that was done to the program. `until`: when it was over."""

    at: float
    kind: str
    until: float


Event = Wrote | Acknowledged | Asked | Told | Fault


@dataclass(frozen=True, slots=True)
class Owed:
    """A row of deliveries at the end. `late`: it is not due yet."""

    reference: str
    chat: str
    lane: str
    step: str
    state: str
    reason: str
    late: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """The database at the end. `inbox`: update → state. `parts`, in their order: (chat, message id, text).
    `answers`: (chat, question, value). `paid`: by step, how many messages are counted as paid for."""

    inbox: dict[str, str]
    parts: tuple[tuple[str, int, str], ...]
    answers: tuple[tuple[str, str, str], ...]
    deliveries: tuple[Owed, ...]
    paid: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """`most`: by account, how many sendings the platform takes in any second; `burst`: of one chat; `most_paid`: of
    what is paid for. `ceilings`: by step, how many messages may be paid for."""

    events: Sequence[Event]
    kept: Kept
    most: int
    burst: int
    most_paid: int = 0
    ceilings: Mapping[str, int] = field(default_factory=dict)

    def digest(self) -> str:
        """The same for the same history, to the bit."""
        told = [repr(event) if not isinstance(event, Asked) else _sorted(event) for event in self.events]
        told += [repr(sorted(self.kept.inbox.items())), repr(self.kept.parts), repr(self.kept.answers)]
        told.append(repr(self.kept.deliveries))
        told.append(repr(sorted(self.kept.paid.items())))
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _sorted(event: Asked) -> str:
    return f"{replace(event, worked=frozenset())!r} {sorted(event.worked)}"
