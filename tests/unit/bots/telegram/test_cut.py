"""A text that is too long is cut where the platform would refuse it, never inside a character."""

from hypothesis import given
from hypothesis import strategies as st

from bots.telegram.channel import cut


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.integers(1, 40))
def test_a_cut_text_fits_and_begins_like_the_whole(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short.encode("utf-16-le")) // 2 <= most
    if len(text.encode("utf-16-le")) // 2 <= most:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])


def test_a_pair_of_surrogates_stays_whole() -> None:
    assert cut("ab🏊cd", 4) == "ab…"
