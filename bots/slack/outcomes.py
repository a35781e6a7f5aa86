"""What Slack or the network said, as an `Outcome`.

    429, ratelimited ─▶ Halted          "ok": false ─▶ Rejected, with what to do      the person is gone ─▶ Unreachable
    no connection, a proxy's page, the app itself refused (its token, a permission) ─▶ NotSent: all waits for that
    5xx, time-out, lost answer, internal_error ─▶ Uncertain

Error codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

import re
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from core.model.messages import Halted, NotSent, Outcome, Rejected, Uncertain, Unreachable

DEFAULT_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)

_CODE = re.compile(r"[a-z][a-z_]{0,59}")
_HALTED = frozenset({"ratelimited", "rate_limited"})
_UNCERTAIN = frozenset({"internal_error", "fatal_error", "service_unavailable"})
_NOT_SENT = frozenset({"request_timeout", "team_added_to_org", "org_login_required"})
_UNREACHABLE: Mapping[str, str] = {
    "user_not_found": "Slack knows no such person in this workspace",
    "user_disabled": "this person left the Slack workspace",
    "users_not_found": "Slack knows no such person in this workspace",
}
_COPY_AGAIN = "Slack refuses SLACK_BOT_TOKEN: copy the Bot User OAuth Token of the app (it begins with xoxb-) again"
_INVITE = "the app is not in this Slack channel: type /invite @Porte-voix in the channel"
_NOT_ALLOWED = "a rule of the Slack workspace forbids the app to write there: ask an owner of the workspace"
_OURS = "Slack refuses the form of this message: this is a fault of Porte-voix, please report it"
_APP_REFUSED: Mapping[str, str] = {
    "invalid_auth": _COPY_AGAIN,
    "not_authed": _COPY_AGAIN,
    "token_revoked": _COPY_AGAIN,
    "token_expired": _COPY_AGAIN,
    "account_inactive": _COPY_AGAIN,
    "not_allowed_token_type": _COPY_AGAIN,
    "missing_scope": "the Slack app lacks a permission: install it again with the manifest of Porte-voix",
}
"""It concerns every message and none in particular: no alert is lost because somebody changed a token."""
_REJECTED: Mapping[str, str] = {
    "channel_not_found": "no such Slack channel, or it is private: check slack_channel in the consultation file, "
    "then type /invite @Porte-voix in the channel",
    "not_in_channel": _INVITE,
    "is_archived": "this Slack channel is archived: choose another one in the consultation file",
    "channel_is_archived": "this Slack channel is archived: choose another one in the consultation file",
    "restricted_action": _NOT_ALLOWED,
    "restricted_action_read_only_channel": _NOT_ALLOWED,
    "restricted_action_thread_only_channel": _NOT_ALLOWED,
    "access_denied": _NOT_ALLOWED,
    "team_access_not_granted": _NOT_ALLOWED,
    "message_not_found": "the Slack message to change is no longer there",
    "cant_update_message": "the Slack message to change is not one of the app's own",
    "cant_delete_message": "the Slack message to delete is not one of the app's own",
    "edit_window_closed": "Slack no longer lets this message be changed",
    "invalid_blocks": _OURS,
    "invalid_blocks_format": _OURS,
    "msg_blocks_too_long": _OURS,
    "msg_too_long": _OURS,
    "no_text": "the message is empty: Slack refuses it",
    "metadata_too_large": _OURS,
    "invalid_metadata_format": _OURS,
}


class NotSlack(Exception):
    """The answer is not one that Slack gives (a proxy's page, say). Nothing of it is kept but the status."""

    def __init__(self, status: int, retry_after: str | None) -> None:
        super().__init__(f"an answer that is not Slack's, with status {status}")
        self.status = status
        self.retry_after = retry_after


NETWORK = (aiohttp.ClientError, TimeoutError, OSError)
"""What the network may raise under a call."""

SLACK = (SlackApiError, SlackRequestError, NotSlack)
"""What the SDK may raise for an answer."""


def to_outcome(error: Exception) -> Outcome:
    """What `error`, raised by a call, means for the message. Raises it again when it is none of `SLACK`, `NETWORK`."""
    match error:
        case SlackApiError():
            return _answered(*_status_code_wait(error))
        case NotSlack(status=status, retry_after=retry_after):
            return _answered(status, "", retry_after)
        case SlackRequestError():
            return Rejected(_OURS)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            return NotSent(f"no connection to Slack ({type(error).__name__})")
        case aiohttp.InvalidURL():
            return Rejected("SLACK_API_BASE_URL is not an address: leave it empty for Slack itself")
        case aiohttp.ClientError() | TimeoutError() | OSError():
            return Uncertain(f"the connection to Slack was lost ({type(error).__name__})")
        case _:
            raise error


def code_of(error: Exception) -> str:
    """The error code that Slack gave ("invalid_auth"), or "" when it gave none."""
    return _status_code_wait(error)[1] if isinstance(error, SlackApiError) else ""


def advice(code: str) -> str:
    """One sentence for the operator about an error code of Slack."""
    known = {**_APP_REFUSED, **_REJECTED, **_UNREACHABLE}.get(code)
    return known or f"Slack refuses this: {code or 'it does not say why'}"


def _answered(status: int, code: str, retry_after: str | None) -> Outcome:
    if status == 429 or code in _HALTED:
        return Halted(_wait(retry_after))
    if status >= 500 or code in _UNCERTAIN:
        return Uncertain(f"Slack had a fault of its own ({code or status})")
    if code in _NOT_SENT:
        return NotSent(f"Slack did not take the message ({code})")
    if code in _APP_REFUSED:
        return NotSent(advice(code))
    if code in _UNREACHABLE:
        return Unreachable(_UNREACHABLE[code])
    if not code and status == 200:
        return Uncertain("Slack's answer could not be read")
    return Rejected(advice(code)) if code else NotSent(f"something before Slack refuses with status {status}")


def _status_code_wait(error: SlackApiError) -> tuple[int, str, str | None]:
    """Status, error code and Retry-After. The SDK also puts aiohttp's own response there, when the body is no JSON."""
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return int(getattr(response, "status", 0)) or 200, "", _header(getattr(response, "headers", {}))
    body = response.data if isinstance(response.data, dict) else {}
    code = body.get("error")
    known = isinstance(code, str) and _CODE.fullmatch(code)
    return response.status_code, str(code) if known else "", _header(response.headers)


def _header(headers: Mapping[str, str]) -> str | None:
    return next((value for name, value in headers.items() if name.lower() == "retry-after"), None)


def _wait(retry_after: str | None) -> timedelta:
    if retry_after is None or not re.fullmatch(r"[0-9]{1,6}", retry_after):
        return DEFAULT_WAIT
    return min(LONGEST_WAIT, timedelta(seconds=max(1, int(retry_after))))
