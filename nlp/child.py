"""What a process of the text layer is given: no token and no address, only what Python and numpy need."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_GIVEN = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")


def environment() -> dict[str, str]:
    """One thread each: the machine has other things to do."""
    given = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    return given | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
