"""`python -m tests.stand_ins.slack --port N`: prints its address and tokens as a line of JSON, serves until stopped."""

import argparse
import asyncio
import json
import signal

from tests.stand_ins.slack.server import SlackServer


async def serve(port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with SlackServer(port=port) as server:
        told = {
            "url": server.url,
            "api_url": server.api_url,
            "bot_token": server.bot_token,
            "app_token": server.app_token,
            "signing_secret": server.signing_secret,
            "team_id": server.world.team_id,
        }
        print(json.dumps(told), flush=True)
        await stop.wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A strict local Slack for tests.")
    arguments.add_argument("--port", type=int, default=0, help="0 = any free one")
    asyncio.run(serve(arguments.parse_args().port))
