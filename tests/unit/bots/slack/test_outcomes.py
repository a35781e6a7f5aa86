"""Errors of the SDK and of the network, each with its outcome."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.slack.outcomes import NotSlack, advice, code_of, to_outcome
from core.model.messages import Halted, NotSent, Outcome, Rejected, Uncertain, Unreachable


def failed(message: str, response: object) -> SlackApiError:
    return SlackApiError(message, response)  # type: ignore[no-untyped-call]  # the SDK says no types here


def said(error: object = None, *, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    """What the SDK raises for an answer of Slack."""
    body: dict[str, Any] = {"ok": False, "error": error} if error is not None else {}
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data=body,
        headers=headers or {},
        status_code=status,
    )
    return failed("refused", response)


def unreached() -> aiohttp.ClientConnectorError:
    key = ConnectionKey("slack.com", 443, True, True, None, None, None)
    return aiohttp.ClientConnectorError(key, OSError(111, "refused"))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (said("ratelimited", status=429, headers={"Retry-After": "30"}), Halted(timedelta(seconds=30))),
        (said("rate_limited", headers={"retry-after": "5"}), Halted(timedelta(seconds=5))),
        (said(status=429, headers={"Retry-After": "0"}), Halted(timedelta(seconds=1))),
        (said(status=429, headers={"Retry-After": "soon"}), Halted(timedelta(seconds=30))),
        (said(status=429), Halted(timedelta(seconds=30))),
        (said(status=429, headers={"Retry-After": "999999"}), Halted(timedelta(hours=1))),
        (NotSlack(429, "3"), Halted(timedelta(seconds=3))),
        (said("user_disabled"), Unreachable("this person left the Slack workspace")),
        (said("is_archived"), Rejected("this Slack channel is archived: choose another one in the consultation file")),
        (said("some_new_error"), Rejected("Slack refuses this: some_new_error")),
        (said(status=404), NotSent("something before Slack refuses with status 404")),
    ],
)
def test_what_slack_said(error: Exception, outcome: Outcome) -> None:
    assert to_outcome(error) == outcome


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (said("internal_error"), Uncertain),
        (said("fatal_error", status=500), Uncertain),
        (said("service_unavailable", status=503), Uncertain),
        (said(status=502), Uncertain),
        (said(), Uncertain),
        (said("request_timeout"), NotSent),
        (said("invalid_auth"), NotSent),
        (said("token_revoked"), NotSent),
        (said("account_inactive"), NotSent),
        (said("missing_scope"), NotSent),
        (said("channel_not_found"), Rejected),
        (said("msg_too_long"), Rejected),
        (said("Not A Code <script>"), Uncertain),
        (said(["odd"]), Uncertain),
        (NotSlack(200, None), Uncertain),
        (NotSlack(403, None), NotSent),
        (SlackRequestError("odd"), Rejected),
        (unreached(), NotSent),
        (aiohttp.ConnectionTimeoutError(), NotSent),
        (aiohttp.SocketTimeoutError(), Uncertain),
        (aiohttp.ServerDisconnectedError(), Uncertain),
        (aiohttp.ClientPayloadError(), Uncertain),
        (TimeoutError(), Uncertain),
        (ConnectionResetError(), Uncertain),
        (aiohttp.InvalidURL("no address"), Rejected),
        (
            failed("no JSON", SimpleNamespace(status=502, headers={})),
            Uncertain,
        ),
        (
            failed("no JSON", SimpleNamespace(status=429, headers={"Retry-After": "4"})),
            Halted,
        ),
    ],
)
def test_what_kind_of_trouble(error: Exception, kind: type[Outcome]) -> None:
    outcome = to_outcome(error)
    assert isinstance(outcome, kind)
    assert "slack.com" not in repr(outcome)
    assert "script" not in repr(outcome)


def test_a_bug_of_ours_is_not_an_outcome() -> None:
    with pytest.raises(KeyError):
        to_outcome(KeyError("ours"))


@pytest.mark.parametrize(
    "code", ["channel_not_found", "not_in_channel", "is_archived", "invalid_auth", "missing_scope", "restricted_action"]
)
def test_advice_says_what_to_do(code: str) -> None:
    assert ":" in advice(code)
    assert code_of(said(code)) == code


def test_other_errors_have_no_code() -> None:
    assert code_of(TimeoutError()) == ""
