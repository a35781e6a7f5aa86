"""Many who ask for the same kind of work at the same time are served by one piece of it.

    first ─▶ work([first])
    second, third, fourth ─▶ wait ─▶ work([second, third, fourth])

Nobody waits for others to come: who is alone is served at once. A piece of work is done whole or not at all.
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
    alone: bool = False
    """It was among some that failed together."""


class Together(Generic[Asked, Got]):
    """`work` gets everything that waits and returns as much, in the same order. When it fails for several, each is
    served alone: nobody gets an error that another one caused."""

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
                    await self._serve(call)
        finally:
            self._waiting.remove(call)
        assert call.got is not None, "it was served, alone or with others"
        return call.got[0]

    async def _serve(self, call: _Call[Asked, Got]) -> None:
        calls = [call] if call.alone else [each for each in self._waiting if not each.alone]
        try:
            found = await self._work([each.asked for each in calls])
        except Exception:
            if calls == [call]:
                raise
            for each in calls:
                each.alone = True
            await self._serve(call)
        else:
            for each, got in zip(calls, found, strict=True):
                each.got = (got,)
