"""What can go wrong on purpose: sending limits, halts, round-trip time, faults; and the record of all that arrived."""

import math
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from tests.stand_ins.telegram.refusals import bad_request, too_many

MESSAGES = frozenset({"sendmessage", "senddocument", "editmessagetext", "editmessagereplymarkup"})
"""The methods that the limits count."""

STARS_A_MESSAGE = 0.1
"""core.telegram.org/bots/api#sendmessage, `allow_paid_broadcast`."""


@dataclass(slots=True)
class Limits:
    """None = no limit. The seconds are sliding ones, counted when the message takes effect.

    `halts`: after a refusal over all chats, the whole token is refused for so long. `chat_halts`: the same for the
    chat that was refused. `round_trip`: seconds, half before the effect and half after. `says`: the seconds a refusal
    names when nothing is halted. `paid_per_second`: of messages with `allow_paid_broadcast`, counted apart; `stars`:
    the bot's balance, None: it may not send any.
    """

    per_second: int | None = None
    per_chat: int | None = None
    halts: float = 0.0
    chat_halts: float = 0.0
    round_trip: float = 0.0
    says: int = 1
    paid_per_second: int | None = None
    stars: float | None = None


class Trouble(StrEnum):
    """`drop`: the connection ends. `silent`: no answer for `seconds`. `status`: an HTTP error without JSON sense.
    `strange`: status 200, and a `body` that is somebody else's."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    SILENT_BEFORE = "silent_before"
    SILENT_AFTER = "silent_after"
    STATUS = "status"
    STATUS_AFTER = "status_after"
    STRANGE = "strange"
    REFUSE = "refuse"


@dataclass(slots=True)
class Fault:
    """One scripted fault: it meets the next `times` calls (None = all) of `methods` (to `chat`), each by `share`."""

    trouble: Trouble
    methods: frozenset[str] = MESSAGES
    chat: int | None = None
    times: int | None = 1
    share: float = 1.0
    seconds: float = 3600.0
    status: int = 500
    description: str = "Internal Server Error"
    parameters: dict[str, int] = field(default_factory=dict)
    body: bytes = b'{"login": "needed"}'


@dataclass(slots=True)
class Call:
    """One request as it arrived. Times are the loop's, seconds. `effect_at` is None when it changed nothing."""

    method: str
    chat: int | None
    arrived_at: float
    effect_at: float | None = None
    answered_at: float | None = None
    status: int = 0
    text: str = ""
    paid: bool = False


class Meter:
    """Admits or refuses messages by the limits and the halts of one token."""

    def __init__(self) -> None:
        self.limits = Limits()
        self._halted_until = 0.0
        self._chat_halted_until: dict[int, float] = {}
        self._admitted: deque[float] = deque()
        self._paid: deque[float] = deque()
        self._admitted_in: dict[int, deque[float]] = defaultdict(deque)

    def halt(self, seconds: float, *, now: float, chat: int | None = None) -> None:
        """From now on everything to `chat` (None = to anybody) is refused, for `seconds`."""
        if chat is None:
            self._halted_until = max(self._halted_until, now + seconds)
        else:
            self._chat_halted_until[chat] = max(self._chat_halted_until.get(chat, 0.0), now + seconds)

    def admit(self, chat: int, *, now: float, paid: bool = False) -> None:
        """Counts one message to `chat`, or refuses it with 429; with 400 when it is to be `paid` and cannot be."""
        for until in (self._halted_until, self._chat_halted_until.get(chat, 0.0)):
            if now < until:
                raise too_many(math.ceil(until - now))
        limits = self.limits
        if limits.per_chat is not None and _within(self._admitted_in[chat], now) >= limits.per_chat:
            self.halt(limits.chat_halts, now=now, chat=chat)
            raise too_many(math.ceil(limits.chat_halts) or limits.says)
        if paid and (limits.stars is None or limits.stars < STARS_A_MESSAGE):
            raise bad_request("not enough Stars for a paid broadcast")
        most, admitted = (limits.paid_per_second, self._paid) if paid else (limits.per_second, self._admitted)
        if most is not None and _within(admitted, now) >= most:
            self.halt(limits.halts, now=now)
            raise too_many(math.ceil(limits.halts) or limits.says)
        if most is not None:
            admitted.append(now)
        if paid and limits.stars is not None:
            limits.stars = round(limits.stars - STARS_A_MESSAGE, 6)
        if limits.per_chat is not None:
            self._admitted_in[chat].append(now)


class Faults:
    """The scripted faults, asked in the order they were written. Seeded, so that a test repeats itself."""

    def __init__(self, seed: int = 0) -> None:
        self._chance = Random(seed)
        self._scripted: list[Fault] = []

    def script(self, fault: Fault) -> None:
        fault.methods = frozenset(method.lower() for method in fault.methods)
        self._scripted.append(fault)

    @property
    def waiting(self) -> int:
        """How many scripted ones have not met all their calls yet."""
        return len(self._scripted)

    def clear(self) -> None:
        self._scripted.clear()

    def meets(self, method: str, chat: int | None) -> Fault | None:
        for fault in self._scripted:
            if method not in fault.methods or (fault.chat is not None and fault.chat != chat):
                continue
            if fault.share < 1.0 and self._chance.random() >= fault.share:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._scripted.remove(fault)
            return fault
        return None


def most_in_a_second(calls: Iterable[Call], *, chat: int | None = None) -> int:
    """The most messages that took effect in any sliding second, over all chats or in one."""
    times = sorted(
        call.effect_at
        for call in calls
        if call.effect_at is not None and call.method in MESSAGES and chat in (None, call.chat)
    )
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def _within(times: deque[float], now: float) -> int:
    while times and now - times[0] >= 1.0:
        times.popleft()
    return len(times)
