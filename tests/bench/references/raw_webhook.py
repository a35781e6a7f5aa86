"""A webhook with asyncio's streams, orjson and sqlite3: HTTP read by hand, each update kept, nothing done with it. The
least that Python can do before it may answer 200.

    python -m tests.bench.references.raw_webhook      prints its address; ends with its standard input

What comes in the same moment is kept in one commit. SQLite as ours: write-ahead log, synchronous=FULL, secure_delete.
GET /drained as tests/bench/inbound/serving.py.
"""

import asyncio
import hmac
import sqlite3
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

import orjson

from tests.bench.inbound.people import PATH, SECRET

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
UNAUTHORIZED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"


class Kept:
    """Updates on their way into the file."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._waiting: list[tuple[int, str, bytes]] = []
        self._commit: asyncio.Future[None] | None = None
        self.commits = 0

    async def keep(self, raw: bytes) -> None:
        update = orjson.loads(raw)
        message = update.get("message") or update["callback_query"]["message"]
        self._waiting.append((update["update_id"], str(message["chat"]["id"]), raw))
        if self._commit is None:
            loop = asyncio.get_running_loop()
            self._commit = loop.create_future()
            loop.call_soon(self._write, self._commit)
        await self._commit

    def _write(self, commit: asyncio.Future[None]) -> None:
        some, self._waiting, self._commit = self._waiting, [], None
        with self._database:
            self._database.executemany("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)", some)
        self.commits += 1
        commit.set_result(None)

    @property
    def updates(self) -> int:
        found: int = self._database.execute("SELECT count(*) FROM inbox").fetchone()[0]
        return found


async def serve(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "reference.db")) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, chat TEXT, raw BLOB)")
        kept = Kept(database)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(asyncio.IncompleteReadError):  # whoever asked has gone
                while True:
                    writer.write(await _answer(await reader.readuntil(b"\r\n\r\n"), reader, kept))
            writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.close()


async def _answer(head: bytes, reader: asyncio.StreamReader, kept: Kept) -> bytes:
    first, *lines = head.split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    if first.startswith(f"POST {PATH} ".encode()):
        if not hmac.compare_digest(headers.get(b"x-telegram-bot-api-secret-token", b""), SECRET.encode()):
            return UNAUTHORIZED
        await kept.keep(await reader.readexactly(int(headers[b"content-length"])))
        return OK
    said = orjson.dumps(
        {"at": time.monotonic(), "commits": kept.commits, "cpu": time.process_time(), "inbox": kept.updates}
    )
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(said) + said


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="porte-voix-bench-") as chosen:
        asyncio.run(serve(Path(chosen)))
