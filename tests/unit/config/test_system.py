"""The real clock and real chance keep what their ports promise."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

from config.system import SystemChance, SystemClock
from core.work.ports import Chance, Clock


def test_the_clock_tells_an_aware_time_in_utc() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


async def test_while_the_clock_sleeps_others_work() -> None:
    clock: Clock = SystemClock()
    done: list[str] = []

    async def work() -> None:
        done.append("work")

    async with asyncio.TaskGroup() as group:
        group.create_task(work())
        await clock.sleep(0)
        assert done == ["work"]


def test_tokens_are_22_url_safe_characters_and_never_the_same() -> None:
    chance: Chance = SystemChance()
    tokens = {chance.token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", token) for token in tokens)


def test_no_token_looks_like_an_option_of_a_command() -> None:
    assert not [token for token in (SystemChance().token() for _ in range(3000)) if token.startswith("-")]
