"""What may be sent to us: by our own pages only, not too much, not too often."""

import hashlib
import hmac
import math
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request

from core.rules.plain_text import cleaned

MOST_BYTES = 64 * 1024
"""An answer of the longest kind in each of several languages, as forms send it."""
LONGEST_TEXT = 10_000
MOST_FIELDS = 60
"""Boxes to tick are fields too."""


class Refused(Exception):
    """The request is not answered as asked. `key`: which page says so, `status`: with which code."""

    def __init__(self, status: int, key: str, *, wait: timedelta | None = None) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.headers = {"retry-after": str(math.ceil(wait.total_seconds()))} if wait else {}


def foreign() -> Refused:
    return Refused(403, "foreign")


def too_many(wait: timedelta) -> Refused:
    return Refused(429, "too_many", wait=wait)


def too_long() -> Refused:
    return Refused(413, "too_long")


def whole_number(typed: str, *, digits: int) -> int | None:
    """None for what is no number of at most so many digits."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= digits else None


def form_token(key: bytes, purpose: str) -> str:
    """What a form of ours carries: nobody without the installation's secret can make it."""
    return hmac.new(key, f"form:{purpose}".encode(), hashlib.sha256).hexdigest()[:32]


async def read_form(request: Request, key: bytes, purpose: str, *, most: int = MOST_BYTES) -> Mapping[str, str]:
    """The fields of one of our own forms, as a database can keep them; of boxes that share a name, what was ticked,
    with spaces between. Raises `Refused` for another site's, for half of one, and for more than `most` bytes."""
    if not _same_origin(request):
        raise foreign()
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise too_long()
    except ClientDisconnect:  # a phone that lost its network is no fault of ours: nobody reads the answer
        raise foreign() from None
    try:
        given = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise foreign() from None
    fields: dict[str, str] = {}
    for name, value in given:
        sound = cleaned(value)
        fields[name] = f"{fields[name]} {sound}".strip() if name in fields else sound
    if not hmac.compare_digest(fields.get("form", "").encode(), form_token(key, purpose).encode()):
        raise foreign()
    return fields


def _same_origin(request: Request) -> bool:
    """What the browser says of where the form stood. Old browsers say nothing, and `no-referrer` makes the origin of
    our own forms "null": then the form's token alone decides."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


def place_of(request: Request) -> str:
    """The network address that asks; of IPv6 the first half, for whoever has one line has all the addresses behind it.
    It is counted in memory, and written nowhere."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
