"""A step falls due for very many people: how long, and how much memory, until each is owed a message?

plan_100k_s         seconds for a hundred thousand, by what was measured
plan_1m_peak_mb     the most memory while planning (FULL: a million); reference: a tenth. It must not grow with them
"""

import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace

from core.model.consultations import Moment, Step, StepKind
from core.rules.pacing import TELEGRAM
from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.sending.broadcast import town
from tests.bench.sending.multitude import multitude
from tests.builders import NOW, consultation

REMINDER = Step("reminder", StepKind.REMINDER, Moment(at=NOW))
DUE = replace(consultation(), steps=(REMINDER,))


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    many = wanted.sized(tiny=100, usual=10_000, full=1_000_000)
    timed = min(many, 100_000)
    wanted.tell(f"{many // 10:,} people, for the memory")
    _, small = await _planned(many // 10, memory=True)
    wanted.tell(f"{many:,} people, for the memory")
    _, large = await _planned(many, memory=True)
    wanted.tell(f"{timed:,} people, for the time")
    seconds, _ = await _planned(timed, memory=False)
    return {
        "plan_100k_s": Figure(seconds * 100_000 / timed, f"s, of {timed} people"),
        "plan_1m_peak_mb": Figure(large / 1e6, f"MB, {many} people", None, small / 1e6),
    }


async def _planned(people: int, *, memory: bool) -> tuple[float, int]:
    """(seconds, bytes at most)"""
    async with town("http://127.0.0.1:9", 0, TELEGRAM, DUE) as house:
        await multitude(house.storage, people)
        if memory:
            tracemalloc.start()
        began = time.perf_counter()
        planned = await house.planning.plan_due()
        took = time.perf_counter() - began
        peak = tracemalloc.get_traced_memory()[1] if memory else 0
        tracemalloc.stop()
    assert planned["planned"] == people, planned
    return took, peak
