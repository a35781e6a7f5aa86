"""What every channel promises, kept by the web chat over a real database: sent is sent once, changed, taken back."""

from datetime import UTC, datetime
from pathlib import Path

from bots.web.channel import CHANNEL, WebChannel, chat_of
from bots.web.decode import decode, encode
from bots.web.news import News
from config.system import SystemClock
from core.model.ids import AccountId, AddressId, PartnerId
from core.model.messages import Button, Deletion, Edit, Message, Pressed, Rejected, Said, Sent, Started
from core.model.people import Account, Address
from core.storage.engine import open_storage
from tests.databases import sqlite_url

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WEB = AccountId("web")
CHAT = chat_of("secret")
BUTTONS = ((Button("Oui", "a:b:c:1:"), Button("Non", "a:b:d:1:")),)


async def test_a_message_from_its_sending_to_its_end(tmp_path: Path) -> None:
    async with open_storage(sqlite_url(tmp_path)) as storage:
        async with storage.unit() as unit:
            await unit.people.put_partner(PartnerId("town"), {"fr": "Ville"}, NOW)
            await unit.people.add_account(Account(WEB, PartnerId("town"), CHANNEL, "web:town"), NOW)
        news = News()
        channel = WebChannel(storage, SystemClock(), news)
        address = Address(AddressId("a"), WEB, CHAT)
        with news.listening(CHAT) as listener:
            assert listener is not None
            sent = await channel.send(address, Message("Bonjour", BUTTONS, reference="delivery-1"))
            assert listener.is_set(), "whoever looks at the page is told"
        assert isinstance(sent, Sent)
        assert await channel.send(address, Message("Bonjour", BUTTONS, reference="delivery-1")) == sent, "once"
        second = await channel.send(address, Message("<b>Ensuite</b>", reference="delivery-2"))
        assert isinstance(second, Sent)
        assert int(second.external_id) > int(sent.external_id)
        assert await channel.send(address, Edit(sent.external_id, Message("Changé"))) == sent
        assert isinstance(await channel.send(address, Edit("7", Message("x"))), Rejected)
        assert isinstance(await channel.send(address, Edit("not a number", Message("x"))), Rejected)
        async with storage.reading() as unit:
            shown = (await unit.web.conversations(WEB, {CHAT}, 10))[CHAT]
            assert await unit.web.conversations(WEB, {CHAT}, 1) == {CHAT: shown[-1:]}, "the newest"
        assert [(each.text, each.buttons) for each in shown] == [("Changé", ()), ("<b>Ensuite</b>", ())]
        await channel.send(address, Deletion(second.external_id))
        async with storage.reading() as unit:
            assert [each.text for each in (await unit.web.conversations(WEB, {CHAT}, 10))[CHAT]] == ["Changé"]
            assert (await unit.web.conversations(WEB, {chat_of("another")}, 10)) == {chat_of("another"): []}


def test_what_is_written_is_what_is_read() -> None:
    for event in (Started("affiche"), Said("é \u202e <b>", 3), Pressed("a:b", 4)):
        inbound = decode(encode(CHAT, event, language="fr"))
        assert inbound is not None
        assert (inbound.chat, inbound.event, inbound.language) == (CHAT, event, "fr")
