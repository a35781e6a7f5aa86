"""What only a process of its own can promise: it dies alone, it is replaced, and nothing of it remains."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from core.model.errors import PorteVoixError
from core.work.ports import Tagged, TagJob, Untaggable
from nlp.tagger import ProcessTagger
from tests.unit.nlp import watches
from tests.unit.nlp.taxonomies import POOL

ROOT = Path(__file__).resolve().parents[3]
WATCH = "tests.unit.nlp.watches:stop_the_process"


def job(text: str) -> TagJob:
    return TagJob(text, "fr", POOL)


def wait_until_gone(pid: int) -> None:
    """Neither running nor a zombie (the test's own time limit ends the waiting otherwise)."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait()


async def test_it_is_a_child_of_its_own_and_nothing_of_it_remains() -> None:
    async with ProcessTagger() as tagger:
        await tagger.tag([job("le dimanche")])
        pid = tagger.pid
        assert pid is not None
        assert psutil.Process(pid).ppid() == os.getpid()
        assert os.getsid(pid) == pid, "the terminal's signals are not for it"
    assert tagger.pid is None
    assert not psutil.pid_exists(pid), "neither running nor a zombie"


async def test_it_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12345:not-for-the-tagger")
    async with ProcessTagger() as tagger:
        assert tagger.pid is not None
        assert "TELEGRAM_BOT_TOKEN" not in psutil.Process(tagger.pid).environ()


async def test_it_is_replaced_when_it_was_killed_in_between() -> None:
    async with ProcessTagger() as tagger:
        await tagger.tag([job("le dimanche")])
        assert tagger.pid is not None
        os.kill(tagger.pid, signal.SIGKILL)
        [answer] = await tagger.tag([job("le dimanche")])
        assert isinstance(answer, Tagged)
        assert tagger.starts == 2


async def test_a_text_that_stops_it_once_is_answered(tmp_path: Path) -> None:
    async with ProcessTagger(watch="tests.unit.nlp.watches:stop_the_process_once") as tagger:
        answers = await tagger.tag([job("le soir"), job(f"{watches.FRAGILE}|{tmp_path / 'seen'}|"), job("trop cher")])
        assert all(isinstance(answer, Tagged) for answer in answers)
        assert tagger.starts == 2


async def test_a_text_that_takes_too_long_is_untaggable_and_the_event_loop_stays_free() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.01)
            turns += 1

    async with ProcessTagger(watch=WATCH, patience=timedelta(seconds=1)) as tagger:
        await tagger.tag([job("le soir")])
        busy = asyncio.create_task(others())
        endless, after = await tagger.tag([job(watches.ENDLESS), job("trop cher")])
        busy.cancel()
    assert endless == Untaggable("took too long twice")
    assert isinstance(after, Tagged)
    assert turns > 10


async def test_a_caller_who_goes_away_disturbs_nobody() -> None:
    async with ProcessTagger() as tagger:
        await tagger.tag([job("le soir")])
        leaving = asyncio.create_task(tagger.tag([job(f"le dimanche {place}") for place in range(400)]))
        await asyncio.sleep(0)
        leaving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await leaving
        [answer] = await tagger.tag([job("trop cher")])
        assert isinstance(answer, Tagged)
        assert answer.masked == "trop cher"


async def test_leaving_while_a_text_is_read_starts_nothing_again() -> None:
    async with ProcessTagger(watch=WATCH) as tagger:
        await tagger.tag([job("le soir")])
        reading = asyncio.create_task(tagger.tag([job(watches.ENDLESS)]))
        await asyncio.sleep(0.05)
    with pytest.raises(PorteVoixError, match="stopped"):
        await reading
    assert tagger.pid is None
    assert tagger.starts == 1


async def test_what_cannot_start_says_so_and_what_to_do() -> None:
    async with ProcessTagger(watch="no.such.module:here") as tagger:
        with pytest.raises(PorteVoixError, match=r"cannot start .*ModuleNotFoundError.*make"):
            await tagger.tag([job("le soir")])


PARENT = """
import asyncio, sys
from core.work.ports import TagJob
from nlp.tagger import ProcessTagger
from tests.unit.nlp.taxonomies import POOL

async def main():
    async with ProcessTagger(watch="tests.unit.nlp.watches:stop_the_process") as tagger:
        await tagger.tag([TagJob("le soir", "fr", POOL)])
        print(tagger.pid, flush=True)
        await tagger.tag([TagJob(sys.argv[1], "fr", POOL)])
        await asyncio.sleep(3600)

asyncio.run(main())
"""


@pytest.mark.parametrize("text", ["trop cher", watches.ENDLESS], ids=["at rest", "in the middle of a text"])
def test_it_does_not_outlive_a_parent_that_was_killed(text: str) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, text], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    wait_until_gone(pid)


def test_the_worker_ends_with_its_input_and_answers_on_its_output_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nlp.worker"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
    )
    assert all(json.loads(line) for line in done.stdout.splitlines())
