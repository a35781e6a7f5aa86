"""What the workspace holds: channels, people, messages, windows, files; and what tests may break."""

import itertools
import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """`{"ok": false, "error": code}`."""

    def __init__(self, code: str, *, retry_after: int | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.more = more


class Trouble(StrEnum):
    """What can be scripted for the next call of a method."""

    REFUSE = "refuse"  # with `code`
    RATE_LIMIT = "rate_limit"  # with `retry_after`
    STATUS = "status"  # with `status`: a page of a proxy, no effect
    NOT_JSON = "not_json"  # status 200 and a page of text
    BROKEN_JSON = "broken_json"  # status 200 and half an answer
    LOSE_ANSWER = "lose_answer"  # the effect happens, the connection closes
    HANG_AFTER = "hang_after"  # the effect happens, no answer ever comes
    FAIL_AFTER = "fail_after"  # the effect happens, and the answer is `status`


@dataclass(frozen=True, slots=True)
class Planned:
    trouble: Trouble
    code: str = "internal_error"
    status: int = 503
    retry_after: int = 2


def refuse_if(planned: Planned | None) -> None:
    match planned.trouble if planned else None:
        case Trouble.REFUSE if planned:
            raise Refusal(planned.code)
        case Trouble.RATE_LIMIT if planned:
            raise Refusal("ratelimited", retry_after=planned.retry_after)
        case Trouble.STATUS:
            raise Refusal("the_call_never_reached_slack")


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    joined: bool = True
    archived: bool = False
    private: bool = False
    partner: str = ""  # the member id, for a direct conversation
    messages: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    id: str
    name: str
    locale: str
    team: str
    email: str = ""
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method, with what it was answered. The token is not kept."""

    method: str
    arguments: Json
    answer: Json
    status: int = 200


@dataclass(slots=True)
class Upload:
    id: str
    filename: str
    length: int
    content: bytes | None = None
    shared_in: str = ""  # the channel id


class Limits:
    """Requests per method: so many a minute. Messages: one a second in a channel, with small bursts.

    `halts`: by channel ("" = all of them), the seconds that whoever posts there is told to wait.
    """

    TIERS: tuple[tuple[int, tuple[str, ...]], ...] = (
        (20, ("conversations.list", "views.publish")),
        (50, ("chat.update", "chat.delete", "conversations.history", "conversations.info", "conversations.open")),
        (100, ("chat.postEphemeral", "users.info", "views.open", "views.update", "views.push")),
    )

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.burst = 3
        self.enabled = True
        self.halts: dict[str, int] = {}
        self._per_minute = {method: tier for tier, methods in self.TIERS for method in methods}
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._posts: defaultdict[str, tuple[float, float]] = defaultdict(lambda: (float(self.burst), self.now()))

    def admit(self, method: str, channel: str) -> None:
        """Raises `Refusal` when there are too many."""
        if method == "chat.postMessage" and (halted := self.halts.get(channel) or self.halts.get("")):
            raise Refusal("ratelimited", retry_after=halted)
        if not self.enabled:
            return
        now = self.now()
        if method == "chat.postMessage":
            left, at = self._posts[channel]
            left = min(float(self.burst), left + now - at)
            self._posts[channel] = (left, now)
            if left < 1:
                raise Refusal("ratelimited", retry_after=max(1, math.ceil(1 - left)))
            self._posts[channel] = (left - 1, now)
        elif method in self._per_minute:
            calls = self._calls[method]
            while calls and calls[0] <= now - 60:
                calls.popleft()
            if len(calls) >= self._per_minute[method]:
                raise Refusal("ratelimited", retry_after=max(1, math.ceil(calls[0] + 60 - now)))
            calls.append(now)


class World:
    """One workspace with one app in it."""

    def __init__(self, now: Callable[[], float], *, team_id: str) -> None:
        self.now = now
        self.team_id = team_id
        self.team_name = "Ville de Bellevue"
        self.bot_user = "U0PORTEVOIX"
        self.bot_id = "B0PORTEVOIX"
        self.app_id = "A0PORTEVOIX"
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, Person] = {}
        self.views: dict[str, Json] = {}
        self.groups: dict[str, set[str]] = {}
        self.uploads: dict[str, Upload] = {}
        self.limits = Limits(now)
        self._numbers = itertools.count(1)
        self._last_ts = 0

    def number(self) -> int:
        return next(self._numbers)

    def ts(self) -> str:
        """Unique and growing, as Slack's are."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def channel_called(self, name: str) -> Channel:
        """By id, by "#name", or the direct conversation with a member. Raises `Refusal`."""
        if name in self.people:
            return self.direct(name)
        for channel in self.channels.values():
            if channel.id == name or (not channel.partner and f"#{channel.name}" == name):
                if channel.private and not channel.joined:
                    raise Refusal("channel_not_found")
                return channel
        raise Refusal("channel_not_found")

    def direct(self, member: str) -> Channel:
        if member not in self.people:
            raise Refusal("user_not_found")
        channel_id = f"D{member[1:]}"
        return self.channels.setdefault(channel_id, Channel(channel_id, "directmessage", partner=member))

    def message(self, channel: Channel, ts: str) -> Json:
        for each in channel.messages:
            if each["ts"] == ts:
                return each
        raise Refusal("message_not_found")

    def with_block_ids(self, blocks: list[Json]) -> list[Json]:
        return [{"block_id": f"b{self.number():04d}", **block} for block in blocks]
