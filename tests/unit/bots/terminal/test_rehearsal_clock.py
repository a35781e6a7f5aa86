"""The clock of an open rehearsal: it jumps, runs beside a guest, and never goes back."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bots.terminal.rehearsal.clock import LivingClock
from bots.terminal.rehearsal.play import Guests

START = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class RealClock:
    """Stands for the machine's: it moves when it is told to, and counts who waits for it."""

    def __init__(self) -> None:
        self.at = datetime(2030, 1, 1, tzinfo=UTC)
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


async def test_it_stands_still_until_it_is_let_run() -> None:
    real = RealClock()
    clock = LivingClock(real, START)
    real.at += timedelta(days=9)
    assert clock.now() == START
    clock.run()
    real.at += 5 * SECOND
    assert clock.now() == START + 5 * SECOND
    clock.halt()
    real.at += timedelta(days=9)
    assert clock.now() == START + 5 * SECOND


async def test_jumps_go_forward_only_whether_it_runs_or_not() -> None:
    real = RealClock()
    clock = LivingClock(real, START)
    clock.advance_to(START + timedelta(days=1))
    clock.run()
    real.at += SECOND
    clock.advance_to(START)
    assert clock.now() == START + timedelta(days=1) + SECOND
    clock.advance_to(START + timedelta(days=2))
    real.at += SECOND
    assert clock.now() == START + timedelta(days=2) + SECOND


async def test_waiting_is_free_while_it_jumps_and_real_while_it_runs() -> None:
    real = RealClock()
    clock = LivingClock(real, START)
    await clock.sleep(60)
    assert (clock.now(), real.slept) == (START + timedelta(minutes=1), 0.0)
    clock.run()
    await clock.sleep(2)
    assert real.slept == 2.0


async def test_running_twice_or_halting_twice_changes_nothing() -> None:
    real = RealClock()
    clock = LivingClock(real, START)
    clock.run()
    real.at += SECOND
    clock.run()
    real.at += SECOND
    clock.halt()
    clock.halt()
    assert clock.now() == START + 2 * SECOND


class House:
    """What `Guests` need of the house: that it works."""

    def __init__(self, guests: Guests, *, writes_again: int) -> None:
        self.guests, self.left = guests, writes_again
        self.worked = 0

    async def settle(self) -> None:
        self.worked += 1
        if self.left:
            self.left -= 1
            self.guests.wrote.set()


async def test_the_weeks_wait_as_long_as_somebody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.terminal.rehearsal.play.GUEST_PAUSES", 0.05)
    monkeypatch.setattr("bots.terminal.rehearsal.play.LOOK_EVERY", 0.0)
    clock = LivingClock(RealClock(), START)
    guests = Guests(clock, asyncio.Event())
    house = House(guests, writes_again=3)
    await guests.served(house)  # type: ignore[arg-type]  # all that it is asked for
    assert house.worked == 0, "nobody writes: the weeks go on at once"
    guests.wrote.set()
    await guests.served(house)  # type: ignore[arg-type]
    assert house.left == 0
    assert house.worked > 3
    assert not guests.wrote.is_set()
