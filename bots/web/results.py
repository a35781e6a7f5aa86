"""The results of a consultation, for everybody.

/r/CONSULTATION               what was asked, how many answered, what they said, what happens next; ?easy=1, ?lang=en
/r/CONSULTATION/results.csv   the counts of the page, for a spreadsheet; results.json for a program

    request ─▶ made within the last seconds? ─▶ yes: the same bytes
                          └─▶ no: count ─▶ does it show anything else? ─▶ no: the same bytes
                                                          └─▶ yes: made again, in a thread

Pages are kept in memory, never in a file: a quote that somebody erases leaves no copy behind. What is kept in a file is
the counts that were published last, numbers only, so that a restart does not publish others a few people apart.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.pages import Pages
from bots.web.parts import WebParts
from bots.web.results_files import results_csv, results_json
from bots.web.results_view import answered, moments, shown_tables
from bots.web.squeeze import VARY, squeezed, takes_squeezed
from core.model.campaigns import CampaignState
from core.model.ids import ConsultationId
from core.rules.disclosure import K
from core.rules.plain_text import unbroken
from core.work.evaluation.results import Counts, Results, results_of

FRESH = timedelta(seconds=15)
"""So long the same bytes are served without asking the database."""

_COUNTS = TypeAdapter(Counts)
_RESULTS = TypeAdapter(Results)


@dataclass(frozen=True, slots=True)
class Made:
    """`mark`: a digest of what is shown; the same mark, the same bytes. `small`: the same, squeezed."""

    mark: str
    body: bytes
    small: bytes


@dataclass(slots=True)
class Shelf:
    """The results of one consultation. `until`: no need to count again before."""

    results: Results
    mark: str
    until: datetime
    made: dict[str, Made] = field(default_factory=dict)


@dataclass(slots=True)
class Shelves:
    """What was made, by consultation; one at a time is counted and made."""

    parts: WebParts
    pages: Pages
    by_id: dict[str, Shelf] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def made(self, own: str, variant: str, make: Callable[[Results, datetime], bytes]) -> Made:
        """What `make` makes of the results, kept as `variant`. 404 for what is no consultation of this partner."""
        now = self.parts.house.clock.now()
        shelf = self.by_id.get(own)
        if shelf and now < shelf.until and variant in shelf.made:
            return shelf.made[variant]
        async with self.turn:
            shelf = await self._shelf(own, now)
            if variant not in shelf.made:
                body = await asyncio.to_thread(make, shelf.results, now)
                mark = hashlib.sha256(body).hexdigest()[:32]
                shelf.made[variant] = Made(mark, body, squeezed(body))
            return shelf.made[variant]

    async def languages(self, own: str) -> Sequence[str]:
        """Those of the consultation. 404 as for `made`."""
        shelf = self.by_id.get(own)
        if shelf is None:
            async with self.turn:
                shelf = await self._shelf(own, self.parts.house.clock.now())
        return shelf.results.consultation.languages

    async def _shelf(self, own: str, now: datetime) -> Shelf:
        shelf = self.by_id.get(own)
        if shelf and now < shelf.until:
            return shelf
        results = await self._results(own, now)
        today = moments(results, "", now=now)
        mark = _digest([_RESULTS.dump_python(results, mode="json"), [each.past for each in today]])
        if shelf is None or shelf.mark != mark:
            shelf = self.by_id[own] = Shelf(results, mark, now)
        shelf.until = now + FRESH
        return shelf

    async def _results(self, own: str, now: datetime) -> Results:
        storage = self.parts.house.storage
        async with storage.reading() as unit:
            running = await unit.consultations.running(ConsultationId(own))
        if running is None or running.partner != self.parts.partner or running.state is CampaignState.DRAFT:
            raise HTTPException(404)
        path = self.parts.results / f"{running.id}.json"
        kept = await asyncio.to_thread(_read, path)
        async with storage.reading() as unit:
            consultation = await unit.consultations.current(running.id)
            assert consultation is not None, "it runs"
            results = await results_of(unit, consultation, kept, now=now)
        if results.counts != kept:
            await asyncio.to_thread(_write, path, results.counts)
        return results


def results_routes(parts: WebParts, pages: Pages) -> list[Route]:
    shelves = Shelves(parts, pages)

    async def page(request: Request) -> Response:
        own = request.path_params["consultation"]
        easy = request.query_params.get("easy") == "1"
        language = await _language(request, own)

        def make(results: Results, now: datetime) -> bytes:
            return _page(results, pages, language, request.url.path, easy=easy, now=now)

        made = await shelves.made(own, f"page:{language}:{easy}", make)
        return _answer(request, made, "text/html; charset=utf-8")

    async def spreadsheet(request: Request) -> Response:
        own = request.path_params["consultation"]
        language = await _language(request, own)
        made = await shelves.made(own, f"csv:{language}", lambda results, _now: results_csv(results, pages, language))
        return _answer(request, made, "text/csv; charset=utf-8", file=f"{own}.csv")

    async def program(request: Request) -> Response:
        own = request.path_params["consultation"]
        language = await _language(request, own)
        made = await shelves.made(own, f"json:{language}", lambda results, _now: results_json(results, pages, language))
        return _answer(request, made, "application/json", file=f"{own}.json")

    async def _language(request: Request, own: str) -> str:
        return pages.language(request, await shelves.languages(own))

    return [
        Route("/r/{consultation}", page),
        Route("/r/{consultation}/results.csv", spreadsheet),
        Route("/r/{consultation}/results.json", program),
    ]


def _page(results: Results, pages: Pages, language: str, path: str, *, easy: bool, now: datetime) -> bytes:
    asked = results.consultation
    shown = pages.render(
        "results_easy.html" if easy else "results.html",
        language,
        path=path,
        languages=asked.languages,
        embedded=False,
        asked=asked,
        results=results,
        counts=results.counts,
        tables=shown_tables(results, pages, language, pictures=not easy),
        moments=list(moments(results, language, now=now)),
        answers=answered(results, language),
        said=lambda text: unbroken(asked.in_language(text, language), language),
        begun=now >= asked.opens_at,
        smallest=K,
        extra="&easy=1" if easy else "",
    )
    return shown.encode()


def _answer(request: Request, made: Made, kind: str, *, file: str = "") -> Response:
    small = takes_squeezed(request)
    etag = f'"{made.mark}-gzip"' if small else f'"{made.mark}"'
    headers = {"cache-control": "no-cache", "etag": etag, "vary": f"accept-language, {VARY}"}
    if file:
        headers["content-disposition"] = f'attachment; filename="{file}"'
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    if small:
        headers["content-encoding"] = "gzip"
    return Response(made.small if small else made.body, media_type=kind, headers=headers)


def _digest(shown: object) -> str:
    return hashlib.sha256(json.dumps(shown, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _read(path: Path) -> Counts | None:
    """None when nothing was published yet, or by a program that counted otherwise."""
    try:
        return _COUNTS.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _write(path: Path, counts: Counts) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_bytes(_COUNTS.dump_json(counts, indent=1))
    new.replace(path)
