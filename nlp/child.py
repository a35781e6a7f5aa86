"""How the text layer starts a process of its own: with no token and no address, only what Python and numpy need."""

import asyncio
import os
import sys
from pathlib import Path

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


def _environment() -> dict[str, str]:
    """One thread each: the machine has other things to do."""
    given = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    return given | {"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
