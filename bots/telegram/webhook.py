"""The way in by webhook: the secret first, then the size, then the inbox; 200 only after the update is committed.

no secret, or a wrong one ──▶ 401      (compared in constant time; nothing is read)
more than 1 MiB           ──▶ 413
not JSON, no update id    ──▶ 400
the database cannot write ──▶ 503      the platform sends it again
"""

import hmac
import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.telegram.api import Api
from bots.telegram.decode import KINDS, chat_of, interpret, parse, update_id
from bots.telegram.taps import Taps
from core.model.errors import SettingsError, StorageError
from core.model.ids import AccountId
from core.work.ports import Clock, Inbox, RawUpdate

log = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
BIGGEST_BODY = 2**20
MOST_CONNECTIONS = 40


def webhook_route(path: str, secret: str, inbox: Inbox, account: AccountId, clock: Clock, taps: Taps) -> Route:
    """The route to mount. Raises SettingsError without a secret: anybody could then write in anybody's name."""
    if not secret:
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET is empty: put 32 random letters and digits there")
    expected = secret.encode()

    async def receive(request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, expected):
            return Response(status_code=401)
        raw = await _body(request)
        if raw is None:
            return Response(status_code=413)
        try:
            update = parse(raw)
        except ValueError:
            return Response(status_code=400)
        number = update_id(update)
        if number is None:
            return Response(status_code=400)
        if interpret(update) is not None:
            row = RawUpdate(account, str(number), chat_of(update), raw, clock.now())
            try:
                await inbox.accept([row])
            except StorageError as error:
                log.error("an update of Telegram could not be written down (%s): it will come again", error)
                return Response(status_code=503)
            taps.tapped(update)
        return Response(status_code=200)

    return Route(path, receive, methods=["POST"])


async def set_webhook(api: Api, url: str, secret: str) -> None:
    """Tells the platform where to send updates. Raises TelegramError."""
    await api.call(
        "setWebhook",
        url=url,
        secret_token=secret,
        allowed_updates=list(KINDS),
        max_connections=MOST_CONNECTIONS,
    )


async def _body(request: Request) -> bytes | None:
    """The whole body, or None as soon as it is known to be too big."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:12]) > BIGGEST_BODY:
        return None
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > BIGGEST_BODY:
            return None
    return bytes(raw)
