"""What invites people: the places they come from with what each brought, and the kit of each place.

GET  /desk/CONSULTATION/kit                  the places, and a form for a new one
POST /desk/CONSULTATION/kit                  a new place, or one whose links lead nowhere any more (organisers)
GET  /desk/CONSULTATION/kit/TOKEN            its address, code, posters, text message, e-mail, paragraph
GET  /desk/CONSULTATION/kit/TOKEN/FILE       one of its files, as `python main.py kit` makes them
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.kit.code import code_png, code_svg
from bots.web.kit.facts import Facts, facts_of
from bots.web.kit.folder import PATH
from bots.web.kit.poster import PAPERS, poster_pdf, poster_png
from bots.web.kit.texts import bulletin, email, text_message
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.errors import PorteVoixError
from core.model.ids import ConsultationId
from core.rules.permissions import LEAST, Deed
from core.work.sources import LONGEST_LABEL, SourceLine, add_source, retire_source, source_lines

MOST_KEPT = 64
"""Posters kept in memory; each is some tens of kilobytes."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KINDS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Place:
    """One source as the page shows it. `counts`: arrived, agreed, first answer, finished."""

    token: str
    label: str
    counts: Sequence[int]
    retired: bool


def kit_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house

    async def places(request: Request) -> Response:
        return await _places(request, await gate.visit(request))

    async def change(request: Request) -> Response:
        visit = await gate.visit(request, Deed.INVITE)
        fields = await gate.fields(request, visit.member)
        own, now = ConsultationId(visit.consultation.id), house.clock.now()
        try:
            async with house.storage.unit() as unit:
                if "retire" in fields:
                    await retire_source(unit, own, fields["retire"], now=now)
                    token, act = "", Act.SOURCE_RETIRED
                else:
                    asked = {each: fields.get(f"label-{each}", "").strip() for each in visit.consultation.languages}
                    label = {language: said for language, said in asked.items() if said}
                    token, act = await add_source(unit, own, label, house.chance, now=now), Act.SOURCE_ADDED
                member = visit.member
                await unit.audit.note(act, partner=member.partner, actor=member.id, subject=own, now=now)
        except PorteVoixError:
            return await _places(request, visit, wrong=True)
        where = f"{DESK}/{own}/kit" + (f"/{token}" if token else "")
        return RedirectResponse(where, 303, {"cache-control": "no-store"})

    async def _places(request: Request, visit: Visit, *, wrong: bool = False) -> Response:
        language = pages.language(request)
        shown = [_place(each, visit, pages, language) for each in await _lines(visit)]
        return gate.page(
            request,
            visit,
            "desk/kit.html",
            active="kit",
            shown=shown,
            wrong=wrong,
            longest=LONGEST_LABEL,
            local=_local(parts.address),
            may_change=visit.member.may(LEAST[Deed.INVITE]),
        )

    async def one(request: Request) -> Response:
        visit, language = await gate.visit(request), pages.language(request)
        place = await _asked(request, visit)
        spoken = _spoken(visit)
        facts = {each: _facts(place, visit, each) for each in spoken}
        kits = [
            {"language": each, "message": text_message(known), "email": email(known), "bulletin": bulletin(known)}
            for each, known in facts.items()
        ]
        return gate.page(
            request,
            visit,
            "desk/kit_of.html",
            active="kit",
            place=_place(place, visit, pages, language),
            link=_link(place),
            telegram=f"https://t.me/{parts.telegram}?start={place.token}" if parts.telegram else "",
            papers=PAPERS,
            kits=kits,
            local=_local(parts.address),
        )

    async def file(request: Request) -> Response:
        visit = await gate.visit(request)
        place, name = await _asked(request, visit), request.path_params["file"]
        made = await asyncio.to_thread(_made, name, place, visit)
        if made is None:
            raise HTTPException(404)
        saved = f"{visit.consultation.id}-{place.token}-{name}"
        headers = {"cache-control": "no-store", "content-disposition": f'inline; filename="{saved}"'}
        return Response(made, media_type=_KINDS[name.rpartition(".")[2]], headers=headers)

    def _made(name: str, place: SourceLine, visit: Visit) -> bytes | None:
        """In a thread: a poster takes a second."""
        if name == "code.png":
            return code_png(_link(place))
        if name == "code.svg":
            return code_svg(_link(place))
        for language in _spoken(visit):
            if name == f"poster-a4.{language}.png":
                return _poster(_facts(place, visit, language), "")
            for paper in PAPERS:
                if name == f"poster-{paper}.{language}.pdf":
                    return _poster(_facts(place, visit, language), paper)
        return None

    def _facts(place: SourceLine, visit: Visit, language: str) -> Facts:
        return facts_of(visit.consultation, _link(place), place.label, house.words, language)

    def _link(place: SourceLine) -> str:
        return f"{parts.address}{PATH}{place.token}"

    def _spoken(visit: Visit) -> list[str]:
        return [each for each in visit.consultation.languages if each in house.words.languages]

    async def _lines(visit: Visit) -> Sequence[SourceLine]:
        async with house.storage.reading() as unit:
            return await source_lines(unit, ConsultationId(visit.consultation.id))

    async def _asked(request: Request, visit: Visit) -> SourceLine:
        """The place that the path names, of this consultation. 404 for any other."""
        for line in await _lines(visit):
            if line.token and line.token == request.path_params["token"] and line.retired_at is None:
                return line
        raise HTTPException(404)

    return [
        Route(f"{DESK}/{{consultation}}/kit", places, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/kit", change, methods=["POST"]),
        Route(f"{DESK}/{{consultation}}/kit/{{token}}", one, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/kit/{{token}}/{{file}}", file, methods=["GET"]),
    ]


@lru_cache(MOST_KEPT)
def _poster(facts: Facts, paper: str) -> bytes:
    """Kept as long as nothing in it changes. `paper` "": a picture of the A4 one."""
    return poster_pdf(facts, paper) if paper else poster_png(facts, "a4")


def _place(line: SourceLine, visit: Visit, pages: Pages, language: str) -> Place:
    funnel = line.funnel
    label = visit.consultation.in_language(line.label, language) or line.token
    return Place(
        line.token,
        label or pages.say("desk.said.no_source", language),
        (funnel.arrived, funnel.agreed, funnel.answered, funnel.finished),
        line.retired_at is not None,
    )


def _local(address: str) -> bool:
    """Only this machine can go there: nothing to print."""
    return urlsplit(address).hostname in _LOOPBACK
