"""Events and votes: who comes, how many came, and how the dots were given.

GET  /desk/CONSULTATION/meetings   what the figures are now
POST /desk/CONSULTATION/meetings   `do`: came (how many people were there; organisers)
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate
from bots.web.forms import Refused
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.deliveries import Day
from core.model.errors import NotAllowed, NotFound
from core.rules.calendar import on_wall
from core.rules.permissions import LEAST, Deed
from core.work.meetings import MOST_CAME, events, note_came, votes

DONE = ("came", "refused")


def meetings_routes(parts: WebParts, gate: Gate) -> list[Route]:
    house = parts.house

    async def shown(request: Request) -> Response:
        visit = await gate.visit(request)
        asked, now = visit.consultation, house.clock.now()
        async with house.storage.reading() as unit:
            planned, voted = await events(unit, asked), await votes(unit, asked)
        starts = {each.id: each.event.starts for each in asked.questions if each.event is not None}
        done = request.query_params.get("done", "")
        return gate.page(
            request,
            visit,
            "desk/meetings.html",
            active="meetings",
            events=planned,
            votes=voted,
            days={question: Day(on_wall(at, asked.zone).date(), year=True) for question, at in starts.items()},
            begun={question for question, at in starts.items() if at <= now},
            most=MOST_CAME,
            may_run=visit.member.may(LEAST[Deed.RUN_MEETING]),
            done=done if done in DONE else "",
        )

    async def noted(request: Request) -> Response:
        visit = await gate.visit(request, Deed.RUN_MEETING)
        fields = await gate.fields(request, visit.member)
        if fields.get("do") != "came":
            raise Refused(404, "gone")
        done, now, typed = "came", house.clock.now(), fields.get("came", "").strip()
        try:
            async with house.storage.unit() as unit:
                came = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
                await note_came(unit, visit.consultation, fields.get("event", ""), came, now=now)
                member, subject = visit.member, visit.consultation.id
                await unit.audit.note(
                    Act.MEETING_CAME, partner=member.partner, actor=member.id, subject=subject, now=now
                )
        except (NotAllowed, NotFound):
            done = "refused"
        there = f"{DESK}/{visit.consultation.id}/meetings?done={done}"
        return RedirectResponse(there, 303, {"cache-control": "no-store"})

    here = f"{DESK}/{{consultation}}/meetings"
    return [Route(here, shown, methods=["GET"]), Route(here, noted, methods=["POST"])]
