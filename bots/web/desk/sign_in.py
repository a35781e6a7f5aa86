"""Getting in and out.

GET  /desk/sign-in          how to get a link: from who looks after the service, or by e-mail
POST /desk/sign-in          asks for one by e-mail; the answer is the same whether the address is known or not
GET  /desk/sign-in/SECRET   one button; opening the page uses nothing up, for programs open links too
POST /desk/sign-in/SECRET   in: a new session, and the link is of no more use
POST /desk/sign-out         out
"""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, SIGN_IN, Gate, safe_next, with_next
from bots.web.flood import LETTERS, SIGN_INS, Buckets
from bots.web.forms import Refused, form_token, place_of, read_form, too_many
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.ids import PartnerId
from core.work.staff.invitations import email_account, owe_link
from core.work.staff.members import BY_EMAIL, hashed

PURPOSE = "desk sign-in"
ASKING = "desk sign-in by e-mail"


def sign_in_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house
    tries, letters = Buckets(SIGN_INS), Buckets(LETTERS)

    async def ask(request: Request) -> Response:
        account = None
        if parts.partner is not None:
            async with house.storage.reading() as unit:
                account = await email_account(unit, parts.partner, house.channels)
        return pages.page(
            request,
            "desk/sign_in.html",
            pages.language(request),
            by_email=account is not None,
            sent="sent" in request.query_params,
            next=safe_next(request.query_params.get("next", "")),
            minutes=int(BY_EMAIL.total_seconds() // 60),
            form=form_token(parts.key, ASKING),
        )

    async def send(request: Request) -> Response:
        """The answer leaves before the address is looked at: neither its words nor its time tell who is staff."""
        _allow(request)
        fields = await read_form(request, parts.key, ASKING)
        email = fields.get("email", "").strip().lower()
        wait = letters.take(hashed(email), now=house.clock.now())
        if wait is not None:
            raise too_many(wait)
        owe = BackgroundTask(_owe, email, with_next("", safe_next(fields.get("next", ""))), pages.language(request))
        return RedirectResponse(f"{SIGN_IN}?sent", 303, {"cache-control": "no-store"}, background=owe)

    async def _owe(email: str, after: str, language: str) -> None:
        if parts.partner is None:
            return
        now, under = house.clock.now(), f"{parts.address}{SIGN_IN}/"
        async with house.storage.unit() as unit:
            owed = await owe_link(
                unit,
                parts.partner,
                email,
                house.channels,
                house.chance,
                under=under,
                after=after,
                language=language,
                now=now,
            )
        if owed:
            house.wakes["send"].set()

    async def look(request: Request) -> Response:
        """The secret stands in the address alone: the form goes to the page it stands on."""
        _allow(request)
        member = await gate.sessions.invited(request.path_params["secret"], _partner())
        if member is None:
            raise Refused(404, "link")
        return pages.page(
            request,
            "desk/sign_in_link.html",
            pages.language(request),
            name=member.name,
            next=safe_next(request.query_params.get("next", "")),
            form=form_token(parts.key, PURPOSE),
        )

    async def enter(request: Request) -> Response:
        _allow(request)
        fields = await read_form(request, parts.key, PURPOSE)
        found = await gate.sessions.sign_in(request.path_params["secret"], _partner())
        if found is None:
            raise Refused(404, "link")
        response = RedirectResponse(safe_next(fields.get("next", "")), 303, {"cache-control": "no-store"})
        gate.let_in(response, found[0])
        return response

    async def leave(request: Request) -> Response:
        member = await gate.member(request)
        await gate.fields(request, member)
        response = RedirectResponse(SIGN_IN, 303, {"cache-control": "no-store"})
        await gate.let_out(request, response)
        return response

    def _partner() -> PartnerId:
        if parts.partner is None:
            raise Refused(404, "link")
        return parts.partner

    def _allow(request: Request) -> None:
        wait = tries.take(place_of(request), now=house.clock.now())
        if wait is not None:
            raise too_many(wait)

    return [
        Route(SIGN_IN, ask, methods=["GET"]),
        Route(SIGN_IN, send, methods=["POST"]),
        Route(f"{SIGN_IN}/{{secret}}", look, methods=["GET"]),
        Route(f"{SIGN_IN}/{{secret}}", enter, methods=["POST"]),
        Route(f"{DESK}/sign-out", leave, methods=["POST"]),
    ]
