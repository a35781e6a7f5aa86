"""One replay from the first person to the verdict: the stand-in and the program in their own processes.

campaign start ─▶ people come, answer, stop ─▶ kill -9, start again … ─▶ reminders ─▶ quiet ─▶ verdict
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from config.consultation_files import read_consultation
from config.locale import Catalogue
from core.storage.engine import Storage, open_storage
from tests.replay.conversation import Conversation, buttons_of
from tests.replay.crowd import Crowd, Silent, gathered
from tests.replay.ledger import Waiting, read_ledger, waiting
from tests.replay.people import Role, Way
from tests.replay.service import Service
from tests.replay.verdict import CONSULTATION, Played, Verdict, judge
from tests.stand_ins.telegram.remote import RemoteServer, running
from tests.stand_ins.telegram.world import FIRST_UPDATE

FILE = Path(__file__).with_name("consultation.yaml")
WRITTEN = "after: 1 min"
"""What the file says of the reminder: a replay puts its own length of time there."""

USUAL, FASTEST = 30, 1000
"""Messages a second: what Telegram takes from a bot, and from one that pays for more."""

TWICE = 0.1
ROUND_TRIP = 0.03
LOOK = 0.5
QUIET_LOOKS = 3
"""Nothing is to be done, so many looks in a row."""

Progress = Callable[[str, int, int], None]
"""Told what is going on, how much of it is done, and out of how much."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`kills`: kill -9, `stops`: SIGTERM, each followed by a new start at once; so many of the kills `among_reminders`.
    `together`: reminders do not leave before all are due, so that they leave at the full pace of `per_second`.
    `round_trip`: seconds to the platform and back. `patience`: seconds that anybody waits
    for the program before the replay has failed. `rough`: a platform that takes 30 messages a second and halts whoever
    sends more, on a line that loses requests and answers.
    """

    roles: Sequence[Role]
    seed: int
    kills: int = 0
    stops: int = 0
    remind_after: timedelta = timedelta(seconds=60)
    patience: float = 300.0
    rough: bool = False
    among_reminders: int = 1
    together: bool = False
    per_second: int = FASTEST
    round_trip: float = ROUND_TRIP


@dataclass(slots=True)
class Outcome:
    """`handed`: updates handed out, those that came twice or again after a kill included."""

    played: Played
    verdict: Verdict
    seconds: float
    handed: int
    exit_code: int
    silent: list[str] = field(default_factory=list)

    @property
    def disagreements(self) -> list[str]:
        ended = [] if self.exit_code == 0 else [f"the service ended with {self.exit_code} when it was asked to stop"]
        return [*self.silent, *self.verdict.disagreements, *ended]


def _nothing(_what: str, _done: int, _of: int) -> None:
    pass


async def replay(plan: Plan, folder: Path, database_url: str, *, progress: Progress = _nothing) -> Outcome:
    """Plays it all. `folder` holds whatever is written; nothing is written elsewhere but in the database."""
    began = time.monotonic()
    file = folder / FILE.name
    after = f"after: {plan.remind_after.total_seconds() / 60:g} min"
    file.write_text(FILE.read_text(encoding="utf-8").replace(WRITTEN, after), encoding="utf-8")
    async with running() as server:
        service = Service(folder, database_url, server.url, server.token, USUAL if plan.rough else plan.per_second)
        await server.do("mischief", twice=TWICE, shuffled=True)
        await (_roughen(server) if plan.rough else server.do("limits", round_trip=plan.round_trip))
        await service.start()
        try:
            await service.ready()
            await service.command("campaign", "start", str(file))
            async with gathered(server, [role.number for role in plan.roles], patience=plan.patience) as crowd:
                played, silent = await _play(plan, file, server, service, crowd, progress)
            await service.up()
            handed = await server.do("handed")
        finally:
            exit_code = await service.stop()
    return Outcome(played, judge(played), time.monotonic() - began, handed, exit_code, silent)


async def _roughen(server: RemoteServer) -> None:
    await server.do("limits", round_trip=ROUND_TRIP, per_second=USUAL, per_chat=20, halts=3.0)
    for trouble in ("status_after", "drop_before", "drop_after"):
        await server.do("script", trouble=trouble, status=502, share=0.02, times=None)
    await server.do("script", trouble="drop_after", share=0.1, times=None, methods=["getUpdates"])


async def _play(
    plan: Plan, file: Path, server: RemoteServer, service: Service, crowd: Crowd, progress: Progress
) -> tuple[Played, list[str]]:
    buttons = buttons_of(read_consultation(file), Catalogue())
    conversations = [Conversation(role, crowd, buttons, []) for role in plan.roles]
    playing = [asyncio.create_task(conversation.play()) for conversation in conversations]
    disturbing = asyncio.create_task(_disturb(plan, service, crowd, buttons.why))
    telling = asyncio.create_task(_tell(playing, progress))
    silent: list[str] = []
    try:
        await _while_all_is_well(asyncio.gather(*playing, return_exceptions=True), {disturbing, *crowd.tasks})
        for role, task in zip(plan.roles, playing, strict=True):
            ended = task.exception()
            if isinstance(ended, Silent):
                silent.append(f"{role.row.id}: waited in vain for {ended}")
            elif ended is not None:
                raise ended
        async with open_storage(service.database_url, readonly=True) as storage:
            await _until_quiet(storage, plan, service, crowd, progress, buttons.why)
            await disturbing
            ledger = await read_ledger(storage)
    finally:
        for task in (disturbing, telling):
            task.cancel()
        await asyncio.gather(disturbing, telling, return_exceptions=True)
    export, digest, status = await asyncio.gather(
        service.command("export", CONSULTATION, "--format", "jsonl"),
        service.command("digest", CONSULTATION, "--json"),
        service.command("status", "--json"),
    )
    last = await server.do("last_update")
    played = Played(
        roles=plan.roles,
        said={each.role.number: each.said for each in conversations},
        chats=crowd.chats,
        why=buttons.why,
        remind_after=plan.remind_after,
        killed=service.killed,
        starts=service.starts,
        rough=plan.rough,
        updates=last - FIRST_UPDATE + 1 if last else 0,
        ledger=ledger,
        export=[json.loads(line) for line in export.splitlines()],
        digest=json.loads(digest),
        status=json.loads(status),
    )
    return played, silent


async def _while_all_is_well(everybody: "asyncio.Future[Any]", beside: "set[asyncio.Task[None]]") -> None:
    """Until everybody is done. Raises at once what ended a task beside it: people would wait in vain."""
    waiting: set[asyncio.Future[Any]] = {everybody, *beside}
    while not everybody.done():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done & beside:
            task.result()


async def _disturb(plan: Plan, service: Service, crowd: Crowd, why: str) -> None:
    """At seeded moments: while people answer, and while reminders leave. Raises `Trouble` when the program does not
    stop in order.
    """
    all_due = time.monotonic() + max(role.arrives for role in plan.roles) + plan.remind_after.total_seconds()
    chance = Random(plan.seed)
    writing = sum(len(role.row.messages) for role in plan.roles if role.way is Way.FINISHES)
    to_remind = sum(role.way is not Way.FINISHES for role in plan.roles)
    ways = [service.kill] * max(0, plan.kills - plan.among_reminders) + [service.stop_in_order] * plan.stops
    for moment, end in sorted(((chance.uniform(0.02, 0.9), end) for end in ways), key=lambda each: each[0]):
        await crowd.reaches(partial(_written, crowd, moment * writing))
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        await end()
        await service.start()
    if plan.together:
        await crowd.reaches(partial(_written, crowd, 0.95 * writing))
        await service.stop_in_order()
        await asyncio.sleep(all_due - time.monotonic())
        await service.start()
    for _ in range(min(plan.kills, plan.among_reminders)):
        some = _seen(crowd, why) + chance.randint(1, max(1, to_remind // (2 * plan.among_reminders)))
        await crowd.reaches(partial(_has_seen, crowd, why, min(some, to_remind)))
        await asyncio.sleep(chance.uniform(1.0, 2.0) if plan.together else 0)  # not just when a message has arrived
        await service.kill()
        await service.start()


def _written(crowd: Crowd, messages: float) -> bool:
    return crowd.acts["say"] >= messages


def _has_seen(crowd: Crowd, why: str, some: int) -> bool:
    return _seen(crowd, why) >= some


def _seen(crowd: Crowd, why: str) -> int:
    return sum(chat.count(lambda message: why in message.labels) for chat in crowd.chats.values())


async def _tell(playing: Sequence["asyncio.Task[None]"], progress: Progress) -> None:
    while True:
        progress("people", sum(task.done() for task in playing), len(playing))
        await asyncio.sleep(LOOK)


async def _until_quiet(
    storage: Storage, plan: Plan, service: Service, crowd: Crowd, progress: Progress, why: str
) -> None:
    """Until every reminder that is due has left and nothing is to be done any more. Gives up after the patience."""
    to_remind = sum(role.way is not Way.FINISHES for role in plan.roles)
    quiet = 0
    before: Waiting | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(plan.patience + plan.remind_after.total_seconds()):
            while quiet < QUIET_LOOKS:
                now = await waiting(storage)
                progress("reminders", min(_seen(crowd, why), to_remind), to_remind)
                still = now == before and not now.anything and now.pushes >= to_remind
                quiet, before = quiet + 1 if still else 0, now
                if service.died() is not None and plan.kills == 0:
                    return
                await asyncio.sleep(LOOK)
