"""The HTTP face of the stand-in: tokens, bodies, dispatch, long polling, faults on the wire.

async with TelegramServer() as server:
    anna = server.person(1001, first_name="Anna", language_code="fr")
    anna.start("affiche-piscine")            # an update waits for server.bot
    … the program polls server.url with server.token …
    await anna.sees_text("Bonjour")
"""

import asyncio
import re
from types import TracebackType
from typing import Any

import orjson
from aiohttp import web

from tests.stand_ins.telegram.control import act
from tests.stand_ins.telegram.limits import MESSAGES, Call, Fault, Trouble
from tests.stand_ins.telegram.messages import Parameters, paid
from tests.stand_ins.telegram.methods import METHODS, allow
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.refusals import Refusal, bad_request, conflict
from tests.stand_ins.telegram.webhooks import deliver
from tests.stand_ins.telegram.world import BotAccount, Poll, Profile

TOKEN = "700000001:AAStandInTokenStandInTokenStandIn-00"
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_PATH = re.compile(r"/bot([^/]+)/([A-Za-z_]+)")
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,80}")
_WITHOUT_EFFECT = (Trouble.DROP_BEFORE, Trouble.SILENT_BEFORE, Trouble.STATUS, Trouble.STRANGE, Trouble.REFUSE)
_BIGGEST_BODY = 50 * 2**20


class TelegramServer:
    """One server for any number of bots. `bot` is the first one; `url` is what TELEGRAM_API_BASE_URL takes."""

    def __init__(self, token: str = TOKEN, *, username: str = "porte_voix_bot", port: int = 0, seed: int = 0) -> None:
        self.bot = BotAccount(token, username, seed=seed)
        self.bots = {token: self.bot}
        self._port = port
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()
        self._deliveries: dict[str, asyncio.Task[None]] = {}

    @property
    def token(self) -> str:
        return self.bot.token

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def add_bot(self, token: str, username: str) -> BotAccount:
        bot = self.bots[token] = BotAccount(token, username)
        if self._runner:
            self._deliveries[token] = asyncio.create_task(deliver(bot))
        return bot

    def person(
        self,
        number: int,
        *,
        first_name: str = "Camille",
        language_code: str | None = "fr",
        bot: BotAccount | None = None,
        last_name: str | None = None,
        username: str | None = None,
    ) -> Person:
        """The person of that id, made on first mention; they have not pressed Start yet."""
        account = bot or self.bot
        profile = account.chats.get(number)
        if profile is None:
            profile = account.chats[number] = Profile(number, first_name, language_code, last_name, username)
        return Person(account, profile)

    def group(
        self,
        number: int,
        *,
        title: str = "Quartier",
        became: int | None = None,
        kind: str = "group",
        status: str = "member",
        may_write: bool = True,
        username: str | None = None,
    ) -> Profile:
        """A group (or another `kind`: "channel") in which the bot is, as `status`; `became`: the supergroup that it
        turned into."""
        profile = Profile(number, title, kind=kind, known=True, became=became, username=username)
        profile.status, profile.may_write = status, may_write
        self.bot.chats[number] = profile
        return profile

    # ── one start, one stop ──────────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> "TelegramServer":
        application = web.Application(client_max_size=_BIGGEST_BODY)
        application.router.add_post("/control", self._control)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5, handler_cancellation=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=4096)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._deliveries = {token: asyncio.create_task(deliver(bot)) for token, bot in self.bots.items()}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        for bot in self.bots.values():
            bot.end_poll("terminated: the server stops")
        for task in self._deliveries.values():
            task.cancel()
        await asyncio.gather(*self._deliveries.values(), return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()

    async def _control(self, request: web.Request) -> web.Response:
        return web.json_response([await act(self, wish) for wish in await request.json()])

    # ── one request ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        found = _PATH.fullmatch(request.path)
        if not found or not _TOKEN.fullmatch(found[1]):
            return _json(Refusal(404, "Not Found").body(), 404)
        bot = self.bots.get(found[1])
        if bot is None:
            return _json(Refusal(401, "Unauthorized").body(), 401)
        method = found[2].lower()
        try:
            given = await _parameters(request)
        except Refusal as refusal:
            return _json(refusal.body(), refusal.code)
        call = Call(method, _chat(given), asyncio.get_running_loop().time(), text=str(given.get("text", "")))
        bot.calls.append(call)
        response = await self._through_faults(request, bot, call, given)
        call.answered_at = asyncio.get_running_loop().time()
        call.status = response.status
        return response

    async def _through_faults(
        self, request: web.Request, bot: BotAccount, call: Call, given: Parameters
    ) -> web.StreamResponse:
        half = bot.meter.limits.round_trip / 2
        if half:
            await asyncio.sleep(half)
        fault = bot.faults.meets(call.method, call.chat)
        if fault and fault.trouble in _WITHOUT_EFFECT:
            return await self._suffers(request, fault)
        try:
            result = await self._result(bot, call, given)
        except Refusal as refusal:
            response = _json(refusal.body(), refusal.code)
        else:
            response = _json({"ok": True, "result": result}, 200)
        if fault:
            return await self._suffers(request, fault)
        if half:
            await asyncio.sleep(half)
        return response

    async def _suffers(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.trouble is Trouble.REFUSE:
            refusal = Refusal(fault.status, fault.description, **fault.parameters)
            return _json(refusal.body(), refusal.code)
        if fault.trouble is Trouble.STRANGE:
            return web.Response(body=fault.body, content_type="application/json")
        if fault.trouble in (Trouble.STATUS, Trouble.STATUS_AFTER):
            return web.Response(status=fault.status, text="<html><h1>Bad Gateway</h1></html>", content_type="text/html")
        if fault.trouble in (Trouble.SILENT_BEFORE, Trouble.SILENT_AFTER):
            try:
                async with asyncio.timeout(fault.seconds):
                    await self._closing.wait()
            except TimeoutError:
                pass
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _result(self, bot: BotAccount, call: Call, given: Parameters) -> Any:
        if call.method == "getupdates":
            return await _get_updates(bot, given)
        method, now = METHODS.get(call.method), asyncio.get_running_loop().time()
        if method is None:
            raise Refusal(404, "Not Found: method not found")
        call.paid = paid(call.method, given)
        if call.method in MESSAGES and call.chat is not None:
            bot.meter.admit(call.chat, now=now, paid=call.paid)
        result = method(bot, given)
        call.effect_at = now
        return result


async def _get_updates(bot: BotAccount, given: Parameters) -> list[dict[str, Any]]:
    """Long polling: at most one at a time, and only what is confirmed by a later offset is forgotten."""
    if bot.webhook.url:
        raise conflict(WEBHOOK_IS_SET)
    try:
        offset, most, seconds = (int(given.get(name) or 0) for name in ("offset", "limit", "timeout"))
    except (TypeError, ValueError):
        raise bad_request("offset, limit and timeout must be numbers") from None
    allow(bot, given)
    bot.end_poll(OTHER_POLL)
    if offset:
        bot.confirm(offset)
    poll = bot.poll = Poll()
    deadline = asyncio.get_running_loop().time() + min(max(seconds, 0), 50)
    try:
        while not bot.anything() and not poll.over:
            async with asyncio.timeout_at(deadline):
                await poll.wake.wait()
                poll.wake.clear()
    except TimeoutError:
        pass
    finally:
        if bot.poll is poll:
            bot.poll = None
    if poll.over:
        raise conflict(poll.over)
    return bot.batch(min(max(most, 1), 100) if most else 100)


async def _parameters(request: web.Request) -> Parameters:
    """Query, form or JSON body, as the platform takes them. Files become (name, size)."""
    given: Parameters = dict(request.query)
    kind = request.content_type
    if kind == "application/json":
        raw = await request.read()
        try:
            body = orjson.loads(raw) if raw else {}
        except orjson.JSONDecodeError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("expected a JSON object")
        return given | body
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            given[name] = (value.filename, len(value.file.read())) if isinstance(value, web.FileField) else value
    return given


def _chat(given: Parameters) -> int | None:
    try:
        return int(given["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def _json(body: dict[str, Any], status: int) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
