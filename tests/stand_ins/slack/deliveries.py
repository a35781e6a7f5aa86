"""What goes to the app and what it answers: through Socket Mode or signed HTTP, with triggers and answer addresses."""

import hashlib
import hmac
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.stand_ins.slack.messages import checked_content
from tests.stand_ins.slack.staff import Asked
from tests.stand_ins.slack.windows import update_view
from tests.stand_ins.slack.world import Json, Refusal, refuse_if

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer

TRIGGER_LIVES = 3.0
RESPONSE_URL_LIVES, RESPONSE_URL_USES = 1800.0, 5
MOST_DELIVERIES = 3


class Deliveries:
    def __init__(self, server: "SlackServer") -> None:
        self.server = server
        self._triggers: dict[str, tuple[Asked, float]] = {}
        self._answers: dict[str, tuple[Asked, float]] = {}

    def new_asked(self, user: str, channel: str, *, respond: bool = True) -> Asked:
        asked = Asked(self.server, user, channel, trigger_id=f"{self.server.world.number()}.trigger")
        self._triggers[asked.trigger_id] = (asked, self.server.now() + TRIGGER_LIVES)
        if respond:
            ticket = f"answer-{self.server.world.number()}"
            asked.response_url = f"{self.server.url}/response/{ticket}"
            self._answers[ticket] = (asked, self.server.now() + RESPONSE_URL_LIVES)
        return asked

    def take_trigger(self, trigger_id: str) -> Asked:
        """Serves once, for three seconds."""
        if trigger_id not in self._triggers:
            raise Refusal("invalid_trigger_id")
        asked, end = self._triggers[trigger_id]
        if end < 0:
            raise Refusal("exchanged_trigger_id")
        if self.server.now() > end:
            raise Refusal("expired_trigger_id")
        self._triggers[trigger_id] = (asked, -1)
        return asked

    async def deliver(self, kind: str, payload: Json, asked: Asked) -> None:
        """To the app, again when it does not acknowledge, at most three times."""
        for attempt in range(MOST_DELIVERIES):
            try:
                asked.deliveries += 1
                if self.server.request_url:
                    asked.ack = await self._post(kind, payload)
                else:
                    asked.ack = await self.server.sockets.deliver(kind, payload, attempt=attempt)
                asked.acknowledged, asked.error = True, ""
                if asked.ack and asked.ack.get("response_action") == "update":
                    update_view(self.server, {"view_id": asked.view, "view": asked.ack["view"]})
                if not self.server.twice or attempt:
                    return
            except TimeoutError:
                asked.error = "operation_timeout"
            except aiohttp.ClientError:
                asked.error = "dispatch_failed"
                return

    async def event(self, event: Json) -> Asked:
        """An event of the Events API."""
        asked = self.new_asked("", "", respond=False)
        payload: Json = {
            "type": "event_callback",
            "team_id": self.server.world.team_id,
            "api_app_id": self.server.world.app_id,
        }
        payload |= {"event": event, "event_id": f"Ev{self.server.world.number()}", "event_time": int(self.server.now())}
        await self.deliver("events_api", payload, asked)
        return asked

    def signed(self, body: bytes, *, timestamp: str = "", secret: str = "") -> dict[str, str]:
        """The headers with which Slack signs `body`."""
        timestamp = timestamp or str(int(self.server.now()))
        digest = hmac.new(
            (secret or self.server.signing_secret).encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256
        )
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest.hexdigest()}"}

    async def _post(self, kind: str, payload: Json) -> Json | None:
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body = json.dumps(payload).encode() if kind == "events_api" else urlencode(form).encode()
        content_type = "application/json" if kind == "events_api" else "application/x-www-form-urlencoded"
        timeout = aiohttp.ClientTimeout(total=self.server.ack_within)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                self.server.request_url, data=body, headers={"Content-Type": content_type, **self.signed(body)}
            ) as answer,
        ):
            answer.raise_for_status()
            text = await answer.text()
        return json.loads(text) if text.startswith("{") else None

    async def answered(self, request: web.Request) -> web.StreamResponse:
        """What the app says to a response_url."""
        planned = self.server.planned("response_url")
        asked, end = self._answers.get(request.match_info["ticket"], (None, 0.0))
        if asked is None or self.server.now() > end:
            return web.Response(status=404, text="expired_url")
        if asked.uses >= RESPONSE_URL_USES:
            return web.Response(status=404, text="used_url")
        asked.uses += 1
        try:
            refuse_if(planned)
            body = await request.json()
            known = "response_type replace_original delete_original text blocks unfurl_links unfurl_media thread_ts"
            if set(body) - set(known.split()):
                raise Refusal("invalid_payload")
            content = checked_content(self.server, body, "response_url", summed=False)
        except Refusal as refusal:
            self.server.violations.append(f"response_url: {refusal.code} {refusal.more}")
            return web.Response(status=400, text=refusal.code)
        if body.get("replace_original") is True and asked.origin is not None:
            asked.origin.update(content)
        else:
            public = body.get("response_type") == "in_channel"
            shown = {"user": asked.user, "channel": asked.channel, "ts": self.server.world.ts(), **content}
            (asked.public if public else asked.ephemeral).append({**shown, "is_ephemeral": not public})
        self.server.touch()
        return await self.server.spoilt(request, planned) or web.Response(text="ok")
