"""A small disk that can really be filled: a tmpfs of its own, for as long as a block lasts."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PIECE = 64 * 1024


class SmallDisk:
    """Mounted at `path`. What is filled is given free again by `empty`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def fill(self) -> None:
        """To the last byte."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (PIECE, 4096, 1):
                try:
                    while ballast.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(at: Path, megabytes: int) -> Iterator[SmallDisk]:
    at.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "porte-voix-test", str(at)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk is needed that can be filled, and only root may mount one (mount -t tmpfs)")
    try:
        yield SmallDisk(at)
    finally:
        subprocess.run(["umount", str(at)], check=True)
