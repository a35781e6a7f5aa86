"""What every decoder promises: each update that `tests/cases/<channel>` keeps means what its file says; whatever else
comes is an event, None for what is not ours, or a ValueError; and every database can keep the words that come out.

A case is {"about": …, "update": as the platform sends it, "means": {"Said": {…}} or null}, and "chat", "language" and
"sent_at" where they matter.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.model.messages import Event, Inbound
from core.rules.plain_text import cleaned
from core.work.ports import Decoder
from tests.contracts.channels.benches import BENCHES

CASES = Path(__file__).parents[1] / "cases"
DECODERS: Mapping[str, Decoder] = {name: kind.decode for name, kind in BENCHES.items() if kind.decode}
HEARING = [name for name in DECODERS if BENCHES[name].promises.hears]
KEPT = [(name, path) for name in DECODERS for path in sorted((CASES / name).glob("*.json"))]

NESTED = (b"[" * 100_000, b'{"chat":' * 100_000)
STRANGE = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    float("inf"),
    float("nan"),
    "",
    "²",
    "a\0b",
    "a\ud800b",
    [],
    {},
    [[]],
    {"id": 1},
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("name", HEARING)
def test_some_updates_of_each_channel_are_kept(name: str) -> None:
    meant = {kind for case in _cases(name) for kind in case["means"] or {"None"}}
    assert {"Started", "Said", "Pressed"} <= meant


@pytest.mark.parametrize(("name", "path"), KEPT, ids=[f"{name}-{path.stem}" for name, path in KEPT])
def test_each_update_means_what_its_file_says(name: str, path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    inbound = DECODERS[name](_raw(case["update"]))
    if case["means"] is None:
        assert inbound is None
        return
    assert inbound is not None
    assert {type(inbound.event).__name__: dataclasses.asdict(inbound.event)} == case["means"]
    found = {"chat": inbound.chat, "language": inbound.language}
    assert found | {each: case[each] for each in found if each in case} == found
    if "sent_at" in case:
        assert inbound.sent_at == datetime.fromisoformat(case["sent_at"])


@pytest.mark.parametrize("name", DECODERS)
@given(raw=st.binary(max_size=300))
@example(NESTED[0])
@example(NESTED[1])
@example(b"")
@example(b"null")
@example(b"\xff\xfe")
def test_any_bytes_are_read_without_harm(name: str, raw: bytes) -> None:
    _reads(name, raw)


@pytest.mark.parametrize("name", HEARING)
def test_an_update_in_which_one_thing_is_strange_or_missing_is_read_without_harm(name: str) -> None:
    for case in _cases(name):
        for part, key in list(_places(case["update"])):
            usual = part[key]
            for strange in STRANGE:
                part[key] = strange
                _reads(name, _raw(case["update"]))
            del part[key]
            _reads(name, _raw(case["update"]))
            if isinstance(part, dict):
                part[key] = usual
            else:
                part.insert(key, usual)


@pytest.mark.parametrize("name", HEARING)
@given(data=st.data())
def test_an_update_in_which_anything_is_strange_is_read_without_harm(name: str, data: st.DataObject) -> None:
    update = deepcopy(data.draw(st.sampled_from(_cases(name))))["update"]
    for _ in range(data.draw(st.integers(1, 3))):
        part, key = data.draw(st.sampled_from(list(_places(update))))
        part[key] = data.draw(VALUES)
    _reads(name, _raw(update))


@pytest.mark.parametrize("name", HEARING)
@given(data=st.data())
def test_an_update_that_is_cut_or_garbled_is_read_without_harm(name: str, data: st.DataObject) -> None:
    raw = _raw(data.draw(st.sampled_from(_cases(name)))["update"])
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    _reads(name, raw[:start] + data.draw(st.binary(max_size=3)) + raw[end:])


@pytest.mark.parametrize("name", HEARING)
def test_what_is_no_json_is_a_value_error(name: str) -> None:
    for raw in (*NESTED, b"", b"{", b"nonsense"):
        with pytest.raises(ValueError, match=r"."):
            DECODERS[name](raw)


@pytest.mark.parametrize("name", [name for name in DECODERS if name not in HEARING])
def test_where_nothing_comes_in_nothing_is_ours(name: str) -> None:
    assert DECODERS[name](b'{"text": "Bonjour"}') is None


def _reads(name: str, raw: bytes) -> None:
    """It decodes to something that can be kept, or to nothing; or it is a ValueError."""
    try:
        inbound = DECODERS[name](raw)
    except ValueError:
        return
    if inbound is not None:
        assert isinstance(inbound, Inbound)
        assert isinstance(inbound.event, get_args(Event))
        assert isinstance(inbound.chat, str)
        assert isinstance(inbound.language, str | None)
        assert isinstance(inbound.sent_at, datetime | None)
        for said in dataclasses.asdict(inbound.event).values():
            assert isinstance(said, int) or said == cleaned(said)


def _raw(update: object) -> bytes:
    return json.dumps(update, ensure_ascii=False).encode("utf-8", "surrogatepass")


@cache
def _cases(name: str) -> Sequence[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((CASES / name).glob("*.json"))]


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every (part, key) whose value can be replaced."""
    if isinstance(part, dict | list):
        for key in part if isinstance(part, dict) else range(len(part)):
            yield part, key
            yield from _places(part[key])
