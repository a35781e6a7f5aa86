"""The program's commands in this process: each sets the log up for its own streams."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_log() -> Iterator[None]:
    """Afterwards the log is as it was."""
    root = logging.getLogger()
    handlers, level, filters = list(root.handlers), root.level, {one: list(one.filters) for one in root.handlers}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for handler, kept in filters.items():
            handler.filters[:] = kept
        logging.captureWarnings(False)
