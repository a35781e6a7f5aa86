"""A hundred and fifty people through the real program: nothing lost, nothing doubled, whatever is killed meanwhile.

Where the real answers are absent (PORTE_VOIX_DATA names their folder), made-up ones are played: the path is the same.
What a failure tells are counts and ids of rows.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.model.deliveries import Lane
from tests.databases import fresh_postgres, sqlite_url
from tests.replay.kills import kill_figures
from tests.replay.ledger import Account, Ledger
from tests.replay.people import Row, Way, cast, data_folder, real_rows, some_of
from tests.replay.replay import ROUND_TRIP, Outcome, Plan, replay
from tests.replay.sayings import made_up_rows
from tests.replay.verdict import Played, judge

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(900)]

PEOPLE = 150
FEW = 24
SEED = 20190315
REMIND_AFTER = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Together:
    """Two replays that waited for their silences and their reminders side by side."""

    sqlite: Outcome
    postgresql: Outcome


@pytest.fixture(scope="module")
def together(postgres: str) -> Together:
    return asyncio.run(_together(postgres))


async def _together(server: str) -> Together:
    few = plan(made_up_rows(FEW, seed=SEED), stops=1)
    with folder() as one, folder() as other:
        async with fresh_postgres(server) as url, asyncio.TaskGroup() as group:
            plain = group.create_task(replay(plan(rows()), one, sqlite_url(one)))
            postgresql = group.create_task(replay(few, other, url))
            await asyncio.wait((plain, postgresql))
    return Together(plain.result(), postgresql.result())


@contextmanager
def folder() -> Iterator[Path]:
    """Its path is short: a socket of the program stands in it."""
    with tempfile.TemporaryDirectory(prefix="pv-") as path:
        yield Path(path)


def rows() -> list[Row]:
    found = data_folder()
    if found is None:
        return made_up_rows(PEOPLE, seed=SEED)
    return some_of(real_rows(found, seed=SEED), PEOPLE, seed=SEED)


def plan(people: list[Row], *, kills: int = 0, stops: int = 0) -> Plan:
    roles = cast(people, seed=SEED + kills, arrive_within=len(people) / 20)
    return Plan(roles, SEED, kills, stops, REMIND_AFTER, among_reminders=min(kills, 2))


def test_what_people_do_is_what_every_reading_of_it_says(together: Together) -> None:
    agrees(together.sqlite)
    assert together.sqlite.verdict.counts["replies repeated"] == together.sqlite.verdict.counts["uncertain"] == 0


def test_postgresql_tells_the_same_and_a_stop_repeats_nothing(together: Together) -> None:
    agrees(together.postgresql)
    assert together.postgresql.played.starts == 2
    assert together.postgresql.verdict.counts["replies repeated"] == 0


def test_the_verdict_misses_nothing(together: Together) -> None:
    for fault, tampered in faults(together.postgresql.played):
        assert judge(tampered).disagreements, f"the verdict does not see {fault}"


async def test_five_kills_lose_nothing_and_double_nothing() -> None:
    with folder() as one:
        outcome = await replay(plan(rows(), kills=5), one, sqlite_url(one))
    assert outcome.played.kills == 5
    agrees(outcome)
    figures = kill_figures(outcome.played, round_trip=ROUND_TRIP)
    assert [figures[key].value for key in ("kill_lost_in", "kill_lost_out", "kill_doubled_pushes")] == [0, 0, 0]


def agrees(outcome: Outcome) -> None:
    assert not outcome.disagreements, "\n".join(outcome.disagreements[:20])
    counts = outcome.verdict.counts
    assert counts["people"] == len(outcome.played.roles)
    assert counts["expected"] == counts["stored"] == counts["whole"] == counts["in order"] > 0
    assert counts["tagged"] + counts["à classer"] == counts["expected"]
    assert counts["to remind"] == len(outcome.played.roles) // 3
    assert outcome.handed > counts["updates"], "no update was delivered twice"


# ── does the verdict see what it is there to see? ────────────────────────────────────────────────────────────────────


def faults(played: Played) -> Iterator[tuple[str, Played]]:
    """The same replay with one thing wrong each time."""
    number = next(number for number, account in played.ledger.accounts.items() if several_parts(account))
    account = played.ledger.accounts[number]
    kept = account.contributions[0]
    reminded = next(role.number for role in played.roles if role.way is not Way.FINISHES)
    push = next(owed for owed in played.ledger.accounts[reminded].deliveries if owed.lane == Lane.PUSH)
    for fault, wrong in (
        ("a lost message", replace(kept, texts=kept.texts[1:])),
        ("a doubled message", replace(kept, texts=(*kept.texts, kept.texts[-1]))),
        ("messages out of order", replace(kept, texts=kept.texts[::-1])),
        ("a changed message", replace(kept, texts=((kept.texts[0][0], "?"), *kept.texts[1:]))),
        ("an unmasked text", replace(kept, text=f"{kept.text} 01 99 00 12 34")),
        ("an unread contribution", replace(kept, state="received")),
        ("a wrong source", replace(kept, source="ailleurs")),
        ("a topic nobody gave", replace(kept, topics=(*kept.topics, "ailleurs"))),
    ):
        yield fault, with_account(played, number, replace(account, contributions=[wrong]))
    yield "a lost contribution", with_account(played, number, replace(account, contributions=[]))
    yield "a doubled contribution", with_account(played, number, replace(account, contributions=[kept, kept]))
    yield "a lost person", with_account(played, number, Account())
    other = played.ledger.accounts[reminded]
    unreminded = [owed for owed in other.deliveries if owed is not push]
    yield "a missing reminder", with_account(played, reminded, replace(other, deliveries=unreminded))
    yield "a second reminder", with_account(played, reminded, replace(other, deliveries=[*other.deliveries, push]))
    yield "an update that was not worked on", with_updates(played, {"done": played.updates - 1, "new": 1})
    yield "a reading that lost a row", replace(played, export=played.export[1:])
    yield "a reading with other words", replace(played, export=[{**played.export[0], "text": "?"}, *played.export[1:]])
    yield "a digest that counts wrong", replace(played, digest={**played.digest, "contributions": 0})
    yield "a status that is not well", replace(played, status={**played.status, "quarantined": 1})
    again = played.chats[reminded]
    again.seen.append(again.seen[-1])
    yield "a message that came twice", played
    again.seen.pop()


def several_parts(account: Account) -> bool:
    return any(len(kept.texts) > 1 for kept in account.contributions)


def with_account(played: Played, number: int, account: Account) -> Played:
    accounts = {**played.ledger.accounts, number: account}
    return replace(played, ledger=Ledger(accounts, played.ledger.orphans, played.ledger.updates))


def with_updates(played: Played, updates: dict[str, int]) -> Played:
    return replace(played, ledger=Ledger(played.ledger.accounts, played.ledger.orphans, Counter(updates)))
