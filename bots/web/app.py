"""The web application: everything the service answers over HTTP, put together from functions that return routes.

/                 what runs now
/p/TOKEN          where a poster leads (bots/web/door.py)
/c/SECRET         somebody's conversation (bots/web/chat.py)
/r/CONSULTATION   what everybody may read of it (bots/web/results.py)
/desk             the organisers' pages, behind a sign-in (bots/web/desk/)
/embed.js         one script tag for a partner's own site: the same two pages in a frame, under /embed/
/static/…         our one style sheet and the scripts
/health, /ready   for whoever watches the service

A part of the site is a module with `def …_routes(parts: WebParts, pages: Pages) -> list[Route]`, named in `web_app`.
"""

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bots.web.chat import chat_routes
from bots.web.desk.gate import SignInFirst, sign_in_page
from bots.web.desk.routes import desk_routes
from bots.web.door import door_routes
from bots.web.forms import Refused
from bots.web.news import News
from bots.web.pages import STATIC, Pages, SafeHeaders, safe_headers
from bots.web.parts import WebParts
from bots.web.results import results_routes
from bots.web.squeeze import VARY, squeezed, takes_squeezed
from core.model.errors import StorageError


def web_app(parts: WebParts, news: News | None = None) -> Starlette:
    """`news`: what the web chat's channel tells; the pages of a conversation listen to it."""
    pages = Pages(parts.house.words, parts.language)

    async def not_found(request: Request, _error: Exception) -> Response:
        return pages.page(request, "not_found.html", pages.language(request), status=404)

    async def failed(request: Request, _error: Exception) -> Response:
        """Also for what nobody foresaw: the server logs that, this page only says it."""
        response = pages.page(request, "failed.html", pages.language(request), status=503)
        response.headers.update(safe_headers(request.url.path))
        return response

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return pages.page(
            request, "refused.html", pages.language(request), status=error.status, headers=error.headers, key=error.key
        )

    return Starlette(
        routes=[
            *_watch_routes(parts),
            *door_routes(parts, pages),
            *chat_routes(parts, pages, news or News()),
            *results_routes(parts, pages),
            *desk_routes(parts, pages),
            Route("/embed.js", _embed_script),
            Mount("/static", _KeptFiles(directory=STATIC)),
        ],
        middleware=[Middleware(SafeHeaders), Middleware(_KnownLetters)],
        exception_handlers={
            404: not_found,
            405: not_found,
            Refused: refused,
            SignInFirst: sign_in_page,
            StorageError: failed,
            Exception: failed,
        },
    )


class _KnownLetters:
    """A path with a NUL in it leads nowhere: PostgreSQL would refuse the question whether there is such a thing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "\0" in scope.get("path", ""):
            scope["path"] = scope["path"].replace("\0", "\ufffd")
        await self._app(scope, receive, send)


async def _embed_script(_request: Request) -> Response:
    headers = {"cross-origin-resource-policy": "cross-origin", "cache-control": "public, max-age=3600"}
    return FileResponse(STATIC / "embed.js", headers=headers, media_type="text/javascript")


class _KeptFiles(StaticFiles):
    """An address with the file's own digest in it (`static()`) never shows anything else: browsers may keep it.

    Texts travel squeezed; each is squeezed once, after the file was found as any other.
    """

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            if scope.get("query_string", b"").startswith(b"v="):
                response.headers["cache-control"] = "public, max-age=31536000, immutable"
            if isinstance(response, FileResponse) and takes_squeezed(Request(scope)):
                return _squeezed_file(response)
        return response


def _squeezed_file(found: FileResponse) -> Response:
    headers = {name: found.headers[name] for name in ("cache-control", "last-modified") if name in found.headers}
    headers |= {"content-encoding": "gzip", "vary": VARY, "etag": f'{found.headers["etag"][:-1]}-gzip"'}
    return Response(_squeezed_bytes(str(found.path)), media_type=found.media_type, headers=headers)


@cache
def _squeezed_bytes(path: str) -> bytes:
    """Ours only: the mount has found it below `STATIC`. They do not change while the program runs."""
    return squeezed(Path(path).read_bytes())


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
