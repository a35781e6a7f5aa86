"""The terminal as a channel: bubbles, numbered buttons, and what a typed line presses."""

import io
import itertools

import pytest

from bots.terminal.channel import TerminalChannel
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.ids import AccountId, AddressId
from core.model.messages import Button, Deletion, Edit, Message, Sent
from core.model.people import Address
from core.rules.specs.actions import Verb, written

ME = Address(AddressId("a"), AccountId("b"), "me")


@pytest.fixture
def channel(screen: Screen) -> TerminalChannel:
    return TerminalChannel(screen, itertools.count(1), before=lambda: None, after=lambda: None)


def printed(screen: Screen) -> str:
    assert isinstance(screen.console.file, io.StringIO)
    return screen.console.file.getvalue()


def button(label: str, verb: Verb, consultation: Consultation) -> Button:
    return Button(label, written(verb, consultation, first=label[:8].lower()))


async def test_a_message_with_its_buttons(channel: TerminalChannel, screen: Screen, pool: Consultation) -> None:
    often, never = button("Every week", Verb.ANSWER, pool), button("Never", Verb.ANSWER, pool)
    skip = button("Skip", Verb.SKIP, pool)
    assert await channel.send(ME, Message("You come…\nTell us.", ((often, never), (skip,)))) == Sent("1")
    assert printed(screen) == "🤖 You come…\n   Tell us.\n   [1] Every week  [2] Never\n   [3] Skip\n"
    assert channel.meant(" 2 ") == never
    assert channel.meant("Never") == never
    assert channel.meant("4") is None
    assert channel.meant("never mind") is None


async def test_where_a_number_is_the_answer_it_presses_nothing(
    channel: TerminalChannel, screen: Screen, library: Consultation
) -> None:
    await channel.send(ME, Message("How many hours?", ((button("Skip", Verb.SKIP, library),),)))
    assert "   [Skip]\n" in printed(screen)
    assert channel.meant("1") is None
    assert channel.meant("Skip") is not None


async def test_on_a_scale_a_number_is_what_it_says(channel: TerminalChannel, library: Consultation) -> None:
    scale = [button(str(number), Verb.ANSWER, library) for number in range(11)]
    await channel.send(ME, Message("From 0 to 10?", (tuple(scale),)))
    assert channel.meant("3") == scale[3]
    assert channel.meant("0") == scale[0]


async def test_the_newest_message_s_buttons_count(channel: TerminalChannel, screen: Screen, pool: Consultation) -> None:
    agree = button("I agree", Verb.AGREE, pool)
    await channel.send(ME, Edit("1", Message("Again", ((agree,),))))
    assert channel.meant("1") == agree
    await channel.send(ME, Message("Write as you speak."))
    assert channel.meant("1") is None
    before = printed(screen)
    await channel.send(ME, Deletion("1"))
    assert printed(screen) == before, "what was printed cannot be taken back"


async def test_every_button_since_the_last_line_has_a_number_of_its_own(
    channel: TerminalChannel, screen: Screen
) -> None:
    """ "My answers" come in several messages; what is said after the next line begins at 1 again."""
    first, second = Button("Change", "redo:a"), Button("Change", "redo:b")
    for words, change in (("Every week", first), ("In the evening", second)):
        await channel.send(ME, Message(words, ((change,),)))
    assert printed(screen).endswith("[1] Change\n🤖 In the evening\n   [2] Change\n")
    assert (channel.meant("1"), channel.meant("2"), channel.meant("Change")) == (first, second, second)
    await channel.send(ME, Message("What now?", ((second,),)))
    assert (channel.meant("1"), channel.meant("2")) == (second, None)
