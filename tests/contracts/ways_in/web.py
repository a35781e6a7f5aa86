"""The web chat: the program's own pages and server, and people with a browser that knows nothing but forms."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from typing import Any

import httpx

from bots.web.app import web_app
from bots.web.channel import CHANNEL, LIMITS, WebChannel, chat_of
from bots.web.forms import MOST_BYTES, form_token
from bots.web.news import News
from bots.web.parts import WebParts
from core.model.ids import PartnerId
from core.storage.waits import waits
from core.work.house import House
from tests.contracts.ways_in.bench import TOWN, Answer, Bringing, Served, Written, opened, read
from tests.integration.web.site import MORNING, Clock, Visitor

KEY = b"the key of a town in a test"


@dataclass(slots=True)
class _Form:
    """What a browser posts: `path` is the private link."""

    visitor: Visitor
    path: str
    fields: Mapping[str, str]


@dataclass(slots=True)
class WebBench:
    """Two people who have come already; each is known by the hash of a private link."""

    house: House
    parts: WebParts
    news: News
    pages: Served
    visitors: dict[str, Visitor] = field(default_factory=dict)
    rest: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def people(self) -> Sequence[str]:
        return list(self.visitors)

    @property
    def secrets(self) -> Sequence[str]:
        return [each.link.rpartition("/")[2] for each in self.visitors.values()]

    async def written(self, person: str, text: str) -> Written:
        await self.rest.wait()
        visitor = self.visitors[person]
        await visitor.opens(visitor.link)
        fields = {**visitor.read.forms[-1].fields, "text": text}
        return Written(person, text, carried=_Form(visitor, visitor.link, fields))

    async def brings(self, written: Written) -> Answer:
        """Taken is what stands on the page afterwards, when that can be opened still."""
        form: _Form = written.carried
        answer = await self._posts(form, form.fields)
        if answer is Answer.TAKEN and not self.pages.stopping:
            page = await form.visitor.client.get(form.path)
            assert written.text.strip().replace("\0", "") in unescape(page.text).replace("\r\n", "\n")
        return answer

    def forged(self, written: Written) -> Mapping[str, Bringing]:
        form: _Form = written.carried
        other = next(each for person, each in self.visitors.items() if person != written.chat)
        fields = form.fields
        return {
            "without our token": partial(self._posts, form, {**fields, "form": ""}),
            "with a made-up token": partial(self._posts, form, {**fields, "form": "0" * 32}),
            "with the token of another page": partial(self._posts, form, {**fields, "form": form_token(KEY, "start")}),
            "with another's token": partial(self._posts, form, {**fields, "form": form_token(KEY, _chat(other))}),
            "from another site": partial(self._posts, form, fields, {"sec-fetch-site": "cross-site"}),
            "from another origin": partial(self._posts, form, fields, {"origin": "https://evil.example"}),
            "to a link that nobody has": partial(self._posts, _Form(form.visitor, "/c/nobody", fields), fields),
        }

    def strange(self) -> Mapping[str, Bringing]:
        visitor = next(iter(self.visitors.values()))
        token = form_token(KEY, _chat(visitor))
        bodies = {
            "nothing": b"",
            "no form": b"\xff\xfe\x00coucou",
            "JSON": b'{"form": "%s", "text": "coucou"}' % token.encode(),
            "more fields than any form has": b"&".join(b"x=1" for _ in range(1000)) + f"&form={token}".encode(),
            "a text longer than any": f"form={token}&text={'a' * 20_000}".encode(),
            "too large": f"form={token}&text={'a' * MOST_BYTES}".encode(),
            "ten times too large": f"form={token}&text={'a' * 10 * MOST_BYTES}".encode(),
        }
        form = _Form(visitor, visitor.link, {})
        return {name: partial(self._posts, form, body) for name, body in bodies.items()} | {
            "as a file": partial(self._posts, form, {}, files={"form": token, "text": "coucou"}),
            "half of it": partial(self._goes_away, visitor),
            "another method": partial(self._posts, form, {}, method="PUT"),
        }

    async def stops(self) -> None:
        self.news.close()
        await self.pages.stops()

    async def starts(self) -> None:
        await self.pages.starts()
        for each in self.visitors.values():
            each.client.base_url = httpx.URL(self.pages.address)

    async def hears(self) -> None:
        """Works on what comes, and on nothing else: at `rest` nobody but the pages wants to write."""
        house, wake = self.house, self.house.wakes["receive"]
        while True:
            await wake.wait()
            self.rest.clear()
            wake.clear()
            await house.settle()
            async with house.storage.reading() as unit:
                more = (await waits(unit.connection, house.clock.now())).updates
            if more:  # what failed is tried again
                wake.set()
            if not wake.is_set():
                self.rest.set()

    async def _posts(
        self,
        form: _Form,
        body: Mapping[str, str] | bytes,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        files: Mapping[str, str] | None = None,
    ) -> Answer:
        given: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"data": body}
        if files:
            given = {"files": {name: (None, said) for name, said in files.items()}}
        elif isinstance(body, bytes):
            headers = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
        try:
            answer = await form.visitor.client.request(
                method, form.path, headers=headers, follow_redirects=False, **given
            )
        except httpx.TransportError:
            large = isinstance(body, bytes) and len(body) > MOST_BYTES
            return Answer.REFUSED if large else Answer.LATER
        return Answer.TAKEN if answer.status_code == 303 else read(answer.status_code)

    async def _goes_away(self, visitor: Visitor) -> Answer:
        body = f"form={form_token(KEY, _chat(visitor))}&text=coucou".encode()
        return await self.pages.goes_away(body, {}, path=visitor.link)


def _chat(visitor: Visitor) -> str:
    return chat_of(visitor.link.rpartition("/")[2])


@asynccontextmanager
async def open_bench(url: str) -> AsyncIterator[WebBench]:
    clock, news = Clock(MORNING), News()
    async with opened(url, CHANNEL, clock) as (house, account):
        house.join(account, WebChannel(house.storage, clock, news), LIMITS)
        parts = WebParts(house, "fr", KEY, PartnerId(TOWN.partner.id), account)
        bench = WebBench(house, parts, news, Served(web_app(parts, news)))
        working = asyncio.create_task(bench.hears())
        try:
            async with AsyncExitStack() as browsers:
                await bench.starts()
                for _ in range(2):
                    visitor = Visitor(await browsers.enter_async_context(httpx.AsyncClient(follow_redirects=True)))
                    visitor.client.base_url = httpx.URL(bench.pages.address)
                    await visitor.opens("/o/pool")
                    await visitor.presses("Répondre ici")
                    bench.visitors[_chat(visitor)] = visitor
                yield bench
                await bench.stops()
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
