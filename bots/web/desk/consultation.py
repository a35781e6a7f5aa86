"""The consultation's file, what the check says of it, every message it makes, and what moves the campaign.

GET  /desk/CONSULTATION/consultation    the file of the running revision, checked, with its messages
POST /desk/CONSULTATION/consultation    the same for a text that was changed on the page; `take`: that text as a file;
                                        `put`: in force, as a file that is given back in Slack
GET  /desk/CONSULTATION/campaigns       all of the partner's, drafts too, and a new one

Looking stores nothing. What was not checked on the page, or is refused by the check, is not put in force. Pause, stop
and what is done with a draft are buttons of `acts`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.desk.cards import shown_card
from bots.web.desk.gate import DESK, Gate, Visit, actor_of
from bots.web.pages import Pages
from bots.web.parts import Drafting, WebParts
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.errors import FileError
from core.model.forms import Form
from core.model.ids import AccountId, ConsultationId
from core.model.messages import Card, Line, Message
from core.rules.findings import Severity, line_of
from core.rules.permissions import Deed
from core.rules.preview import preview
from core.rules.readout import cut
from core.storage.consultations import Running
from core.work.cards.digest_layout import Voice
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.campaign_forms import CAMPAIGN, GIVEN, campaign_buttons
from core.work.wording import spec_message

LARGEST = 256 * 1024
"""Bytes of a file that the page takes; percent signs make a form up to three times as long."""
HEADING_ROOM = 240
_LONGEST_REVISION = 9
_LIVE = (CampaignState.RUNNING, CampaignState.PAUSED)


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

    @property
    def refused(self) -> bool:
        return bool(self.mistakes) or any(remark.refuses for remark in self.remarks)


def consultation_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    voice_in = partial(Voice, parts.house.words)

    async def shown(request: Request) -> Response:
        visit = await gate.visit(request, Deed.CHANGE_CONSULTATION)
        drafting = _drafting()
        async with parts.house.storage.reading() as unit:
            file = await unit.consultations.file(ConsultationId(visit.consultation.id), visit.running.revision)
        if file is None:  # started by an older version of the program: only its messages are known
            language = pages.language(request)
            draft = Drafted(spoken=_spoken(visit.consultation, pages, language))
            return _page(request, visit, "", draft)
        return _page(request, visit, file, await _looked_at(file, drafting, request))

    async def changed(request: Request) -> Response:
        visit = await gate.visit(request, Deed.CHANGE_CONSULTATION)
        drafting = _drafting()
        fields = await gate.fields(request, visit.member, most=3 * LARGEST)
        file = fields.get("file", "").replace("\r\n", "\n")
        if "take" in fields:
            name = f"{visit.consultation.id}.yaml"
            headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
            return Response(file.encode(), media_type="application/yaml", headers=headers)
        draft, seen = await _looked_at(file, drafting, request), fields.get("revision", "")
        if "put" in fields and not draft.refused:
            given = await _put(visit, file, seen, pages.language(request))
            if isinstance(given, Card):
                shown = shown_card(given, visit)
                return gate.page(request, visit, "desk/answer.html", active="consultation", **shown)
            draft = Drafted(mistakes=[line.text for line in given.blocks if isinstance(line, Line)])
        return _page(request, visit, file, draft, changed=True, seen=seen)

    async def campaigns(request: Request) -> Response:
        visit, language = await gate.visit(request, Deed.CHANGE_CONSULTATION), pages.language(request)
        card = await _desk().campaigns(_account(), actor_of(visit.member), language)
        return gate.page(request, visit, "desk/answer.html", active="consultation", **shown_card(card, visit))

    async def _put(visit: Visit, file: str, revision: str, language: str) -> Card | Form:
        """The way of a file that is given back in Slack: at once, or kept for a second person; `revision` was seen."""
        action = f"{CAMPAIGN}:give:{visit.consultation.id}:{revision[:_LONGEST_REVISION]}"
        return await _desk().sent(_account(), action, {GIVEN: file}, actor_of(visit.member), language)

    async def _looked_at(file: str, drafting: Drafting, request: Request) -> Drafted:
        """In a thread: a long file takes a moment to be read, and people wait for answers meanwhile."""
        return await asyncio.to_thread(_look, file, drafting, pages, pages.language(request))

    def _page(
        request: Request, visit: Visit, file: str, draft: Drafted, *, changed: bool = False, seen: str = ""
    ) -> Response:
        """`changed`: the text is not the running one any more. `seen`: the revision that it was made from."""
        running, voice = visit.running, voice_in(pages.language(request))
        moves = [
            each for each in campaign_buttons(running, refuses=True, voice=voice) if each.action in _moves(running)
        ]
        return gate.page(
            request,
            visit,
            "desk/consultation.html",
            active="consultation",
            file=file,
            draft=draft,
            changed=changed,
            refused=draft.refused,
            revision=seen or str(running.revision),
            may_put=parts.campaigns is not None and running.state in _LIVE,
            state=voice(f"state.{running.state}"),
            moves=moves if parts.campaigns is not None else [],
            may_list=parts.campaigns is not None,
        )

    def _desk() -> CampaignDesk:
        if parts.campaigns is None:
            raise HTTPException(404)
        return parts.campaigns

    def _account() -> AccountId:
        if parts.account is None:
            raise HTTPException(404)
        return parts.account

    def _drafting() -> Drafting:
        if parts.drafting is None:
            raise HTTPException(404)
        return parts.drafting

    return [
        Route(f"{DESK}/{{consultation}}/consultation", shown, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/consultation", changed, methods=["POST"]),
        Route(f"{DESK}/{{consultation}}/campaigns", campaigns, methods=["GET"]),
    ]


def _moves(running: Running) -> set[str]:
    return {f"{CAMPAIGN}:{verb}:{running.id}" for verb in ("pause", "resume", "stop")}


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
