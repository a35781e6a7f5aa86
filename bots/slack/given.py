"""A file that somebody gave in a form: fetched from Slack with our token, and from nowhere else; read as text.

https://docs.slack.dev/reference/block-kit/block-elements/file-input-element (scope `files:read`)
"""

from urllib.parse import urlsplit

import aiohttp

from bots.slack.client import SlackClient

LARGEST = 256 * 1024
"""Bytes: a consultation file is some ten thousand."""
HOST = "files.slack.com"


async def text_at(session: aiohttp.ClientSession, client: SlackClient, url: str) -> str:
    """The text of the file; "" for what is elsewhere, too large, gone, or no text. Raises what the network raises."""
    if not _is_slack(url, client.base_url):
        return ""
    headers = {"Authorization": f"Bearer {client.token}"}
    async with session.get(url, headers=headers, proxy=client.proxy, allow_redirects=False) as answer:
        if answer.status != 200:
            return ""
        content = await answer.content.read(LARGEST + 1)
        while len(content) <= LARGEST and (more := await answer.content.read(LARGEST)):
            content += more
    try:
        return content.decode("utf-8-sig") if len(content) <= LARGEST else ""
    except UnicodeDecodeError:
        return ""


def _is_slack(url: str, base_url: str) -> bool:
    """Our token goes to Slack alone: to its files, or to where the settings say that Slack is."""
    where, ours = urlsplit(url), urlsplit(base_url)
    if where.scheme == "https" and where.hostname == HOST and where.port is None:
        return True
    return not (ours.hostname or "").endswith("slack.com") and (where.scheme, where.netloc) == (
        ours.scheme,
        ours.netloc,
    )
