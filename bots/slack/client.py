"""The SDK's client as we need it: one shared session, no second try behind our back, no token in a log.

The SDK's connection retry handler can post twice, so there is none; its loggers are kept at warnings and scrubbed.
"""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bots.slack.outcomes import NotSlack

SLACK_API = "https://slack.com/api/"
CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
IDLE_SECONDS = 10.0  # a kept connection that Slack closes under a post makes that post uncertain: keep it briefly

_SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?:https?|wss?)://\S+")


class _Scrub(logging.Filter):
    """What the SDK says of its troubles, without bodies, addresses, tokens or tracebacks (which may show them)."""

    def filter(self, record: logging.LogRecord) -> bool:
        first = record.getMessage().split("\n", 1)[0]
        if first.startswith("As you gave `client`"):  # said whenever SLACK_BOT_TOKEN is in the environment
            return False
        record.msg = _SECRETS.sub("…", first.split("{", 1)[0])[:200]
        record.args = None
        if record.exc_info and record.exc_info[0] is not None:
            record.msg += f" ({record.exc_info[0].__name__})"
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def sdk_logger() -> logging.Logger:
    """The logger for slack-sdk and slack-bolt: below a warning they write whole requests, with their texts."""
    logger = logging.getLogger("bots.slack.sdk")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_Scrub())
    return logger


class SlackClient(AsyncWebClient):
    """Says `NotSlack` for an answer that the SDK would fall over, such as a plain text page with status 200."""

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        if not isinstance(answer["data"], dict):
            raise NotSlack(answer["status_code"], answer["headers"].get("Retry-After"))
        return answer


@asynccontextmanager
async def open_session(*, seconds: float = TOTAL_SECONDS) -> AsyncIterator[aiohttp.ClientSession]:
    """The one session that all calls share. `seconds`: for a whole call."""
    timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)
    connector = aiohttp.TCPConnector(limit=20, keepalive_timeout=IDLE_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        yield session


def web_client(session: aiohttp.ClientSession, token: str, base_url: str = "") -> SlackClient:
    client = SlackClient(
        token=token, base_url=base_url or SLACK_API, session=session, retry_handlers=[], logger=sdk_logger()
    )
    client.proxy = _proxy_for(client.base_url, client.proxy)
    return client


def answer_client(session: aiohttp.ClientSession, url: str) -> AsyncWebhookClient:
    """For a response_url."""
    client = AsyncWebhookClient(url=url, session=session, retry_handlers=[], logger=sdk_logger())
    client.proxy = _proxy_for(url, client.proxy)
    return client


def _proxy_for(url: str, proxy: str | None) -> str | None:
    """The SDK takes the proxy of the environment for every host; the environment also says which hosts need none."""
    host = urlsplit(url).hostname or ""
    return None if host in {"localhost", "127.0.0.1", "::1"} or proxy_bypass(host) else proxy
