"""How a page is made: its language, its words, its template, and the headers that let nothing foreign in.

Templates see `say(key, …)` (the catalogue, in the page's language), `day(date)`, `static(name)`, `unbroken(text, …)`,
`language` and what the route gives them. Everything is escaped: no route and no template marks a text as safe.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.model.deliveries import Day, Param
from core.rules.plain_text import unbroken
from core.work.ports import Words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

EMBED = "/embed/"
"""Only what lies under this path may be shown inside another site's page."""

LANGUAGE = "desk-language"
"""The cookie of the organisers' pages that keeps the language asked for there. No other page is sent it."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)


def front_page(request: Request) -> str:
    """Where what runs is shown: inside a frame if this page is in one, for no other page may be there."""
    return f"{EMBED}p/" if request.url.path.startswith(EMBED) else "/"


class Pages:
    """Made once per application. `language`: for whoever asks for none that we speak."""

    def __init__(self, words: Words, language: str) -> None:
        self.words = words
        self._language = language
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            enable_async=False,
            auto_reload=False,
        )

    def language(self, request: Request, among: Sequence[str] = ()) -> str:
        """What `?lang=` asks for, else what staff asked for earlier (`LANGUAGE`), else what the browser prefers, among
        the languages of the page (default: all ours).

        What nobody of ours speaks counts as not asked.
        """
        ours = [each for each in self.words.languages if not among or each in among] or [self._language]
        for asked in (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE, "")):
            if asked in ours:
                return asked
        for preferred in _preferred(request.headers.get("accept-language", "")):
            if preferred in ours:
                return preferred
        return self._language if self._language in ours else ours[0]

    def say(self, key: str, language: str, **params: Param) -> str:
        return self.words.say(key, language, params)

    def page(
        self,
        request: Request,
        template: str,
        language: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **shown: Any,
    ) -> HTMLResponse:
        """`template` filled with `shown`; it offers all our languages unless `shown` says which. Not kept by any
        cache unless `headers` says otherwise."""
        offered = {
            "languages": self.words.languages,
            "embedded": request.url.path.startswith(EMBED),
            "front": front_page(request),
        }
        text = self.render(template, language, **{**offered, **shown})
        return HTMLResponse(text, status, {"cache-control": "no-store", **(headers or {})})

    def render(self, template: str, language: str, **shown: Any) -> str:
        """The text alone, for what is written to a file or sent by another way."""

        def say(key: str, **params: Param) -> str:
            return self.words.say(key, language, params)

        return self._templates.get_template(template).render(
            say=say, day=day, static=static, unbroken=unbroken, language=language, **shown
        )


def day(on: date, *, year: bool = True) -> Day:
    """A date as the catalogue writes it out."""
    return Day(on, year=year)


@lru_cache
def static(name: str) -> str:
    """The address of a file of ours. It changes with the file, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def _preferred(header: str) -> list[str]:
    """The languages of an Accept-Language header, best first: "fr-FR,fr;q=0.9,en;q=0.8" → fr, fr, en."""
    found: list[tuple[float, str]] = []
    for entry in header[:500].split(","):
        tag, _, quality = entry.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        found.append((-weight, tag.strip()[:2].lower()))
    return [tag for _, tag in sorted(found, key=lambda each: each[0])]


def safe_headers(path: str) -> Mapping[str, str]:
    """What every answer carries: nothing foreign is loaded, nobody frames us (but under /embed/), no address leaks."""
    return {
        "content-security-policy": POLICY + ("*" if path.startswith(EMBED) else "'none'"),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }


class SafeHeaders:
    """Puts `safe_headers` on every answer that has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in safe_headers(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safe)
