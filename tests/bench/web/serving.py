"""The service that is measured, in a process of its own: the pages, the whole house behind them, a real database.

    python -m tests.bench.web.serving FOLDER       prints its address; ends when its standard input does

Beside the pages it serves `/plain/…`: the results page of the sample, written down as a file once.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import httpx
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bots.web.app import web_app
from bots.web.server import listening_socket, serve_web
from config.locale import Catalogue
from config.system import serving_loop
from nlp.tagger import ProcessTagger
from tests.builders import StillClock
from tests.integration.web.site import open_house, piscine
from tests.integration.web_results.town import Town

RESULTS, PLAIN = "/r/piscine", "/plain/results.html"


async def serve(folder: Path) -> None:
    async with (
        ProcessTagger() as tagger,
        open_house(folder, Catalogue(), tagger, durable=True, often=timedelta(seconds=1)) as site,
    ):
        await site.starts(piscine())
        site.parts.results = folder / "results"
        app = web_app(site.parts, site.news)
        app.router.routes.append(Mount("/plain", StaticFiles(directory=folder / "plain", check_dir=False)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://town") as client:
            town = Town(site.storage, StillClock(site.clock.now()), site.parts, client)
            await town.opens_telegram()
            await town.crowd()
            page = await client.get(RESULTS)
        (folder / "plain").mkdir()
        (folder / "plain" / "results.html").write_bytes(page.content)
        listener, stop = listening_socket("127.0.0.1", 0), asyncio.Event()
        listener.listen()  # whoever is told the address may come at once
        serving = asyncio.create_task(serve_web(app, listener, stop, stopping=site.news.close))
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        stop.set()
        await serving


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=serving_loop) as runner:
        runner.run(serve(Path(sys.argv[1])))
