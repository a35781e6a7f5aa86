"""Who is looking at a conversation just now, and hears at once that something was said in it."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MOST_LISTENERS = 8
"""At one conversation: a few open tabs. Whoever comes after them still sees everything by loading the page."""


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """`heard`: it also wants to know that what was said here was worked on, with or without an answer."""

    heard: bool
    event: asyncio.Event = field(default_factory=asyncio.Event)


class News:
    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self.closed = False

    def tell(self, chat: str) -> None:
        """There is a new message in this chat."""
        for listener in self._listeners.get(chat, ()):
            listener.event.set()

    def heard(self, chats: Collection[str]) -> None:
        """What these chats said has been worked on."""
        for chat in chats:
            for listener in self._listeners.get(chat, ()):
                if listener.heard:
                    listener.event.set()

    @contextmanager
    def listening(self, chat: str, *, heard: bool = False) -> Iterator[asyncio.Event | None]:
        """Set whenever there is news; None when too many listen already."""
        if len(self._listeners.get(chat, ())) >= MOST_LISTENERS:
            yield None
            return
        listener = Listener(heard)
        self._listeners[chat].add(listener)
        try:
            yield listener.event
        finally:
            self._listeners[chat].discard(listener)
            if not self._listeners[chat]:
                del self._listeners[chat]

    def close(self) -> None:
        """The service stops: nobody waits any longer."""
        self.closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.event.set()
