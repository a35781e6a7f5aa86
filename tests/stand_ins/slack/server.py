"""The HTTP face of the stand-in: tokens, bodies, dispatch, deliveries, faults on the wire.

async with SlackServer() as server:
    server.channel("C1", "piscine")
    anna = server.member("U1", locale="fr-FR")
    … the program is opened with server.api_url, server.bot_token, server.app_token, server.signing_secret …
    asked = await anna.command("/porte-voix", "digest", channel="C1")
    await asked.sees("Piscine")

With `server.request_url` set, commands and presses go there over signed HTTP; else through Socket Mode.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from types import TracebackType
from urllib.parse import parse_qsl

from aiohttp import web

from tests.stand_ins.slack.control import act
from tests.stand_ins.slack.deliveries import Deliveries
from tests.stand_ins.slack.methods import METHODS, Method, check_arguments
from tests.stand_ins.slack.reading import Interpreted, flatten
from tests.stand_ins.slack.sockets import Sockets
from tests.stand_ins.slack.staff import Asked, Staff
from tests.stand_ins.slack.world import Call, Channel, Json, Person, Planned, Refusal, Trouble, World, refuse_if

BOT_TOKEN = "xoxb-stand-in-000000000000-StandInBotToken"
APP_TOKEN = "xapp-1-A0PORTEVOIX-000000-StandInAppToken"
SIGNING_SECRET = "5ta4d14511514c5ec8e7000000000000"
BOT_SCOPES = frozenset(
    {
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)


class SlackServer:
    """One workspace with one app. `calls`, `interpreted`, `ephemeral`, `deleted`, `violations` record what happened."""

    def __init__(self, *, port: int = 0, team_id: str = "T0BELLEVUE") -> None:
        self.bot_token, self.app_token, self.signing_secret = BOT_TOKEN, APP_TOKEN, SIGNING_SECRET
        self.scopes = set(BOT_SCOPES)
        self.request_url = ""
        self.ack_within = 3.0
        self.twice = False
        self.calls: list[Call] = []
        self.interpreted: list[Interpreted] = []
        self.ephemeral: list[Json] = []
        self.deleted: list[Json] = []
        self.violations: list[str] = []
        self.world = World(self.now, team_id=team_id)
        self.sockets = Sockets(self)
        self._ahead = 0.0
        self._port = port
        self._plans: defaultdict[str, list[Planned]] = defaultdict(list)
        self.deliveries = Deliveries(self)
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    # ── what tests arrange ───────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> float:
        return time.time() + self._ahead

    def later(self, seconds: float) -> None:
        """Moves the server's clock."""
        self._ahead += seconds

    def channel(
        self, channel_id: str, name: str, *, joined: bool = True, archived: bool = False, private: bool = False
    ) -> Channel:
        return self.world.channels.setdefault(channel_id, Channel(channel_id, name, joined, archived, private))

    def member(
        self,
        user_id: str,
        *,
        name: str = "camille",
        locale: str = "fr-FR",
        team: str = "",
        email: str = "",
        guest: bool = False,
    ) -> Staff:
        person = Person(user_id, name, locale, team or self.world.team_id, email, guest)
        return Staff(self, self.world.people.setdefault(user_id, person))

    def plan(self, method: str, *planned: Planned | Trouble) -> None:
        """What happens to the next calls of `method` ("response_url" for answers), one each."""
        self._plans[method] += [each if isinstance(each, Planned) else Planned(each) for each in planned]

    def planned(self, method: str) -> Planned | None:
        return self._plans[method].pop(0) if self._plans[method] else None

    # ── what tests look at ───────────────────────────────────────────────────────────────────────────────────────────

    def called(self, method: str) -> list[Call]:
        return [each for each in self.calls if each.method == method]

    def transcript(self, channel: str) -> str:
        """All that stands in a channel, as people read it."""
        return "\n\n".join(flatten(each) for each in self.world.channels[channel].messages)

    def touch(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], bool], *, within: float = 10, what: str = "") -> None:
        """Waits for something to become true, looking again whenever anything happens."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"it did not happen: {what or condition}") from None

    async def event(self, event: Json) -> Asked:
        """Sends the app an event of the Events API."""
        return await self.deliveries.event(event)

    def signed(self, body: bytes, *, timestamp: str = "", secret: str = "") -> dict[str, str]:
        """The headers with which Slack signs `body`."""
        return self.deliveries.signed(body, timestamp=timestamp, secret=secret)

    # ── one start, one stop ──────────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> "SlackServer":
        application = web.Application(client_max_size=2**24)
        application.router.add_get("/link/", self.sockets.connect)
        application.router.add_post("/control", self._control)
        application.router.add_post("/response/{ticket}", self.deliveries.answered)
        application.router.add_post("/upload/{file}", self._upload)
        application.router.add_get("/files/{file}", self._file)
        application.router.add_route("*", "/api/{method}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5, handler_cancellation=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self.sockets.close()
        assert self._runner is not None
        await self._runner.cleanup()

    # ── the Web API ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        planned = self.planned(name)
        arguments: Json = {}
        status = 200
        try:
            method = METHODS.get(name)
            if method is None:
                raise Refusal("unknown_method")
            arguments = await self._arguments(request, method)
            self._check_token(request, arguments, method)
            check_arguments(method, arguments)
            self.world.limits.admit(name, str(arguments.get("channel", "")))
            refuse_if(planned)
            answer: Json = {"ok": True, **method.run(self, arguments)}
            headers = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.code, **refusal.more}
            headers = {}
            if refusal.retry_after is not None:
                status, headers = 429, {"Retry-After": str(refusal.retry_after)}
        arguments.pop("token", None)
        self.calls.append(Call(name, arguments, answer, status))
        self.touch()
        return await self.spoilt(request, planned) or web.json_response(answer, status=status, headers=headers)

    async def spoilt(self, request: web.Request, planned: Planned | None) -> web.StreamResponse | None:
        match planned.trouble if planned else None:
            case Trouble.STATUS | Trouble.FAIL_AFTER if planned:
                return web.Response(status=planned.status, text="<html>busy</html>", content_type="text/html")
            case Trouble.NOT_JSON:
                return web.Response(text="Please sign in to this network", content_type="text/plain")
            case Trouble.BROKEN_JSON:
                return web.Response(text='{"ok": tr', content_type="application/json")
            case Trouble.LOSE_ANSWER:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case Trouble.HANG_AFTER:
                await self._closing.wait()
                return web.Response()
        return None

    async def _arguments(self, request: web.Request, method: Method) -> Json:
        arguments: Json = dict(request.query)
        if "token" in arguments:
            self.violations.append("a token in an address")
        if request.method == "GET" or not request.can_read_body:
            return arguments
        if request.content_type == "application/json":
            if not method.takes_json:
                raise Refusal("invalid_form_data")
            if request.charset is None:
                self.violations.append("JSON without its charset")
            try:
                body = await request.json()
            except ValueError:
                raise Refusal("invalid_json") from None
            if not isinstance(body, dict):
                raise Refusal("json_not_object")
            return arguments | body
        if request.content_type == "application/x-www-form-urlencoded":
            return arguments | dict(parse_qsl(await request.text(), keep_blank_values=True))
        raise Refusal("invalid_post_type")

    def _check_token(self, request: web.Request, arguments: Json, method: Method) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
        if not token:
            raise Refusal("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise Refusal("invalid_auth")
        if (token == self.app_token) != method.app_token:
            raise Refusal("not_allowed_token_type")
        if method.scope and not method.app_token and method.scope not in self.scopes:
            raise Refusal("missing_scope", needed=method.scope, provided=",".join(sorted(self.scopes)))

    async def _file(self, request: web.Request) -> web.Response:
        """Slack shows its sign-in page to whoever may not have the file, with status 302."""
        file = self.world.uploads.get(request.match_info["file"])
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}" or "files:read" not in self.scopes:
            return web.Response(status=302, headers={"Location": f"{self.url}/"})
        if file is None or file.content is None:
            return web.Response(status=404)
        return web.Response(body=file.content)

    async def _upload(self, request: web.Request) -> web.Response:
        upload = self.world.uploads[request.match_info["file"]]
        content = await request.read()
        if len(content) != upload.length:
            return web.Response(status=400, text="length")
        upload.content = content
        return web.Response(text=f"OK - {upload.length}")

    async def _control(self, request: web.Request) -> web.Response:
        return web.json_response([await act(self, wish) for wish in await request.json()])
