"""A process of the text layer's own, from both sides: started with no token and no address, only what Python and numpy
need; and what it does first, and last."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from core.model.errors import PorteVoixError

_ROOT = Path(__file__).resolve().parent.parent
_GIVEN = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")
_LONGEST_LINE = 64 * 1024 * 1024


async def start(module: str, *arguments: str) -> asyncio.subprocess.Process:
    """`python -m module`, with a pipe in and a pipe out, and out of reach of the terminal's signals."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env=_environment(),
        limit=_LONGEST_LINE,
        start_new_session=True,
    )


async def ask(module: str, request: Mapping[str, Any], patience: timedelta, *, otherwise: str) -> Mapping[str, Any]:
    """One JSON object in, one out, then the process ends. Raises `PorteVoixError` with the sentence `otherwise` when
    none comes."""
    process = await start(module)
    try:
        async with asyncio.timeout(patience.total_seconds()):
            said, _ = await process.communicate(json.dumps(request).encode("ascii"))
    except TimeoutError as error:
        raise PorteVoixError(otherwise) from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode or not said:
        raise PorteVoixError(otherwise)
    found: Mapping[str, Any] = json.loads(said)
    return found


def answer_once(answer: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """The other side of `ask`."""
    with own_output(niceness=10) as replies:
        replies.write(json.dumps(answer(json.load(sys.stdin.buffer))).encode("ascii"))


def own_output(niceness: int) -> BinaryIO:
    """Where this process answers: whatever a library prints goes elsewhere. It runs behind what serves people."""
    with suppress(OSError):
        os.nice(niceness)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _environment() -> dict[str, str]:
    """One thread each: the machine has other things to do."""
    given = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    return given | {"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
