"""What the terminal writes into the inbox comes out as it went in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.terminal.decode import Spoken, decode, encode
from core.model.messages import Attached, Edited, Inbound, Media, Pressed, Said, Started

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
NUMBERS = st.integers(min_value=0, max_value=2**53)
EVENTS = (
    st.builds(Started, TEXTS)
    | st.builds(Said, TEXTS, NUMBERS)
    | st.builds(Edited, TEXTS, NUMBERS)
    | st.builds(Pressed, TEXTS, NUMBERS)
    | st.builds(Attached, st.sampled_from(Media), TEXTS, NUMBERS)
)


@given(EVENTS, st.sampled_from([None, "fr", "en"]))
def test_there_and_back(event: Spoken, language: str | None) -> None:
    assert decode(encode("me", event, language=language)) == Inbound("me", event, language)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"chat": "me", "kind": "left"}', b"\xff", b'{"chat":1,"kind":2}'])
def test_nonsense_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(raw)
