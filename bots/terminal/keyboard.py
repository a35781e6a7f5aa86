"""Lines as they are typed, without a thread: the event loop goes on while somebody thinks.

A terminal and a pipe are watched by the loop. A file (and what a test hands in) is read at once. Nothing is read ahead
of the person who types, and leaving never waits for one more line.
"""

import asyncio
import io
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

MOST_BYTES = 65_536


class Keyboard:
    """Made by `open_keyboard`. `interactive`: a person sits at a terminal."""

    def __init__(self, *, interactive: bool) -> None:
        self.interactive = interactive
        self._lines: deque[str] = deque()
        self._rest = b""
        self._over = False
        self._news = asyncio.Event()

    async def line(self) -> str | None:
        """The next line without its end; None when there are no more."""
        while not self._lines and not self._over:
            self._news.clear()
            await self._news.wait()
        return self._lines.popleft() if self._lines else None

    def leave(self) -> None:
        """No more lines: what was typed and not yet read is left alone."""
        self._lines.clear()
        self._end()

    def take(self, data: bytes) -> None:
        """What the terminal gave; nothing means that it was closed (Ctrl-D)."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        self._lines.extend(_line(each) for each in whole)
        if not data:
            if self._rest:
                self._lines.append(_line(self._rest))
            self._end()
        self._news.set()

    def _end(self) -> None:
        self._over = True
        self._news.set()


@contextmanager
def open_keyboard(stream: TextIO) -> Iterator[Keyboard]:
    """Needs a running event loop."""
    keyboard = Keyboard(interactive=stream.isatty())
    loop = asyncio.get_running_loop()
    try:
        source = stream.fileno()
        loop.add_reader(source, lambda: _read(loop, source, keyboard))
    except (OSError, io.UnsupportedOperation):  # an ordinary file cannot be watched, and need not be
        keyboard.take(_whole(stream))
        keyboard.take(b"")
        yield keyboard
        return
    try:
        yield keyboard
    finally:
        loop.remove_reader(source)


def _read(loop: asyncio.AbstractEventLoop, source: int, keyboard: Keyboard) -> None:
    data = os.read(source, MOST_BYTES)
    if not data:
        loop.remove_reader(source)
    keyboard.take(data)


def _whole(stream: TextIO) -> bytes:
    """As it is written there: a file need not be UTF-8, no more than a pipe."""
    return stream.buffer.read() if hasattr(stream, "buffer") else stream.read().encode()


def _line(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\r")
