"""The way from a command to the running service, on one machine.

command ─▶ service's socket there? ─▶ yes: one JSON line there, one back
                                 └─▶ no: takes the database's lock and does it here
"""

import asyncio
import hashlib
import json
import logging
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bots.terminal.errands import Answer, Writer
from core.model.errors import PorteVoixError

LONGEST_LINE = 64 * 1024 * 1024
LONGEST_PATH = 100
"""Bytes: what a Unix socket's address holds, less a little."""

log = logging.getLogger(__name__)


# ── the service's side ───────────────────────────────────────────────────────────────────────────────────────────────


def socket_path(database: Path) -> Path:
    """Where the service that writes this database takes errands: beside it, or in the system's folder for temporary
    files when that path is too long for a socket.
    """
    beside = database.absolute().with_name(database.name + ".sock")
    if len(os.fsencode(beside)) <= LONGEST_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"porte-voix-{os.getuid()}-{name}.sock"


@asynccontextmanager
async def listening(path: Path, writer: Writer) -> AsyncIterator[None]:
    """Takes errands at a Unix socket that only this user can open, while the block runs; those begun are finished."""
    running: set[asyncio.Task[None]] = set()

    async def take(reader: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        running.add(task)
        try:
            await _serve(reader, answer, writer)
        finally:
            running.discard(task)

    server = await asyncio.start_unix_server(take, sock=_listener(path), limit=LONGEST_LINE)
    try:
        yield
    finally:
        _take_away(path)
        server.close()
        await asyncio.gather(*running, return_exceptions=True)


def _take_away(path: Path) -> None:
    path.unlink(missing_ok=True)


def _listener(path: Path) -> socket.socket:
    _take_away(path)  # what a killed service left behind
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(previous)
    return listener


async def _serve(reader: asyncio.StreamReader, answer: asyncio.StreamWriter, writer: Writer) -> None:
    try:
        line = await reader.readline()
        if line:
            answer.write(json.dumps(await _answered(line, writer)).encode() + b"\n")
            await answer.drain()
    except ConnectionError:
        pass  # who asked went away; what was asked is done
    finally:
        answer.close()
        with suppress(ConnectionError):
            await answer.wait_closed()


async def _answered(line: bytes, writer: Writer) -> Answer:
    try:
        asked = json.loads(line)
        return {"answer": await writer.run(asked["errand"], asked["arguments"])}
    except PorteVoixError as error:
        return {"error": str(error), "key": error.key, "places": error.places}
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        # Only the type: what was asked may hold somebody's words.
        log.warning("an errand was not understood: %s", type(error).__name__)
        return {"error": "the running service does not know this errand: restart it with the program you have now"}


# ── the command's side ───────────────────────────────────────────────────────────────────────────────────────────────


async def is_served(path: Path) -> bool:
    """Does a service listen there?"""
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return True


async def ask_service(path: Path, errand: str, arguments: Mapping[str, Any]) -> Answer | None:
    """The running service's answer; None when no service listens. Raises `PorteVoixError` with its sentence."""
    if not _ours(path):
        return None
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=LONGEST_LINE)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    try:
        writer.write(json.dumps({"errand": errand, "arguments": arguments}).encode() + b"\n")
        await writer.drain()
        line = await reader.readline()
    except ConnectionError:
        line = b""
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    if not line:
        raise PorteVoixError(
            "the running service did not answer: look at its log, then try again", "error.service_silent"
        )
    said = json.loads(line)
    if "error" in said:
        raise PorteVoixError(said["error"], said.get("key", ""), **said.get("places", {}))
    answer: Answer = said["answer"]
    return answer


def _ours(path: Path) -> bool:
    """Is there a socket of this user's? Somebody else's gets nothing of ours."""
    try:
        return path.stat().st_uid == os.getuid()
    except OSError:  # none there, or a folder where nobody of ours could have put one
        return False
