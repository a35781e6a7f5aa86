"""Many who ask for the same kind of work at the same time are served by one piece of it.

    first ─▶ work([first])
    second, third, fourth ─▶ wait ─▶ work([second, third, fourth])

Nobody waits for others to come: who is alone is served at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Got = TypeVar("Got")


@dataclass(slots=True, eq=False)
class _Call(Generic[Asked, Got]):
    asked: Asked
    got: tuple[Got] | None = None
    """None: not served yet."""


class Together(Generic[Asked, Got]):
    """`work` gets everything that waits and returns as much, in the same order. What it raises, one of them gets; the
    others are tried again."""

    def __init__(self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Got]]]) -> None:
        self._work = work
        self._waiting: list[_Call[Asked, Got]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, asked: Asked) -> Got:
        call: _Call[Asked, Got] = _Call(asked)
        self._waiting.append(call)
        try:
            async with self._turn:
                if call.got is None:
                    calls = list(self._waiting)
                    for each, got in zip(calls, await self._work([each.asked for each in calls]), strict=True):
                        each.got = (got,)
        finally:
            self._waiting.remove(call)
        assert call.got is not None, "it was served, alone or with others"
        return call.got[0]
