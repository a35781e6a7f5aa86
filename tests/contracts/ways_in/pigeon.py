"""The pigeons of docs/extending.md, who post to the code of the page. Copy this for a new channel that is called."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from starlette.routing import Route

from core.work.house import House
from tests.builders import StillClock
from tests.contracts.channels.pigeon import decode, the_page
from tests.contracts.ways_in.bench import Answer, Bringing, Served, Written, called, opened

SECRET = "what we told the pigeons"
MOST = 64 * 1024
STRANGE: Mapping[str, bytes] = {
    "nothing": b"",
    "no JSON": b"coucou",
    "a list": b"[]",
    "without an id": b'{"chat": 7}',
    "without a chat": b'{"id": 1}',
    "a chat that no database takes": b'{"id": 1, "chat": "\\ud800"}',
    "a chat longer than any": b'{"id": 1, "chat": "' + b"7" * 65 + b'"}',
    "nested without end": b"[" * 60_000,
    "too large": b" " * (MOST + 1),
}


@dataclass(slots=True)
class PigeonBench:
    """Anna and Ben."""

    house: House
    door: Served
    people = ("7", "8")
    secrets = (SECRET,)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def written(self, person: str, text: str) -> Written:
        number = next(self.numbers)
        update = {"id": number, "chat": int(person), "kind": "text", "text": text, "number": number}
        return Written(person, text, json.dumps(update, ensure_ascii=False, indent=1).encode())

    async def brings(self, written: Written) -> Answer:
        return await self._posts(written.raw or b"")

    def forged(self, written: Written) -> Mapping[str, Bringing]:
        return {
            f"with the secret {said!r}": partial(self._posts, written.raw or b"", {"x-pigeon-secret": said})
            for said in ("", SECRET[:-1], SECRET.upper(), "é")
        } | {"without a secret": partial(self._posts, written.raw or b"", {})}

    def strange(self) -> Mapping[str, Bringing]:
        away = partial(self.door.goes_away, b'{"id": 1, "chat": 7}', {"x-pigeon-secret": SECRET})
        return {name: partial(self._posts, body) for name, body in STRANGE.items()} | {"half of it": away}

    async def stops(self) -> None:
        await self.door.stops()

    async def starts(self) -> None:
        await self.door.starts()

    async def _posts(self, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        return await self.door.post(body, {"x-pigeon-secret": SECRET} if headers is None else headers, most=MOST)


@asynccontextmanager
async def open_bench(url: str) -> AsyncIterator[PigeonBench]:
    clock = StillClock()
    async with opened(url, "pigeon", clock, decode) as (house, account):
        door: Any = the_page()["PigeonDoor"](SECRET, house.inbox, account, clock)
        served = called(Route("/pigeon", door.receive, methods=["POST"]))
        await served.starts()
        try:
            yield PigeonBench(house, served)
        finally:
            await served.stops()
