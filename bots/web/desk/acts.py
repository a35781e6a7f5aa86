"""What staff do with the cards and forms of the desk, the very ones that Slack gets.

GET  /desk/CONSULTATION/counting               how all this is counted
GET  /desk/CONSULTATION/contributions/answer   the form that answers the contributions that were ticked, all together
POST /desk/CONSULTATION/press                  a button of the digest: opens an alert, takes charge, asks for a form …
POST /desk/CONSULTATION/send                   a form that was asked for so
"""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.cards import blocks_of, shown_card
from bots.web.desk.clock import clock_place, field_value
from bots.web.desk.contributions import way_back
from bots.web.desk.gate import DESK, PLACES, Gate, Visit, actor_of
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.forms import Field, Form, Pick, Tick, When
from core.model.messages import Card
from core.rules.permissions import Deed
from core.work.cards.answer_cards import AND
from core.work.cards.digest_layout import ANSWER_ONE, COUNTING
from core.work.shelf import PAGE
from core.work.staff.campaign_forms import CAMPAIGN
from core.work.staff.lookups import Taken

_KINDS: Mapping[type, str] = {Pick: "pick", Tick: "tick", When: "when"}


def acts_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house

    async def counting(request: Request) -> Response:
        visit = await gate.visit(request)
        return await _pressed(request, visit, COUNTING)

    async def chosen(request: Request) -> Response:
        """The page of contributions again, as it was, when nothing was ticked."""
        visit = await gate.visit(request, Deed.ANSWER)
        ids = dict.fromkeys(request.query_params.getlist("chosen"))
        back = way_back(request.query_params.get("back", ""))
        if not ids:
            asked = f"{back}&chosen=none" if back else "?chosen=none"
            there = f"{DESK}/{visit.consultation.id}/contributions{asked}"
            return RedirectResponse(there, 303, {"cache-control": "no-store"})
        if len(ids) > PAGE:
            raise HTTPException(404)
        return await _pressed(request, visit, f"{ANSWER_ONE}:{AND.join(ids)}", "contributions", back)

    async def press(request: Request) -> Response:
        visit = await gate.visit(request, Deed.REVIEW)
        fields = await gate.fields(request, visit.member)
        back = way_back(fields.get("back", ""))
        return await _pressed(request, visit, fields.get("action", ""), fields.get("active", ""), back)

    async def send(request: Request) -> Response:
        """What a form of the desk brings back, as in Slack."""
        visit, language = await gate.visit(request, Deed.REVIEW), pages.language(request)
        fields = await gate.fields(request, visit.member)
        if parts.account is None:
            raise HTTPException(404)
        action = fields.get("action", "")
        desk = parts.campaigns if parts.campaigns and action.startswith(f"{CAMPAIGN}:") else house.desk
        shown = await desk.sent(parts.account, action, fields, actor_of(visit.member), language)
        return _answer(request, visit, shown, fields.get("active", ""), way_back(fields.get("back", "")), again=True)

    def _answer(
        request: Request, visit: Visit, shown: Card | Form, active: str, back: str, *, again: bool = False
    ) -> Response:
        """`active`: the place it began in, which the page leads back to; `back`: where in it. `again`: a form that
        comes back begins with what is missing."""
        active = active if active in PLACES else "overview"
        if isinstance(shown, Form):
            above = list(blocks_of(Card(shown.blocks)))
            return gate.page(
                request,
                visit,
                "desk/form.html",
                active=active,
                back=back,
                again=again,
                asked=shown,
                above=above,
                fields=[(each, _KINDS.get(type(each), "write"), _moment_of(each)) for each in shown.fields],
                clock=clock_place(visit.consultation.zone),
            )
        return gate.page(request, visit, "desk/answer.html", active=active, **shown_card(shown, visit, back=back))

    async def back(request: Request) -> Response:
        """The page after a press in another language, or opened again: nothing is pressed by looking."""
        visit = await gate.visit(request)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{DESK}/{visit.consultation.id}{query}", 303, {"cache-control": "no-store"})

    async def _pressed(request: Request, visit: Visit, action: str, active: str = "", back: str = "") -> Response:
        """The answer of the desk, as in Slack: it says itself what is not this partner's."""
        language = pages.language(request)
        shown: Card | Form | Taken | None = None
        if parts.account is not None:
            who = actor_of(visit.member)
            shown = await house.desk.pressed(parts.account, action, who, language)
            if shown is None and parts.campaigns is not None:
                shown = await parts.campaigns.pressed(parts.account, action, who, language)
        if shown is None or isinstance(shown, Taken):  # a file has a page of its own here
            raise HTTPException(404)
        return _answer(request, visit, shown, active, back)

    return [
        Route(f"{DESK}/{{consultation}}/counting", counting, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/contributions/answer", chosen, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/press", press, methods=["POST"]),
        Route(f"{DESK}/{{consultation}}/press", back, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/send", send, methods=["POST"]),
        Route(f"{DESK}/{{consultation}}/send", back, methods=["GET"]),
    ]


def _moment_of(field: Field) -> str:
    return field_value(field.given, field.zone) if isinstance(field, When) else ""
