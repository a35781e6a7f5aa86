"""A strict mail server on this machine: what it takes was well made; it can be told to refuse or to vanish.

    async with mail_server() as server:
        server.says("RCPT", "450 4.2.0 come back later")
        …
        (letter,) = server.letters

It asks for a name and a password, and for encryption first (`security`): what the program does in clear is an error.
"""

import asyncio
import email
import email.policy
import ssl
import warnings
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "porte-voix", "a password of a test"
VANISH = "vanish"
"""Instead of an answer: the connection is cut."""
SILENCE = "silence"
"""It takes the letter, and never says so."""


@dataclass(slots=True)
class MailStandIn:
    """`letters`: what it took, parsed. `asked`: whom each letter it was offered was for."""

    host: str
    port: int
    authority: trustme.CA
    letters: list[EmailMessage] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _came: asyncio.Queue[EmailMessage] = field(default_factory=asyncio.Queue)
    _script: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))

    def says(self, verb: str, *answers: str) -> None:
        """What it answers the next times to AUTH, MAIL, RCPT or DATA, instead of taking it."""
        self._script[verb].extend(answers)

    def forgets(self) -> None:
        """It takes every letter again."""
        self._script.clear()

    def trusted(self) -> ssl.SSLContext:
        """What a client holds its certificate against."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.letters if each["To"] == address]

    async def next_letter(self) -> EmailMessage:
        """The next that nobody has asked for yet; waits for it."""
        return await self._came.get()

    # ── what aiosmtpd calls ──────────────────────────────────────────────────────────────────────────────────────────

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session, options
        envelope.mail_from = address
        return self._answer(server, "MAIL") or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session, options
        self.asked.append(address)
        answer = self._answer(server, "RCPT")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        del session
        answer = self._answer(server, "DATA")
        if answer is not None and answer != SILENCE:
            return answer
        content = envelope.original_content or b""
        letter = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        _strict(letter, content, envelope)
        self.letters.append(letter)
        self._came.put_nowait(letter)
        if answer == SILENCE:
            await asyncio.Event().wait()  # until the client hangs up
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        del session, envelope, mechanism
        answer = self._answer(server, "AUTH")
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right and answer is None, handled=False)

    def _answer(self, server: SMTP, verb: str) -> str | None:
        script = self._script[verb]
        answer = script.popleft() if script else None
        if answer == VANISH and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return answer


def _strict(letter: EmailMessage, content: bytes, envelope: Envelope) -> None:
    """What large mail services refuse or count as junk."""
    assert content.isascii(), "8-bit content on a 7-bit way"
    assert all(len(line) <= 998 for line in content.split(b"\r\n")), "a line is too long"
    assert b"\n" not in content.replace(b"\r\n", b""), "a bare line feed"
    for part in letter.walk():
        assert not part.defects, part.defects
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        assert len(letter.get_all(name, [])) == 1, f"{name} must stand in it once"
    assert [each.addr_spec for each in letter["To"].addresses] == envelope.rcpt_tos
    assert letter["From"].addresses[0].addr_spec == envelope.mail_from
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


@asynccontextmanager
async def mail_server(
    *,
    security: str = "starttls",
    largest: int = 1_000_000,
    port: int = 0,
    authority: trustme.CA | None = None,
    signs_in: bool = True,
) -> AsyncIterator[MailStandIn]:
    """`security`: starttls, tls or none (then nobody is asked for a password). `authority`: signs its certificate.
    `signs_in`: False: it knows no way to sign in."""
    authority = authority or trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    known = MailStandIn("127.0.0.1", port, authority)
    asks = security != "none"

    def session() -> SMTP:
        with warnings.catch_warnings():  # aiosmtpd does not see that a connection was encrypted from its first byte
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(
                known,
                hostname="localhost",
                data_size_limit=largest,
                tls_context=context if security == "starttls" else None,
                require_starttls=security == "starttls",
                auth_required=asks,
                auth_require_tls=security == "starttls",
                auth_exclude_mechanism=() if signs_in else ("LOGIN", "PLAIN"),
                authenticator=known.authenticate if asks else None,
            )

    implicit = context if security == "tls" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", port, ssl=implicit)
    known.port = server.sockets[0].getsockname()[1]
    try:
        yield known
    finally:
        server.close()
        await server.wait_closed()
