"""What Telegram said no with, or what the network did → an `Outcome`. Pure.

The order matters: `BadRequest` and `NeverLeft` are `NetworkError`s too. Reasons go to the operator's screen: they hold
neither a token nor anybody's words.
"""

import re
import warnings
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.warnings import PTBDeprecationWarning

from core.model.messages import Halted, Moved, NotSent, Outcome, Rejected, Sent, Uncertain, Unreachable

TOKEN_REFUSED_WAIT = timedelta(minutes=1)
"""A refused token concerns every message and none in particular: all wait until somebody puts it right."""

_NOTHING_TO_DO = ("message is not modified", "message to delete not found")
_NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "user_deactivated", "user is deactivated")
_TOKEN = re.compile(r"\d{4,}:[\w-]{20,}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\d{5,}")


class NeverLeft(NetworkError):
    """The request certainly did not reach the platform: no connection was free, or none could be made."""


class TooMany(TelegramError):
    """429, with the wait that was asked for. python-telegram-bot's RetryAfter warns each time one is made."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"too many requests: wait {wait.total_seconds():.0f} s")
        self.wait = wait


def to_outcome(error: TelegramError, *, external_id: str = "") -> Outcome:
    """What became of the message. `external_id`: the message that was to be edited or deleted, "" for a new one."""
    match error:
        case TooMany():
            return Halted(error.wait)
        case RetryAfter():
            return Halted(_wait(error))
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden():
            return Unreachable(plain(error.message))
        case BadRequest():
            return _refused(error.message, external_id)
        case NeverLeft() | Conflict():
            return NotSent(plain(error.message))
        case InvalidToken():
            return Halted(TOKEN_REFUSED_WAIT)
        case _:
            return Uncertain(type(error).__name__)  # it may have arrived


def plain(description: str) -> str:
    """The platform's sentence without what it may quote: tokens, numbers of people, words of a message."""
    return _QUOTED.sub("…", _TOKEN.sub("…", description))[:200]


def _refused(message: str, external_id: str) -> Outcome:
    said = message.lower()
    if external_id and any(words in said for words in _NOTHING_TO_DO):
        return Sent(external_id)
    if any(words in said for words in _NOBODY_THERE):
        return Unreachable(plain(message))
    return Rejected(plain(message))


def _wait(error: RetryAfter) -> timedelta:
    with warnings.catch_warnings():
        # python-telegram-bot gives seconds today and a timedelta tomorrow, and warns about it at each reading
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
