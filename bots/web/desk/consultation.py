"""The consultation's file, what the check says of it, and every message it makes, as each channel shows it.

GET  /desk/CONSULTATION/consultation    the file of the running revision, checked, with its messages
POST /desk/CONSULTATION/consultation    the same for a text that was changed on the page; `take`: that text as a file

Nothing is stored: a changed file is put into force where it is kept, with `python main.py campaign start FILE`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.pages import Pages
from bots.web.parts import Drafting, WebParts
from core.model.consultations import Consultation
from core.model.errors import FileError
from core.model.ids import ConsultationId
from core.model.messages import Message
from core.rules.findings import Severity, line_of
from core.rules.permissions import Deed
from core.rules.preview import preview
from core.rules.readout import cut
from core.work.composing import spec_message
from core.work.digest_layout import Voice

LARGEST = 256 * 1024
"""Bytes of a file that the page takes; percent signs make a form up to three times as long."""
HEADING_ROOM = 240


@dataclass(frozen=True, slots=True)
class Remark:
    """`line` None: it is about the whole file. `refuses`: the campaign would not start."""

    line: int | None
    refuses: bool
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Messages that are sent at one moment."""

    heading: str
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What can be said of a text. `mistakes`: it is no consultation yet; then there are no remarks and no messages.
    `spoken`: (language, the moments in it).
    """

    mistakes: Sequence[str] = ()
    remarks: Sequence[Remark] = ()
    spoken: Sequence[tuple[str, Sequence[Moment]]] = ()


def consultation_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    async def shown(request: Request) -> Response:
        visit = await gate.visit(request, Deed.CHANGE_CONSULTATION)
        drafting = _drafting()
        async with parts.house.storage.reading() as unit:
            file = await unit.consultations.file(ConsultationId(visit.consultation.id), visit.running.revision)
        if file is None:  # started by an older version of the program: only its messages are known
            language = pages.language(request)
            draft = Drafted(spoken=_spoken(visit.consultation, pages, language))
            return _page(request, visit, "", draft, changed=False)
        return _page(request, visit, file, await _looked_at(file, drafting, request), changed=False)

    async def changed(request: Request) -> Response:
        visit = await gate.visit(request, Deed.CHANGE_CONSULTATION)
        drafting = _drafting()
        fields = await gate.fields(request, visit.member, most=3 * LARGEST)
        file = fields.get("file", "").replace("\r\n", "\n")
        if "take" in fields:
            name = f"{visit.consultation.id}.yaml"
            headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
            return Response(file.encode(), media_type="application/yaml", headers=headers)
        return _page(request, visit, file, await _looked_at(file, drafting, request), changed=True)

    async def _looked_at(file: str, drafting: Drafting, request: Request) -> Drafted:
        """In a thread: a long file takes a moment to be read, and people wait for answers meanwhile."""
        return await asyncio.to_thread(_look, file, drafting, pages, pages.language(request))

    def _page(request: Request, visit: Visit, file: str, draft: Drafted, *, changed: bool) -> Response:
        return gate.page(
            request,
            visit,
            "desk/consultation.html",
            active="consultation",
            file=file,
            draft=draft,
            changed=changed,
            refused=bool(draft.mistakes) or any(remark.refuses for remark in draft.remarks),
        )

    def _drafting() -> Drafting:
        if parts.drafting is None:
            raise HTTPException(404)
        return parts.drafting

    return [
        Route(f"{DESK}/{{consultation}}/consultation", shown, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/consultation", changed, methods=["POST"]),
    ]


def _look(file: str, drafting: Drafting, pages: Pages, language: str) -> Drafted:
    if len(file.encode()) > LARGEST:
        return Drafted(mistakes=[pages.say("desk.file.too_large", language, kb=str(LARGEST // 1024))])
    try:
        consultation = drafting.read(file, language)
    except FileError as error:
        return Drafted(mistakes=str(error).splitlines())
    lines = drafting.lines(file)
    remarks = [
        Remark(line_of(each, lines), each.severity is Severity.REFUSE, pages.words.say(each.key, language, each.params))
        for each in drafting.check(consultation)
    ]
    remarks.sort(key=lambda remark: (not remark.refuses, remark.line or 0))
    return Drafted(remarks=remarks, spoken=_spoken(consultation, pages, language))


def _spoken(consultation: Consultation, pages: Pages, language: str) -> list[tuple[str, list[Moment]]]:
    """In each language of the file; `language`: of the headings, which are for staff."""
    found: list[tuple[str, list[Moment]]] = []
    voice = Voice(pages.words, language)
    for spoken in (each for each in consultation.languages if each in pages.words.languages):
        moments: list[Moment] = []
        for each in preview(consultation, spoken):
            heading = cut(voice.heading(each.heading, moved=each.moved), HEADING_ROOM)
            message = spec_message(each.spec, spoken, pages.words)
            if moments and moments[-1].heading == heading:
                moments[-1] = Moment(heading, [*moments[-1].messages, message])
            else:
                moments.append(Moment(heading, [message]))
        found.append((spoken, moments))
    return found
