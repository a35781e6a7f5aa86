"""`python -m tests.stand_ins.telegram --port N`: prints "URL TOKEN", serves until SIGTERM or SIGINT."""

import argparse
import asyncio
import signal

from tests.stand_ins.telegram.server import TOKEN, TelegramServer


async def serve(port: int, token: str, seed: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with TelegramServer(token, port=port, seed=seed) as server:
        print(server.url, server.token, flush=True)
        await stop.wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A strict local Bot API for tests.")
    arguments.add_argument("--port", type=int, default=0, help="0 = any free one")
    arguments.add_argument("--token", default=TOKEN)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    asyncio.run(serve(given.port, given.token, given.seed))
