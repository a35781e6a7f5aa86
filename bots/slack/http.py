"""The way in over HTTP: what Slack signed, once, and within five minutes. All else is turned away before it is read.

    no or odd signature, odd or old timestamp, a request seen before ─▶ 401     over 1 MB ─▶ 413     not text ─▶ 400

slack-bolt's own check answers 500 to a timestamp that is not a number, and takes a replay for a request.
"""

import hmac
import re
from datetime import UTC, datetime, timedelta

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bots.slack.seen import Seen
from core.work.ports import Clock

WINDOW = timedelta(minutes=5)
LARGEST_BODY = 1_000_000

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_REFUSED = "This request was not signed by Slack for this app, or not just now."


class Door:
    """An ASGI-ready endpoint for Starlette: `Route(path, door.receive, methods=["POST"])`."""

    def __init__(self, app: AsyncApp, signing_secret: str, clock: Clock) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._clock = clock
        self._seen = Seen()

    async def receive(self, request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return PlainTextResponse("This request is too large.", 413)
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not self._is_genuine(body, timestamp, signature):
            return PlainTextResponse(_REFUSED, 401)
        try:
            query = dict(request.query_params)
            bolt_request = AsyncBoltRequest(body=body.decode(), query=query, headers=dict(request.headers))
        except ValueError:
            return PlainTextResponse("This request cannot be read.", 400)
        return to_starlette_response(await self._app.async_dispatch(bolt_request))

    def _is_genuine(self, body: bytes, timestamp: str, signature: str) -> bool:
        if not _TIMESTAMP.fullmatch(timestamp) or not signature.isascii():
            return False
        try:
            signed_at = datetime.fromtimestamp(int(timestamp), UTC)
            expected = self._verifier.generate_signature(timestamp=timestamp, body=body) or ""
        except (ValueError, OverflowError, OSError):
            return False
        now = self._clock.now()
        if abs(now - signed_at) > WINDOW or not hmac.compare_digest(expected, signature):
            return False
        return self._seen.first(signature, until=signed_at + WINDOW + timedelta(seconds=1), now=now)


async def _read(request: Request) -> bytes | None:
    """The body, or None as soon as it is known to be too large, or when whoever sends it went away."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > LARGEST_BODY:
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
