"""`python main.py run` as a process of its own, that may be killed at any moment, and the commands beside it.

What it logs goes into the temporary folder, with everything else.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TIME_TO_STOP = 60.0
TIME_TO_START = 120.0
UP = "répond à https://t.me/"
READY = "Aucune consultation n'est lancée"
"""What it says once the channel is open, and once the service takes errands and no campaign runs."""

_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class Trouble(Exception):
    """The program did not do what it was asked to: which command, and where its log is."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class Service:
    """`folder`: where the program runs: its log, its key, its socket, and its database when that is a file.
    `killed`: when it was, in seconds of `time.monotonic`."""

    folder: Path
    database_url: str
    telegram_url: str
    telegram_token: str
    messages_per_second: int
    port: int = field(default_factory=free_port)
    starts: int = 0
    killed: list[float] = field(default_factory=list)
    _began: int = 0
    _process: asyncio.subprocess.Process | None = field(default=None)

    @property
    def log(self) -> Path:
        return self.folder / "service.log"

    async def start(self) -> None:
        self._began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = await self._python("run", stdout=log, stderr=log)
        self.starts += 1

    async def ready(self) -> None:
        """Waits until it takes errands; only before the campaign is started."""
        await self._says(READY, 0)

    async def up(self) -> None:
        """Waits until the channel is open: asked to stop before that, it just dies."""
        await self._says(UP, self._began)

    async def _says(self, words: str, after: int) -> None:
        """Waits until the log holds `words` behind the byte `after`."""
        async with asyncio.timeout(TIME_TO_START):
            while words.encode() not in self.log.read_bytes()[after:]:
                if self._process is None or self._process.returncode is not None:
                    raise Trouble(f"the service ended while it started: look at {self.log}")
                await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """kill -9: nothing can be put in order before."""
        assert self._process is not None
        self._process.kill()
        self.killed.append(time.monotonic())
        await self._process.wait()

    async def stop_in_order(self) -> None:
        """As `stop`, once it has come up. Raises `Trouble` when it did not end well."""
        await self.up()
        code = await self.stop()
        if code != 0:
            raise Trouble(f"the service ended with {code} when it was asked to stop: look at {self.log}")

    async def stop(self) -> int:
        """SIGTERM. The exit code; killed, and reported as -9, when it does not end in time."""
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(TIME_TO_STOP):
                return await process.wait()
        except TimeoutError:
            process.kill()
            return await process.wait()

    def died(self) -> int | None:
        """The exit code when it ended by itself."""
        return self._process.returncode if self._process else None

    async def command(self, *arguments: str) -> str:
        """What `python main.py ARGUMENTS` prints. Raises `Trouble` with the program's own sentence."""
        process = await self._python(*arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        out, err = await process.communicate()
        if process.returncode != 0:
            said = err.decode(errors="replace").strip().splitlines()[-1:]
            raise Trouble(f"`main.py {arguments[0]}` ended with {process.returncode}: {' '.join(said)}")
        return out.decode()

    async def _python(self, *arguments: str, stdout: Any, stderr: Any) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "main.py"),
            *arguments,
            cwd=self.folder,
            env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        return inherited | {
            "DATABASE_URL": self.database_url,
            "HTTP_PORT": str(self.port),
            "ERASURE_KEY": "6b657920666f7220746865207265706c6179206f6e6c79212121212121212121",
            "TELEGRAM_BOT_TOKEN": self.telegram_token,
            "TELEGRAM_API_BASE_URL": self.telegram_url,
            "TELEGRAM_MESSAGES_PER_SECOND": str(self.messages_per_second),
            "PORTE_VOIX_LANGUAGE": "fr",
        }
