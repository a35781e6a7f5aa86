"""`make kill N=100`: the real program is killed at random moments under load, and what that cost is counted.

Half of the kills come while people answer, half while reminders leave at the pace that Telegram takes, all of them
`kill -9` of the process, which is started again at once. Whoever marks a message as sent after the answer repeats, at
each kill, as many as are in the air: rate × round trip. That is the reference of the last two figures.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from core.model.deliveries import Lane, State
from tests.bench.figures import BENCH, Figure, keep, told
from tests.bench.parts import Wanted
from tests.databases import sqlite_url
from tests.replay.__main__ import bar
from tests.replay.ledger import Account
from tests.replay.people import Manner, Way, cast
from tests.replay.replay import USUAL, Outcome, Plan, Progress, replay
from tests.replay.sayings import made_up_rows
from tests.replay.verdict import Played

SEED = 2019
PEOPLE_A_KILL, FEWEST_PEOPLE = 60, 120
ARRIVALS_PER_SECOND = 6.0
"""Each of them is owed five messages and more: a little more than the pace allows."""
ROUND_TRIP = 0.06
RESTART = 8.0
"""Seconds that a kill may cost before people are served again."""
WINDOW = 1.0
"""Seconds before a kill in which the messages are counted."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.replay.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    return asyncio.run(_shown(given.kills, given.seed, Console(stderr=True)))


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    """As a part of `make bench`. What the verdict says of the whole replay is a figure too."""

    def progress(what: str, done: int, of: int) -> None:
        wanted.tell(f"{what}: {done} of {of}")

    outcome = await _killed(wanted.sized(tiny=2, usual=5, full=100), SEED, progress)
    found = Figure(len(outcome.disagreements), "facts", runs=outcome.played.kills)
    return {**kill_figures(outcome.played, round_trip=ROUND_TRIP), "kill_disagreements": found}


async def _shown(kills: int, seed: int, console: Console) -> int:
    with bar(console) as shown:
        task = shown.add_task("people", total=None)

        def progress(what: str, done: int, of: int) -> None:
            shown.update(task, description=what, completed=done, total=of)

        outcome = await _killed(kills, seed, progress)
    figures = kill_figures(outcome.played, round_trip=ROUND_TRIP)
    keep(figures, BENCH)
    print(told(figures))
    for fact in outcome.disagreements:
        print(f"  {fact}")
    return 1 if outcome.disagreements else 0


async def _killed(kills: int, seed: int, progress: Progress) -> Outcome:
    people = max(FEWEST_PEOPLE, PEOPLE_A_KILL * kills)
    arriving = people / ARRIVALS_PER_SECOND
    played = cast(made_up_rows(people, seed=seed), seed=seed, arrive_within=arriving)
    stopping = {"way": Way.STOPS, "manner": Manner.QUICK}
    # More of them to remind; and nobody waits for a reminder in order to go on: one that was in the air may never come.
    roles = [replace(role, **stopping) if role.number % 2 or role.way is Way.RETURNS else role for role in played]
    plan = Plan(
        roles,
        seed,
        kills,
        remind_after=timedelta(seconds=arriving + RESTART * (kills // 2) + 30),
        patience=3600.0,
        among_reminders=kills - kills // 2,
        together=True,
        per_second=USUAL,
        round_trip=ROUND_TRIP,
    )
    with tempfile.TemporaryDirectory(prefix="pv-kill-") as folder:
        return await replay(plan, Path(folder), sqlite_url(Path(folder)), progress=progress)


def kill_figures(played: Played, *, round_trip: float) -> Mapping[str, Figure]:
    """What the kills cost. The reference of a figure by kill is what was in the air: rate × round trip, averaged."""
    people = [(role, played.ledger.accounts.get(role.number, Account())) for role in played.roles]
    kept = sum(len(account.contributions) for _, account in people)
    expected = sum(role.answers and not role.passes for role in played.roles)
    lost_out = doubled = uncertain = repeated = 0
    for role, account in people:
        chat = played.chats[role.number]
        pushes = chat.count(lambda seen: played.why in seen.labels)
        sent = [owed.lane for owed in account.deliveries if owed.state == State.SENT]
        doubled += max(0, pushes - 1)
        uncertain += sum(owed.lane == Lane.PUSH and owed.state == State.UNCERTAIN for owed in account.deliveries)
        lost_out += max(0, len(sent) - len(chat.seen)) + sum(
            owed.lane == Lane.REPLY and owed.state != State.SENT for owed in account.deliveries
        )
        repeated += max(0, len(chat.seen) - pushes - sum(lane != Lane.PUSH for lane in sent))
    return {
        "kill_lost_in": Figure(
            played.updates - played.ledger.updates.get("done", 0) + expected - kept, "updates", runs=played.kills
        ),
        "kill_lost_out": Figure(lost_out, "messages", runs=played.kills),
        "kill_doubled_pushes": Figure(doubled, "messages", runs=played.kills),
        "kill_uncertain_per_kill": _by_kill(uncertain, _rates(played, pushes=True), round_trip),
        "kill_repeated_replies_per_kill": _by_kill(repeated, _rates(played, pushes=False), round_trip),
    }


def _by_kill(count: int, rates: Sequence[int], round_trip: float) -> Figure:
    """`rates`: messages a second at each of the kills that met any."""
    kills = len(rates)
    if not kills:
        return Figure(None, "messages a kill")
    in_the_air = round_trip * sum(rates) / kills
    return Figure(round(count / kills, 3), "messages a kill", reference=round(in_the_air, 3), runs=kills)


def _rates(played: Played, *, pushes: bool) -> list[int]:
    """How many arrived in the second before each kill that met any."""
    arrived = [seen.at for chat in played.chats.values() for seen in chat.seen if (played.why in seen.labels) is pushes]
    counts = [sum(killed - WINDOW < at <= killed for at in arrived) for killed in played.killed]
    return [count for count in counts if count]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
