"""Room kept beside a SQLite database for a full disk: SQLite needs some of it even to delete.

    kept at the start ──▶ the disk is nearly full: given up for one unit of work ──▶ written, and kept again

Only what takes something away may use it (erasures, STOP, what was kept too long), what is noted of messages that
leave, and the opening of the database, which makes two files beside it. New answers may not: they would fill the disk
again, and the platform keeps what was not acknowledged.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RESERVE = 16_000_000
"""Bytes. The log of one erasure takes some hundred kilobytes, that of a round of tidying a few million."""
SHARE = 4
"""Of what is free never more than one part in so many is kept."""


class Reserve:
    """The file beside `database`. Nothing here raises: whoever cannot keep a reserve works without."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.reserve")
        self._lent = 0

    @property
    def bytes(self) -> int:
        """How much is kept, or was before it was lent."""
        with suppress(OSError):
            return max(self._lent, self._path.stat().st_size)
        return self._lent

    @property
    def is_needed(self) -> bool:
        """Is less room left on the disk than the reserve itself takes?"""
        with suppress(OSError):
            return 0 < self.bytes > shutil.disk_usage(self._path.parent).free
        return False

    def keep(self) -> None:
        """As much as there should be, while the disk has plenty; what is kept already stays."""
        with suppress(OSError):
            had = self.bytes
            self._take(max(had, min(RESERVE, (had + shutil.disk_usage(self._path.parent).free) // SHARE)))

    @contextmanager
    def lent(self, *, wanted: bool = True) -> Iterator[None]:
        """While the block lasts its room is free, where it is `wanted` and needed."""
        if not (wanted and self.is_needed):
            yield
            return
        self.lend()
        try:
            yield
        finally:
            self.take_back()

    def lend(self) -> None:
        """Its room is free for whoever writes next."""
        self._lent = self.bytes
        self._path.unlink(missing_ok=True)

    def take_back(self) -> None:
        """What was lent, or as much as is left of it."""
        lent, self._lent = self._lent, 0
        with suppress(OSError):
            self._take(min(lent, shutil.disk_usage(self._path.parent).free))

    def _take(self, size: int) -> None:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if size > os.fstat(handle).st_size:
                os.posix_fallocate(handle, 0, size)
        finally:
            os.close(handle)
