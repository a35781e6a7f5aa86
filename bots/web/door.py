"""Where a poster leads: who asks, three lines, and the ways to answer. And what runs, for who comes without a source.

/               what runs; the page of the only consultation when there is one
/o/CONSULTATION the page of one of several, without a source
/p/TOKEN        the page of a source: counted by day, without cookies or anything about the visitor

A token that we do not know (unknown, retired, over-long, strange) leads to the same page as none at all.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.flood import ARRIVALS, Buckets
from bots.web.forms import form_token, place_of
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.consultations import Consultation
from core.model.ids import ConsultationId, PartnerId
from core.rules.plain_text import unbroken
from core.rules.specs.bricks import local_day
from core.rules.specs.course import welcome_specs
from core.rules.specs.events import calendar_entry
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.events.calendar_files import calendar_file
from core.work.together import Take, Together
from core.work.wording import say

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
START = "start"
_PREVIEWS = re.compile(r"bot|crawl|spider|preview|facebookexternalhit|whatsapp|slurp", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A consultation as a page shows it. `open`: answers count now; `soon`: it opens later. `token`: the source, ""
    for none."""

    consultation: Consultation
    running: Running
    open: bool
    soon: bool = False
    finished: int = 0
    token: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """What a page begins with: the partner's name in each language, and what is asked."""

    name: Mapping[str, str]
    asked: Sequence[Asked]


def door_routes(parts: WebParts, pages: Pages) -> list[Route]:
    arrivals = Buckets(ARRIVALS)
    house = parts.house

    async def look(take: Take[tuple[str, str]]) -> Sequence[Here]:
        """Many who scan one poster at the same time see what one look found."""
        async with house.storage.reading() as unit:
            wanted = take()
            if parts.partner is None:
                return [Here({}, ())] * len(wanted)
            name, now = await unit.people.partner_name(parts.partner), house.clock.now()
            found = {each: Here(name, await _asked(unit, parts.partner, *each, now)) for each in set(wanted)}
        return [found[each] for each in wanted]

    async def count(take: Take[tuple[PartnerId, str, date]]) -> Sequence[None]:
        async with house.storage.unit() as unit:
            came = take()
            for (partner, token, day), people in Counter(came).items():
                await unit.web.arrived(partner, token, day, people)
        return [None] * len(came)

    looked: Together[tuple[str, str], Here] = Together(look)
    counted: Together[tuple[PartnerId, str, date], None] = Together(count)

    async def home(request: Request) -> Response:
        return await _answer(request, "")

    async def source(request: Request) -> Response:
        return await _answer(request, request.path_params["token"])

    async def one(request: Request) -> Response:
        return await _answer(request, "", only=request.path_params["consultation"])

    async def event(request: Request) -> Response:
        """A file for the calendar. It says nothing about who comes."""
        consultation = ConsultationId(request.path_params["consultation"])
        async with house.storage.reading() as unit:
            running = await unit.consultations.running(consultation)
            if running is None or running.partner != parts.partner:
                raise HTTPException(404)
            key = (consultation, running.revision)
            asked = (await unit.consultations.revisions([key]))[key]
        question = asked.question(request.path_params["event"])
        language = pages.language(request, asked.languages)
        entry = calendar_entry(asked, question, language) if question is not None else None
        if entry is None:
            raise HTTPException(404)
        file = calendar_file(entry, now=house.clock.now())
        return Response(
            file.content,
            media_type=file.kind,
            headers={"content-disposition": f'attachment; filename="{file.name}"', "cache-control": "no-cache"},
        )

    async def _answer(request: Request, token: str, *, only: str = "") -> Response:
        now, here = house.clock.now(), await looked((token, only))
        if len(here.asked) == 1 and ((asked := here.asked[0]).open or asked.soon or asked.token):
            if asked.token and _counts(request) and arrivals.take(place_of(request), now=now) is None:
                day = now.astimezone(ZoneInfo(asked.consultation.zone)).date()
                await counted((asked.running.partner, asked.token, day))
            return _landing(request, asked)
        language = pages.language(request)
        return pages.page(request, "running.html", language, partner=here.name, asked=here.asked, on=local_day)

    def _landing(request: Request, asked: Asked) -> Response:
        consultation = asked.consultation
        language = pages.language(request, consultation.languages)
        welcome = welcome_specs(consultation, language, finished_count=asked.finished)
        return pages.page(
            request,
            "landing.html",
            language,
            languages=[each for each in house.words.languages if each in consultation.languages],
            asked=asked,
            consultation=consultation,
            on=local_day,
            said=lambda text: unbroken(consultation.in_language(text, language), language),
            lines=[say(spec.phrases, language, house.words) for spec in welcome[1:]],
            extra=say(welcome[0].phrases[1:], language, house.words),
            telegram=f"https://t.me/{parts.telegram}?start={asked.token}" if parts.telegram else "",
            chat=parts.account is not None,
            form=form_token(parts.key, START),
        )

    return [
        Route("/", home),
        Route("/o/{consultation}", one),
        Route("/o/{consultation}/{event}.ics", event),
        Route("/embed/o/{consultation}", one),
        Route("/p/{token:path}", source),
        Route("/embed/p/{token:path}", source),
    ]


async def _asked(unit: Unit, partner: PartnerId, token: str, only: str, now: datetime) -> list[Asked]:
    """The consultation of a source; for an unknown one those that run now, or are about to."""
    started = await unit.consultations.all(partner)
    wanted = (await unit.people.sources(partner)).get(token) if TOKEN.fullmatch(token) else None
    chosen = [each for each in started if each.id == wanted] or [
        each for each in started if not each.closed_at(now) and only in ("", each.id)
    ]
    current = await unit.consultations.revisions([(each.id, each.revision) for each in chosen])
    return [
        Asked(
            consultation=current[each.id, each.revision],
            running=each,
            open=each.open_at(now),
            soon=each.soon_at(now),
            finished=await unit.dialogues.finished_count(each.id),
            token=token if wanted else "",
        )
        for each in chosen
    ]


def _counts(request: Request) -> bool:
    """A person who just came: not a change of language, not a browser that looks ahead, not a program's preview."""
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    agent = request.headers.get("user-agent", "")
    return (
        request.method == "GET"
        and "lang" not in request.query_params
        and "prefetch" not in purpose
        and not _PREVIEWS.search(agent)
    )
