"""Messages leave for a Slack that halts, refuses, fails, and loses its answers; what every channel promises is in
tests/contracts/test_channels.py."""

import pytest

from core.model.errors import ChannelError
from core.model.ids import AddressId
from core.model.messages import (
    Button,
    Card,
    Edit,
    Halted,
    Heading,
    Line,
    Message,
    NotSent,
    Outcome,
    Quote,
    Rejected,
    Sent,
    Uncertain,
)
from core.model.people import Address
from tests.integration.slack.conftest import ACCOUNT, ROOM, Opened
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.world import Planned, Trouble

HELLO = Message("Bonjour", reference="delivery-1")


def room(name: str) -> Address:
    return Address(AddressId(name), ACCOUNT, name)


async def test_a_message_is_posted_with_its_reference_and_without_previews(server: SlackServer, opened: Opened) -> None:
    async with opened(running=False) as slack:
        outcome = await slack.channel.send(ROOM, Message("voir https://example.org", reference="delivery-1"))
    message = server.world.channels[ROOM.external_id].messages[0]
    assert outcome == Sent(f"{ROOM.external_id}:{message['ts']}")
    assert message["metadata"] == {"event_type": "porte_voix", "event_payload": {"id": "delivery-1"}}
    assert message["unfurls"] is False
    assert not server.violations


async def test_nothing_of_a_contribution_is_read_as_markup(server: SlackServer, opened: Opened) -> None:
    nasty = "<!channel> <@U1> <http://x|y> *gras* @here & <mailto:a@b>"
    card = Card((Heading(nasty), Line(nasty, (Button(nasty, "a"),)), Quote(nasty, nasty)))
    async with opened(running=False) as slack:
        await slack.channel.send(ROOM, Message(nasty, card=card))
        await slack.channel.send(ROOM, Message(nasty))
        outcome = await slack.channel.send(ROOM, Message(nasty, buttons=((Button("Oui", "yes"),),)))
        assert isinstance(outcome, Sent)
        await slack.channel.send(ROOM, Edit(outcome.external_id, Message(nasty, card=card)))
    assert server.interpreted == []
    assert server.transcript(ROOM.external_id).count("<!channel>") == 11


async def test_a_room_can_be_named_and_a_person_written_to(server: SlackServer, opened: Opened) -> None:
    server.channel("C1", "autre")
    server.channel("G1", "bureau", private=True)
    server.member("U1")
    async with opened(running=False) as slack:
        for name, channel in (("#piscine", "C0PISCINE"), ("#bureau", "G1"), ("U1", "D1"), ("C1", "C1")):
            outcome = await slack.channel.send(room(name), Message(name, reference=f"to {name}"))
            assert isinstance(outcome, Sent)
            assert outcome.external_id.split(":")[0] == channel
    async with opened(running=False) as slack:  # nothing remembered
        for name, channel in (("#piscine", "C0PISCINE"), ("#bureau", "G1"), ("U1", "D1")):
            found = await slack.channel.find(room(name), f"to {name}")
            assert found is not None
            assert found.startswith(f"{channel}:")
        assert await slack.channel.find(room("#nulle-part"), "d1") is None


async def test_more_than_the_burst_is_halted(server: SlackServer, opened: Opened) -> None:
    async with opened(running=False) as slack:
        outcomes = [await slack.channel.send(ROOM, HELLO) for _ in range(5)]
    assert any(isinstance(each, Halted) for each in outcomes)
    sent = sum(isinstance(each, Sent) for each in outcomes)
    assert sent == len(server.world.channels[ROOM.external_id].messages)


@pytest.mark.parametrize("trouble", [Trouble.LOSE_ANSWER, Trouble.FAIL_AFTER, Trouble.NOT_JSON, Trouble.BROKEN_JSON])
async def test_a_lost_answer_is_uncertain_and_can_be_found_again(
    server: SlackServer, opened: Opened, trouble: Trouble
) -> None:
    async with opened(running=False) as slack:
        await slack.channel.send(ROOM, Message("avant", reference="delivery-0"))
        server.plan("chat.postMessage", trouble)
        assert isinstance(await slack.channel.send(ROOM, HELLO), Uncertain)
        messages = server.world.channels[ROOM.external_id].messages
        assert [each["text"] for each in messages] == ["avant", "Bonjour"]  # sent once: nothing tried again
        assert await slack.channel.find(ROOM, "delivery-1") == f"{ROOM.external_id}:{messages[1]['ts']}"
        assert await slack.channel.find(ROOM, "delivery-2") is None


async def test_what_stands_in_a_thread_can_be_found_again(server: SlackServer, opened: Opened) -> None:
    async with opened() as slack:
        first = await slack.channel.send(ROOM, Message("le bilan", reference="d1"))
        assert isinstance(first, Sent)
        below = await slack.channel.send(ROOM, Message("le détail", reference="d2", under=first.external_id))
        assert isinstance(below, Sent)
        top, reply = server.world.channels[ROOM.external_id].messages
        assert reply["thread_ts"] == top["ts"]
        assert await slack.channel.find(ROOM, "d2") == below.external_id
        assert await slack.channel.find(ROOM, "d3") is None


async def test_a_message_is_found_far_back(server: SlackServer, opened: Opened) -> None:
    async with opened(running=False) as slack:
        await slack.channel.send(ROOM, HELLO)
        messages = server.world.channels[ROOM.external_id].messages
        for _ in range(450):
            messages.append({**messages[0], "ts": server.world.ts(), "metadata": None})
        messages.append({**messages[0], "ts": server.world.ts(), "user": "U0SOMEONE"})  # another app, our metadata
        assert await slack.channel.find(ROOM, "delivery-1") == f"{ROOM.external_id}:{messages[0]['ts']}"
        assert len(server.called("conversations.history")) == 3


@pytest.mark.parametrize(
    "planned", [Planned(Trouble.RATE_LIMIT), Planned(Trouble.STATUS), Planned(Trouble.LOSE_ANSWER)]
)
async def test_not_having_looked_is_not_the_same_as_not_there(
    server: SlackServer, opened: Opened, planned: Planned
) -> None:
    async with opened(running=False) as slack:
        server.plan("conversations.history", planned, planned)  # reading may be tried again
        with pytest.raises(ChannelError, match="could not be asked"):
            await slack.channel.find(ROOM, "delivery-1")


async def refused(server: SlackServer, opened: Opened, where: Address, message: Message = HELLO) -> Outcome:
    async with opened(running=False) as slack:
        return await slack.channel.send(where, message)


async def test_refusals_tell_the_operator_what_to_do(server: SlackServer, opened: Opened) -> None:
    server.channel("C1", "archive", archived=True)
    server.channel("C2", "ailleurs", joined=False)
    server.channel("G2", "secret", joined=False, private=True)
    for name, advice in (
        ("C1", "archived"),
        ("C2", "/invite"),
        ("G2", "/invite"),
        ("C404", "no such"),
        ("#x", "no such"),
    ):
        outcome = await refused(server, opened, room(name))
        assert isinstance(outcome, Rejected)
        assert advice in outcome.reason
    assert await refused(server, opened, room("U404")) == Rejected(
        "no such Slack channel, or it is private: check slack_channel in the consultation file, "
        "then type /invite @Porte-voix in the channel"
    )


async def test_what_is_owed_waits_while_the_app_itself_is_refused(server: SlackServer, opened: Opened) -> None:
    server.scopes.discard("chat:write")
    outcome = await refused(server, opened, ROOM)
    assert isinstance(outcome, NotSent)
    assert "manifest" in outcome.reason
    server.scopes.add("chat:write")
    server.plan("chat.postMessage", Planned(Trouble.REFUSE, code="token_revoked"))
    async with opened(running=False) as slack:
        outcome = await slack.channel.send(ROOM, HELLO)
        assert isinstance(outcome, NotSent)
        assert "SLACK_BOT_TOKEN" in outcome.reason
        assert isinstance(await slack.channel.send(ROOM, HELLO), Sent)


async def test_an_empty_message_is_not_even_tried(server: SlackServer, opened: Opened) -> None:
    nothing = Message(" \x00\n")
    for empty in (nothing, Edit("C0PISCINE:1.1", nothing)):
        async with opened(running=False) as slack:
            assert isinstance(await slack.channel.send(ROOM, empty), Rejected)
    assert {each.method for each in server.calls} == {"auth.test", "apps.connections.open"}


async def test_a_card_alone_has_words_for_the_notification(server: SlackServer, opened: Opened) -> None:
    assert isinstance(await refused(server, opened, ROOM, Message("", card=Card((Heading("Piscine & co"),)))), Sent)
    assert isinstance(await refused(server, opened, ROOM, Message("", buttons=((Button("Oui", "y"),),))), Sent)
    texts = [each["text"] for each in server.world.channels[ROOM.external_id].messages]
    assert texts == ["Piscine &amp; co", "Porte-voix"]


async def test_a_very_long_text_goes_out_whole_as_far_as_slack_allows(server: SlackServer, opened: Opened) -> None:
    text = "\n".join(f"ligne {number} é&<>" for number in range(600))
    assert isinstance(await refused(server, opened, ROOM, Message(text)), Sent)
    shown = server.transcript(ROOM.external_id)
    assert "ligne 300 é&<>" in shown
    assert "trop long pour Slack" in shown
