"""Updates as the platform sends them, one file each, and whatever else a stranger may put on the wire."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram.decode import decode, envelope
from core.model.messages import Inbound, Said, Started

CHAT = '{"id": 5, "type": "private"}'
CASES = sorted((Path(__file__).parents[3] / "cases" / "telegram").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_envelope_names_the_update_and_its_chat(path: Path) -> None:
    """What the update means: tests/contracts/test_decoders.py."""
    update = json.loads(path.read_text("utf-8"))["update"]
    raw = json.dumps(update, ensure_ascii=False).encode()
    inbound = decode(raw)
    if inbound is not None:
        assert inbound.chat == "5512345678"
        assert envelope(raw) == (update["update_id"], "5512345678")


def test_there_is_a_case_for_every_kind() -> None:
    assert len(CASES) > 40


def test_the_envelope_of_an_update_without_chat_has_none() -> None:
    assert envelope(b'{"update_id": 7, "poll": {"id": "1"}}') == (7, "")
    assert envelope(b'{"poll": {"id": "1"}}') == (None, "")
    assert envelope(b"[1, 2]") == (None, "")


def test_lone_surrogates_are_replaced() -> None:
    inbound = decode(said('"a\\ud800b"'))
    assert inbound == Inbound("5", Said("a\ufffdb", 1))


def test_pairs_of_surrogates_are_the_characters_they_mean() -> None:
    inbound = decode(said('"\\ud83c\\udfca"'))
    assert inbound == Inbound("5", Said("🏊", 1))


@pytest.mark.parametrize("raw", [b"", b"{", b"update", b"\xff\xfe", b"[" * 100_000, b'{"message": nope}'])
def test_what_is_not_json_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode(raw)


@pytest.mark.parametrize("number", ["1e400", "true", '"12"', "null", "99999999999999999999999", "1.5"])
def test_a_strange_chat_is_not_ours(number: str) -> None:
    raw = said('"oui"').replace(b'"id": 5', f'"id": {number}'.encode())
    assert accepted(lambda: decode(raw)) is None


def test_a_huge_text_comes_through_whole() -> None:
    inbound = decode(said(json.dumps("é" * 1_000_000)))
    assert inbound is not None
    assert isinstance(inbound.event, Said)
    assert len(inbound.event.text) == 1_000_000


@given(st.text(st.characters(exclude_characters="\0"), max_size=200))
def test_a_text_is_started_or_said_and_never_anything_else(text: str) -> None:
    inbound = decode(said(json.dumps(text)))
    if not text:
        assert inbound is None
        return
    assert inbound is not None
    match inbound.event:
        case Started(payload):
            assert text.lower().startswith("/start")
            assert payload in text
            assert len(payload) <= 64
        case Said(said_text):
            said_text.encode("utf-8")
        case _:
            pytest.fail("a text became something else")


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_a_value_error(raw: bytes) -> None:
    accepted(lambda: decode(raw))
    accepted(lambda: envelope(raw))


WORDS = st.sampled_from(
    [
        "update_id",
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "message_id",
        "chat",
        "from",
        "id",
        "type",
        "private",
        "text",
        "caption",
        "data",
        "date",
        "photo",
        "voice",
        "language_code",
        "new_chat_member",
        "status",
        "kicked",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=30,
)


@given(st.dictionaries(WORDS, VALUES, max_size=6))
def test_any_json_that_looks_like_an_update_is_read_without_harm(update: dict[str, Any]) -> None:
    raw = json.dumps(update).encode()
    inbound = decode(raw)
    number, chat = envelope(raw)
    assert inbound is None or inbound.chat == chat
    assert number is None or isinstance(number, int)


def said(text: str) -> bytes:
    return f'{{"update_id": 1, "message": {{"message_id": 1, "chat": {CHAT}, "text": {text}}}}}'.encode()


def accepted(read: Any) -> Any:
    """What `read` gives; a ValueError is as good as nothing."""
    try:
        return read()
    except ValueError:
        return None
