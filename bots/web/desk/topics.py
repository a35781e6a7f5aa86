"""How far the sorting into topics can be trusted, and learning: asked for, or gone back from.

GET  /desk/CONSULTATION/topics   what sorts now, topic by topic how often it is right, and the versions there are
POST /desk/CONSULTATION/topics   `do`: learn (in the background) or back (organisers)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.forms import Refused
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.deliveries import Day
from core.model.errors import NotFound
from core.model.ids import ConsultationId
from core.rules.calendar import on_wall
from core.rules.permissions import LEAST, Deed
from core.rules.quality import Measured, TopicQuality, qualities
from core.rules.readout import percent
from core.work.ports import Version
from core.work.teaching import Class, classes

DONE = ("asked", "back", "nothing")


@dataclass(frozen=True, slots=True)
class Row:
    """A topic. `right`, `found`: shares with their intervals, as words."""

    name: str
    support: int
    right: str
    found: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """A version, as the page lists it."""

    name: str
    on: Day
    sorted: int
    unsorted: int
    score: str
    alone: str
    state: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One list of topics. `question` "": it is for all that have none of their own. `topics`: their names, by id."""

    question: str
    rows: Sequence[Row]
    versions: Sequence[Learnt]
    in_use: Learnt | None
    topics: Mapping[str, str]


def topics_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    teaching = parts.house.teaching

    async def shown(request: Request) -> Response:
        visit, language = await gate.visit(request), pages.language(request)
        done = request.query_params.get("done", "")
        return gate.page(
            request,
            visit,
            "desk/topics.html",
            active="topics",
            lists=[_shown(each, visit, language) for each in classes(visit.consultation)],
            may_teach=visit.member.may(LEAST[Deed.TEACH]),
            done=done if done in DONE else "",
        )

    async def asked(request: Request) -> Response:
        visit = await gate.visit(request, Deed.TEACH)
        fields = await gate.fields(request, visit.member)
        if fields.get("do") == "learn":
            teaching.asked.add(ConsultationId(visit.consultation.id))
            parts.house.wakes["learn"].set()
            await _note(visit, Act.TOPICS_LEARNT)
            done = "asked"
        elif fields.get("do") == "back":
            try:
                teaching.back(visit.consultation)
                await _note(visit, Act.TOPICS_BACK)
                done = "back"
            except NotFound:
                done = "nothing"
        else:
            raise Refused(404, "gone")
        there = f"{DESK}/{visit.consultation.id}/topics?done={done}"
        return RedirectResponse(there, 303, {"cache-control": "no-store"})

    async def _note(visit: Visit, act: Act) -> None:
        async with parts.house.storage.unit() as unit:
            member, now = visit.member, parts.house.clock.now()
            subject = visit.consultation.id
            await unit.audit.note(act, partner=member.partner, actor=member.id, subject=subject, now=now)

    def _shown(one: Class, visit: Visit, language: str) -> Shown:
        versions = list(teaching.school.versions(one.place))
        using = teaching.in_use(one)
        asked_for = visit.consultation
        names = {topic.id: asked_for.in_language(topic.name, language) or topic.id for topic in one.taxonomy.topics}
        question = asked_for.question(one.scope.question) if one.scope.question is not None else None
        return Shown(
            question=asked_for.in_language(question.text, language) if question else "",
            rows=[_row(each, names) for each in qualities(using.tried)] if using else [],
            versions=[_learnt(each, asked_for.zone) for each in reversed(versions)],
            in_use=_learnt(using, asked_for.zone) if using else None,
            topics=names,
        )

    here = f"{DESK}/{{consultation}}/topics"
    return [Route(here, shown, methods=["GET"]), Route(here, asked, methods=["POST"])]


def _row(each: TopicQuality, names: dict[str, str]) -> Row:
    return Row(names.get(each.topic, each.topic), each.support, _interval(each.precision), _interval(each.recall))


def _interval(share: Measured | None) -> str:
    return f"{percent(share.value)} % ({percent(share.low)} – {percent(share.high)})" if share else "–"


def _learnt(version: Version, zone: str) -> Learnt:
    state = "in_use" if version.in_use else "refused" if version.refused else "older"
    return Learnt(
        version.name,
        Day(on_wall(version.learnt_at, zone).date(), year=True),
        version.sorted,
        version.unsorted,
        _percent(version.score),
        _percent(version.alone),
        state,
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{percent(share)} %"
