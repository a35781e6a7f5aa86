"""E-mail: the real aiosmtplib, over SMTP to a strict mail server."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from bots.email.channel import PATIENCE, EmailChannel, MailServer
from config.locale import Catalogue
from core.model.messages import Halted, NotSent, Rejected, Uncertain
from core.model.people import Address
from core.work.ports import Channel
from tests.builders import StillClock
from tests.contracts.channels.bench import Edits, Promises, Shown, TooLong, Trouble, Twice, address, nobody_there
from tests.stand_ins.smtp.server import PASSWORD, SILENCE, USER, VANISH, MailStandIn, mail_server

DESK = "https://avis.example/desk"

PROMISES = Promises(
    becomes={
        Trouble.BLOCKED: Rejected,  # the organisers mend the address: nobody of theirs is silenced for ever
        Trouble.CHAT_HALTED: Halted,
        Trouble.ACCOUNT_HALTED: Halted,
        Trouble.NO_CONNECTION: NotSent,
        Trouble.LOST_ANSWER: Uncertain,
        Trouble.NO_ANSWER: Uncertain,
        Trouble.SERVER_FAULT: Rejected,  # a mail server that says 5xx has certainly not taken the letter
    },
    edits=Edits.REFUSED,
    takes_back=False,
    instead_of_buttons=DESK,
    too_long=TooLong.TOLD,
    twice=Twice.ONE_ID,
    hears=False,
    wait=60,
)

WORDS = Catalogue()
SPORTS, LIBRARY = address("sports@valbrune.example"), address("bibliotheque@valbrune.example")


@dataclass(frozen=True, slots=True)
class EmailBench:
    """The people are two mailboxes of staff."""

    server: MailStandIn
    channel: EmailChannel
    somebody = SPORTS
    another = LIBRARY
    secrets = (PASSWORD, SPORTS.external_id)

    async def shown(self, address: Address) -> Sequence[Shown]:
        return [Shown(_read(each)) for each in self.server.to(address.external_id)]

    async def pressed(self, address: Address, label: str) -> str:
        raise AssertionError("nothing can be pressed in a letter")

    @asynccontextmanager
    async def suffers(self, trouble: Trouble) -> AsyncIterator[Channel]:
        match trouble:
            case Trouble.BLOCKED:
                self.server.says("RCPT", "550 5.1.1 no such user")
            case Trouble.CHAT_HALTED:
                self.server.says("RCPT", "450 4.2.2 mailbox full")
            case Trouble.ACCOUNT_HALTED:
                self.server.says("MAIL", "451 4.7.0 too many letters", "451 4.7.0 too many letters")
            case Trouble.NO_CONNECTION:
                with nobody_there() as port:
                    yield _channel(self.server, port=port)
                return
            case Trouble.LOST_ANSWER:
                self.server.says("DATA", VANISH)
            case Trouble.NO_ANSWER:
                self.server.says("DATA", SILENCE)
                yield _channel(self.server, patience=0.3)
                return
            case Trouble.SERVER_FAULT:
                self.server.says("DATA", "554 5.3.0 a fault of ours")
        yield self.channel
        self.server.forgets()


def _channel(server: MailStandIn, *, port: int = 0, patience: float = PATIENCE) -> EmailChannel:
    trusted = server.trusted()
    known = MailServer("127.0.0.1", port or server.port, "starttls", USER, PASSWORD, trusted, patience)
    return EmailChannel(known, "Porte-voix <avis@ville.example>", DESK, WORDS, StillClock())


def _read(letter: EmailMessage) -> str:
    """The plain text; the HTML says the same, however it is laid out."""
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain
    assert html
    reader = _Reader()
    reader.feed(html.get_content())
    text = str(plain.get_content())
    assert "".join(reader.read).split() == text.split()
    return text


class _Reader(HTMLParser):
    """What stands in the body."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.read.clear()

    def handle_data(self, data: str) -> None:
        self.read.append(data)


@asynccontextmanager
async def open_bench(_request: pytest.FixtureRequest) -> AsyncIterator[EmailBench]:
    async with mail_server() as server:
        yield EmailBench(server, _channel(server))
