"""The terminal: our own screen, printed as UTF-8."""

import io
import itertools
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from rich.console import Console

from bots.terminal.channel import TerminalChannel
from bots.terminal.screen import Screen
from config.locale import Catalogue
from core.model.people import Address
from core.work.ports import Channel
from tests.contracts.channels.bench import Edits, Promises, Shown, Trouble, address

PROMISES = Promises(
    becomes={},
    never=dict.fromkeys(Trouble, "nothing stands between the program and the terminal it runs in"),
    edits=Edits.BELOW,
    takes_back=False,
)

WORDS = Catalogue()
ME = address("me")
_BUBBLE = re.compile(r"^🤖 ", re.MULTILINE)
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what a terminal does instead of showing it
_BUTTONS = re.compile(r"(?:\[\d+\] )")


@dataclass(frozen=True, slots=True)
class TerminalBench:
    """One person sits there: whoever is written to is the same."""

    printed: io.BytesIO
    channel: TerminalChannel
    somebody = ME
    another = ME
    secrets = ()

    async def shown(self, address: Address) -> Sequence[Shown]:
        printed = self.printed.getvalue().decode()
        assert not _COMMANDS.search(printed)
        _, *bubbles = _BUBBLE.split(printed)
        return [_shown(each) for each in bubbles]

    async def pressed(self, address: Address, label: str) -> str:
        button = self.channel.meant(label)
        assert button is not None
        return button.action

    def suffers(self, trouble: Trouble) -> AbstractAsyncContextManager[Channel]:
        raise AssertionError(f"never: {trouble}")


def _shown(bubble: str) -> Shown:
    lines = bubble.split("\n")
    rows = [[each.strip() for each in _BUTTONS.split(line) if each.strip()] for line in lines if _BUTTONS.search(line)]
    return Shown("\n".join(line.removeprefix("   ") for line in lines if not _BUTTONS.search(line)), rows)


@asynccontextmanager
async def open_bench(_request: pytest.FixtureRequest) -> AsyncIterator[TerminalBench]:
    printed = io.BytesIO()
    with io.TextIOWrapper(printed, "utf-8", write_through=True) as out:
        console = Console(file=out, width=100)
        screen = Screen(WORDS, "fr", console, console)
        yield TerminalBench(printed, TerminalChannel(screen, itertools.count(1), lambda: None, lambda: None))
