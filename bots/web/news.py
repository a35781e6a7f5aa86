"""Who is looking at a conversation just now, and hears at once that something was said in it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

MOST_LISTENERS = 8
"""At one conversation: a few open tabs. Whoever comes after them still sees everything by loading the page."""


class News:
    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.closed = False

    def tell(self, chat: str) -> None:
        for listener in self._listeners.get(chat, ()):
            listener.set()

    @contextmanager
    def listening(self, chat: str) -> Iterator[asyncio.Event | None]:
        """Set whenever there is news; None when too many listen already."""
        if len(self._listeners.get(chat, ())) >= MOST_LISTENERS:
            yield None
            return
        listener = asyncio.Event()
        self._listeners[chat].add(listener)
        try:
            yield listener
        finally:
            self._listeners[chat].discard(listener)
            if not self._listeners[chat]:
                del self._listeners[chat]

    def close(self) -> None:
        """The service stops: nobody waits any longer."""
        self.closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.set()
