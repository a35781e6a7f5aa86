"""A town whose pages are open: the assembled program with its ticker, behind a real HTTP server, on a clock one may
move forward."""

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx

from bots.registry import CHANNELS
from bots.web.app import web_app
from bots.web.channel import CHANNEL, LIMITS, WebChannel
from bots.web.news import News
from bots.web.parts import WebParts
from bots.web.server import listening_socket, serve_web
from config.system import SystemChance
from core.model.consultations import Consultation
from core.model.ids import PartnerId
from core.storage.engine import Storage, open_storage
from core.storage.waits import waits
from core.work.house import House
from core.work.ports import Tagger, Words
from core.work.staff import campaigns
from core.work.ticker import tick
from tests.databases import sqlite_url
from tests.samples import sample

KEY = b"the key of a town in a test"
MORNING = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Paris, two hours after the sample consultation of the swimming pool opens."""
OFTEN, SELDOM = timedelta(milliseconds=100), timedelta(hours=1)
NO_BREAK = str.maketrans({"\u00a0": " ", "\u202f": " "})


class Clock:
    """Goes on by itself; `forward` jumps over what nobody wants to wait for."""

    def __init__(self, start: datetime) -> None:
        self._start = start - timedelta(seconds=time.monotonic())

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def forward(self, by: timedelta) -> None:
        self._start += by


def piscine(**changes: object) -> Consultation:
    return replace(sample("piscine"), **changes)  # type: ignore[arg-type]  # fields of one dataclass


@dataclass(slots=True)
class Site:
    """`url`: of the pages, without a slash at the end."""

    house: House
    clock: Clock
    parts: WebParts
    news: News
    url: str
    database: Path

    @property
    def storage(self) -> Storage:
        return self.house.storage

    async def starts(self, consultation: Consultation) -> None:
        """`campaign start`, and the partner's web chat joins."""
        partner = PartnerId(consultation.partner.id)
        async with self.storage.unit() as unit:
            await campaigns.start(unit, consultation, [], self.house.chance, now=self.clock.now())
            account = await campaigns.own_account(
                unit, partner, CHANNEL, f"{CHANNEL}:{partner}", self.house.chance, now=self.clock.now()
            )
        self.house.join(account.id, WebChannel(self.storage, self.clock, self.news), LIMITS)
        self.parts.partner, self.parts.account = partner, account.id

    @asynccontextmanager
    async def visitor(self, **headers: str) -> AsyncIterator["Visitor"]:
        async with httpx.AsyncClient(
            base_url=self.url, follow_redirects=True, headers={"accept-language": "fr", **headers}, timeout=20
        ) as client:
            yield Visitor(client)

    async def silence(self) -> None:
        """All that was said is heard, and the silence after an open answer is over."""
        heard = False
        while not heard:
            async with self.storage.reading() as unit:
                heard = not (await waits(unit.connection, self.clock.now())).updates
            await asyncio.sleep(0.02)
        self.clock.forward(timedelta(seconds=11))

    async def read_by_the_tagger(self) -> None:
        """No contribution waits to be masked and tagged any more."""
        waiting = True
        while waiting:
            async with self.storage.reading() as unit:
                found = await waits(unit.connection, self.clock.now())
            waiting = found.silences or found.untagged
            await asyncio.sleep(0.02)


@asynccontextmanager
async def open_site(folder: Path, words: Words, tagger: Tagger) -> AsyncIterator[Site]:
    """A site whose program runs; no campaign was started."""
    async with open_house(folder, words, tagger) as site:
        listener, stop = listening_socket("127.0.0.1", 0), asyncio.Event()
        site.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = web_app(site.parts, site.news)
        serving = asyncio.create_task(serve_web(app, listener, stop, stopping=site.news.close))
        try:
            yield site
        finally:
            stop.set()
            await serving


@asynccontextmanager
async def open_house(
    folder: Path, words: Words, tagger: Tagger, *, durable: bool = False, often: timedelta = OFTEN
) -> AsyncIterator[Site]:
    """The program behind a site that is not served yet. `often`: the rhythm of the stages that work on messages."""
    clock, news, stop = Clock(MORNING), News(), asyncio.Event()
    async with open_storage(sqlite_url(folder, "site.db"), durable=durable) as storage:
        decoders = {name: kind.decode for name, kind in CHANNELS.items()}
        house = House(storage, clock, SystemChance(), words, tagger, decoders, _erasure_hash)
        every = {name: often if name in ("receive", "elapse", "tag", "send") else SELDOM for name in house.stages()}
        working = asyncio.create_task(tick(house.stages(), clock, stop, every=every, wake=house.wakes))
        try:
            yield Site(house, clock, WebParts(house, "fr", KEY), news, "", folder / "site.db")
        finally:
            stop.set()
            house.stopping = True
            await working


def _erasure_hash(address: str) -> str:
    return hmac.new(KEY, address.encode(), hashlib.sha256).hexdigest()


# ── somebody with a browser that knows nothing but forms ─────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Form:
    action: str
    fields: dict[str, str]
    buttons: list[tuple[str, str, str]]
    """(name, value, what is written on it)"""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._button: tuple[str, str] | None = None
        self._said: list[str] = []
        self._form: Form | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given: Mapping[str, str] = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action") or "", {}, [])
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None:
            self._form.fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button, self._said = (given.get("name", ""), given.get("value", "")), []
        elif tag in ("script", "style", "title"):
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button" and self._button is not None and self._form is not None:
            self._form.buttons.append((*self._button, " ".join("".join(self._said).split())))
            self._button = None
        elif tag in ("script", "style", "title"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._said.append(data)
        if not self._silent:
            self.text.append(data)


class Visitor:
    """Opens pages, presses buttons by what is written on them, fills in the one text there is."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.response: httpx.Response | None = None

    @property
    def page(self) -> httpx.Response:
        assert self.response is not None, "open a page first"
        return self.response

    @property
    def link(self) -> str:
        """The private link one is at."""
        return self.page.url.path

    @property
    def read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.page.text.translate(NO_BREAK))
        return reader

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.read.text))

    @property
    def buttons(self) -> list[str]:
        return [label for form in self.read.forms for _, _, label in form.buttons]

    async def opens(self, path: str) -> str:
        self.response = await self.client.get(path)
        return self.text

    async def presses(self, label: str) -> str:
        for form in self.read.forms:
            for name, value, written in form.buttons:
                if written == label:
                    pressed = {name: value} if name else {}
                    self.response = await self.client.post(
                        form.action or self.page.url, data={**form.fields, **pressed}
                    )
                    return self.text
        raise AssertionError(f"no button says {label!r}: there are {self.buttons}")

    async def says(self, text: str) -> str:
        form = self.read.forms[-1]
        self.response = await self.client.post(form.action, data={**form.fields, "text": text})
        return self.text

    async def hears(self, words: str) -> None:
        """Looks again until the page says so; fails after 20 s."""
        async with asyncio.timeout(20):
            while words not in await self.waits():  # noqa: ASYNC110  # what is watched is a page
                await asyncio.sleep(0.02)

    async def waits(self) -> str:
        """ "Voir la suite"."""
        self.response = await self.client.get(f"{self.link}?wait")
        return self.text
