"""Says "now" to each stage of the work, and nothing else: what is due is in rows, a missed tick costs nothing.

    at its rhythm ──┐
    woken ──────────┼─▶ run ──▶ wait for the next
    MORE ───────────┘    └────▶ failed: wait 1 s, 2 s, 4 s … 5 min, alone

Each stage (receive, tag, plan, send, digest, housekeeping) has its own loop: never twice at once, never held up by
another that is slow or fails. APScheduler computes when a rhythm comes next; its schedulers, job stores and executors
(which cancel what runs) are not used.

Stopping: no stage begins again, those in progress are given `grace`, what is left is cancelled. Nothing that a stage
handles gets into the log: of an error that is not ours, only its type and place.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from core.model.errors import PorteVoixError
from core.work.ports import Clock

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=20)
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)


class _Again(Enum):
    MORE = "more"


MORE: Final = _Again.MORE
"""What a stage returns when it left work lying there: it is run again at once."""

Stage = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class WallTime:
    """At `at` on the clocks of `zone`, on `weekdays` (0 = Monday)."""

    at: time
    zone: str = "UTC"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


Rhythm = timedelta | WallTime
"""Every so long after a run began, or at a time of day."""


async def tick(
    stages: Mapping[str, Stage],
    clock: Clock,
    stop: asyncio.Event,
    *,
    every: Mapping[str, Rhythm],
    wake: Mapping[str, asyncio.Event] | None = None,
    grace: timedelta = GRACE,
) -> None:
    """Runs `stages` until `stop` is set, each at once and then by its rhythm in `every`, or when its event in `wake` is
    set (cleared here; set while it runs, it means once more). A stage that is backing off is not woken.

    Raises `ValueError` when a stage has no rhythm or a name is not a stage's.
    """
    wake = wake or {}
    if strange := stages.keys() ^ every.keys() or wake.keys() - stages.keys():
        raise ValueError(f"every stage needs a rhythm, and only stages have one: look at {', '.join(sorted(strange))}")
    triggers = {name: _trigger(rhythm) for name, rhythm in every.items()}
    loops = {
        asyncio.create_task(
            _keep_running(name, work, clock, stop, triggers[name], wake.get(name) or asyncio.Event()),
            name=f"stage {name}",
        )
        for name, work in stages.items()
    }
    if not loops:
        await stop.wait()
        return
    try:
        await _first_of(stop.wait(), asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED))
        stop.set()  # a loop that ended before this broke: the others must not go on as if nothing were
        await _first_of(asyncio.wait(loops), clock.sleep(grace.total_seconds()))
        for late in (loop for loop in loops if not loop.done()):
            logger.warning("%s did not end within %g s and is cancelled", late.get_name(), grace.total_seconds())
    finally:
        await _cancel(loops)
    for loop in loops:
        if not loop.cancelled():
            loop.result()  # raises what broke it


async def _keep_running(
    name: str, work: Stage, clock: Clock, stop: asyncio.Event, trigger: "_Trigger", woken: asyncio.Event
) -> None:
    failures = 0
    while not stop.is_set():
        woken.clear()
        began = clock.now()
        error: BaseException | None = None
        found: object = None
        try:
            found = await work()
        except asyncio.CancelledError as cancelled:
            if _cancelling():
                raise
            error = cancelled  # not we: something that the stage awaited was cancelled
        except Exception as raised:  # its units of work have rolled back; here a stage fails, not the program
            if _cancelling():  # what cleans up after a cancelled stage failed, and hid that it was cancelled
                raise asyncio.CancelledError from raised
            error = raised
        if error is not None:
            failures += 1
            pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
            logger.error(
                "stage %s failed %d time(s): %s; again in %g s", name, failures, _told(error), pause.total_seconds()
            )
            await _first_of(stop.wait(), clock.sleep(pause.total_seconds()))
            continue
        if failures:
            logger.info("stage %s works again", name)
        failures = 0
        if found is MORE:
            await asyncio.sleep(0)  # others first
            continue
        ended = clock.now()  # before it began when the clock was set back meanwhile: then it counts from here
        rest = (trigger.get_next_fire_time(min(began, ended), ended) - ended).total_seconds()
        await _first_of(stop.wait(), woken.wait(), clock.sleep(max(0.0, rest)))


def _cancelling() -> bool:
    return (task := asyncio.current_task()) is not None and task.cancelling() > 0


class _Trigger(Protocol):
    def get_next_fire_time(self, previous_fire_time: datetime, now: datetime) -> datetime: ...


def _trigger(rhythm: Rhythm) -> _Trigger:
    """Counted from the last run: what was missed meanwhile comes once, and at once."""
    if isinstance(rhythm, WallTime):
        days = ",".join(str(day) for day in rhythm.weekdays)
        hour, minute, second = rhythm.at.hour, rhythm.at.minute, rhythm.at.second
        cron: _Trigger = CronTrigger(
            day_of_week=days, hour=hour, minute=minute, second=second, timezone=ZoneInfo(rhythm.zone)
        )
        return cron
    if rhythm <= timedelta(0):
        raise ValueError("a rhythm must be longer than nothing")
    interval: _Trigger = IntervalTrigger(
        seconds=rhythm.total_seconds(), start_date=datetime(1970, 1, 1, tzinfo=UTC), timezone=UTC
    )
    return interval


async def _first_of(*waits: Coroutine[object, object, object]) -> None:
    """Returns when one of them does; the others are given up. Raises what the first one raised."""
    tasks = {asyncio.create_task(wait) for wait in waits}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await _cancel(tasks)


async def _cancel(tasks: Collection[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _told(error: BaseException) -> str:
    """The sentence of an error of ours (it never holds personal text); of any other only its type and our line."""
    if isinstance(error, PorteVoixError):
        return f"{type(error).__name__}: {error}"
    place = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = PurePath(frame.f_code.co_filename)
        if "site-packages" not in path.parts:
            place = f" at {path.name}:{line}"
    return f"{type(error).__name__}{place}"
