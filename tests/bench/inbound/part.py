"""Many people write at the same time, by webhook: how many updates a second, and how long until each is acknowledged.

inbound_per_s              from the first update sent to the commit of what the last one brought about
inbound_p99_ms             an update is sent → 200; 99 of 100. The spread begins at the median
inbound_vs_ptb             updates a second ÷ those of python-telegram-bot's own webhook, in turns
commits_per_contribution   transactions that were committed meanwhile ÷ contributions
inbound_cpu_ms             processor of the service for one update
inbound_cpu_vs_raw         the same ÷ that of asyncio, orjson and sqlite3, which keep an update and do nothing with it
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.bench.figures import Figure, median
from tests.bench.inbound.people import EACH, crowd
from tests.bench.parts import Wanted
from tests.builders import consultation

OURS, THEIRS = "tests.bench.inbound.serving", "tests.bench.references.ptb_webhook"
RAW = "tests.bench.references.raw_webhook"
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Run:
    per_s: float
    waits: list[float]
    commits_each: float
    cpu_ms: float

    def share(self, of_hundred: int) -> float:
        """Milliseconds."""
        return 1000 * sorted(self.waits)[min(len(self.waits) - 1, of_hundred * len(self.waits) // 100)]


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    people = wanted.sized(tiny=4, usual=400, full=2_000)
    ours, theirs, raw = [], [], []
    for turn in range(wanted.sized(tiny=1, usual=3, full=5)):
        wanted.tell(f"{people * EACH} updates of {people} people, {AT_ONCE} at once, turn {turn + 1}")
        ours.append(await _run(OURS, people))
        wanted.tell(f"the same with python-telegram-bot's webhook, turn {turn + 1}")
        theirs.append(await _run(THEIRS, people))
        wanted.tell(f"the same with asyncio alone, kept and nothing more, turn {turn + 1}")
        raw.append(await _run(RAW, people, kept="inbox"))
    p99 = median([each.share(99) for each in ours], "ms", [each.share(99) for each in theirs])
    middle = statistics.median(each.share(50) for each in ours)
    return {
        "inbound_per_s": median([each.per_s for each in ours], "updates/s", [each.per_s for each in theirs]),
        "inbound_vs_ptb": median([mine.per_s / other.per_s for mine, other in zip(ours, theirs, strict=True)], "times"),
        "inbound_p99_ms": replace(p99, spread=(middle, p99.spread[1]) if p99.spread else None),
        "inbound_cpu_ms": median([each.cpu_ms for each in ours], "ms", [each.cpu_ms for each in theirs]),
        "inbound_cpu_vs_raw": median([each.cpu_ms for each in ours], "ms", [each.cpu_ms for each in raw]),
        "commits_per_contribution": median(
            [each.commits_each for each in ours], "each", [each.commits_each for each in theirs]
        ),
    }


async def _run(module: str, people: int, *, kept: str = "contributions") -> Run:
    """`kept`: the rows that say that nothing is missing."""
    asked = replace(consultation(), revision=1)
    with _service(module) as (url, ours):
        before = await asyncio.to_thread(_drained, ours)
        began = time.monotonic()
        waits = await crowd(url, people, asked, at_once=min(AT_ONCE, people))
        after = await asyncio.to_thread(_drained, ours)
    wanted = people if kept == "contributions" else people * EACH
    assert after[kept] == wanted, f"{after[kept]} {kept} of {people} people"
    return Run(
        per_s=len(waits) / (after["at"] - began),
        waits=waits,
        commits_each=(after["commits"] - before["commits"]) / people,
        cpu_ms=1000 * (after["cpu"] - before["cpu"]) / len(waits),
    )


@contextmanager
def _service(module: str) -> Iterator[tuple[str, str]]:
    """Its addresses: where updates go, and where we ask it; mostly one and the same."""
    process = subprocess.Popen([sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        urls = process.stdout.readline().split()
        if not urls:
            raise SystemExit("the service did not start: what it says stands above")
        yield urls[0], urls[-1]
    finally:
        process.communicate(timeout=60)


def _drained(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/drained") as answer:
        found: dict[str, Any] = json.load(answer)
    return found
