"""The log never shows a secret: tried with the real libraries that are known to print them."""

import io
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_bolt.logger import get_bolt_logger

from config.logging import HELD_BACK, CleanFormatter, set_up_logging
from config.redaction import HIDDEN, Redaction

TOKEN = "1234567:" + "Abc-_" * 7
OTHER_TOKEN = "7654321:" + "zYx-_" * 7
SHORT = "correct horse/battery"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of a program set up at DEBUG; everything as it was afterwards."""
    root = logging.getLogger()
    before = root.level, root.handlers[:], {name: logging.getLogger(name).level for name in HELD_BACK}
    stream = io.StringIO()
    set_up_logging("DEBUG", secrets=[SecretStr(TOKEN), SHORT], stream=stream)
    yield stream
    root.setLevel(before[0])
    for handler in root.handlers[:]:
        if handler not in before[1]:
            root.removeHandler(handler)
        else:
            for one in handler.filters[:]:
                handler.removeFilter(one)
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def server() -> Iterator[str]:
    """A web server on this machine that answers every GET."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Not on the error stream of the tests."""

    with HTTPServer(("127.0.0.1", 0), Answer) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_httpx_really_prints_the_token_when_nothing_holds_it_back(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    # Its own level too: a test that started the program leaves it held back.
    with caplog.at_level(logging.INFO), caplog.at_level(logging.INFO, logger="httpx"):
        httpx.get(f"{server}/bot{TOKEN}/getMe", trust_env=False)
    assert TOKEN in caplog.text


def test_httpx_prints_nothing_below_a_warning(log: io.StringIO, server: str) -> None:
    httpx.get(f"{server}/bot{TOKEN}/getMe", trust_env=False)
    assert log.getvalue() == ""


def test_even_when_httpx_is_let_talk_no_token_shows(log: io.StringIO, server: str) -> None:
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    logging.getLogger("porte").info("asking")
    with httpx.Client(trust_env=False) as client, pytest.raises(httpx.HTTPStatusError) as caught:
        client.get(f"{server}/bot{OTHER_TOKEN}/getMe").raise_for_status()
    logging.getLogger("httpx").warning("failed: %s", caught.value, exc_info=caught.value)
    assert OTHER_TOKEN not in log.getvalue()
    assert f"/bot{HIDDEN}/getMe" in log.getvalue()
    assert "Traceback" in log.getvalue()
    assert "INFO porte: asking" in log.getvalue()


def test_slack_bolt_which_sets_its_own_levels_is_held_back_too(log: io.StringIO) -> None:
    logger = get_bolt_logger(type("Payload", (), {}))
    assert logger.isEnabledFor(logging.DEBUG)
    logger.debug("what a person wrote")
    logger.warning("a warning passes")
    assert "what a person wrote" not in log.getvalue()
    assert "a warning passes" in log.getvalue()


def test_a_secret_is_taken_out_of_message_arguments_traceback_and_stack(log: io.StringIO) -> None:
    logger = logging.getLogger("porte")
    logger.info("token %s, mapping %r", TOKEN, {"k": SHORT})
    try:
        raise ValueError(f"https://h/{quote(SHORT, safe='')} and {OTHER_TOKEN.replace(':', '%3A')}")
    except ValueError:
        logger.exception("gone wrong with xoxb-123-456-abc", stack_info=True)
    written = log.getvalue()
    for secret in (TOKEN, SHORT, quote(SHORT, safe=""), OTHER_TOKEN, OTHER_TOKEN.split(":")[1], "xoxb-123"):
        assert secret not in written
    assert "Stack (most recent call last)" in written
    assert written.count(HIDDEN) >= 5


def test_a_line_says_when_in_utc_how_grave_and_where(log: io.StringIO) -> None:
    record = logging.LogRecord("core.work.outbox", logging.WARNING, __file__, 1, "%d wait", (3,), None)
    record.created = 1_803_887_100.0
    assert CleanFormatter(Redaction()).format(record) == "2027-03-01T07:45:00Z WARNING core.work.outbox: 3 wait"


def test_a_second_call_counts_and_does_not_double_lines(log: io.StringIO) -> None:
    second = io.StringIO()
    set_up_logging("INFO", stream=second)
    logging.getLogger("porte").info("once")
    assert log.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_handlers_of_others_are_cleaned_as_well(log: io.StringIO) -> None:
    stream = io.StringIO()
    theirs = logging.StreamHandler(stream)
    logging.getLogger().addHandler(theirs)
    set_up_logging("DEBUG", secrets=[SHORT], stream=log)
    try:
        raise ValueError(SHORT)
    except ValueError:
        logging.getLogger("porte").exception("with %s", SHORT)
    logging.getLogger("httpx").info("quiet")
    assert SHORT not in stream.getvalue()
    assert "Traceback" in stream.getvalue()
    assert "quiet" not in stream.getvalue()


def test_a_higher_level_holds_for_the_libraries_as_well(log: io.StringIO) -> None:
    set_up_logging("ERROR", stream=log)
    logging.getLogger("httpx").warning("a small matter")
    assert log.getvalue() == ""


def test_the_password_of_a_database_is_a_secret_of_its_own() -> None:
    redaction = Redaction(["postgresql+asyncpg://porte:s%C3%A9same@h/b"])
    assert redaction.clean("password 'sésame' or s%C3%A9same refused") == f"password '{HIDDEN}' or {HIDDEN} refused"


def test_the_address_of_a_database_without_password_leaves_words_alone() -> None:
    assert Redaction(["sqlite+aiosqlite:///var/x.db"]).clean("var/ is full") == "var/ is full"


@pytest.mark.parametrize("value", ["", "a", "ab"])
def test_a_value_too_short_to_be_a_secret_hides_nothing_else(value: str) -> None:
    assert Redaction([value]).clean("a banana about") == "a banana about"


def test_ordinary_words_and_times_stay() -> None:
    line = "2027-03-01T07:45:00Z chat 123456789: 12:30, ratio 1000000:3, xoxo, xapp"
    assert Redaction().clean(line) == line


@given(
    st.lists(
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4, max_size=30), min_size=1, max_size=4
    ),
    st.text(max_size=20),
)
def test_no_secret_survives_whatever_stands_around_it(secrets: list[str], around: str) -> None:
    marker = "\0"
    cleaned = Redaction(secrets).clean(marker.join([around, *secrets, around]))
    for secret in secrets:
        if secret not in around and secret not in HIDDEN:
            assert secret not in cleaned.replace(HIDDEN, marker)
