"""How much one place may ask for: buckets in memory that fill again with time. What they are counted by is not kept."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_KNOWN = 20_000
"""The oldest are forgotten first: an attacker with very many addresses must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` at once, then one every `gap`."""

    burst: int
    gap: timedelta


PRESSES = Allowance(20, timedelta(seconds=1))
"""In one chat: nobody reads and presses faster for long."""
STARTS = Allowance(120, timedelta(seconds=5))
"""New chats from one network address: a school or a library has one for everybody in it."""
POSTS = Allowance(600, timedelta(milliseconds=50))
"""Everything sent from one network address."""
ARRIVALS = Allowance(120, timedelta(seconds=30))
"""Page views that count as arrivals from one network address."""

SIGN_INS = Allowance(30, timedelta(seconds=10))
"""Tries to sign in, or to be sent a link, from one network address."""
LETTERS = Allowance(3, timedelta(minutes=5))
"""Links sent to one e-mail address, whoever asks: nobody fills somebody's letter box."""


class Buckets:
    """By any key, when its bucket will be full again."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._full_at: OrderedDict[str, datetime] = OrderedDict()

    def take(self, key: str, *, now: datetime) -> timedelta | None:
        """None: go on. Else how long to wait."""
        full_at = max(now, self._full_at.get(key, now)) + self._allowance.gap
        wait = full_at - now - self._allowance.burst * self._allowance.gap
        if wait > timedelta(0):
            return wait
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > MOST_KNOWN:
            self._full_at.popitem(last=False)
        return None
