"""The service that is measured, in a process of its own: the webhook, the inbox, intake, a database that is durable.

    python -m tests.bench.inbound.serving      prints its address; ends with its standard input

GET /drained answers as soon as nothing waits to be worked on: what was done until then.
"""

import asyncio
import sys
import time
from datetime import timedelta

import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.telegram.api import Api
from bots.telegram.taps import Taps
from bots.telegram.webhook import webhook_route
from bots.web.server import hooked, listening_socket, serve_web
from config.system import serving_loop
from core.rules.pacing import TELEGRAM
from core.storage.schema import contributions, deliveries, inbox
from core.work.house import House
from core.work.ticker import tick
from tests.bench.inbound.people import PATH, SECRET
from tests.bench.sending.broadcast import TELEGRAM_ACCOUNT, TOKEN, town

NOWHERE = "http://127.0.0.1:9"


async def serve() -> None:
    async with town(NOWHERE, 0, TELEGRAM) as house:
        commits = _counted(house)
        hook = webhook_route(PATH, SECRET, house.inbox, TELEGRAM_ACCOUNT, house.clock, Taps(Api(TOKEN, NOWHERE)))

        async def drained(_request: Request) -> Response:
            while True:
                async with house.storage.reading() as unit:
                    if not await unit.inbox.pending(1):
                        break
                await asyncio.sleep(0.005)
            at = time.monotonic()
            async with house.storage.reading() as unit:
                rows = {
                    table.name: (await unit.connection.execute(sa.select(sa.func.count()).select_from(table))).scalar()
                    for table in (inbox, contributions, deliveries)
                }
            return JSONResponse({"at": at, "commits": commits[0], "cpu": time.process_time(), **rows})

        app = hooked(Starlette(routes=[Route("/drained", drained)]), {PATH: hook})
        listener, stop = listening_socket("127.0.0.1", 0), asyncio.Event()
        ticking = asyncio.create_task(
            tick(
                {"receive": house.stages()["receive"]},
                house.clock,
                stop,
                every={"receive": timedelta(seconds=1)},
                wake={"receive": house.wakes["receive"]},
            )
        )
        serving = asyncio.create_task(serve_web(app, listener, stop))
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        stop.set()
        await asyncio.gather(serving, ticking)


def _counted(house: House) -> list[int]:
    """[how many transactions that wrote something were committed]"""
    commits, wrote = [0], [False]
    engine = house.storage._writer.sync_engine

    @sa.event.listens_for(engine, "before_cursor_execute")
    def on_execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        wrote[0] |= statement.startswith(("INSERT", "UPDATE", "DELETE"))

    @sa.event.listens_for(engine, "commit")
    def on_commit(_connection: sa.Connection) -> None:
        commits[0] += wrote[0]
        wrote[0] = False

    return commits


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=serving_loop) as runner:
        runner.run(serve())
