"""Is the bot's token right, is its way in the one that the settings say, and does our clock agree with the platform's?

getMe ─▶ getWebhookInfo ─▶ the Date of an answer; nothing is changed
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import aiohttp
from telegram.error import Forbidden, InvalidToken, TelegramError

from bots.telegram.api import Api
from bots.telegram.ingress import token_refused
from core.work.doctor import Finding, bad, good, look, said

SECONDS = 8.0
LATELY = timedelta(hours=1)
"""The platform names its last trouble with a webhook for ever: what is older, and keeps nothing waiting, is over."""
MOST_APART = timedelta(seconds=60)
"""A clock that is further off plans reminders for the wrong minute, and Slack refuses its signatures after five."""


async def findings(
    token: str, base_url: str, *, mode: Literal["polling", "webhook"], webhook_url: str, now: datetime
) -> Sequence[Finding]:
    api = Api(token, base_url, connect_seconds=SECONDS, read_seconds=SECONDS)
    await api.connect()
    try:
        me = await api.call("getMe")
        info = await api.call("getWebhookInfo")
    except (InvalidToken, Forbidden):
        return [said("telegram", token_refused())]
    except TelegramError:
        return [bad("telegram", "doctor.telegram.silent")]
    finally:
        await api.disconnect()
    found = [good("telegram", "doctor.telegram.good", name=str(me.get("username", "")))]
    found += _way_in(str(info.get("url", "")), info, mode=mode, webhook_url=webhook_url, now=now)
    return found + await _clock(base_url, now)


def _way_in(url: str, info: dict[str, Any], *, mode: str, webhook_url: str, now: datetime) -> list[Finding]:
    if mode == "polling":
        return [look("telegram", "doctor.telegram.webhook_set")] if url else []
    if url != webhook_url:
        return [look("telegram", "doctor.telegram.webhook_other" if url else "doctor.telegram.webhook_none")]
    trouble, at = str(info.get("last_error_message", "")), int(info.get("last_error_date", 0))
    if trouble and (info.get("pending_update_count") or now.timestamp() - at < LATELY.total_seconds()):
        return [bad("telegram", "doctor.telegram.webhook_fails", why=trouble[:120])]
    return [good("telegram", "doctor.telegram.webhook_good")]


async def _clock(base_url: str, now: datetime) -> list[Finding]:
    """The address alone is asked, without a token."""
    limits = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits) as session,
            session.get(base_url, allow_redirects=False) as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return []
    apart = round(abs(theirs - now).total_seconds())
    if apart > MOST_APART.total_seconds():
        return [bad("clock", "doctor.clock.wrong", seconds=apart)]
    return [good("clock", "doctor.clock.good")]
