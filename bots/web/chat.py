"""The web chat's pages: plain forms that work everywhere, and the same forms made quicker where scripts run.

POST /chat               a new conversation: its secret is made here, and the browser is sent to
GET  /c/SECRET           the conversation. `?wait`: once something new was said, or after some seconds
POST /c/SECRET           says or presses something, then back to the page (or, for htmx, its changed middle)
GET  /c/SECRET/talk      the middle alone
GET  /c/SECRET/events    server-sent events: that there is something new, never what

The same under /embed/c/, for a partner's own site. A secret stands in no log and leaves in no referrer.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bots.web.channel import chat_of
from bots.web.decode import encode
from bots.web.door import START, TOKEN
from bots.web.flood import POSTS, PRESSES, STARTS, Buckets
from bots.web.forms import LONGEST_TEXT, Refused, form_token, place_of, read_form, too_long, too_many, whole_number
from bots.web.news import News
from bots.web.pages import EMBED, Pages, front_page
from bots.web.parts import WebParts
from core.model.ids import AccountId
from core.model.messages import Button, Pressed, Said, Started
from core.storage.web import Bubble, Direction
from core.work.dialogue.web_chat import Form, WebChat
from core.work.together import Take, Together

MOST_SHOWN = 200
ANSWER_WITHIN = 3.0
"""Seconds that a form waits for what is said to it: usually a few hundredths."""
NEWS_WITHIN = 12.0
"""Seconds that `?wait` waits: a little longer than the silence after an open answer."""
HEARTBEAT = 15.0
LOOK_AGAIN = 0.25
"""Seconds, then twice as many: whoever waits is woken by what they wait for. This is for the little that wakes nobody,
such as an answer that could not be sent."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as its page shows it.

    `choices`: by message, the rows of buttons that may still be pressed. `partner`: its name in each language.
    `owed`: nothing was said yet, but will be.
    """

    bubbles: Sequence[Bubble]
    choices: dict[int, tuple[tuple[Button, ...], ...]]
    language: str | None
    partner: Mapping[str, str]
    owed: bool = False

    @property
    def exists(self) -> bool:
        return self.owed or bool(self.bubbles)

    @property
    def newest(self) -> int:
        return self.bubbles[-1].seq if self.bubbles else 0

    @property
    def waiting(self) -> bool:
        return self.owed or (bool(self.bubbles) and self.bubbles[-1].direction is Direction.IN)

    @property
    def fresh(self) -> int:
        """The first message since the person last said something: where the page opens."""
        after = 0
        for bubble in reversed(self.bubbles):
            if bubble.direction is Direction.IN:
                break
            after = bubble.seq
        return after or self.newest


def chat_routes(parts: WebParts, pages: Pages, news: News) -> list[Route]:
    return _Chat(parts, pages, news).routes()


class _Chat:
    def __init__(self, parts: WebParts, pages: Pages, news: News) -> None:
        self._parts = parts
        self._pages = pages
        self._news = news
        self._house = parts.house
        house = self._house
        self._web = WebChat(house.storage, house.clock, house.wakes["receive"].set, house.intake.takes_away)
        self._house.intake.heard = news.heard
        self._owes: Together[str, bool] = Together(self._all_owed)
        self._talk: Together[str, Talk] = Together(self._all_talks)
        self._starts, self._posts, self._presses = Buckets(STARTS), Buckets(POSTS), Buckets(PRESSES)

    def routes(self) -> list[Route]:
        return [
            route
            for under in ("", EMBED.rstrip("/"))
            for route in (
                Route(f"{under}/chat", self.start, methods=["POST"]),
                Route(f"{under}/chat", self.started_already, methods=["GET"]),
                Route(f"{under}/c/{{secret}}", self.show, methods=["GET"]),
                Route(f"{under}/c/{{secret}}", self.take, methods=["POST"]),
                Route(f"{under}/c/{{secret}}/talk", self.talk, methods=["GET"]),
                Route(f"{under}/c/{{secret}}/events", self.events, methods=["GET"]),
            )
        ]

    # ── a new conversation ───────────────────────────────────────────────────────────────────────────────────────────

    async def start(self, request: Request) -> Response:
        account = self._account()
        self._allow(self._posts, place_of(request))
        fields = await read_form(request, self._parts.key, START)
        self._allow(self._starts, place_of(request))
        source = fields.get("source", "")
        language = fields.get("lang", "")
        secret = self._house.chance.token()
        chat = chat_of(secret)
        raw = encode(
            chat,
            Started(source if TOKEN.fullmatch(source) else ""),
            language=language if language in self._house.words.languages else None,
        )
        await self._web.take(Form(account, chat, _reference(chat, "started", ""), lambda _number: raw, None))
        await self._answered(chat)
        return RedirectResponse(f"{_under(request)}/c/{secret}", 303)

    async def started_already(self, request: Request) -> Response:
        return RedirectResponse(front_page(request), 303)

    # ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────

    async def show(self, request: Request) -> Response:
        chat = chat_of(request.path_params["secret"])
        if "wait" in request.query_params:
            await self._something_new(chat)
        talk = await self._talk(chat)
        language = self._language(request, talk)
        if not talk.exists:
            return self._pages.page(request, "chat_empty.html", language, status=404)
        return self._pages.page(request, "chat.html", language, partner=talk.partner, **self._shown(request, talk))

    async def talk(self, request: Request) -> Response:
        talk = await self._talk(chat_of(request.path_params["secret"]))
        return self._middle(request, talk)

    async def take(self, request: Request) -> Response:
        account, secret = self._account(), request.path_params["secret"]
        chat = chat_of(secret)
        self._allow(self._posts, place_of(request))
        fields = await read_form(request, self._parts.key, chat)
        self._allow(self._presses, chat)
        talk = await self._talk(chat)
        if not talk.exists:
            raise Refused(404, "gone")
        if "action" in fields:
            await self._press(account, chat, fields, talk)
        else:
            await self._say(account, chat, fields, talk)
        if "hx-request" in request.headers:
            return self._middle(request, await self._talk(chat))
        return RedirectResponse(f"{_under(request)}/c/{secret}#new", 303)

    async def _press(self, account: AccountId, chat: str, fields: Mapping[str, str], talk: Talk) -> None:
        action = fields["action"][:64]
        message = whole_number(fields.get("message", ""), digits=17) or 0
        labels = [
            button.label
            for bubble in talk.bubbles
            for row in bubble.buttons
            for button in row
            if button.action == action
        ]
        raw = encode(chat, Pressed(action, message), language=talk.language)
        reference = _reference(chat, fields.get("seen", ""), f"press {action}")
        shown = labels[-1] if labels else None
        if await self._web.take(Form(account, chat, reference, lambda _number: raw, shown)):
            await self._answered(chat)

    async def _say(self, account: AccountId, chat: str, fields: Mapping[str, str], talk: Talk) -> None:
        text = _sound(fields.get("text", "")).strip()
        if len(text) > LONGEST_TEXT:
            raise too_long()
        if not text:
            return
        reference = _reference(chat, fields.get("seen", ""), f"say {text}")
        said = partial(_said, chat, text, talk.language)
        if await self._web.take(Form(account, chat, reference, said, text)):
            await self._answered(chat)

    # ── what comes later ─────────────────────────────────────────────────────────────────────────────────────────────

    async def events(self, request: Request) -> Response:
        chat = chat_of(request.path_params["secret"])
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(chat), media_type="text/event-stream", headers=headers)

    async def _stream(self, chat: str) -> AsyncIterator[str]:
        """ "news" whenever the page should look again; a comment now and then, so that nobody cuts a silent line."""
        with self._news.listening(chat) as listener:
            if listener is None:
                return
            yield "retry: 3000\n\nevent: news\ndata: \n\n"
            while not self._news.closed:
                try:
                    await asyncio.wait_for(listener.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                listener.clear()
                yield "event: news\ndata: \n\n"

    async def _something_new(self, chat: str) -> None:
        with self._news.listening(chat) as listener:
            if listener is not None and (await self._talk(chat)).waiting:
                await _within(NEWS_WITHIN, listener)
        await self._answered(chat)

    async def _answered(self, chat: str) -> None:
        """Until what was said is heard and every answer that is due stands on the page, or for a few seconds."""
        loop = asyncio.get_running_loop()
        until, look = loop.time() + ANSWER_WITHIN, LOOK_AGAIN
        with self._news.listening(chat, heard=True) as listener:
            while await self._owes(chat) and (left := until - loop.time()) > 0:
                await _within(min(look, left), listener or asyncio.Event())
                look *= 2

    async def _all_owed(self, take: Take[str]) -> Sequence[bool]:
        """In one look: many may be waiting."""
        async with self._house.storage.reading() as unit:
            chats = take()
            owed = await unit.web.owed(self._account(), chats, self._house.clock.now())
        return [chat in owed for chat in chats]

    # ── how it is shown ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _all_talks(self, take: Take[str]) -> Sequence[Talk]:
        """What stands on the page of each: many load theirs at the same time."""
        account = self._account()
        async with self._house.storage.reading() as unit:
            asked = take()
            chats = set(asked)
            found = await unit.web.conversations(account, chats, MOST_SHOWN)
            silent = {chat for chat in chats if not found[chat]}
            owed = await unit.web.owed(account, silent, self._house.clock.now()) if silent else set()
            languages, partner = await unit.web.both_ends(account, chats)
        talks = {
            chat: Talk(bubbles, _choices(bubbles), languages.get(chat) if bubbles else None, partner, owed=chat in owed)
            for chat, bubbles in found.items()
        }
        return [talks[chat] for chat in asked]

    def _language(self, request: Request, talk: Talk) -> str:
        """Theirs, as the conversation goes on in it; the browser's as long as nobody is known here."""
        spoken = talk.language
        return spoken if spoken and spoken in self._house.words.languages else self._pages.language(request)

    def _shown(self, request: Request, talk: Talk) -> dict[str, Any]:
        secret = request.path_params["secret"]
        return {
            "talk": talk,
            "here": f"{_under(request)}/c/{secret}",
            "form": form_token(self._parts.key, chat_of(secret)),
            "Direction": Direction,
            "is_link": is_link,
        }

    def _middle(self, request: Request, talk: Talk) -> Response:
        """The conversation alone. `x-newest` lets the page drop what was overtaken by something newer; `x-language`
        tells it that they changed the language, so that what stands around the conversation changes too."""
        shown, language = self._shown(request, talk), self._language(request, talk)
        headers = {"x-newest": str(talk.newest), **({"x-language": language} if language == talk.language else {})}
        return self._pages.page(request, "talk.html", language, headers=headers, oob=True, **shown)

    # ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _account(self) -> AccountId:
        if self._parts.account is None:
            raise Refused(404, "gone")
        return self._parts.account

    def _allow(self, buckets: Buckets, key: str) -> None:
        wait = buckets.take(key, now=self._house.clock.now())
        if wait is not None:
            raise too_many(wait)


def is_link(button: Button) -> bool:
    """It leads to a file, and is shown as long as its message is. What can be pressed never begins so."""
    return button.action.startswith("/")


def _choices(bubbles: Sequence[Bubble]) -> dict[int, tuple[tuple[Button, ...], ...]]:
    """The buttons of what was said since the person last spoke; when that asks nothing, the last ones before it, as
    long as none of them was chosen."""
    found: dict[int, tuple[tuple[Button, ...], ...]] = {}
    said: set[str] = set()
    for bubble in reversed(bubbles):
        if bubble.direction is Direction.IN:
            if found:
                break
            said.add(bubble.text)
        elif rows := tuple(row for row in bubble.buttons if not any(map(is_link, row))):
            if not said:
                found[bubble.seq] = rows
                continue
            if not said & {button.label for row in rows for button in row}:
                found[bubble.seq] = rows
            break
    return found


async def _within(seconds: float, event: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
    event.clear()


def _said(chat: str, text: str, language: str | None, number: int) -> bytes:
    return encode(chat, Said(text, number), language=language)


def _under(request: Request) -> str:
    return EMBED.rstrip("/") if request.url.path.startswith(EMBED) else ""


def _reference(chat: str, seen: str, what: str) -> str:
    """One for the same thing said on the same state of the page: a form sent twice counts once."""
    return hashlib.sha256(f"{chat}\n{seen}\n{what}".encode("utf-8", "replace")).hexdigest()


def _sound(text: str) -> str:
    """Text that every database can hold, lines ended as ours: a form ends them with CR LF."""
    return (
        text.replace("\x00", "")
        .replace("\r\n", "\n")
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
    )
