"""python-telegram-bot's `Bot`, made quiet: it neither logs nor shows its token, and calls methods without parsing.

`call` skips the building of objects that nobody reads (a fifth of a millisecond a message), and looks for defaults and
files only where there may be some.
"""

import logging
from typing import Any

from telegram import Bot, InputFile
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bots.telegram.request import CONNECT_SECONDS, READ_SECONDS, AiohttpRequest

SILENT = logging.Logger("telegram.silent", level=logging.CRITICAL + 1)
"""Bot writes its URL (with the token) and every parameter (with people's words) at DEBUG. This one writes nothing."""

CONNECTIONS = 64
ASIDE_CONNECTIONS = 2


class Api(Bot):
    """One bot. `base_url` is the address of the Bot API server without "/bot": https://api.telegram.org."""

    _LOGGER = SILENT

    def __init__(
        self,
        token: str,
        base_url: str,
        *,
        connections: int = CONNECTIONS,
        read_seconds: float = READ_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        seconds = {"connect_seconds": connect_seconds, "read_seconds": read_seconds}
        super().__init__(
            token,
            base_url=f"{base_url.rstrip('/').removesuffix('/bot')}/bot",
            request=AiohttpRequest(connections=connections, **seconds),
            get_updates_request=AiohttpRequest(connections=ASIDE_CONNECTIONS, **seconds),
        )

    def __repr__(self) -> str:
        return "Api(telegram)"

    async def connect(self) -> None:
        """Makes the pools. Bot.initialize would also call getMe, and name the token in its error."""
        for request in self._request:
            await request.initialize()

    async def disconnect(self) -> None:
        for request in self._request:
            await request.shutdown()

    async def call(self, method: str, *, read_seconds: float | None = None, **parameters: Any) -> Any:
        """The bare `result` of one method of the Bot API; what is None is left out. Raises TelegramError."""
        given = {name: value for name, value in parameters.items() if value is not None}
        seconds = BaseRequest.DEFAULT_NONE if read_seconds is None else read_seconds
        if any(isinstance(value, InputFile) for value in given.values()):
            return await self._post(method, given, read_timeout=seconds)
        plain = RequestData([RequestParameter(name, value, None) for name, value in given.items()])
        request = self._request[0 if method == "getUpdates" else 1]
        return await request.post(f"{self._base_url}/{method}", plain, read_timeout=seconds)
