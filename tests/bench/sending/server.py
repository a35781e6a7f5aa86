"""A lean Bot API in its own process: strict limits at any rate, and the times of all that it took.

    python -m tests.bench.sending.server MOST ROUND_TRIP HALT      prints its address; ends with its standard input

Only what a broadcast needs of tests/stand_ins/telegram, whose own cost would be measured at a thousand a second.
GET /seen answers what happened; times are CLOCK_MONOTONIC, the same in every process of this machine.
"""

import asyncio
import json
import math
import sys
import time
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

PAID = 1000
"""Messages in any sliding second that are paid for."""


@dataclass(slots=True)
class Strict:
    """`most` in any sliding second, counted when a message takes effect; whoever presses is halted for `halt` s. What
    is paid for is counted apart, against `PAID`."""

    most: int
    round_trip: float
    halt: float
    recent: deque[float] = field(default_factory=deque)
    recent_paid: deque[float] = field(default_factory=deque)
    halted_until: float = 0.0
    taken: list[tuple[str, float]] = field(default_factory=list)
    refused: int = 0
    most_seen: int = 0

    async def take(self, request: web.Request) -> web.Response:
        content = await _content(request)
        await asyncio.sleep(self.round_trip / 2)
        paid = str(content.get("allow_paid_broadcast", False)).lower() == "true"
        status, answer = self._answer(str(content["chat_id"]), str(content.get("text", "")), paid=paid)
        await asyncio.sleep(self.round_trip / 2)
        return web.json_response(answer, status=status)

    async def other(self, request: web.Request) -> web.Response:
        """getMe, for a library that asks it first."""
        me = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
        return web.json_response({"ok": True, "result": me if request.path.endswith("getMe") else True})

    async def seen(self, _request: web.Request) -> web.Response:
        return web.json_response({"taken": self.taken, "refused": self.refused, "most_in_a_second": self.most_seen})

    def _answer(self, chat: str, text: str, *, paid: bool) -> tuple[int, dict[str, object]]:
        now = time.monotonic()
        recent, most = (self.recent_paid, PAID) if paid else (self.recent, self.most)
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        if now >= self.halted_until and len(recent) >= most:
            self.halted_until = now + self.halt
        if now < self.halted_until:
            self.refused += 1
            wait = math.ceil(self.halted_until - now)
            told = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {wait}"}
            return 429, told | {"parameters": {"retry_after": wait}}
        recent.append(now)
        self.most_seen = max(self.most_seen, len(recent))
        self.taken.append((chat, now))
        message = {"message_id": len(self.taken), "date": 1, "chat": {"id": 1, "type": "private"}, "text": text}
        return 200, {"ok": True, "result": message}


async def _content(request: web.Request) -> dict[str, object]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict(await request.post())


async def serve(strict: Strict) -> None:
    app = web.Application()
    app.router.add_get("/seen", strict.seen)
    app.router.add_post("/bot{token}/sendMessage", strict.take)
    app.router.add_route("*", "/bot{token}/{method}", strict.other)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    given = [json.loads(each) for each in sys.argv[1:4]]
    asyncio.run(serve(Strict(*given)))
