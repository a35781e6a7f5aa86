"""Each error of python-telegram-bot is one outcome, and its reason tells nobody's secrets."""

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bots.telegram.outcomes import TOKEN_REFUSED_WAIT, NeverLeft, TooMany, to_outcome
from core.model.messages import Halted, Moved, NotSent, Outcome, Rejected, Sent, Uncertain, Unreachable

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TooMany(timedelta(seconds=7)), Halted(timedelta(seconds=7))),
        (ChatMigrated(-100222), Moved("-100222")),
        (Forbidden("Forbidden: bot was blocked by the user"), Unreachable("Forbidden: bot was blocked by the user")),
        (BadRequest("Bad Request: chat not found"), Unreachable("Chat not found")),
        (BadRequest("Bad Request: PEER_ID_INVALID"), Unreachable("Peer_id_invalid")),
        (BadRequest("Bad Request: message text is empty"), Rejected("Message text is empty")),
        (BadRequest("Bad Request: message to edit not found"), Rejected("Message to edit not found")),
        (BadRequest(SAME), Rejected("Message is not modified")),
        (NeverLeft("no connection"), NotSent("no connection")),
        (Conflict("Conflict: terminated"), NotSent("Conflict: terminated")),
        (InvalidToken("Unauthorized"), Halted(TOKEN_REFUSED_WAIT)),
        (TimedOut(), Uncertain("TimedOut")),
        (NetworkError("Internal Server Error (500)"), Uncertain("NetworkError")),
        (TelegramError("the answer is not JSON"), Uncertain("TelegramError")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_is_one_outcome(error: TelegramError, outcome: Outcome) -> None:
    found = to_outcome(error)
    if isinstance(outcome, Rejected):
        assert isinstance(found, Rejected)
        assert found.reason.startswith(outcome.reason)
    else:
        assert found == outcome


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize("seconds", [7, timedelta(seconds=7)])
def test_the_wait_of_the_library_is_kept_whatever_its_type(seconds: int | timedelta) -> None:
    assert to_outcome(RetryAfter(seconds)) == Halted(timedelta(seconds=7))


@pytest.mark.parametrize("message", [SAME, "Bad Request: message to delete not found"])
def test_a_change_that_is_already_so_counts_as_done(message: str) -> None:
    assert to_outcome(BadRequest(message), external_id="12") == Sent("12")


@pytest.mark.parametrize("kind", [BadRequest, Forbidden, NeverLeft, Conflict])
def test_reasons_hold_neither_tokens_nor_quoted_words(kind: type[TelegramError]) -> None:
    token = "700000001:AAStandInTokenStandInTokenStandIn-00"
    error = kind(f'can\'t parse "jean.dupont@ville.example" of 5512345678 at /bot{token}/sendMessage')
    reason = str(to_outcome(error))
    for secret in (token, "AAStandIn", "jean.dupont", "5512345678"):
        assert secret not in reason
