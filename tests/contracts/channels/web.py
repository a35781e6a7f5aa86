"""The web chat: the real pages over a real database. What a reader of their HTML finds is what the person sees."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from bots.registry import CHANNELS
from bots.web.app import web_app
from bots.web.channel import CHANNEL, WebChannel, chat_of
from bots.web.news import News
from bots.web.parts import WebParts
from config.locale import Catalogue
from config.system import SystemChance, SystemClock
from core.model.ids import PartnerId
from core.model.messages import NotSent
from core.model.people import Account, Address
from core.storage.engine import Storage, open_storage
from core.work.house import House
from core.work.ports import Channel
from tests.builders import NOW
from tests.contracts.channels.bench import ACCOUNT, Promises, Shown, Trouble, Twice, address
from tests.databases import fresh_postgres, refusing, sqlite_url
from tests.integration.review.village import ReadsAll

_OWN = "the pages are our own: nobody can block us there, nothing halts us, and what is committed is shown"

PROMISES = Promises(
    becomes={Trouble.NO_CONNECTION: NotSent},
    never={trouble: _OWN for trouble in Trouble if trouble is not Trouble.NO_CONNECTION},
    twice=Twice.ONCE,
)

TOWN = PartnerId("town")
WORDS = Catalogue()
ANNA, BEN = "secret-of-anna", "secret-of-ben"


@dataclass(frozen=True, slots=True)
class WebBench:
    """The people are two private links."""

    storage: Storage
    channel: WebChannel
    browser: httpx.AsyncClient
    somebody = address(chat_of(ANNA))
    another = address(chat_of(BEN))
    secrets = (ANNA, chat_of(ANNA))

    async def shown(self, address: Address) -> Sequence[Shown]:
        return [Shown("".join(each.text), [list(row) for row in each.rows]) for each in await self._bubbles(address)]

    async def pressed(self, address: Address, label: str) -> str:
        return (await self._bubbles(address))[-1].actions[label]

    @asynccontextmanager
    async def suffers(self, trouble: Trouble) -> AsyncIterator[Channel]:
        """The database takes no message."""
        assert trouble is Trouble.NO_CONNECTION
        async with refusing(self.storage, "web_messages"):
            yield self.channel

    async def _bubbles(self, address: Address) -> Sequence["_Bubble"]:
        page = await self.browser.get(f"/c/{ANNA if address == self.somebody else BEN}")
        assert page.status_code in (200, 404), "404: nothing was ever said there"
        reader = _Reader()
        reader.feed(page.text)
        return reader.bubbles


@dataclass(slots=True)
class _Bubble:
    text: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    actions: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """The bubbles of the page: `<p class="text">` with what was said, `<button name="action">` for what can be pressed.
    Any other element inside them is markup that a message brought."""

    def __init__(self) -> None:
        super().__init__()
        self.bubbles: list[_Bubble] = []
        self._said: list[str] | None = None
        self._action: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kind = given.get("class", "")
        if kind == "bubble out":
            self.bubbles.append(_Bubble())
        elif kind == "text":
            self._said = self.bubbles[-1].text
        elif kind == "choices":
            self.bubbles[-1].rows.append([])
        elif given.get("name") == "action":
            self._action, self._said = given["value"], []
        elif self._said is not None:
            assert kind == "hidden", f"a message brought <{tag}>"

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._said is not None:
            self._said.clear()  # "Nous" for those who hear the page
        elif tag == "button" and self._action is not None:
            label = "".join(self._said or ())
            self.bubbles[-1].rows[-1].append(label)
            self.bubbles[-1].actions[label] = self._action
            self._action = self._said = None
        elif tag == "p":
            self._said = None

    def handle_data(self, data: str) -> None:
        if self._said is not None:
            self._said.append(data)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[WebBench]:
    clock, news = SystemClock(), News()
    async with open_storage(url) as storage:
        async with storage.unit() as unit:
            await unit.people.put_partner(TOWN, {"fr": "Ville"}, NOW)
            await unit.people.add_account(Account(ACCOUNT, TOWN, CHANNEL, "web:town"), NOW)
        decoders = {name: kind.decode for name, kind in CHANNELS.items()}
        house = House(storage, clock, SystemChance(), WORDS, ReadsAll(), decoders, lambda address: address)
        app = web_app(WebParts(house, "fr", b"key", TOWN, ACCOUNT), news)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web") as browser:
            yield WebBench(storage, WebChannel(storage, clock, news), browser)


@asynccontextmanager
async def open_bench(request: pytest.FixtureRequest) -> AsyncIterator[WebBench]:
    folder: Path = request.getfixturevalue("tmp_path")
    async with _opened(sqlite_url(folder)) as bench:
        yield bench


@asynccontextmanager
async def open_bench_on_postgresql(request: pytest.FixtureRequest) -> AsyncIterator[WebBench]:
    async with fresh_postgres(request.getfixturevalue("postgres")) as url, _opened(url) as bench:
        yield bench
