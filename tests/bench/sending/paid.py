"""A paid broadcast: a thousand messages in any sliding second, each row claimed, stamped and settled in SQLite.

paid_rate            messages a second, first to last taken ÷ 1000; reference: bare aiohttp at the same pace
paid_refused         how many the platform refused
paid_cpu             of one core, our whole process, for a thousand messages a second, whatever rate was reached
paid_cpu_vs_aiohttp  the same ÷ that of bare aiohttp, a message
paid_cpu_vs_raw      the same ÷ that of asyncio's streams and orjson
paid_rate_aiogram    aiogram 3 in the loop that its documentation shows, ÷ 1000
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from core.rules.pacing import TELEGRAM
from tests.bench.figures import Figure, median
from tests.bench.parts import Wanted
from tests.bench.references import bare_aiohttp, raw_asyncio
from tests.bench.sending.broadcast import PAYING, TOKEN, Seen, owe_all, platform, seen, town


@dataclass(frozen=True, slots=True)
class Run:
    """`cpu`: seconds of our process, all threads."""

    seen: Seen
    cpu: float

    @property
    def rate(self) -> float:
        return self.seen.rate / TELEGRAM.paid

    @property
    def cores(self) -> float:
        return self.cpu * TELEGRAM.paid / len(self.seen.taken)


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    from tests.bench.references import aiogram_loop  # only here: loading it takes seconds

    count = wanted.sized(tiny=50, usual=5_000, full=60_000)
    turns = wanted.sized(tiny=1, usual=3, full=1)
    ours: list[Run] = []
    bare: list[Run] = []
    raw: list[Run] = []
    for turn in range(turns):
        wanted.tell(f"turn {turn + 1} of {turns}: {count} messages, {count / TELEGRAM.paid:.0f} s at best")
        ours.append(await _ours(count))
        wanted.tell(f"turn {turn + 1} of {turns}: the same with bare aiohttp")
        bare.append(await _theirs(lambda url: bare_aiohttp.broadcast(url, TOKEN, count, a_second=TELEGRAM.paid)))
        wanted.tell(f"turn {turn + 1} of {turns}: the same with asyncio and orjson alone")
        raw.append(await _theirs(lambda url: raw_asyncio.broadcast(url, TOKEN, count, a_second=TELEGRAM.paid)))
    few = count // 10
    wanted.tell(f"{few} messages with aiogram, in its usual loop")
    loop = await _theirs(lambda url: aiogram_loop.broadcast(url, TOKEN, few))
    return {
        "paid_rate": median([each.rate for each in ours], "of 1000/s", [each.rate for each in bare]),
        "paid_refused": median([float(each.seen.refused) for each in ours], f"of {count}"),
        "paid_cpu": median([each.cores for each in ours], "of a core", [each.cores for each in bare]),
        "paid_cpu_vs_aiohttp": median(
            [1e3 * each.cpu / count for each in ours], "ms a message", [1e3 * each.cpu / count for each in bare]
        ),
        "paid_cpu_vs_raw": median(
            [1e3 * each.cpu / count for each in ours], "ms a message", [1e3 * each.cpu / count for each in raw]
        ),
        "paid_rate_aiogram": median([loop.rate], "of 1000/s"),
    }


async def _ours(count: int) -> Run:
    with platform(TELEGRAM.most, 0.0) as url:
        async with town(url, count, TELEGRAM, PAYING) as house:
            await owe_all(house, count)
            before = time.process_time()
            await house.outbox.send_due()
            cpu = time.process_time() - before
        return Run(seen(url), cpu)


async def _theirs(broadcast: Callable[[str], Awaitable[None]]) -> Run:
    with platform(TELEGRAM.most, 0.0) as url:
        before = time.process_time()
        await broadcast(url)
        cpu = time.process_time() - before
        return Run(seen(url), cpu)
