"""What the web chat alone does when it is sent something; what every channel promises is in
tests/contracts/test_channels.py."""

from pathlib import Path

from bots.web.channel import CHANNEL, WebChannel, chat_of
from bots.web.news import News
from config.system import SystemClock
from core.model.ids import AccountId, AddressId, PartnerId
from core.model.messages import Message, Sent
from core.model.people import Account, Address
from core.storage.engine import open_storage
from tests.builders import NOW
from tests.databases import sqlite_url

WEB, TOWN = AccountId("web"), PartnerId("town")
CHAT, ANOTHER = chat_of("secret"), chat_of("another")


async def test_whoever_looks_at_the_page_is_told_and_its_messages_are_kept_in_order(tmp_path: Path) -> None:
    async with open_storage(sqlite_url(tmp_path)) as storage:
        async with storage.unit() as unit:
            await unit.people.put_partner(TOWN, {"fr": "Ville"}, NOW)
            await unit.people.add_account(Account(WEB, TOWN, CHANNEL, "web:town"), NOW)
        news = News()
        channel, address = WebChannel(storage, SystemClock(), news), Address(AddressId("a"), WEB, CHAT)
        with news.listening(CHAT) as listener:
            assert listener is not None
            first = await channel.send(address, Message("Bonjour"))
            assert listener.is_set()
        second = await channel.send(address, Message("Ensuite"))
        assert isinstance(first, Sent)
        assert isinstance(second, Sent)
        assert int(first.external_id) < int(second.external_id)
        async with storage.reading() as unit:
            newest = await unit.web.conversations(WEB, {CHAT, ANOTHER}, 1)
        assert [each.text for each in newest[CHAT]] == ["Ensuite"]
        assert newest[ANOTHER] == []
