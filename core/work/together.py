"""Many who ask for the same kind of work at the same time are served by one piece of it.

    first ─▶ work([first])
    second, third, fourth ─▶ wait ─▶ work([second, third, fourth])

Nobody waits for others to come: who is alone is served at once. A piece of work is done whole or not at all, and takes
what waits when it can begin, not when it is asked to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Got = TypeVar("Got")
Take = Callable[[], Sequence[Asked]]


@dataclass(slots=True, eq=False)
class _Call(Generic[Asked, Got]):
    asked: Asked
    got: tuple[Got] | None = None
    """None: not served yet."""
    alone: bool = False
    """It was among some that failed together."""


class Riders(Generic[Asked, Got]):
    """Those who go along with another piece of work. Who is not told what they got waits on, as if nothing had been."""

    def __init__(self, calls: Sequence[_Call[Asked, Got]]) -> None:
        self.calls = calls

    @property
    def asked(self) -> Sequence[Asked]:
        return [each.asked for each in self.calls]

    def got(self, found: Sequence[Got]) -> None:
        for each, got in zip(self.calls, found, strict=True):
            each.got = (got,)


class Together(Generic[Asked, Got]):
    """`work` calls what it is given once, as soon as it can begin: that is all that waits. It returns as much, in the
    same order. When it fails for several, each is served alone: nobody gets an error that another one caused."""

    def __init__(self, work: Callable[[Take[Asked]], Awaitable[Sequence[Got]]]) -> None:
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

    def riders(self, besides: Riders[Asked, Got] | None = None) -> Riders[Asked, Got]:
        """Everybody who waits now, `besides` those who go along with other work already."""
        going = besides.calls if besides else ()
        return Riders([each for each in self._waiting if each.got is None and not each.alone and each not in going])

    async def _serve(self, call: _Call[Asked, Got]) -> None:
        taken: Riders[Asked, Got] = Riders([])

        def take() -> Sequence[Asked]:
            nonlocal taken
            taken = Riders([call]) if call.alone else self.riders()
            return taken.asked

        try:
            found = await self._work(take)
        except Exception:
            for each in taken.calls:
                each.alone = True
            if call.got is not None:
                return  # it went along with other work meanwhile: who was taken here tries again
            if len(taken.calls) < 2:
                raise
            await self._serve(call)
        else:
            taken.got(found)
