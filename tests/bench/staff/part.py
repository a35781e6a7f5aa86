"""Does work keep Slack waiting? Staff ask for things while a batch is being tagged and a broadcast is in the air.

ack_p99_ms    the request of Slack leaves → our answer is there, over signed HTTP; reference: with nothing else to do
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette

from bots.slack.app import open_slack
from bots.slack.manifest import EVENTS_PATH
from bots.web.server import listening_socket, serve_web
from core.model.contributions import ContributionState
from core.model.ids import PartnerId
from core.rules.pacing import TELEGRAM
from core.work.house import House
from core.work.staff import campaigns
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.lookups import Lookups
from core.work.staff.staff_home import StaffHome
from core.work.ticker import tick
from nlp.tagger import ProcessTagger
from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.sending.broadcast import owe_all, platform, town
from tests.bench.sending.reply import ROUND_TRIP, p99
from tests.builders import contribution
from tests.integration.path.town import DRAFTING
from tests.integration.slack.conftest import WallClock

EVERY = 0.1
"""Seconds between two requests."""
BATCH = 500
SAID = ("ouvrir plus tard le soir", "moins cher pour les familles", "une rampe pour les fauteuils", "trop de chlore")


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    asked = wanted.sized(tiny=4, usual=100, full=600)
    told, said = int(TELEGRAM.most * (EVERY * asked + 3)), wanted.sized(tiny=200, usual=8_000, full=40_000)
    with platform(TELEGRAM.most, ROUND_TRIP) as url, _workspace() as (slack, workspace):
        async with town(url, told, TELEGRAM) as house, ProcessTagger() as tagger, _opened(house, slack) as here:
            house.tagging.tagger = tagger
            wanted.tell(f"{asked} requests with nothing else to do")
            alone = await _asked(workspace, here, asked)
            wanted.tell(f"{said:,} answers to tag, {told:,} people to write to")
            await _said(house, said)
            await owe_all(house, told)
            async with _working(house):
                busy = await _asked(workspace, here, asked)
            async with house.storage.reading() as unit:
                left = len(await unit.sorting.to_tag(said))
    assert left < said, "nothing was tagged meanwhile"
    figure, before = p99(sorted(busy)), p99(sorted(alone))
    unit_said = f"ms, {said - left} tagged meanwhile" + ("" if left else ", all of them")
    return {"ack_p99_ms": replace(figure, unit=unit_said, reference=before.value)}


@contextmanager
def _workspace() -> Iterator[tuple[dict[str, str], "subprocess.Popen[str]"]]:
    command = [sys.executable, "-m", "tests.bench.staff.workspace"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process
    finally:
        process.communicate(timeout=30)


async def _asked(workspace: "subprocess.Popen[str]", here: str, times: int) -> list[float]:
    assert workspace.stdin is not None
    assert workspace.stdout is not None
    workspace.stdin.write(json.dumps({"url": here, "times": times, "every": EVERY}) + "\n")
    workspace.stdin.flush()
    found: list[float] = json.loads(await asyncio.to_thread(workspace.stdout.readline))
    return found


@asynccontextmanager
async def _opened(house: House, tokens: Mapping[str, Any]) -> AsyncIterator[str]:
    """The address at which Slack finds us."""
    async with house.storage.unit() as unit:
        now = house.clock.now()
        account = await campaigns.own_account(unit, PartnerId("town"), "slack", "T0BELLEVUE", house.chance, now=now)
    async with open_slack(
        bot_token=tokens["bot_token"],
        signing_secret=tokens["signing_secret"],
        app_token="",
        mode="http",
        api_base_url=tokens["api_url"],
        account=account.id,
        desk=house.desk,
        lookups=Lookups(house.desk, lambda *_: b"", lambda *_: b""),
        home=StaffHome(house.desk),
        campaigns=CampaignDesk(house.storage, house.clock, house.chance, house.words, DRAFTING, lambda: None),
        clock=WallClock(),
    ) as slack:
        stop, listener = asyncio.Event(), listening_socket("127.0.0.1", 0)
        serving = asyncio.create_task(serve_web(Starlette(routes=slack.routes()), listener, stop))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{EVENTS_PATH}"
        finally:
            stop.set()
            await serving


async def _said(house: House, many: int) -> None:
    for begin in range(0, many, BATCH):
        async with house.storage.unit() as unit:
            for place in range(begin, min(many, begin + BATCH)):
                words = f"{SAID[place % len(SAID)]}, numéro {place}"
                await contribution(unit, None, raw=words, state=ContributionState.RECEIVED)


@asynccontextmanager
async def _working(house: House) -> AsyncIterator[None]:
    """Tagging and sending go on, as in the service, from a moment before."""
    over = asyncio.Event()
    stages = {name: stage for name, stage in house.stages().items() if name in ("tag", "send")}
    rhythm = dict.fromkeys(stages, timedelta(seconds=1))
    wake = {name: house.wakes[name] for name in stages}
    ticking = asyncio.create_task(tick(stages, house.clock, over, every=rhythm, wake=wake))
    await asyncio.sleep(1.5)
    try:
        yield
    finally:
        over.set()
        house.stopping = True
        await ticking
