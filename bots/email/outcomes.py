"""What a mail server said, as an Outcome. Pure.

    before the letter was handed over          4xx ─▶ Halted: come back later
    (connection, sign-in, sender, recipient)   5xx ─▶ Rejected: this address, this letter; NotSent: our own settings
                                               lost ─▶ NotSent: it certainly never left
    after DATA                                 4xx, 5xx as above; lost ─▶ Uncertain: it may have arrived

Of the server's own words only the number is kept: they may hold somebody's address.
"""

import re
import ssl
from datetime import timedelta

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from core.model.messages import Halted, NotSent, Outcome, Rejected, Uncertain

WAIT = timedelta(minutes=1)
"""Servers that ask to come back later (greylisting, a full queue) do not say when."""

SIGN_IN = "the mail server refuses SMTP_USER and SMTP_PASSWORD: put the right ones into .env"
_NOBODY_SIGNS_IN = (
    "nobody can sign in at the mail server: leave SMTP_USER and SMTP_PASSWORD out of .env, or look at SMTP_PORT"
)
_SENDER = "the mail server does not let us write as EMAIL_FROM: put an address into .env that it sends for"
_RECIPIENT = (
    "the mail server does not know this address: check `emails` in the consultation file, or the member's address"
)
_NOT_FOR_US = (
    "the mail server does not let us write to this address: it may want SMTP_USER and SMTP_PASSWORD, or ask who looks"
    " after it"
)
_FULL = "the mailbox of this address is full"
_TOO_LARGE = "the mail server finds this e-mail too large: this is a fault of Porte-voix, please report it"
_UNSAFE = (
    "the mail server does not speak as SMTP_SECURITY says, or its certificate cannot be trusted: look at SMTP_SECURITY"
    " and SMTP_PORT"
)
_MUST_SIGN_IN = frozenset({530, 534, 535, 538})
_SIZE = 552
_POLICY = re.compile(r"5\.7\.[0-9]")
"""The enhanced status codes of what a server may do and will not (RFC 3463): relaying for strangers, above all."""


class NobodySignsIn(SMTPException):
    """The server knows no way to sign in; aiosmtplib has no class of its own for that."""

    def __init__(self) -> None:
        super().__init__("the server knows no way to sign in")


MAIL = (SMTPException, OSError, EOFError)
"""What a conversation with a mail server may raise."""


def to_outcome(error: Exception, *, handed_over: bool) -> Outcome:
    """`handed_over`: DATA had begun. Raises `error` again when it is none of `MAIL`."""
    match error:
        case SMTPResponseException(code=code) if 400 <= code < 500:
            return Halted(WAIT)
        case SMTPAuthenticationError():
            return NotSent(SIGN_IN)
        case SMTPResponseException(code=code) if code in _MUST_SIGN_IN:
            return NotSent(SIGN_IN)
        case SMTPRecipientRefused(code=code, message=message):
            return Rejected(_of_recipient(code, message))
        case SMTPResponseException(code=code) if code == _SIZE:
            return Rejected(_TOO_LARGE)
        case SMTPSenderRefused() | SMTPHeloError():
            return NotSent(_SENDER)
        case SMTPResponseException(code=code) if 500 <= code < 600:
            return Rejected(f"the mail server refuses this e-mail with status {code}")
        case NobodySignsIn():
            return NotSent(_NOBODY_SIGNS_IN)
        case ssl.SSLError() | SMTPConnectError(__cause__=ssl.SSLError()) if not handed_over:
            return NotSent(_UNSAFE)
        case SMTPException() if (
            type(error) is SMTPException and not handed_over
        ):  # no STARTTLS: the library's bare error
            return NotSent(_UNSAFE)
        case SMTPException() | OSError() | EOFError():
            what = type(error).__name__
            if handed_over:
                return Uncertain(f"the connection to the mail server was lost ({what})")
            return NotSent(f"the mail server could not be used ({what})")
        case _:
            raise error


def _of_recipient(code: int, message: str) -> str:
    if code == _SIZE:
        return _FULL
    return _NOT_FOR_US if _POLICY.match(message) else _RECIPIENT
