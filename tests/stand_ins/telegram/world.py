"""The world of one bot: who knows it, what was written, which updates wait for it, and what people see of it now."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.stand_ins.telegram.limits import Call, Faults, Meter

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_UPDATE = 100_000_001


@dataclass(slots=True)
class Shown:
    """A message of the bot in a chat, as the person sees it now. `buttons`: rows of the raw inline keyboard."""

    message_id: int
    chat: int
    text: str
    buttons: list[list[dict[str, Any]]]
    payload: dict[str, Any]
    edits: int = 0
    deleted: bool = False
    too_old: bool = False

    @property
    def labels(self) -> list[list[str]]:
        return [[button["text"] for button in row] for row in self.buttons]

    def button(self, label_or_data: str) -> dict[str, Any] | None:
        for row in self.buttons:
            for button in row:
                if label_or_data in (button["text"], button.get("callback_data")):
                    return button
        return None


@dataclass(slots=True)
class Profile:
    """A person (or a group, a channel) as the platform knows it. `known`: pressed Start, so that the bot may write.
    `status`: the bot's own, in a group or channel; `may_write`: and whether it may write there."""

    id: int
    first_name: str
    language_code: str | None = None
    last_name: str | None = None
    username: str | None = None
    kind: str = "private"
    known: bool = False
    blocked: bool = False
    deactivated: bool = False
    became: int | None = None
    status: str = "member"
    may_write: bool = True
    inbox: list[Shown] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)

    def user(self) -> dict[str, Any]:
        user = {"id": self.id, "is_bot": False, **self._names()}
        return user | ({"language_code": self.language_code} if self.language_code else {})

    def chat(self) -> dict[str, Any]:
        if self.kind == "private":
            return {"id": self.id, **self._names(), "type": "private"}
        return {"id": self.id, "title": self.first_name, "type": self.kind}

    def _names(self) -> dict[str, Any]:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value}


@dataclass(slots=True)
class Mischief:
    """How updates are handed out: `twice` is the share delivered again later, `shuffled`: a batch in any order."""

    twice: float = 0.0
    shuffled: bool = False


@dataclass(slots=True)
class Webhook:
    url: str = ""
    secret: str = ""
    most_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


@dataclass(slots=True)
class Poll:
    """One getUpdates that waits. `over` tells that another one (or a webhook) took its place."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    over: str = ""


@dataclass(slots=True)
class Event:
    """Something that a person can see: a message "sent", "edited" or "deleted", or a button press "answered". `at`: in
    seconds of `time.monotonic`, which all processes of a machine share."""

    number: int
    kind: str
    chat: int
    message_id: int
    text: str = ""
    labels: list[list[str]] = field(default_factory=list)
    at: float = field(default_factory=time.monotonic)


class BotAccount:
    """One bot: its token, its chats, its updates. Everything a test scripts or asks is here."""

    def __init__(self, token: str, username: str, *, seed: int = 0, wall: Callable[[], float] = time.time) -> None:
        self.token = token
        self.id = int(token.split(":", 1)[0])
        self.username = username
        self.first_name = "Porte-voix"
        self.chats: dict[int, Profile] = {}
        self.messages: dict[tuple[int, int], Shown | dict[str, Any]] = {}
        self.meter = Meter()
        self.faults = Faults(seed)
        self.mischief = Mischief()
        self.webhook = Webhook()
        self.calls: list[Call] = []
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.queries: dict[str, int] = {}
        self.events: list[Event] = []
        self.history: dict[int, dict[str, Any]] = {}
        self.allowed: frozenset[str] | None = None
        self.poll: Poll | None = None
        self.changed = asyncio.Event()
        self.wall = wall
        self._chance = Random(seed)
        self._pending: dict[int, dict[str, Any]] = {}
        self._again: list[dict[str, Any]] = []
        self._repeated: set[int] = set()
        self.handed = 0
        self._next_update = FIRST_UPDATE
        self._next_message = 1
        self._next_query = 0
        self._seen: asyncio.Event = asyncio.Event()

    # ── ids and objects ──────────────────────────────────────────────────────────────────────────────────────────────

    def me(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def date(self) -> int:
        return int(self.wall())

    def new_message_id(self) -> int:
        self._next_message += 1
        return self._next_message - 1

    def new_query_id(self) -> str:
        self._next_query += 1
        return f"{self.id}{self._next_query:08d}"

    # ── what waits for the bot ───────────────────────────────────────────────────────────────────────────────────────

    def push(self, kind: str, content: dict[str, Any]) -> int:
        """Queues one update and wakes whoever waits. Its id, or 0 when the bot did not ask for this kind."""
        wanted = kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed
        if not wanted:
            return 0
        number = self._next_update
        self._next_update += 1
        self._pending[number] = self.history[number] = {"update_id": number, kind: content}
        self.wake()
        return number

    def push_again(self, update_id: int) -> None:
        """Delivers an old update once more, confirmed or not."""
        self._again.append(self.history[update_id])
        self.wake()

    def wake(self) -> None:
        self.changed.set()
        if self.poll:
            self.poll.wake.set()

    def waits(self) -> int:
        """How many updates are not confirmed yet."""
        return len(self._pending)

    def anything(self) -> bool:
        return bool(self._pending or self._again)

    def confirm(self, before: int) -> None:
        """Forgets every update whose id is smaller than `before`; a negative number keeps that many of the last."""
        if before < 0:
            kept = list(self._pending)[before:]
            before = kept[0] if kept else 0
        for number in [number for number in self._pending if number < before]:
            del self._pending[number]

    def done(self, update_id: int) -> None:
        """A webhook answered 2xx for it."""
        self._pending.pop(update_id, None)

    def batch(self, most: int) -> list[dict[str, Any]]:
        """The oldest updates, and whatever mischief adds. Nothing is forgotten until it is confirmed."""
        handed = self._again[:most]
        del self._again[: len(handed)]
        for number, update in self._pending.items():
            if len(handed) >= most:
                break
            handed.append(update)
            if number not in self._repeated and self._chance.random() < self.mischief.twice:
                self._repeated.add(number)
                self._again.append(update)
        if self.mischief.shuffled:
            self._chance.shuffle(handed)
        self.handed += len(handed)
        return handed

    def end_poll(self, why: str) -> None:
        """The one getUpdates that waits gets 409: somebody else took over."""
        if self.poll:
            self.poll.over = why
            self.poll.wake.set()
            self.poll = None

    # ── what people see ──────────────────────────────────────────────────────────────────────────────────────────────

    def happened(self, kind: str, shown: Shown | None = None, *, chat: int = 0, message_id: int = 0) -> None:
        """Writes to the journal, and wakes the people who wait for something to see."""
        event = Event(len(self.events) + 1, kind, chat, message_id)
        if shown:
            event = Event(event.number, kind, shown.chat, shown.message_id, shown.text, shown.labels)
        self.events.append(event)
        self._seen.set()
        self._seen = asyncio.Event()

    async def next_event(self, after: int, *, within: float = 20.0) -> None:
        """Returns as soon as the journal is longer than `after`. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while len(self.events) <= after:
                await self._seen.wait()

    def shown(self) -> Iterator[Shown]:
        for profile in self.chats.values():
            yield from profile.inbox
