"""New themes among what has no topic: looked for when somebody asks, made a topic by one press.

GET  /desk/CONSULTATION/themes   the proposals: how many people, what they say, what may be quoted of it
POST /desk/CONSULTATION/themes   `number`, `name`: that one becomes a topic (organisers, where one may change the file)
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.forms import Refused, whole_number
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.consultations import Consultation
from core.model.errors import FileError, NotAllowed, NotFound
from core.rules.permissions import LEAST, Deed
from core.work.staff.themes import LONGEST_NAME, Proposed

DONE = ("accepted", "gone", "file", "second")


def themes_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    themes = parts.house.themes

    async def shown(request: Request) -> Response:
        visit, language = await gate.visit(request), pages.language(request)
        found = await themes.proposed(visit.consultation)
        done = request.query_params.get("done", "")
        return gate.page(
            request,
            visit,
            "desk/themes.html",
            active="topics",
            themes=[(each, _asked(each, visit.consultation, language)) for each in found],
            longest=LONGEST_NAME,
            may_accept=visit.member.may(LEAST[Deed.CHANGE_CONSULTATION]),
            done=done if done in DONE else "",
        )

    async def accepted(request: Request) -> Response:
        visit = await gate.visit(request, Deed.CHANGE_CONSULTATION)
        fields = await gate.fields(request, visit.member)
        number = whole_number(fields.get("number", ""), digits=5)
        if number is None:
            raise Refused(404, "gone")
        if visit.consultation.partner.second_person:  # a new topic is a new file, and that takes two
            return _back(visit, "second")
        try:
            await themes.accept(visit.consultation, number, fields.get("name", ""), visit.member.id)
            done = "accepted"
            parts.house.wakes["learn"].set()
        except (NotFound, NotAllowed):
            done = "gone"
        except FileError:
            done = "file"
        return _back(visit, done)

    here = f"{DESK}/{{consultation}}/themes"
    return [Route(here, shown, methods=["GET"]), Route(here, accepted, methods=["POST"])]


def _back(visit: Visit, done: str) -> Response:
    there = f"{DESK}/{visit.consultation.id}/themes?done={done}"
    return RedirectResponse(there, 303, {"cache-control": "no-store"})


def _asked(theme: Proposed, consultation: Consultation, language: str) -> str:
    """The question whose own topics it would join, "" for the consultation's."""
    question = consultation.question(theme.question) if theme.question is not None else None
    return consultation.in_language(question.text, language) if question else ""
