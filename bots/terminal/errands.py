"""What a command asks of whoever holds the pen: the running service, or else the command itself.

    command ─▶ service's socket there? ─▶ yes: one JSON line there, one back
                                     └─▶ no: takes the database's lock and does it here

So there are never two writers, and a command works whether the service runs or not.
"""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.errors import PorteVoixError
from core.model.ids import ConsultationId
from core.storage.engine import Storage
from core.work import campaigns, exchange, sources
from core.work.ports import Chance, Clock

CONSULTATION = TypeAdapter(Consultation)
GATHERED = TypeAdapter(list[exchange.Gathered])
LONGEST_LINE = 32 * 1024 * 1024

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who holds the pen. `changed` is called after each errand: campaigns, accounts or contributions changed."""

    storage: Storage
    clock: Clock
    chance: Chance
    changed: Callable[[], None]

    async def run(self, errand: str, arguments: Mapping[str, Any]) -> Answer:
        """Raises our own errors, as sentences; `KeyError` for an errand that does not exist."""
        answer = await _ERRANDS[errand](self, arguments)
        self.changed()
        return answer


async def _start(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation = CONSULTATION.validate_python(arguments["consultation"])
    accounts = [(str(channel), str(external_id)) for channel, external_id in arguments["accounts"]]
    async with writer.storage.unit() as unit:
        started = await campaigns.start(unit, consultation, accounts, writer.chance, now=writer.clock.now())
    return {"revision": started.revision, "revised": started.revised, "was": started.was.value}


async def _move(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        cancelled = await campaigns.move(
            unit, ConsultationId(arguments["consultation"]), CampaignState(arguments["to"]), now=writer.clock.now()
        )
    return {"cancelled": cancelled}


async def _import(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    rows = GATHERED.validate_python(arguments["rows"])
    async with writer.storage.unit() as unit:
        new = await exchange.import_rows(
            unit,
            ConsultationId(arguments["consultation"]),
            str(arguments["channel"]),
            rows,
            writer.chance,
            now=writer.clock.now(),
        )
    return {"new": new}


async def _release(writer: Writer, _arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        return {"released": await unit.inbox.release_quarantined()}


async def _add_source(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    label = {str(language): str(text) for language, text in arguments["label"].items()}
    async with writer.storage.unit() as unit:
        own = ConsultationId(arguments["consultation"])
        return {"token": await sources.add_source(unit, own, label, writer.chance, now=writer.clock.now())}


async def _retire_source(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        own = ConsultationId(arguments["consultation"])
        await sources.retire_source(unit, own, str(arguments["token"]), now=writer.clock.now())
    return {}


_ERRANDS: Mapping[str, Callable[[Writer, Mapping[str, Any]], Awaitable[Answer]]] = {
    "campaign.start": _start,
    "campaign.move": _move,
    "import": _import,
    "inbox.release": _release,
    "source.add": _add_source,
    "source.retire": _retire_source,
}


# ── the service's side ───────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def listening(path: Path, writer: Writer) -> AsyncIterator[None]:
    """Takes errands at a Unix socket that only this user can open, while the block runs."""
    server = await asyncio.start_unix_server(
        lambda reader, answer: _serve(reader, answer, writer), sock=_listener(path), limit=LONGEST_LINE
    )
    try:
        async with server:
            yield
    finally:
        _take_away(path)


def _listener(path: Path) -> socket.socket:
    _take_away(path)  # what a killed service left behind
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(previous)
    return listener


def _take_away(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _serve(reader: asyncio.StreamReader, answer: asyncio.StreamWriter, writer: Writer) -> None:
    try:
        line = await reader.readline()
        if line:
            asked = json.loads(line)
            try:
                said: Answer = {"answer": await writer.run(asked["errand"], asked["arguments"])}
            except PorteVoixError as error:
                said = {"error": str(error), "kind": type(error).__name__}
            answer.write(json.dumps(said).encode() + b"\n")
            await answer.drain()
    finally:
        answer.close()
        with suppress(ConnectionError):
            await answer.wait_closed()


# ── the command's side ───────────────────────────────────────────────────────────────────────────────────────────────


async def ask_service(path: Path, errand: str, arguments: Mapping[str, Any]) -> Answer | None:
    """The running service's answer; None when no service listens. Raises `PorteVoixError` with its sentence."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=LONGEST_LINE)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    try:
        writer.write(json.dumps({"errand": errand, "arguments": arguments}).encode() + b"\n")
        await writer.drain()
        line = await reader.readline()
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    if not line:
        raise PorteVoixError("the running service did not answer: look at its log, then try again")
    said = json.loads(line)
    if "error" in said:
        raise PorteVoixError(said["error"])
    answer: Answer = said["answer"]
    return answer
