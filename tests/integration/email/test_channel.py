"""The e-mail channel and a real mail server: what arrives, and what each refusal means. What every channel promises is
in tests/contracts/test_channels.py."""

import socket
from datetime import timedelta

import pytest

from bots.email.channel import EmailChannel, MailServer, try_server
from config.locale import Catalogue
from core.model.errors import ChannelError, PlatformUnreachable
from core.model.ids import AccountId, AddressId
from core.model.messages import (
    Button,
    Card,
    Halted,
    Heading,
    Line,
    Message,
    Note,
    NotSent,
    Rejected,
    Sent,
    Uncertain,
)
from core.model.people import Address
from core.work.ports import Channel
from tests.builders import StillClock
from tests.stand_ins.smtp.server import PASSWORD, USER, VANISH, MailStandIn, mail_server

WORDS = Catalogue()
SPORTS = Address(AddressId("a"), AccountId("email"), "sports@valbrune.example")
CARD = Card((Heading("Piscine · semaine 3"), Line("À faire", (Button("Ouvrir", "open:1"),)), Note("déclaratif")))
DIGEST = Message("Piscine", card=CARD, reference="delivery-1", language="fr")


def channel(server: MailStandIn, *, security: str = "starttls", password: str = PASSWORD) -> EmailChannel:
    user = "" if security == "none" else USER
    known = MailServer("127.0.0.1", server.port, security, user, password, server.trusted())  # type: ignore[arg-type]
    return EmailChannel(known, "Porte-voix <avis@ville.example>", "https://avis.example/desk", WORDS, StillClock())


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
async def test_a_letter_arrives_whole(security: str) -> None:
    async with mail_server(security=security) as server:
        mail: Channel = channel(server, security=security)
        sent = await mail.send(SPORTS, DIGEST)
        assert isinstance(sent, Sent)
        (letter,) = server.letters
    assert letter["Message-ID"] == sent.external_id
    assert letter["Subject"] == "Piscine · semaine 3"
    assert letter["From"] == "Porte-voix <avis@ville.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "fr"
    plain = letter.get_body(("plain",))
    html = letter.get_body(("html",))
    assert plain
    assert html
    for part in (plain.get_content(), html.get_content()):
        assert "À faire" in part
        assert "déclaratif" in part
        assert "https://avis.example/desk" in part
        assert "open:1" not in part


@pytest.mark.parametrize(
    ("verb", "answer", "outcome"),
    [
        ("MAIL", "451 4.3.0 later", Halted(timedelta(minutes=1))),
        ("RCPT", "450 4.2.0 greylisted sports@valbrune.example", Halted(timedelta(minutes=1))),
        ("DATA", "452 4.3.1 full", Halted(timedelta(minutes=1))),
        ("MAIL", "550 5.7.1 not yours", NotSent),
        ("RCPT", "550 5.1.1 no such user sports@valbrune.example", Rejected),
        ("DATA", "554 5.6.0 junk", Rejected),
        ("MAIL", VANISH, NotSent),
        ("RCPT", VANISH, NotSent),
        ("DATA", VANISH, Uncertain),
    ],
)
async def test_each_refusal_means_what_the_outbox_must_know(verb: str, answer: str, outcome: object) -> None:
    async with mail_server() as server:
        server.says(verb, answer)
        mail = channel(server)
        found = await mail.send(SPORTS, DIGEST)
        assert found == outcome or type(found) is outcome
        assert "sports@" not in repr(found), "no address in what is noted"
        assert server.letters == []
        assert isinstance(await mail.send(SPORTS, DIGEST), Sent), "the next one goes"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("550 5.1.1 no such user", "does not know this address"),
        ("552 5.2.2 over quota", "mailbox of this address is full"),
        ("554 5.7.1 relay access denied", "SMTP_USER"),
    ],
)
async def test_a_refused_address_says_which_of_the_three_it_is(answer: str, told: str) -> None:
    async with mail_server() as server:
        server.says("RCPT", answer)
        found = await channel(server).send(SPORTS, DIGEST)
    assert isinstance(found, Rejected)
    assert told in found.reason


@pytest.mark.parametrize("nobody", ["jean..petit@x.example", ".jean@x.example", "jean.@x.example", "jean@x..example"])
async def test_an_address_that_no_header_can_hold_is_refused_before_anybody_is_asked(nobody: str) -> None:
    async with mail_server() as server:
        found = await channel(server).send(Address(AddressId("b"), AccountId("email"), nobody), DIGEST)
        assert isinstance(found, Rejected)
        assert server.asked == []


async def test_what_is_too_large_or_no_address_is_our_fault() -> None:
    async with mail_server(largest=500) as server:
        assert isinstance(await channel(server).send(SPORTS, DIGEST), Rejected)
        nobody = Address(AddressId("b"), AccountId("email"), "x@y.example\r\nBcc: z@y.example")
        assert isinstance(await channel(server).send(nobody, DIGEST), Rejected)
        assert server.asked == []


async def test_a_wrong_password_waits_until_it_is_mended_and_is_never_shown() -> None:
    async with mail_server() as server:
        mail = channel(server, password="another password")
        found = await mail.send(SPORTS, DIGEST)
        assert isinstance(found, NotSent)
        assert "SMTP_PASSWORD" in found.reason
        assert "another password" not in repr(mail) + repr(found)
        with pytest.raises(ChannelError, match="SMTP_PASSWORD"):
            await try_server(mail.server)


async def test_nothing_is_said_in_clear_or_to_a_stranger() -> None:
    async with mail_server(security="none") as server:
        known = MailServer("127.0.0.1", server.port, "starttls", USER, PASSWORD, server.trusted())
        mail = EmailChannel(known, "avis@ville.example", "", WORDS, StillClock())
        refused = await mail.send(SPORTS, DIGEST)
        assert isinstance(refused, NotSent)
        assert "SMTP_SECURITY" in refused.reason
        assert server.letters == []
    async with mail_server() as server:
        known = MailServer("127.0.0.1", server.port, "starttls", USER, PASSWORD)
        mail = EmailChannel(known, "avis@ville.example", "", WORDS, StillClock())
        assert isinstance(await mail.send(SPORTS, DIGEST), NotSent), "its certificate is its own"


async def test_encryption_that_cannot_be_made_is_said() -> None:
    async with mail_server(security="tls") as server:
        stranger = MailServer("127.0.0.1", server.port, "tls", USER, PASSWORD)
        with pytest.raises(PlatformUnreachable, match="certificate cannot be trusted"):
            await try_server(stranger)
    async with mail_server() as server:
        too_soon = MailServer("127.0.0.1", server.port, "tls", USER, PASSWORD, server.trusted())
        with pytest.raises(PlatformUnreachable, match="look at SMTP_SECURITY and SMTP_PORT"):
            await try_server(too_soon)


async def test_where_nobody_can_sign_in_it_is_said_what_to_do() -> None:
    async with mail_server(signs_in=False) as server:
        with pytest.raises(PlatformUnreachable, match="leave SMTP_USER and SMTP_PASSWORD out"):
            await try_server(channel(server).server)


async def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = MailServer("127.0.0.1", taken.getsockname()[1], "none")
    mail = EmailChannel(nowhere, "avis@ville.example", "", WORDS, StillClock())
    assert isinstance(await mail.send(SPORTS, DIGEST), NotSent)
    with pytest.raises(PlatformUnreachable):
        await try_server(nowhere)
