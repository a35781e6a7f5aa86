"""Events, votes and the agenda: who comes, how many came, what is proposed, where the dots went, what was dealt with.

GET  /desk/CONSULTATION/meetings   what the figures are now, and what the program suggests
POST /desk/CONSULTATION/meetings   `do`: came (how many people were there), keep (contributions become a proposal, or
                                   join one), treated or back (organisers)
"""

from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.forms import Refused, whole_number
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.consultations import Consultation
from core.model.deliveries import Day
from core.model.errors import NotAllowed, NotFound
from core.model.ids import ConsultationId, ContributionId
from core.model.meetings import Suggested
from core.rules.calendar import on_wall
from core.rules.permissions import LEAST, Deed
from core.rules.plain_text import quoted
from core.storage.unit import Unit
from core.work.cards.meeting_cards import MOST_TICKED
from core.work.events.agenda import LONGEST_LABEL, agenda, keep, suggested, treat
from core.work.events.meetings import MOST_CAME, events, note_came, votes
from core.work.ports import Likener

DONE = ("came", "kept", "treated", "refused", "words")
MOST_SHOWN = 50
"""Suggestions on one page: those that most people made come first."""
_MOST_BYTES = 256 * 1024
"""A suggestion names every contribution that it is made of."""


def meetings_routes(parts: WebParts, gate: Gate) -> list[Route]:
    house = parts.house

    async def shown(request: Request) -> Response:
        visit = await gate.visit(request)
        asked, now = visit.consultation, house.clock.now()
        async with house.storage.reading() as unit:
            planned, voted, lines = await events(unit, asked), await votes(unit, asked), await agenda(unit, asked)
        proposed = await _suggested(asked)
        starts = {each.id: each.event.starts for each in asked.questions if each.event is not None}
        done = request.query_params.get("done", "")
        return gate.page(
            request,
            visit,
            "desk/meetings.html",
            active="meetings",
            events=planned,
            votes=voted,
            lines=lines,
            days={question: Day(on_wall(at, asked.zone).date(), year=True) for question, at in starts.items()},
            dealt={each.number: Day(each.treated, year=True) for each in lines if each.treated is not None},
            begun={question for question, at in starts.items() if at <= now},
            proposed=[(each, quoted(each.text, longest=LONGEST_LABEL)) for each in proposed[:MOST_SHOWN]],
            more=max(0, len(proposed) - MOST_SHOWN),
            most=MOST_CAME,
            longest=LONGEST_LABEL,
            ticked=MOST_TICKED,
            may_run=visit.member.may(LEAST[Deed.RUN_MEETING]),
            done=done if done in DONE else "",
        )

    async def _suggested(asked: Consultation) -> list[Suggested]:
        tagger = house.tagger
        return await suggested(house.storage, asked, tagger.alike) if isinstance(tagger, Likener) else []

    async def noted(request: Request) -> Response:
        visit = await gate.visit(request, Deed.RUN_MEETING)
        fields = await gate.fields(request, visit.member, most=_MOST_BYTES)
        member, subject, now = visit.member, visit.consultation.id, house.clock.now()
        try:
            async with house.storage.unit() as unit:
                act, done = await _done(unit, visit, fields, now)
                await unit.audit.note(act, partner=member.partner, actor=member.id, subject=subject, now=now)
        except (NotAllowed, NotFound):
            done = "words" if fields.get("do") == "keep" else "refused"
        there = f"{DESK}/{visit.consultation.id}/meetings?done={done}"
        return RedirectResponse(there, 303, {"cache-control": "no-store"})

    here = f"{DESK}/{{consultation}}/meetings"
    return [Route(here, shown, methods=["GET"]), Route(here, noted, methods=["POST"])]


async def _done(unit: Unit, visit: Visit, fields: Mapping[str, str], now: datetime) -> tuple[Act, str]:
    """What was done, and what is said of it."""
    asked, own = visit.consultation, ConsultationId(visit.consultation.id)
    match fields.get("do"):
        case "came":
            came = _number(fields.get("came", ""))
            await note_came(unit, asked, fields.get("event", ""), -1 if came is None else came, now=now)
            return Act.MEETING_CAME, "came"
        case "keep":
            ids = [ContributionId(each) for each in fields.get("contributions", "").split()]
            if not ids:
                raise NotAllowed("nothing is ticked")
            label = {code: fields.get(f"label_{code}", "") for code in asked.languages}
            await keep(unit, asked, label, ids, into=_number(fields.get("into", "")), now=now)
            return Act.PROPOSAL_KEPT, "kept"
        case "treated" | "back":
            today = on_wall(now, asked.zone).date()
            number = _number(fields.get("number", ""))
            await treat(unit, own, [-1 if number is None else number], today if fields["do"] == "treated" else None)
            return Act.PROPOSAL_TREATED, "treated"
        case _:
            raise Refused(404, "gone")


def _number(typed: str) -> int | None:
    return whole_number(typed.strip(), digits=9)
