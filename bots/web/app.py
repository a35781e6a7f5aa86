"""The web application: everything the service answers over HTTP, put together from functions that return routes.

/                 what runs now
/p/TOKEN          where a poster leads (bots/web/door.py)
/static/…         our one style sheet and the scripts
/health, /ready   for whoever watches the service

A part of the site is a module with `def …_routes(parts: WebParts, pages: Pages) -> list[Route]`, named in `web_app`.
"""

from collections.abc import MutableMapping
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bots.web.pages import STATIC, Pages, SafeHeaders
from bots.web.parts import WebParts
from core.model.errors import StorageError


def web_app(parts: WebParts) -> Starlette:
    pages = Pages(parts.house.words, parts.language)

    async def not_found(request: Request, _error: Exception) -> Response:
        return pages.page(request, "not_found.html", pages.language(request), status=404)

    async def failed(request: Request, _error: Exception) -> Response:
        return pages.page(request, "failed.html", pages.language(request), status=500)

    return Starlette(
        routes=[
            *_watch_routes(parts),
            Mount("/static", _KeptFiles(directory=STATIC)),
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={404: not_found, 405: not_found, StorageError: failed},
    )


class _KeptFiles(StaticFiles):
    """An address with the file's own digest in it (`static()`) never shows anything else: browsers may keep it."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope.get("query_string", b"").startswith(b"v="):
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def _watch_routes(parts: WebParts) -> list[Route]:
    async def health(_request: Request) -> Response:
        """The process lives."""
        return PlainTextResponse("ok\n")

    async def ready(_request: Request) -> Response:
        """The database answers, and its tables are those of this program."""
        try:
            async with parts.house.storage.reading() as unit:
                await unit.consultations.all()
        except StorageError:
            return PlainTextResponse("the database does not answer\n", 503)
        return PlainTextResponse("ready\n")

    return [Route("/health", health), Route("/ready", ready)]
