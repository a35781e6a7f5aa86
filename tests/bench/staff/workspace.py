"""A workspace of Slack in its own process, whose people ask for things: how long until each is acknowledged?

python -m tests.bench.staff.workspace     prints its address and tokens; reads {"url", "times", "every"} line by line,
                                          answers each with the milliseconds of every request; ends with its input
"""

import asyncio
import json
import sys
import time

from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.staff import Staff

ROOM = "C0PISCINE"
ASKS = ("digest", "attente", "statut", "thème horaires")


async def serve() -> None:
    async with SlackServer() as server:
        server.channel(ROOM, "piscine")
        anna = server.member("U1")
        names = ("api_url", "bot_token", "signing_secret")
        print(json.dumps({name: getattr(server, name) for name in names}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            wish = json.loads(line)
            server.request_url = wish["url"]
            print(json.dumps(await _asked(anna, wish["times"], wish["every"])), flush=True)


async def _asked(anna: Staff, times: int, every: float) -> list[float]:
    """One request after the other, whether the one before was answered or not."""

    async def one(place: int) -> float:
        began = time.perf_counter()
        asked = await anna.command("/porte-voix", ASKS[place % len(ASKS)], channel=ROOM)
        assert asked.acknowledged, asked.error
        return 1000 * (time.perf_counter() - began)

    asking = []
    for place in range(times):
        asking.append(asyncio.create_task(one(place)))
        await asyncio.sleep(every)
    return await asyncio.gather(*asking)


if __name__ == "__main__":
    asyncio.run(serve())
