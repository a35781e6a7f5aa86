"""The pigeons of docs/extending.md: the code of the page, and their platform. Copy this for a new channel.

A real platform has a server in `tests/stand_ins/` that the real library talks to; this one is imagined, so its server
is a class, and `post` asks it.
"""

import re
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from types import ModuleType
from typing import Any

import pytest

from core.model.messages import Inbound
from core.model.people import Address
from core.work.ports import Channel, Decoder
from tests.contracts.channels.bench import WAIT, Promises, Shown, TooLong, Trouble, address
from tests.docs.documents import ROOT

PROMISES = Promises(too_long=TooLong.REFUSED)

ANNA, BEN = address("7"), address("8")


@dataclass(slots=True)
class Loft:
    """The platform: strict, and in trouble when told so. `chats`: by person, by number, what is shown there now."""

    chats: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {"7": {}, "8": {}})
    trouble: Trouble | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def post(self, path: str, content: dict[str, Any]) -> tuple[int, dict[str, str]]:
        """As the platform's server: (status, answer)."""
        chat, trouble = content["to"], self.trouble
        if trouble is Trouble.NO_CONNECTION:
            return 0, {}
        if trouble is Trouble.ACCOUNT_HALTED or (trouble is Trouble.CHAT_HALTED and chat == "7"):
            return 429, {"wait": str(WAIT)}
        if chat not in self.chats or (trouble is Trouble.BLOCKED and chat == "7"):
            return 403, {}
        answer = self._does(self.chats[chat], path, content)
        if trouble in (Trouble.LOST_ANSWER, Trouble.NO_ANSWER):
            return 504, {}
        return (500, {}) if trouble is Trouble.SERVER_FAULT else answer

    def _does(self, chat: dict[str, dict[str, Any]], path: str, content: dict[str, Any]) -> tuple[int, dict[str, str]]:
        verb, _, number = path.partition("/")
        if verb == "delete":
            chat.pop(number, None)
            return 200, {"id": number}
        actions = [button["action"] for row in content["buttons"] for button in row]
        if not 0 < len(content["text"]) <= 4000 or any(len(action.encode()) > 64 for action in actions):
            return 400, {}
        if verb == "edit" and number not in chat:
            return 400, {}
        number = number or str(next(self.numbers))
        chat[number] = content
        return 200, {"id": number}


@dataclass(frozen=True, slots=True)
class PigeonBench:
    loft: Loft
    channel: Channel
    somebody = ANNA
    another = BEN
    secrets = ()

    async def shown(self, address: Address) -> Sequence[Shown]:
        return [Shown(each["text"], _labels(each)) for each in self.loft.chats[address.external_id].values()]

    async def pressed(self, address: Address, label: str) -> str:
        newest = list(self.loft.chats[address.external_id].values())[-1]
        return str(next(each["action"] for row in newest["buttons"] for each in row if each["label"] == label))

    @asynccontextmanager
    async def suffers(self, trouble: Trouble) -> AsyncIterator[Channel]:
        self.loft.trouble = trouble
        yield self.channel
        self.loft.trouble = None


def _labels(content: dict[str, Any]) -> list[list[str]]:
    return [[button["label"] for button in row] for row in content["buttons"]]


@asynccontextmanager
async def open_bench(_request: pytest.FixtureRequest) -> AsyncIterator[PigeonBench]:
    loft = Loft()
    yield PigeonBench(loft, the_page()["PigeonChannel"](loft.post))


def files() -> Sequence[tuple[str, str]]:
    """The files of the page: path and code."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    return re.findall(r"^\*\*`(bots/pigeon/\w+\.py)`.*?^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def decode(raw: bytes) -> Inbound | None:
    read: Decoder = the_page()["decode"]
    return read(raw)


@cache
def the_page() -> Mapping[str, Any]:
    """What the files of the page define, by name: each is run as a module of its own, as the reader saves it."""
    defined: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:  # they import one another
        for path, code in files():
            module = ModuleType(path.removesuffix(".py").replace("/", "."))
            patch.setitem(sys.modules, module.__name__, module)
            exec(compile(code, path, "exec"), module.__dict__)
            assert module.__doc__, f"{path} says first what it promises, as every module here"
            defined |= vars(module)
    return defined
