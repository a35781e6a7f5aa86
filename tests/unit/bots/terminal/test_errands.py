"""Errands over the socket: answered by the service, refused as sentences, and silent about what they hold."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bots.terminal.errands import Writer
from bots.terminal.pipe import LONGEST_PATH, ask_service, listening, socket_path
from config.system import SystemChance, SystemClock
from core.model.consultations import Consultation
from core.model.errors import PorteVoixError
from core.storage.consultations import STORED
from core.storage.engine import Storage, open_storage
from core.work.digests.alike import NothingSeen
from core.work.staff.themes import Themes, cannot_write
from core.work.teaching import NothingLearnt, Teaching
from tests.databases import sqlite_url


@pytest.fixture
async def own_storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(sqlite_url(tmp_path, "town.db")) as storage:
        yield storage


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return socket_path(tmp_path / "town.db")


def writer(storage: Storage, heard: list[str]) -> Writer:
    clock = SystemClock()
    teaching = Teaching(storage, clock, NothingLearnt())
    themes = Themes(storage, clock, SystemChance(), NothingSeen(), cannot_write, teaching)
    changed = partial(heard.append, "changed")
    return Writer(storage, clock, SystemChance(), changed, lambda: teaching, lambda: themes, serves=True)


def there(place: Path) -> bool:
    return place.exists()


def mode(place: Path) -> int:
    return place.stat().st_mode & 0o777


async def test_nobody_listens(place: Path) -> None:
    assert await ask_service(place, "inbox.release", {}) is None


async def test_what_a_killed_service_left_behind_is_nobody(place: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(place))
    left.close()
    assert there(place)
    assert await ask_service(place, "inbox.release", {}) is None


async def test_the_service_does_it_and_hears_of_it(own_storage: Storage, place: Path, pool: Consultation) -> None:
    heard: list[str] = []
    asked = {"consultation": STORED.dump_python(pool, mode="json"), "accounts": [("telegram", "123")]}
    async with listening(place, writer(own_storage, heard)):
        assert mode(place) == 0o600, "nobody else on the machine may ask"
        first = await ask_service(place, "campaign.start", asked)
        assert first == {"revision": 1, "revised": False, "was": "draft", "served": True}
        changed = {
            **asked,
            "consultation": STORED.dump_python(replace(pool, why_you={"fr": "Vous !"}), mode="json"),
        }
        assert await ask_service(place, "campaign.start", changed) == {
            "revision": 2,
            "revised": True,
            "was": "running",
            "served": True,
        }
        moved = await ask_service(place, "campaign.move", {"consultation": pool.id, "to": "paused"})
        assert moved == {"cancelled": 0, "served": True}
        assert heard == ["changed"] * 3
        with pytest.raises(PorteVoixError, match="stopped"):
            await ask_service(place, "campaign.move", {"consultation": pool.id, "to": "stopped"})
            await ask_service(place, "campaign.move", {"consultation": pool.id, "to": "running"})
        with pytest.raises(PorteVoixError) as unknown:
            await ask_service(place, "campaign.move", {"consultation": "plage", "to": "paused"})
        assert (unknown.value.key, unknown.value.places) == ("error.consultation", {"name": "plage"})
    assert not there(place)


@pytest.mark.parametrize(
    "line",
    [b"not json\n", b"[]\n", b'{"errand": "dance", "arguments": {}}\n', b'{"errand": "import", "arguments": {}}\n'],
)
async def test_a_strange_errand_is_answered_and_not_logged(
    own_storage: Storage, place: Path, caplog: pytest.LogCaptureFixture, line: bytes
) -> None:
    async with listening(place, writer(own_storage, [])):
        reader, answer = await asyncio.open_unix_connection(str(place))
        answer.write(line)
        said = json.loads(await reader.readline())
        answer.close()
        await answer.wait_closed()
        assert "does not know this errand" in said["error"]


async def test_an_answer_that_is_no_answer_stays_out_of_the_log(
    own_storage: Storage, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening(place, writer(own_storage, [])):
        with pytest.raises(PorteVoixError, match="restart it"):
            await ask_service(place, "import", {"consultation": "piscine", "rows": [{"text": "Anna Martin"}]})
    assert "Anna" not in caplog.text


async def test_who_goes_away_before_the_answer_harms_nobody(own_storage: Storage, place: Path) -> None:
    async with listening(place, writer(own_storage, [])):
        _reader, gone = await asyncio.open_unix_connection(str(place))
        gone.write(b'{"errand": "inbox.release", "arguments": {}}\n')
        gone.transport.abort()
        assert await ask_service(place, "inbox.release", {}) == {"released": 0, "served": True}


def test_a_database_far_down_has_its_socket_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 80) / ("b" * 80) / "town.db"
    place = socket_path(deep)
    assert len(str(place).encode()) <= LONGEST_PATH
    assert place == socket_path(deep)
    assert place != socket_path(deep.with_name("other.db"))
    assert socket_path(Path("var/porte-voix.db")).name == "porte-voix.db.sock" or len(str(Path.cwd())) > 80
