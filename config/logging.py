"""The log: one handler, to the error stream, in UTC, from which every secret is taken out.

    2027-03-01T07:45:00Z WARNING core.work.outbox: 3 deliveries wait for Telegram

Nothing here knows citizens: a log line never holds their names, addresses or words, whoever writes it sees to that.
"""

import logging
import sys
import time
from collections.abc import Iterable
from typing import TextIO

from pydantic import SecretStr

from config.redaction import Redaction

# At INFO these print whole URLs (Telegram puts the token there), payloads, or SQL with what citizens wrote.
HELD_BACK = (
    "aiogram",
    "aiohttp.access",
    "aiosmtplib",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "slack",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "telegram",
    "urllib3",
    "uvicorn",
    "websockets",
)


class CleanFormatter(logging.Formatter):
    """Formats first, then takes the secrets out: of the message, its arguments, the traceback, the stack."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        return self._redaction.clean(super().format(record))


class HoldBack(logging.Filter):
    """Below WARNING, nothing from talkative libraries.

    Their loggers' levels are not enough: slack-bolt gives each of its loggers the level of the root logger.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or not _held_back(record.name)


class CleanRecords(logging.Filter):
    """The same for a handler that is not ours: the message is finished and cleaned before the handler sees it."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction
        self._formatter = CleanFormatter(redaction)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._redaction.clean(record.getMessage())
        record.args = ()
        if record.exc_info:
            record.exc_text = self._redaction.clean(self._formatter.formatException(record.exc_info))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self._redaction.clean(record.stack_info)
        return True


class _OurHandler(logging.StreamHandler[TextIO]):
    """A class of its own, so that a second call finds and replaces the first one's."""


def set_up_logging(level: str | int, *, secrets: Iterable[SecretStr | str] = (), stream: TextIO | None = None) -> None:
    """Everything from `level` on goes to `stream` (default: the error stream), cleaned of `secrets` and of tokens.

    May be called again: the last call counts. Handlers that others put on the root logger stay, and are cleaned too.
    """
    redaction = Redaction(secrets)
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _OurHandler):
            root.removeHandler(handler)
            continue
        for old in [one for one in handler.filters if isinstance(one, HoldBack | CleanRecords)]:
            handler.removeFilter(old)
        handler.addFilter(HoldBack())
        handler.addFilter(CleanRecords(redaction))
    ours = _OurHandler(stream if stream is not None else sys.stderr)
    ours.addFilter(HoldBack())
    ours.setFormatter(CleanFormatter(redaction))
    root.addHandler(ours)
    root.setLevel(level)
    for name in HELD_BACK:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)


def _held_back(name: str) -> bool:
    return any(name == held or name.startswith(f"{held}.") for held in HELD_BACK)
