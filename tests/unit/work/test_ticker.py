"""The ticker on a virtual clock: no test sleeps."""

import asyncio
import heapq
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta

import hypothesis
import pytest

from core.model.errors import StorageError
from core.work.ticker import MORE, Rhythm, WallTime, tick

START = datetime(2027, 1, 18, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class VirtualClock:
    """Time passes only in `until`, and only when everything else is waiting."""

    def __init__(self) -> None:
        self._now = START
        self._order = 0
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._order += 1
        waker: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), self._order, waker))
        await waker

    async def until(self, at: datetime) -> None:
        await _settled()
        while self._sleepers and self._sleepers[0][0] <= at:
            self._now, _, waker = heapq.heappop(self._sleepers)
            if not waker.done():
                waker.set_result(None)
            await _settled()
        self._now = at

    async def seconds(self, count: float) -> None:
        await self.until(self._now + timedelta(seconds=count))


async def _settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


class Stages:
    """Named stages that note when they ran."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.ran: dict[str, list[float]] = {}
        self.stages: dict[str, Callable[[], Awaitable[object]]] = {}

    def add(self, name: str, work: Callable[[], Awaitable[object]] | None = None) -> None:
        self.ran[name] = []

        async def run() -> object:
            self.ran[name].append((self.clock.now() - START) / SECOND)
            return await work() if work else None

        self.stages[name] = run


@asynccontextmanager
async def ticking(
    stages: Stages, every: dict[str, Rhythm], wake: dict[str, asyncio.Event] | None = None
) -> AsyncIterator[asyncio.Event]:
    """The ticker runs inside the block and is stopped cleanly at its end."""
    stop = asyncio.Event()
    task = asyncio.create_task(tick(stages.stages, stages.clock, stop, every=every, wake=wake))
    try:
        await _settled()
        yield stop
        stop.set()
        await stages.clock.seconds(5)
        assert task.done(), "what was in progress had time to end"
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_each_stage_runs_at_once_and_then_at_its_own_rhythm() -> None:
    stages = Stages(VirtualClock())
    stages.add("receive")
    stages.add("plan")
    async with ticking(stages, {"receive": SECOND, "plan": 5 * SECOND}):
        await stages.clock.seconds(10)
    assert stages.ran == {"receive": [*map(float, range(11))], "plan": [0.0, 5.0, 10.0]}


async def test_a_slow_stage_holds_nobody_up_and_never_runs_twice_at_once() -> None:
    clock = VirtualClock()
    stages = Stages(clock)
    stages.add("tag", lambda: clock.sleep(3.5))
    stages.add("send")
    async with ticking(stages, {"tag": SECOND, "send": SECOND}):
        await clock.seconds(10)
    assert stages.ran["send"] == [*map(float, range(11))]
    assert stages.ran["tag"] == [0.0, 3.5, 7.0]


async def test_a_stage_is_woken_by_another() -> None:
    stages = Stages(VirtualClock())
    wake = asyncio.Event()
    stages.add("tag")
    async with ticking(stages, {"tag": timedelta(hours=1)}, {"tag": wake}):
        await stages.clock.seconds(7)
        wake.set()
        await stages.clock.seconds(3)
        assert not wake.is_set()
    assert stages.ran["tag"] == [0.0, 7.0]


class SetBack(VirtualClock):
    """Shows what it is told to; time passes as ever."""

    shows = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shows


async def test_a_clock_that_is_set_back_during_a_run_makes_nobody_wait_for_it() -> None:
    clock = SetBack()
    stages = Stages(clock)

    async def work() -> None:
        if len(stages.ran["plan"]) == 3:
            clock.shows = timedelta(hours=-1)

    stages.add("plan", work)
    async with ticking(stages, {"plan": SECOND}):
        await clock.seconds(10)
    assert stages.ran["plan"] == [0.0, 1.0, 2.0, *(at - 3600.0 for at in range(3, 11))]


async def test_a_call_that_comes_during_a_run_is_not_lost() -> None:
    stages = Stages(VirtualClock())
    wake = asyncio.Event()
    stages.add("tag", lambda: stages.clock.sleep(5))
    async with ticking(stages, {"tag": timedelta(hours=1)}, {"tag": wake}):
        await stages.clock.seconds(2)
        wake.set()
        await stages.clock.seconds(20)
    assert stages.ran["tag"] == [0.0, 5.0]


async def test_a_stage_that_left_work_lying_there_runs_again_at_once() -> None:
    stages = Stages(VirtualClock())
    left = [MORE, MORE, 3, MORE]

    async def receive() -> object:
        return left.pop(0) if left else 0

    stages.add("receive", receive)
    async with ticking(stages, {"receive": SECOND}):
        await stages.clock.seconds(2)
    assert stages.ran["receive"] == [0.0, 0.0, 0.0, 1.0, 1.0, 2.0]


async def test_a_stage_that_fails_backs_off_alone_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    stages = Stages(VirtualClock())
    wake = asyncio.Event()

    async def send() -> None:
        wake.set()  # work keeps coming in: it must not cut the pause short
        if stages.clock.now() < START + 10 * SECOND:
            raise RuntimeError("0612345678 veut que la piscine ouvre le dimanche")

    stages.add("digest", send)
    stages.add("receive")
    with caplog.at_level(logging.INFO):
        async with ticking(stages, {"digest": SECOND, "receive": SECOND}, {"digest": wake}):
            await stages.clock.seconds(15)
            stop_waking = stages.ran["digest"][:5]
            wake.clear()
    assert stop_waking == [0.0, 1.0, 3.0, 7.0, 15.0]
    assert stages.ran["receive"] == [*map(float, range(16))]
    assert "stage digest failed 4 time(s): RuntimeError at test_ticker.py:" in caplog.text
    assert "stage digest works again" in caplog.text
    assert "piscine" not in caplog.text
    assert "0612345678" not in caplog.text


async def test_the_pause_never_grows_beyond_five_minutes() -> None:
    stages = Stages(VirtualClock())

    async def plan() -> None:
        raise StorageError("the database is locked by another program: stop it first")

    stages.add("plan", plan)
    async with ticking(stages, {"plan": SECOND}):
        await stages.clock.seconds(3600)
    ran = stages.ran["plan"]
    assert ran[:10] == [0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 127.0, 255.0, 511.0]
    assert ran[-1] - ran[-2] == 300.0


async def test_an_error_of_ours_is_told_in_full(caplog: pytest.LogCaptureFixture) -> None:
    stages = Stages(VirtualClock())

    async def plan() -> None:
        raise StorageError("the disk is full: free some space")

    stages.add("plan", plan)
    async with ticking(stages, {"plan": SECOND}):
        await stages.clock.seconds(0.5)
    assert "StorageError: the disk is full: free some space" in caplog.text


async def test_the_place_that_is_told_is_in_our_own_lines(caplog: pytest.LogCaptureFixture) -> None:
    stages = Stages(VirtualClock())

    async def plan() -> None:
        hypothesis.reject()  # raises inside a library

    stages.add("plan", plan)
    async with ticking(stages, {"plan": SECOND}):
        await stages.clock.seconds(0.5)
    assert " at test_ticker.py:" in caplog.text


async def test_something_cancelled_inside_a_stage_is_a_failure_not_an_end() -> None:
    stages = Stages(VirtualClock())

    async def tag() -> None:
        inner = asyncio.create_task(asyncio.sleep(0))
        inner.cancel()
        await inner

    stages.add("tag", tag)
    async with ticking(stages, {"tag": SECOND}):
        await stages.clock.seconds(3)
    assert stages.ran["tag"] == [0.0, 1.0, 3.0]


async def test_a_stop_lets_what_is_in_progress_end() -> None:
    clock = VirtualClock()
    stages = Stages(clock)
    ended = []

    async def send() -> None:
        await clock.sleep(4)
        ended.append(clock.now())

    stages.add("send", send)
    stages.add("receive")
    stop = asyncio.Event()
    task = asyncio.create_task(tick(stages.stages, clock, stop, every={"send": SECOND, "receive": SECOND}))
    await clock.seconds(1.5)
    stop.set()
    await clock.seconds(1)
    assert not task.done()
    await clock.seconds(2)
    await task
    assert ended == [START + 4 * SECOND]
    assert stages.ran["receive"] == [0.0, 1.0]


async def test_a_stop_has_a_time_limit(caplog: pytest.LogCaptureFixture) -> None:
    clock = VirtualClock()
    stages = Stages(clock)
    cancelled_at = []

    async def send() -> None:
        try:
            await clock.sleep(3600)
        except asyncio.CancelledError:
            cancelled_at.append(clock.now())
            raise

    stages.add("send", send)
    stop = asyncio.Event()
    task = asyncio.create_task(tick(stages.stages, clock, stop, every={"send": SECOND}, grace=5 * SECOND))
    await clock.seconds(1)
    stop.set()
    await clock.seconds(4)
    assert not task.done()
    await clock.seconds(2)
    await task
    assert cancelled_at == [START + 6 * SECOND]
    assert "stage send did not end within 5 s" in caplog.text


async def test_cancelled_itself_it_leaves_nothing_running() -> None:
    clock = VirtualClock()
    stages = Stages(clock)
    stages.add("send", lambda: clock.sleep(3600))
    before = asyncio.all_tasks()
    task = asyncio.create_task(tick(stages.stages, clock, asyncio.Event(), every={"send": SECOND}))
    await clock.seconds(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == before


async def test_a_clock_that_breaks_stops_everything_and_is_told() -> None:
    class Broken(VirtualClock):
        async def sleep(self, seconds: float) -> None:
            if seconds == 1:
                raise OSError("no clock")
            await super().sleep(seconds)

    clock = Broken()
    stages = Stages(clock)
    stages.add("send")
    stages.add("plan")
    stop = asyncio.Event()
    with pytest.raises(OSError, match="no clock"):
        await tick(stages.stages, clock, stop, every={"send": SECOND, "plan": 9 * SECOND})
    assert stop.is_set()


async def test_a_time_of_day_on_the_clocks_of_a_zone() -> None:
    stages = Stages(VirtualClock())  # Monday, 10:00 in Paris
    stages.add("digest")
    async with ticking(stages, {"digest": WallTime(time(8, 45), "Europe/Paris", weekdays=(0, 3))}):
        await stages.clock.until(START + timedelta(days=8))
    assert [START + ran * SECOND for ran in stages.ran["digest"]] == [
        START,
        datetime(2027, 1, 21, 7, 45, tzinfo=UTC),
        datetime(2027, 1, 25, 7, 45, tzinfo=UTC),
    ]


async def test_a_missed_time_of_day_comes_once_and_at_once() -> None:
    clock = VirtualClock()
    stages = Stages(clock)
    busy = [3 * 86400.0]

    async def housekeeping() -> None:
        if busy:
            await clock.sleep(busy.pop())

    stages.add("housekeeping", housekeeping)
    async with ticking(stages, {"housekeeping": WallTime(time(3, 30))}):
        await clock.until(START + timedelta(days=4))
    assert stages.ran["housekeeping"] == [0.0, 3 * 86400.0, (3 * 24 + 18.5) * 3600]


@pytest.mark.parametrize(
    ("every", "wake"),
    [({}, {}), ({"send": SECOND, "sned": SECOND}, {}), ({"send": SECOND}, {"sned": asyncio.Event()})],
)
async def test_a_name_that_does_not_fit_is_told(every: dict[str, Rhythm], wake: dict[str, asyncio.Event]) -> None:
    stages = Stages(VirtualClock())
    stages.add("send")
    with pytest.raises(ValueError, match=r"look at s(end|ned)"):
        await tick(stages.stages, stages.clock, asyncio.Event(), every=every, wake=wake)


async def test_a_rhythm_of_nothing_is_refused() -> None:
    stages = Stages(VirtualClock())
    stages.add("send")
    with pytest.raises(ValueError, match="longer than nothing"):
        await tick(stages.stages, stages.clock, asyncio.Event(), every={"send": timedelta(0)})


async def test_without_stages_it_waits_for_the_stop() -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(tick({}, VirtualClock(), stop, every={}))
    await _settled()
    assert not task.done()
    stop.set()
    await task


async def test_cancelled_it_ends_even_when_what_cleans_up_fails() -> None:
    """The error of the cleaning up takes the place of the cancellation: the loop of that stage must not go on."""
    clock = VirtualClock()
    began = asyncio.Event()

    async def tidy() -> None:
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            raise StorageError("the database did not take the work just now")

    task = asyncio.create_task(tick({"tidy": tidy}, clock, asyncio.Event(), every={"tidy": SECOND}))
    await began.wait()
    task.cancel()
    await _settled()
    assert task.done(), "it would back off and begin again for ever"
    with pytest.raises(asyncio.CancelledError):
        await task
