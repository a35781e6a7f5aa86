"""`run` without a token: the sample consultation with its pages open, and made-up neighbours who answer meanwhile.

addresses ─▶ four weeks in a minute (a guest who writes is waited for) ─▶ what it came to ─▶ it goes on, until stopped

Everything is thrown away at the end. Somebody at a terminal may answer there too, after the four weeks.
"""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bots.terminal.commands.demo import SAMPLE, SEED, STEPS, tell_outcome
from bots.terminal.conversation import converse
from bots.terminal.keyboard import open_keyboard
from bots.terminal.parts import OpenStage, Parts
from bots.terminal.rehearsal.answer import answer_largest
from bots.terminal.rehearsal.clock import LivingClock
from bots.terminal.rehearsal.play import Guests, live
from bots.terminal.rehearsal.story import Cast, Played, Rehearsal, latecomers, play_through, rehearsal, set_stage
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.ids import MemberId, PartnerId
from core.model.staff import Role
from core.work.staff import members

ONE_COMES_EVERY = timedelta(seconds=15)
Result = TypeVar("Result")


async def open_pages(parts: Parts, screen: Screen, people: int) -> None:
    """Until SIGTERM or Ctrl-C, at any moment."""
    sample = parts.samples / SAMPLE
    consultation = parts.read_consultation(sample)
    played_in = rehearsal(consultation, language=parts.language, people=people, seed=SEED)
    clock = LivingClock(parts.clock, played_in.start)
    planned = replace(played_in, clock=clock)
    with _told_to_stop() as stop:
        async with parts.open_stage(clock) as stage:
            cast = await set_stage(stage.house, planned, file=sample.read_text(encoding="utf-8"))
            await stage.shows(PartnerId(consultation.partner.id))
            member = await _let_in(parts, screen, stage, consultation)
            if stage.instead_of is not None:
                screen.remark(stage.instead_of.key, **stage.instead_of.places)
                screen.remark("open.elsewhere")
            screen.say("open.look")
            await _show_addresses(parts, screen, stage, consultation, member)
            screen.say("open.real")
            played = await _unless(stop, _play(parts, screen, stage, planned, cast))
            if played is not None:
                tell_outcome(played, consultation, screen)
                clock.run()
                await _go_on(parts, screen, stage, planned, cast, member, stop)
    screen.say("open.over")


async def _let_in(parts: Parts, screen: Screen, stage: OpenStage, consultation: Consultation) -> MemberId:
    """Whoever runs this is staff here, and may do everything."""
    async with stage.house.storage.unit() as unit:
        chance, now = stage.house.chance, parts.clock.now()
        partner, name = PartnerId(consultation.partner.id), screen.text("open.you")
        return (await members.add_member(unit, partner, name, "", Role.OWNER, chance, now=now)).id


async def _show_addresses(
    parts: Parts, screen: Screen, stage: OpenStage, consultation: Consultation, member: MemberId
) -> None:
    """The poster's page, the results, and the organisers' page with a new link that opens it once."""
    async with stage.house.storage.unit() as unit:
        secret = await members.make_link(unit, member, stage.house.chance, now=parts.clock.now())
    source = next(iter(consultation.sources))
    for key, path in (
        ("poster", f"/p/{source}"),
        ("results", f"/r/{consultation.id}"),
        ("desk", f"/desk/sign-in/{secret}"),
    ):
        screen.say(f"open.{key}")
        screen.show(f"{stage.address}{path}", indent=4)


async def _play(parts: Parts, screen: Screen, stage: OpenStage, planned: Rehearsal, cast: Cast) -> Played:
    assert isinstance(planned.clock, LivingClock)
    length = planned.until - planned.start
    with screen.working("demo.playing", total=STEPS) as working:

        def tell(now: datetime) -> None:
            working.at(STEPS * ((now - planned.start) / length))
            working.note(screen.text("open.so_far", day=(now - planned.start).days + 1, n=len(cast.street.received)))

        guests = Guests(planned.clock, stage.wrote)
        found = await play_through(stage.house, planned, cast, language=parts.language, tell=tell, guests=guests)
        return replace(found, told=await answer_largest(stage.house, planned, cast, decided=False))


async def _go_on(
    parts: Parts,
    screen: Screen,
    stage: OpenStage,
    planned: Rehearsal,
    cast: Cast,
    member: MemberId,
    stop: asyncio.Event,
) -> None:
    """Neighbours still come, guests are answered at once, and somebody at a terminal may answer there: the addresses
    have scrolled away meanwhile, and are said again."""
    now = stage.house.clock.now()
    cast.street.arrive(latecomers(planned, language=parts.language, now=now, every=ONE_COMES_EVERY))
    coming = asyncio.create_task(live(stage.house, cast.street, cast.account, stop))
    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            screen.heading(screen.text("demo.your_turn"))
            with open_keyboard(sys.stdin) as keyboard:
                source = next(iter(planned.consultation.sources))
                chat = converse(stage.house, screen, keyboard, planned.consultation, source=source, advance=None)
                await _unless(stop, chat)
            _hear_signals(stop)  # the conversation had Ctrl-C for itself
            if not stop.is_set():
                await _show_addresses(parts, screen, stage, planned.consultation, member)
        screen.say("open.goes_on", address=stage.address)
        await stage.works(stop)
    finally:
        stop.set()
        await coming


@contextmanager
def _told_to_stop() -> Iterator[asyncio.Event]:
    stop = asyncio.Event()
    _hear_signals(stop)
    yield stop
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(name)


def _hear_signals(stop: asyncio.Event) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, Result]) -> Result | None:
    """What `work` returns; None when it was told to stop before the end."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await working
