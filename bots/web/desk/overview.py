"""The first page: how the consultation stands.

GET /desk                  to the consultation that goes on (or what to do when there is none)
GET /desk/CONSULTATION     the overview
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate
from bots.web.pages import Pages
from bots.web.parts import WebParts


def overview_routes(_parts: WebParts, _pages: Pages, gate: Gate) -> list[Route]:
    async def home(request: Request) -> Response:
        member = await gate.member(request)
        own = await gate.consultations(member)
        if own:
            return RedirectResponse(f"{DESK}/{own[0][0].id}", 303, {"cache-control": "no-store"})
        return gate.page(request, member, "desk/empty.html", active="overview")

    async def overview(request: Request) -> Response:
        visit = await gate.visit(request)
        return gate.page(request, visit, "desk/overview.html", active="overview")

    return [Route(DESK, home, methods=["GET"]), Route(f"{DESK}/{{consultation}}", overview, methods=["GET"])]
