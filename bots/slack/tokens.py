"""The tokens, tried before anything runs: a wrong one is said in a sentence, not in a loop of errors."""

import logging
from typing import Literal

from slack_bolt.authorization import AuthorizeResult

from bots.slack.client import SlackClient
from bots.slack.manifest import SCOPES
from bots.slack.outcomes import NETWORK, SLACK, advice, code_of, to_outcome
from core.model.errors import ChannelError, PlatformUnreachable
from core.model.messages import Halted, Uncertain

Mode = Literal["socket", "http"]

_log = logging.getLogger(__name__)


def check_settings(bot_token: str, app_token: str, signing_secret: str, mode: Mode) -> None:
    """Raises `ChannelError` for a token that cannot be right."""
    if not bot_token.startswith("xoxb-"):
        raise ChannelError(
            "SLACK_BOT_TOKEN is not a bot token: copy the Bot User OAuth Token of the app, it begins with xoxb-",
            "error.slack_bot_token",
        )
    if mode == "socket" and not app_token.startswith("xapp-"):
        raise ChannelError(
            "SLACK_APP_TOKEN is not an app-level token: make one with the permission connections:write, "
            "it begins with xapp-, or set SLACK_MODE=http",
            "error.slack_app_token",
        )
    if mode == "http" and not signing_secret.strip():
        raise ChannelError(
            "SLACK_SIGNING_SECRET is empty: copy it from Basic Information of the app", "error.slack_secret"
        )


async def introduce(client: SlackClient) -> AuthorizeResult:
    """Who we are in which workspace."""
    try:
        answer = await client.auth_test()
    except (*SLACK, *NETWORK) as error:
        raise _refusal(error, "SLACK_BOT_TOKEN") from None
    scopes = str(answer.headers.get("x-oauth-scopes", ""))
    me = AuthorizeResult(
        enterprise_id=answer.get("enterprise_id"),
        team_id=answer.get("team_id"),
        bot_user_id=answer.get("user_id"),
        bot_id=answer.get("bot_id"),
        bot_token=client.token,
        bot_scopes=[scope for each in scopes.split(",") if (scope := each.strip())],
    )
    if missing := lacks(me):
        _log.warning("slack: the app lacks %s: install it again with the manifest", ", ".join(missing))
    return me


def lacks(me: AuthorizeResult) -> list[str]:
    """The permissions of the manifest that the app was not given; none where Slack does not tell which it has."""
    return [scope for scope in SCOPES if scope not in me.bot_scopes] if me.bot_scopes else []


async def try_app_token(client: SlackClient, app_token: str) -> None:
    """A refused app token would make the SDK try for ever: ask once first. The address it gives expires unused."""
    try:
        await client.apps_connections_open(app_token=app_token)
    except (*SLACK, *NETWORK) as error:
        if code_of(error) in {"ratelimited", "internal_error"}:
            return
        raise _refusal(error, "SLACK_APP_TOKEN") from None


def _refusal(error: Exception, setting: str) -> ChannelError:
    code = code_of(error)
    if not code or isinstance(to_outcome(error), Halted | Uncertain):  # it has too much to do just now, or a fault
        return PlatformUnreachable(
            f"Slack does not answer ({type(error).__name__}): check the network and SLACK_API_BASE_URL",
            "error.slack_silent",
        )
    if setting == "SLACK_APP_TOKEN":
        return ChannelError(
            f"Slack refuses SLACK_APP_TOKEN ({code}): make a new app-level token with the permission "
            "connections:write and switch Socket Mode on",
            "error.slack_app_refused",
            code=code,
        )
    return ChannelError(f"{advice(code)} ({code})", "error.slack_bot_refused", code=code)
