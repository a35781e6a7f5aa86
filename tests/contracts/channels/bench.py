"""What the contract of channels asks of each of them: a bench, on which its platform can be looked at and ill-treated.

    test ─▶ bench.channel ─▶ platform (its strict stand-in) ─▶ bench.shown: what the person sees now
                                ▲
                                └── bench.suffers(trouble): it refuses, halts or vanishes while the block lasts

A new channel: copy `pigeon.py`, which is the shortest, and name it in `benches.py`.
"""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import pytest

from core.model.ids import AccountId, AddressId
from core.model.messages import Halted, NotSent, Outcome, Uncertain, Unreachable
from core.model.people import Address
from core.work.ports import Channel, Decoder

ACCOUNT = AccountId("account")
WAIT = 7
"""Seconds: what a platform that can say so asks us to wait when it halts us."""


class Trouble(StrEnum):
    """What may stand between a message and a person."""

    BLOCKED = "the person blocked us"
    CHAT_HALTED = "the platform takes no more for this person just now"
    ACCOUNT_HALTED = "the platform takes no more of us just now, for anybody"
    NO_CONNECTION = "nobody answers at the platform's address"
    LOST_ANSWER = "the message has left, and the connection is cut before we hear of it"
    NO_ANSWER = "the message has left, and no answer ever comes"
    SERVER_FAULT = "the platform answers that it has a fault of its own"


USUALLY: Mapping[Trouble, type[Outcome]] = {
    Trouble.BLOCKED: Unreachable,
    Trouble.CHAT_HALTED: Halted,
    Trouble.ACCOUNT_HALTED: Halted,
    Trouble.NO_CONNECTION: NotSent,
    Trouble.LOST_ANSWER: Uncertain,
    Trouble.NO_ANSWER: Uncertain,
    Trouble.SERVER_FAULT: Uncertain,
}


class Edits(StrEnum):
    IN_PLACE = "the message is another one from now on"
    BELOW = "the new words are said again below"
    REFUSED = "Rejected: what has left cannot be changed"


class TooLong(StrEnum):
    """What becomes of 20,000 letters."""

    WHOLE = "shown whole, in pieces where it must be"
    TOLD = "cut, and whoever reads it sees that something is missing"
    REFUSED = "Rejected, and nothing is shown"


class Twice(StrEnum):
    """What becomes of the same delivery (`reference`) that goes twice, because its answer was lost."""

    ONCE = "shown once, under its first id"
    ONE_ID = "shown twice under the same id, by which the reader's program knows it again"
    TWICE = "shown twice"


@dataclass(frozen=True, slots=True)
class Promises:
    """What a channel does where the port leaves it a choice; without any, what a good messenger does.

    `becomes`: of a message in each trouble. `never`: why it cannot be in this trouble. `instead_of_buttons`: what the
    message says where nothing can be pressed in it. `finds`: it is a `Finder`. `hears`: people's updates come in
    through the inbox, and `tests/cases/<name>` keeps some. `wait`: the seconds of its `Halted` on the bench.
    """

    becomes: Mapping[Trouble, type[Outcome]] = field(default_factory=lambda: USUALLY)
    never: Mapping[Trouble, str] = field(default_factory=dict)
    edits: Edits = Edits.IN_PLACE
    takes_back: bool = True
    instead_of_buttons: str = ""
    too_long: TooLong = TooLong.WHOLE
    twice: Twice = Twice.TWICE
    finds: bool = False
    hears: bool = True
    wait: int = WAIT


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the person sees it now. `rows`: what is written on its buttons."""

    text: str
    rows: Sequence[Sequence[str]] = ()


class Bench(Protocol):
    """`somebody`, `another`: two people who may be written to. `secrets`: what no log and no outcome may hold."""

    @property
    def channel(self) -> Channel: ...
    @property
    def somebody(self) -> Address: ...
    @property
    def another(self) -> Address: ...
    @property
    def secrets(self) -> Sequence[str]: ...

    async def shown(self, address: Address) -> Sequence[Shown]:
        """What is there now, the oldest first. Fails when the platform read any of it as markup."""
        ...

    async def pressed(self, address: Address, label: str) -> str:
        """The action that reaches us when the person presses this button."""
        ...

    def suffers(self, trouble: Trouble) -> AbstractAsyncContextManager[Channel]:
        """While the block lasts `somebody` cannot be reached so, by the channel that it gives."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """`open`: a bench with nothing on it; it may ask for fixtures. `decode`: that of the registry."""

    promises: Promises
    open: Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Bench]]
    decode: Decoder | None = None


def address(external_id: str) -> Address:
    return Address(AddressId(f"address of {external_id}"), ACCOUNT, external_id)


@contextmanager
def nobody_there() -> Iterator[int]:
    """A port of this machine that refuses every connection while the block lasts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
