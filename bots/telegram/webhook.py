"""The way in by webhook: the secret first, then the size, then the inbox; 200 only after the update is committed.

no secret, or a wrong one ──▶ 401      (compared in constant time; nothing is read)
more than 1 MiB           ──▶ 413
not JSON, no update id    ──▶ 400
the database cannot write ──▶ 503      the platform sends it again
"""

import hmac
import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bots.telegram.api import Api
from bots.telegram.decode import KINDS, chat_of, interpret, parse, update_id
from bots.telegram.taps import Taps
from core.model.errors import SettingsError, StorageError
from core.model.ids import AccountId
from core.work.ports import Clock, Inbox, RawUpdate

log = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
_HEADER = HEADER.lower().encode()
BIGGEST_BODY = 2**20
MOST_CONNECTIONS = 40


def webhook_route(path: str, secret: str, inbox: Inbox, account: AccountId, clock: Clock, taps: Taps) -> Route:
    """The route to mount. Raises SettingsError without a secret: anybody could then write in anybody's name."""
    if not secret:
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET is empty: put 32 random letters and digits there")
    return Route(path, _Webhook(secret.encode(), inbox, account, clock, taps), methods=["POST"])


class _Webhook:
    """ASGI without a framework's request and response: for each update they would cost as much as all that is here."""

    def __init__(self, secret: bytes, inbox: Inbox, account: AccountId, clock: Clock, taps: Taps) -> None:
        self._secret = secret
        self._inbox = inbox
        self._account = account
        self._clock = clock
        self._taps = taps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = await self._received(dict(scope["headers"]), receive)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    async def _received(self, headers: Mapping[bytes, bytes], receive: Receive) -> HTTPStatus:
        if not hmac.compare_digest(headers.get(_HEADER, b""), self._secret):
            return HTTPStatus.UNAUTHORIZED
        raw = await _body(headers, receive)
        if raw is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        try:
            update = parse(raw)
        except ValueError:
            return HTTPStatus.BAD_REQUEST
        number = update_id(update)
        if number is None:
            return HTTPStatus.BAD_REQUEST
        if interpret(update) is not None:
            row = RawUpdate(self._account, str(number), chat_of(update), raw, self._clock.now())
            try:
                await self._inbox.accept([row])
            except StorageError as error:
                log.error("an update of Telegram could not be written down (%s): it will come again", error)
                return HTTPStatus.SERVICE_UNAVAILABLE
            self._taps.tapped(update)
        return HTTPStatus.OK


async def set_webhook(api: Api, url: str, secret: str) -> None:
    """Tells the platform where to send updates. Raises TelegramError."""
    await api.call(
        "setWebhook",
        url=url,
        secret_token=secret,
        allowed_updates=list(KINDS),
        max_connections=MOST_CONNECTIONS,
    )


async def _body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes | None:
    """The whole body, or None as soon as it is known to be too big, or when whoever sends it went away."""
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced[:12]) > BIGGEST_BODY:
        return None
    raw, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        raw += message.get("body", b"")
        if len(raw) > BIGGEST_BODY:
            return None
        more = message.get("more_body", False)
    return raw
