"""The first page: how the consultation stands, and what is to be done.

GET  /desk                        to the consultation that goes on (or what to do when there is none)
GET  /desk/CONSULTATION           the digest as in Slack · the funnel · the response rate · what comes next
GET  /desk/CONSULTATION/waiting   what waits for a person, and who took it
GET  /desk/CONSULTATION/prepare   who is missing, and a step for those of them who may be written to
GET  /desk/CONSULTATION/funnel    the funnel alone: the page asks for it every few seconds
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.cards import shown_card
from bots.web.desk.funnel import shown_funnel
from bots.web.desk.gate import DESK, Gate, Visit, actor_of
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.campaigns import CampaignState
from core.model.deliveries import Day
from core.model.ids import ConsultationId
from core.rules.calendar import on_wall
from core.rules.permissions import Deed
from core.rules.readout import Funnel, percent
from core.rules.readout import Response as ResponseFigure
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.digests.digest import WEEK, figures_card, figures_now
from core.work.digests.waiting import waiting_card
from core.work.sources import SourceLine, source_lines
from core.work.staff.prepared import prepared_card
from core.work.status import next_moments, state_called

_ALIVE = (CampaignState.RUNNING, CampaignState.PAUSED)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the page asks for again and again. `alerts`: flagged messages that wait."""

    funnel: Funnel
    sources: Sequence[SourceLine]
    alerts: int


def overview_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house

    async def home(request: Request) -> Response:
        member = await gate.member(request)
        own = await gate.consultations(member)
        if own:
            return RedirectResponse(f"{DESK}/{own[0][0].id}", 303, {"cache-control": "no-store"})
        return gate.page(request, member, "desk/empty.html", active="overview")

    async def overview(request: Request) -> Response:
        visit, language, now = await gate.visit(request), pages.language(request), house.clock.now()
        async with house.storage.reading() as unit:
            figures = await figures_now(unit, visit.consultation, now=now, since=now - WEEK)
            figures = replace(figures, sorting=house.teaching.sorting(visit.consultation))
            card = await figures_card(unit, figures, visit.consultation, house.words, language)
            counted = await _counted(unit, visit)
            state = await state_called(unit, visit.running)
        live = await _live(counted, visit, language)
        return gate.page(
            request,
            visit,
            "desk/overview.html",
            active="overview",
            state=state,
            response=_rate(figures.response),
            moments=_moments(visit, language),
            **shown_card(card, visit),
            **live,
        )

    async def funnel(request: Request) -> Response:
        visit, language = await gate.visit(request), pages.language(request)
        async with house.storage.reading() as unit:
            counted = await _counted(unit, visit)
        live = await _live(counted, visit, language)
        return gate.page(request, visit, "desk/funnel.html", active="overview", **live)

    async def waiting(request: Request) -> Response:
        visit, language = await gate.visit(request), pages.language(request)
        async with house.storage.reading() as unit:
            voice = Voice(house.words, language)
            card = await waiting_card(unit, visit.consultation, voice, actor_of(visit.member), now=house.clock.now())
        return gate.page(request, visit, "desk/answer.html", active="waiting", **shown_card(card, visit))

    async def prepare(request: Request) -> Response:
        visit, language = await gate.visit(request, Deed.CHANGE_CONSULTATION), pages.language(request)
        async with house.storage.reading() as unit:
            voice = Voice(house.words, language)
            card = await prepared_card(unit, visit.consultation, house.words, voice, now=house.clock.now())
        return gate.page(request, visit, "desk/answer.html", active="overview", **shown_card(card, visit))

    async def _live(counted: _Counted, visit: Visit, language: str) -> Mapping[str, Any]:
        return {
            **await shown_funnel(counted.funnel, counted.sources, visit.consultation, pages, language),
            "alerts": counted.alerts,
            "at": Voice(house.words, language).hour(on_wall(house.clock.now(), visit.consultation.zone)),
        }

    def _moments(visit: Visit, language: str) -> list[tuple[str, str]]:
        """(what, when) of what is still to come, the soonest first."""
        if visit.running.state not in _ALIVE:
            return []
        voice = Voice(house.words, language)
        found = []
        for each in next_moments(visit.consultation, visit.running, house.clock.now()):
            when = pages.say("desk.next.personal", language)
            if each.at is not None:
                wall = on_wall(each.at, visit.consultation.zone)
                weekday, day, time = voice.weekday(wall.date()), Day(wall.date(), year=True), voice.hour(wall)
                when = pages.say("desk.next.at", language, weekday=weekday, day=day, time=time)
            found.append((voice(f"moment.{each.kind}"), when))
        return found

    return [
        Route(DESK, home, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}", overview, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/funnel", funnel, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/waiting", waiting, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/prepare", prepare, methods=["GET"]),
    ]


async def _counted(unit: Unit, visit: Visit) -> _Counted:
    own = ConsultationId(visit.consultation.id)
    people = await unit.readouts.funnel(own)
    return _Counted(
        Funnel(people.arrived, people.agreed, people.answered, people.finished),
        await source_lines(unit, own),
        len(await unit.staff.waiting_alerts(own)),
    )


def _rate(response: ResponseFigure) -> Mapping[str, int] | None:
    """None until somebody was sent a first prompt: before that a rate would say nothing."""
    if not response.prompted or response.rate is None:
        return None
    return {"percent": percent(response.rate), "answered": response.answered, "pushed": response.pushed}
