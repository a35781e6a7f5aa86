"""The example of a channel in docs/extending.md is a channel: its three files run, and keep what the port asks for."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bots.registry import ChannelKind
from core.model.ids import AccountId, AddressId
from core.model.messages import (
    Button,
    Deletion,
    Edit,
    Halted,
    Inbound,
    Message,
    NotSent,
    Pressed,
    Rejected,
    Said,
    Sent,
    Started,
    Uncertain,
    Unreachable,
)
from core.model.people import Address
from core.work.ports import Channel, Decoder
from tests.docs.documents import ROOT


@pytest.fixture(scope="module")
def pigeon() -> Iterator[Mapping[str, Any]]:
    """What the three files define, each a module of its own as the reader saves it."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"^\*\*`(bots/pigeon/\w+\.py)`.*?^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    assert [Path(path).stem for path in files] == ["decode", "outcomes", "channel"]
    defined: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        for path, code in files.items():
            module = ModuleType(path.removesuffix(".py").replace("/", "."))
            patch.setitem(sys.modules, module.__name__, module)
            exec(compile(code, path, "exec"), module.__dict__)
            assert module.__doc__, f"{path} says first what it promises, as every module here"
            defined |= vars(module)
        yield defined


def test_words_in(pigeon: Mapping[str, Any]) -> None:
    decode: Decoder = pigeon["decode"]
    assert decode(_raw(kind="hello", source="poster", language="fr")) == Inbound("7", Started("poster"), "fr")
    assert decode(_raw(kind="text", text="plus tard", number=3)) == Inbound("7", Said("plus tard", 3))
    assert decode(_raw(kind="press", action="agree", number=4)) == Inbound("7", Pressed("agree", 4))
    assert decode(_raw(kind="weather")) is None
    with pytest.raises(ValueError, match="Expecting value"):
        decode(b"not json")


async def test_errors_out_and_carry(pigeon: Mapping[str, Any]) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    answers = iter([(200, {"id": "m1"}), (200, {"id": "m1"}), (200, {"id": "m1"})])

    async def post(path: str, content: dict[str, Any]) -> tuple[int, dict[str, str]]:
        asked.append((path, content))
        return next(answers)

    assert ChannelKind(pigeon["decode"], pigeon["LIMITS"]).limits.most
    channel: Channel = pigeon["PigeonChannel"](post)
    address = Address(AddressId("a"), AccountId("b"), "7")
    message = Message("Bonjour", ((Button("J'accepte", "agree"),),))
    assert await channel.send(address, message) == Sent("m1")
    assert await channel.send(address, Edit("m1", message)) == Sent("m1")
    assert await channel.send(address, Deletion("m1")) == Sent("m1")
    assert [path for path, _ in asked] == ["send", "edit/m1", "delete/m1"]
    assert asked[0][1] == {"to": "7", "text": "Bonjour", "buttons": [[{"label": "J'accepte", "action": "agree"}]]}


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Unreachable), (400, Rejected), (0, NotSent), (502, Uncertain), (504, Uncertain)]
)
def test_what_may_have_arrived_is_not_called_unsent(pigeon: Mapping[str, Any], status: int, kind: type) -> None:
    assert isinstance(pigeon["to_outcome"](status, {}), kind)
    assert pigeon["to_outcome"](429, {"wait": "3"}) == Halted(timedelta(seconds=3))


def _raw(**update: Any) -> bytes:
    return json.dumps({"chat": 7, **update}).encode()
