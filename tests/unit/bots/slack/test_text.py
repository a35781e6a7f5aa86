"""Text for Slack: cleaned, weighed, cut between what people see as characters."""

from hypothesis import given
from hypothesis import strategies as st

from bots.slack.text import clean, cut, escape, one_line, pieces, visible, weight

ANYTHING = st.text(st.characters(), max_size=300) | st.text("&<>é👩\u200d🇫🇷\u0301 \n\x00\ud800", max_size=300)


@given(ANYTHING)
def test_clean_text_can_always_be_sent(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


def test_what_would_turn_the_neighbours_around_is_gone() -> None:
    assert clean("a\u202eb\u2066c") == "abc"
    assert clean("שלום") == "שלום"


def test_towers_of_marks_are_lowered() -> None:
    assert clean("e" + "\u0301" * 50) == "e" + "\u0301" * 6
    assert clean("\u00e9te\u0301") == "\u00e9te\u0301"


def test_lines_end_one_way() -> None:
    assert clean("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    assert one_line(" a\r\nb\t c ") == "a b c"


def test_what_belongs_together_stays_on_its_line() -> None:
    assert one_line(" «\u00a0Gare\u00a0»,\n 8\u202fh ") == "«\u00a0Gare\u00a0», 8\u202fh"


def test_only_what_can_be_seen_counts_as_visible() -> None:
    assert not visible(" \u200b\n\u00ad\u3000")
    assert visible(" a")


def test_weights_are_those_of_slack() -> None:
    assert weight("a&<>") == 1 + 5 + 4 + 4
    assert weight("é👩") == 1 + 2
    assert escape("<!channel> & co") == "&lt;!channel&gt; &amp; co"


@given(ANYTHING, st.integers(5, 60))
def test_pieces_lose_nothing_and_fit(text: str, room: int) -> None:
    parts = list(pieces(text, room))
    assert "".join(parts) == text
    assert all(weight(part) <= room for part in parts)
    assert all(parts)


@given(ANYTHING, st.integers(6, 60))
def test_a_cut_fits_and_begins_the_same(text: str, room: int) -> None:
    short = cut(text, room)
    assert weight(short) <= room
    assert short == text or text.startswith(short.removesuffix("…"))


def test_pieces_end_where_a_reader_breathes() -> None:
    assert list(pieces("une phrase assez longue", 14)) == ["une phrase ", "assez longue"]


def test_what_is_seen_as_one_is_not_cut() -> None:
    family, flag = "👩\u200d👩\u200d👧", "🇫🇷"
    assert list(pieces("aaaa" + family, 9)) == ["aaaa", family]
    assert list(pieces("aaa" + flag, 6)) == ["aaa", flag]
    assert list(pieces("abcde\u0301", 5)) == ["abcd", "e\u0301"]
    assert cut("aaaaaa👍🏽", 10) == "aaaaaa👍🏽"
