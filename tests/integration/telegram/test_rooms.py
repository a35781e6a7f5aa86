"""May the bot write there? Asked of the strict server by the real library, before anything is promised."""

import pytest

from bots.telegram.rooms import room
from core.model.errors import ChannelError
from core.model.people import Room, RoomTrouble
from tests.stand_ins.telegram.server import TelegramServer


async def test_where_a_post_can_stand(server: TelegramServer) -> None:
    server.group(-100, title="Quartier Gare")
    server.group(-101, title="Fermé", status="restricted", may_write=False)
    server.group(-102, title="Parti", status="left")
    server.group(-103, title="Ville", kind="channel", status="administrator", username="valbrune")
    server.group(-104, title="Lu", kind="channel", status="administrator", may_write=False)
    server.group(-105, title="Lecteur", kind="channel")
    server.group(-106, title="Ancien", became=-100)
    server.person(7)

    async def trouble(name: str) -> RoomTrouble | None:
        return (await room(server.token, server.url, name)).trouble

    assert await room(server.token, server.url, "-100") == Room("-100", "Quartier Gare")
    assert await room(server.token, server.url, "@valbrune") == Room("-103", "Ville")
    assert await room(server.token, server.url, "-106") == Room("-100", "Quartier Gare")
    assert await trouble("-102") is RoomTrouble.NOT_A_MEMBER
    assert await trouble("7") is RoomTrouble.A_PERSON
    assert await trouble("@nowhere") is RoomTrouble.NOT_FOUND
    for name in ("-101", "-104", "-105"):
        assert await trouble(name) is RoomTrouble.MAY_NOT_WRITE
    assert not any(profile.inbox for profile in server.bot.chats.values()), "asking writes nothing"


async def test_a_refused_token_says_so(server: TelegramServer) -> None:
    with pytest.raises(ChannelError) as said:
        await room("1:wrong", server.url, "-100")
    assert "wrong" not in str(said.value)
