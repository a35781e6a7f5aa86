"""A step falls due for very many people: how long, and how much memory, until each is owed a message?

plan_s_per_100k     seconds for a hundred thousand, by what was measured
plan_peak_mb        the most memory while planning; reference: a tenth of the people. It must not grow with them
"""

import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace

from core.model.consultations import Anchor, Moment, Step, StepKind
from core.rules.pacing import TELEGRAM
from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.sending.broadcast import town
from tests.builders import NOW, START, consultation

REMINDER = Step("reminder", StepKind.REMINDER, Moment(after=NOW - START, anchor=Anchor.ARRIVAL))
DUE = replace(consultation(), steps=(REMINDER,))


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    many = wanted.sized(tiny=100, usual=10_000, full=100_000)
    wanted.tell(f"{many // 10:,} people")
    _, small = await _planned(many // 10, memory=True)
    wanted.tell(f"{many:,} people, for the memory")
    _, large = await _planned(many, memory=True)
    wanted.tell(f"{many:,} people, for the time")
    seconds, _ = await _planned(many, memory=False)
    return {
        "plan_s_per_100k": Figure(seconds * 100_000 / many, f"s, of {many} people"),
        "plan_peak_mb": Figure(large / 1e6, "MB", None, small / 1e6),
    }


async def _planned(people: int, *, memory: bool) -> tuple[float, int]:
    """(seconds, bytes at most)"""
    async with town("http://127.0.0.1:9", people, TELEGRAM, DUE) as house:
        if memory:
            tracemalloc.start()
        began = time.perf_counter()
        planned = await house.planning.plan_due()
        took = time.perf_counter() - began
        peak = tracemalloc.get_traced_memory()[1] if memory else 0
        tracemalloc.stop()
    assert planned["planned"] == people, planned
    return took, peak
