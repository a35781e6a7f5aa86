"""How requests reach the Bot API: aiohttp under python-telegram-bot, because it must know what never left.

    no connection free, refused, unknown host, bad certificate ──▶ NeverLeft      try again without fear
    3xx or 4xx, and not in the words of the Bot API            ──▶ NeverLeft      a proxy's page, not Telegram's no
    no answer in time                                          ──▶ TimedOut       it may have arrived
    connection lost after the request                          ──▶ NetworkError   it may have arrived

The URL holds the token, and aiohttp's errors hold the URL: their words do not leave this file, and nothing is chained.
"""

import io
import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NoReturn

import aiohttp
import orjson
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bots.telegram.outcomes import NeverLeft, TooMany

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
KEEP_ALIVE_SECONDS = 15.0
"""Shorter than the platform's own: a connection that it closes just as we write costs an uncertain message."""
UNSAID_WAIT = timedelta(seconds=5)
"""When something in front of the Bot API says 429 without saying how long."""


class AiohttpRequest(BaseRequest):
    """A bounded pool of connections. Redirects are not followed: they would carry the token somewhere else."""

    __slots__ = ("_connect_seconds", "_connections", "_read_seconds", "_session")

    def __init__(
        self, *, connections: int, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS
    ) -> None:
        """`connect_seconds`: to find a free connection or make one. `read_seconds`: to the next byte of the answer."""
        self._connections = connections
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_seconds

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, limit_per_host=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """The answer as JSON. Raises TelegramError, and logs nothing: an answer holds what people wrote."""
        try:
            answer: JSONDict = orjson.loads(payload)
        except orjson.JSONDecodeError:
            try:
                answer = json.loads(payload.decode("utf-8", "replace"))
            except (ValueError, RecursionError):
                raise TelegramError("the answer is not JSON") from None
        if not isinstance(answer, dict) or not ("result" in answer or _is_a_no(answer)):
            raise TelegramError("the answer is not one of the Bot API")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # the signature is PTB's
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """The HTTP status and the body. Raises NeverLeft, TimedOut, NetworkError or TooMany, nothing else."""
        if self._session is None:
            raise NeverLeft("the connection to Telegram is closed")
        limits = aiohttp.ClientTimeout(
            total=None,
            connect=self._seconds(connect_timeout, self._connect_seconds),
            sock_connect=self._seconds(connect_timeout, self._connect_seconds),
            sock_read=self._seconds(read_timeout, self._read_seconds),
        )
        try:
            async with self._session.request(
                method, url, timeout=limits, allow_redirects=False, **_body(request_data)
            ) as response:
                body = await response.read()
                if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                    raise TooMany(_wait(body))
                if 300 <= response.status < 500 and not _says_no(body):
                    raise NeverLeft(f"something before the Bot API refuses with status {response.status}")
                return response.status, body
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            _explain(error)

    @staticmethod
    def _seconds(given: ODVInput[float], usual: float) -> float | None:
        return usual if given is BaseRequest.DEFAULT_NONE else given  # type: ignore[return-value]  # a sentinel of PTB


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {"data": orjson.dumps(request_data.parameters), "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (request_data.multipart_data or {}).items():
        form.add_field(
            name, io.BytesIO(content) if isinstance(content, bytes) else content, filename=filename, content_type=kind
        )
    return {"data": form}


def _says_no(body: bytes) -> bool:
    """Whether a refusal is Telegram's own. Who takes a proxy's 403 for one believes that everybody has blocked us."""
    try:
        return _is_a_no(orjson.loads(body))
    except orjson.JSONDecodeError:
        return False


def _is_a_no(answer: object) -> bool:
    return isinstance(answer, dict) and answer.get("ok") is False


def _wait(body: bytes) -> timedelta:
    try:
        return timedelta(seconds=max(1, int(orjson.loads(body)["parameters"]["retry_after"])))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError):
        return UNSAID_WAIT


def _explain(error: Exception) -> NoReturn:
    match error:
        case aiohttp.InvalidURL():
            raise NeverLeft("the address of the Bot API is not a URL: look at TELEGRAM_API_BASE_URL") from None
        case aiohttp.ConnectionTimeoutError():
            raise NeverLeft("no connection to the Bot API in time") from None
        case aiohttp.ClientConnectorError():
            raise NeverLeft(f"no connection to the Bot API ({type(error).__name__})") from None
        case TimeoutError():
            raise TimedOut("the Bot API did not answer in time") from None
        case _:
            raise NetworkError(f"the connection to the Bot API was lost ({type(error).__name__})") from None
