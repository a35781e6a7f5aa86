"""Paid broadcasts through the real outbox and channel: never beyond the ceiling, and nobody is left out for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from core.model.consultations import Consultation
from core.model.deliveries import Lane, State
from core.rules.pacing import TELEGRAM, halted
from core.storage.unit import Unit
from core.work.house import House
from core.work.staff.campaigns import start
from tests.bench.sending.broadcast import FIRST_CHAT, POOL, TELEGRAM_ACCOUNT, TOKEN, owe_all, town
from tests.builders import CountedChance, consultation
from tests.stand_ins.telegram.limits import Fault, Limits, Trouble
from tests.stand_ins.telegram.server import TelegramServer

PEOPLE = 12


def paying(most: int) -> Consultation:
    whole = consultation()
    steps = tuple(replace(step, paid=most) if step.id == "reminder" else step for step in whole.steps)
    return replace(whole, steps=steps)


@asynccontextmanager
async def owed(most: int, *, stars: float | None = 100.0) -> AsyncIterator[tuple[House, TelegramServer]]:
    """A reminder to each of the people, of which `most` may be paid for."""
    async with TelegramServer(TOKEN) as server:
        server.bot.meter.limits = Limits(per_second=30, stars=stars, paid_per_second=1000)
        for number in range(PEOPLE):
            server.person(FIRST_CHAT + number).profile.known = True
        async with town(server.url, PEOPLE, TELEGRAM, paying(most)) as house:
            await owe_all(house, PEOPLE)
            yield house, server


async def spent(house: House) -> int:
    async with house.storage.reading() as unit:
        return (await unit.paid.of(POOL)).get("reminder", 0)


def arrived(server: TelegramServer, *, paid: bool) -> list[int | None]:
    return [call.chat for call in server.bot.calls if call.effect_at is not None and call.paid is paid]


async def test_what_goes_beyond_the_ceiling_leaves_free() -> None:
    async with owed(5) as (house, server):
        counts = await house.outbox.send_due()
        assert counts[State.SENT] == PEOPLE
        assert len(arrived(server, paid=True)) == 5 == await spent(house)
        assert len(set(arrived(server, paid=True)) | set(arrived(server, paid=False))) == PEOPLE
        assert server.bot.meter.limits.stars == pytest.approx(99.5)


async def test_without_a_word_of_the_file_nothing_is_paid_for() -> None:
    async with owed(0) as (house, server):
        await house.outbox.send_due()
        assert len(arrived(server, paid=False)) == PEOPLE
        assert not arrived(server, paid=True)


async def test_the_ceiling_is_asked_again_just_before_they_leave() -> None:
    """The organiser lowers it while messages are at hand already, counted as if they could all be paid for."""
    async with owed(PEOPLE) as (house, server):
        pace = house.paces[TELEGRAM_ACCOUNT]
        async with house.storage.unit() as unit:
            assert await unit.paid.take(POOL, "reminder", 3, most=PEOPLE) == 3
        claim = type(house.outbox)._claim

        async def lowered(outbox, lane, counts):  # type: ignore[no-untyped-def]
            done = await claim(outbox, lane, counts)
            if lane is Lane.PUSH:
                async with house.storage.unit() as unit:
                    await revise(unit, house, most=4)
            return done

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(type(house.outbox), "_claim", lowered)
            await house.outbox.send_due()
        assert await spent(house) == 4
        assert len(arrived(server, paid=True)) == 1
        assert len(arrived(server, paid=False)) == PEOPLE - 1
        assert halted(pace, now=house.clock.now()) is None


async def revise(unit: Unit, house: House, *, most: int) -> None:
    await start(unit, paying(most), [], CountedChance(), now=house.clock.now())


async def test_what_was_refused_cost_nothing_and_is_counted_once() -> None:
    async with owed(PEOPLE) as (house, server):
        refused = Fault(
            Trouble.REFUSE, times=1, status=429, description="Too Many Requests", parameters={"retry_after": 1}
        )
        server.bot.faults.script(refused)
        await house.outbox.send_due()
        async with house.storage.reading() as unit:
            waits = await unit.deliveries.next_due()
        if waits is not None:
            await house.clock.sleep(max(0.0, (waits - house.clock.now()).total_seconds()))
            await house.outbox.send_due()
        assert await spent(house) == PEOPLE
        assert len(arrived(server, paid=True)) == PEOPLE


async def test_a_message_of_which_nothing_was_heard_stays_counted() -> None:
    async with owed(1) as (house, server):
        server.bot.faults.script(Fault(Trouble.DROP_AFTER, times=1))
        counts = await house.outbox.send_due()
        assert counts[State.UNCERTAIN] == 1
        assert await spent(house) == 1
        assert len(arrived(server, paid=True)) == 1


async def test_a_bot_without_stars_tells_people_at_the_free_pace() -> None:
    async with owed(PEOPLE, stars=0.25) as (house, server):
        counts = await house.outbox.send_due()
        while counts[State.SENT] < PEOPLE:
            await house.clock.sleep(0.5)
            counts += await house.outbox.send_due()
        assert len(arrived(server, paid=True)) == 2 == await spent(house)
        assert len(arrived(server, paid=False)) == PEOPLE - 2
        assert not counts[State.FAILED]


async def test_two_who_take_at_once_take_no_more_than_there_is() -> None:
    async with owed(5) as (house, _), house.storage.unit() as unit:
        assert [await unit.paid.take(POOL, "reminder", 3, most=5) for _ in range(3)] == [3, 2, 0]
        await unit.paid.give_back(POOL, "reminder", 2)
        assert await unit.paid.take(POOL, "reminder", 9, most=5) == 2
        assert await unit.paid.take(POOL, "reminder", 1, most=4) == 0
