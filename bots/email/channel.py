"""The e-mail channel: letters to a partner's staff go out, nothing comes in.

One conversation with the mail server for each letter: staff get few, and a connection that lay idle is often dead.
A letter cannot be changed or taken back once it has left.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, assert_never

from aiosmtplib import SMTP, SMTPException

from bots.email.letter import letter
from bots.email.outcomes import MAIL, SIGN_IN, NobodySignsIn, to_outcome
from core.model.errors import ChannelError, PlatformUnreachable
from core.model.messages import Deletion, Edit, Message, NotSent, Outbound, Outcome, Rejected, Sent
from core.model.people import MAILBOX, Address
from core.rules.pacing import Limits
from core.work.ports import Clock, Words

CHANNEL = "email"
LIMITS = Limits(most=2, burst=2)
"""Slow on purpose: small mail servers take a few letters a second from one sender, and do not say so."""
PATIENCE = 60.0
"""Seconds: some servers look through a letter before they take it."""

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """`user` "": the server asks nobody who they are. `tls`: what certificates are held against. `patience`: seconds
    for each answer of the server."""

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    patience: float = PATIENCE

    @asynccontextmanager
    async def conversation(self) -> AsyncIterator[SMTP]:
        """Connected, encrypted as it must be, signed in. Never in clear where `security` says otherwise."""
        smtp = SMTP(
            hostname=self.host,
            port=self.port,
            timeout=self.patience,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            tls_context=None if self.security == "none" else self.tls,
        )
        try:
            await smtp.connect()
            if self.user:
                await self._sign_in(smtp)
            yield smtp
            with suppress(*MAIL):  # the letter is there already
                await smtp.quit()
        finally:
            smtp.close()

    async def _sign_in(self, smtp: SMTP) -> None:
        try:
            await smtp.login(self.user, self.password)
        except SMTPException as error:
            if type(error) is SMTPException:
                raise NobodySignsIn from None
            raise


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """`sender`: EMAIL_FROM. `desk`: the address of the organisers' pages, "" when they have none of their own."""

    server: MailServer
    sender: str
    desk: str
    words: Words
    clock: Clock

    async def send(self, address: Address, message: Outbound) -> Outcome:
        match message:
            case Message():
                return await self._post(address.external_id, message)
            case Edit() | Deletion():
                return Rejected("an e-mail that has left can be neither changed nor taken back")
            case _:
                assert_never(message)

    async def _post(self, to: str, message: Message) -> Outcome:
        if not MAILBOX.fullmatch(to):
            return Rejected("this is not an e-mail address that a mail server takes")
        ready = letter(message, sender=self.sender, to=to, desk=self.desk, words=self.words, now=self.clock.now())
        handed_over = False
        try:
            async with self.server.conversation() as smtp:
                size = [f"size={len(ready.content)}"] if smtp.supports_extension("size") else []
                await smtp.mail(ready.sender, options=size)
                await smtp.rcpt(to)
                handed_over = True
                await smtp.data(ready.content)
        except MAIL as error:
            return to_outcome(error, handed_over=handed_over)
        return Sent(ready.message_id)


async def try_server(server: MailServer) -> None:
    """Connects and signs in. Raises `ChannelError` when we are refused, `PlatformUnreachable` when nobody answers."""
    try:
        async with server.conversation():
            return
    except MAIL as error:
        outcome = to_outcome(error, handed_over=False)
        if isinstance(outcome, NotSent) and outcome.reason == SIGN_IN:
            raise ChannelError(SIGN_IN, "error.smtp_sign_in") from None
        what = outcome.reason if isinstance(outcome, NotSent | Rejected) else "it asks to come back later"
        raise PlatformUnreachable(
            f"the mail server of SMTP_HOST cannot be used for now: {what}", "error.smtp_silent"
        ) from None
