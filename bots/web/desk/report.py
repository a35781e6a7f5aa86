"""The evaluation as a file to take along, as `python main.py report` and `note` write it.

GET /desk/CONSULTATION/report/FORM    FORM: html, pdf, md or json
GET /desk/CONSULTATION/note           one page for elected officials, as a PDF
"""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.work.evaluation.report import report_of

KINDS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


def report_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house

    async def report(request: Request) -> Response:
        visit, form, language = await gate.visit(request), request.path_params["form"], pages.language(request)
        if form not in KINDS:
            raise HTTPException(404)
        from bots.web.report.folder import make_report  # noqa: PLC0415  # the press is loaded with the first report

        async with house.storage.reading() as unit:
            made = await report_of(unit, visit.consultation, now=house.clock.now())
        content = await asyncio.to_thread(make_report, made, visit.consultation, form, house.words, language)
        return _file(content, f"{visit.consultation.id}-report.{language}.{form}", KINDS[form])

    async def note(request: Request) -> Response:
        visit, language = await gate.visit(request), pages.language(request)
        from bots.web.report.note import make_note  # noqa: PLC0415  # as above

        async with house.storage.reading() as unit:
            made = await report_of(unit, visit.consultation, now=house.clock.now())
        content = await asyncio.to_thread(make_note, made, visit.consultation, house.words, language)
        return _file(content, f"{visit.consultation.id}-note.{language}.pdf", KINDS["pdf"])

    return [
        Route(f"{DESK}/{{consultation}}/report/{{form}}", report, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/note", note, methods=["GET"]),
    ]


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
