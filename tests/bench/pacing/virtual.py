"""A strict platform and an endless broadcast on a virtual clock: what a pace reaches, without any network.

    Sender (permits, left, heard) ──▶ Platform: `most` in a sliding second, halts when pressed, halts of one chat

Everything is seeded; seconds are floats that begin at 0. The platform counts a message when it arrives, between its
sending and its answer.
"""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Protocol

from core.model.deliveries import Lane
from core.model.messages import Halted, Sent
from core.rules.pacing import TELEGRAM, Pace, observed, permits, sending

START = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
Trip = Callable[[], tuple[float, float]]


class Sender(Protocol):
    """Decides when the next message may leave. `wait` is None when it was taken, else the seconds that were asked."""

    def permits(self, chat: str, now: float) -> float: ...

    def left(self, chat: str, now: float) -> None: ...

    def heard(self, chat: str, wait: float | None, sent_at: float, now: float) -> None: ...


@dataclass(slots=True)
class Ours:
    """`core.rules.pacing`, as the outbox uses it."""

    pace: Pace = field(default_factory=lambda: Pace(TELEGRAM))
    lane: Lane = Lane.PUSH

    def permits(self, chat: str, now: float) -> float:
        return (permits(self.pace, chat, self.lane, now=_at(now)) - START).total_seconds()

    def left(self, chat: str, now: float) -> None:
        sending(self.pace, chat, self.lane, now=_at(now))

    def heard(self, chat: str, wait: float | None, sent_at: float, now: float) -> None:
        outcome = Sent("1") if wait is None else Halted(timedelta(seconds=wait))
        observed(self.pace, chat, outcome, sent_at=_at(sent_at), now=_at(now))


@dataclass(slots=True)
class Platform:
    """`changes`: (from when, how many it takes in a second), the first at 0. `halt`: how long, when it is pressed.
    `moods`: when it halts the whole token for no reason of ours, and for how long. `chats`: the same for one chat."""

    changes: Sequence[tuple[float, int]]
    halt: Callable[[], float]
    moods: Sequence[tuple[float, float]] = ()
    chats: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    halted_until: float = 0.0
    recent: deque[float] = field(default_factory=deque)
    taken: list[float] = field(default_factory=list)
    refused: int = 0
    most_in_a_second: int = 0
    place: int = 0

    def answer(self, chat: str, now: float) -> float | None:
        while self.place + 1 < len(self.changes) and self.changes[self.place + 1][0] <= now:
            self.place += 1
        while self.recent and self.recent[0] <= now - 1.0:
            self.recent.popleft()
        for began, lasts in (*self.moods, *self.chats.get(chat, ())):
            if began <= now < began + lasts:
                return self._refuse(began + lasts - now)
        if now < self.halted_until:
            return self._refuse(self.halted_until - now)
        if len(self.recent) >= self.changes[self.place][1]:
            lasts = self.halt()
            self.halted_until = now + lasts
            return self._refuse(lasts)
        self.recent.append(now)
        self.taken.append(now)
        self.most_in_a_second = max(self.most_in_a_second, len(self.recent))
        return None

    def _refuse(self, wait: float) -> float:
        """Whole seconds, rounded up, as the Bot API says them."""
        self.refused += 1
        return float(max(1, -int(-wait // 1)))


def play(
    sender: Sender, platform: Platform, trip: Trip, *, seconds: float, chats: Callable[[], str] | None = None
) -> None:
    """Each message as soon as its sender permits it, one after the other, for so long. `chats`: to whom the next goes;
    unasked, every message is to somebody else."""
    numbers = count(1)
    whom = chats or (lambda: f"citizen {next(numbers)}")
    air: list[tuple[float, int, str, float, float, bool, float | None]] = []
    order = count()
    now, chat = 0.0, whom()
    while now < seconds:
        at = sender.permits(chat, now)
        if at <= now:
            sender.left(chat, now)
            there, back = trip()
            heapq.heappush(air, (now + there, next(order), chat, now, back, False, None))
            chat = whom()
            continue
        if not air or at < air[0][0]:
            now = at
            continue
        now, _, to, sent_at, back, arrived, wait = heapq.heappop(air)
        if arrived:
            sender.heard(to, wait, sent_at, now)
        else:
            heapq.heappush(air, (now + back, next(order), to, sent_at, back, True, platform.answer(to, now)))


def even(random: Random, round_trip: float, jitter: float = 0.25) -> Trip:
    """Both ways take half of `round_trip`, give or take `jitter` of it."""

    def trip() -> tuple[float, float]:
        one, other = (round_trip / 2 * random.uniform(1 - jitter, 1 + jitter) for _ in range(2))
        return one, other

    return trip


def _at(now: float) -> datetime:
    return START + timedelta(seconds=now)
