"""What was sent, what was not and why: by step and state, then one by one. No words, no addresses: random ids only.

GET /desk/CONSULTATION/deliveries        counts with their reasons · what needs a look · the rows, the newest first
GET /desk/CONSULTATION/deliveries.csv    the rows of the same choice, for a spreadsheet
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.desk.downloads import BEGINNING, CSV, csv_line, download
from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.deliveries import Day, Lane, Reason, State
from core.model.experiments import Group
from core.model.ids import ConsultationId
from core.rules.calendar import on_wall
from core.rules.permissions import Deed
from core.rules.plain_text import cleaned
from core.storage.shelf import Owed, Tally
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.evaluation.cells import protected

PAGE, CHUNK, LOOKED_AT = 50, 500, 20
WORRIES = (State.UNCERTAIN, State.FAILED)
COLUMNS = ("number", "citizen", "step", "lane", "state", "reason", "planned_at", "due_at", "sent_at", "attempts")
_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of the table: what it is, how it stands, why, how many."""

    what: str
    state: str
    why: str
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    citizen: str
    what: str
    state: str
    why: str
    due: str
    sent: str
    attempts: int


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the fields ask for. The replies of conversations are many: they are shown when asked for."""

    step: str = ""
    lane: Lane | None = None
    state: State | None = None
    reason: Reason | None = None

    @property
    def lanes(self) -> Sequence[Lane]:
        return [self.lane] if self.lane else [Lane.PUSH, Lane.STAFF]

    @property
    def states(self) -> Sequence[State]:
        return [self.state] if self.state else []


def deliveries_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    storage = parts.house.storage

    async def deliveries(request: Request) -> Response:
        visit, language = await gate.visit(request, Deed.SEE_DELIVERIES), pages.language(request)
        own, choice = ConsultationId(visit.consultation.id), _choice(request)
        before = request.query_params.get("before", "")
        async with storage.reading() as unit:
            tallies = await unit.shelf.tallies(own)
            without = await unit.experiments.without(own)
            worries = await unit.shelf.deliveries(own, states=WORRIES, limit=LOOKED_AT)
            number = min(int(before), _LARGEST) if before.isdecimal() and len(before) < 20 else None
            rows = await _some(unit, own, choice, before=number, limit=PAGE + 1)
        asked = _asked(choice)
        shown = rows[:PAGE]
        return gate.page(
            request,
            visit,
            "desk/deliveries.html",
            active="deliveries",
            counts=[_counted(each, pages, language) for each in _sorted(tallies)] + _drawn(without, pages, language),
            worries=[_line(each, visit, pages, language) for each in worries],
            lines=[_line(each, visit, pages, language) for each in shown],
            asked=asked,
            options=_options(tallies, pages, language),
            query=urlencode(asked),
            more=urlencode({**asked, "before": shown[-1].seq}) if len(rows) > PAGE else "",
        )

    async def as_csv(request: Request) -> Response:
        visit = await gate.visit(request, Deed.SEE_DELIVERIES)
        return download(_rows(visit, _choice(request)), f"{visit.consultation.id}-deliveries.csv", CSV)

    async def _rows(visit: Visit, choice: _Choice) -> AsyncIterator[str]:
        yield BEGINNING + csv_line(COLUMNS)
        own, before = ConsultationId(visit.consultation.id), None
        while True:
            async with storage.reading() as unit:
                some = await _some(unit, own, choice, before=before, limit=CHUNK)
            for each in some:
                yield csv_line(_cells(each))
            if len(some) < CHUNK:
                return
            before = some[-1].seq

    return [
        Route(f"{DESK}/{{consultation}}/deliveries", deliveries, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/deliveries.csv", as_csv, methods=["GET"]),
    ]


# ── what was asked for ───────────────────────────────────────────────────────────────────────────────────────────────


def _choice(request: Request) -> _Choice:
    query = request.query_params
    return _Choice(
        step=cleaned(query.get("step", ""))[:32],
        lane=Lane(query["lane"]) if query.get("lane") in set(Lane) else None,
        state=State(query["state"]) if query.get("state") in set(State) else None,
        reason=Reason(query["reason"]) if query.get("reason") in set(Reason) else None,
    )


async def _some(
    unit: Unit, consultation: ConsultationId, choice: _Choice, *, before: int | None, limit: int
) -> list[Owed]:
    return await unit.shelf.deliveries(
        consultation,
        step=choice.step,
        lanes=choice.lanes,
        states=choice.states,
        reason=choice.reason,
        before=before,
        limit=limit,
    )


def _asked(choice: _Choice) -> Mapping[str, str]:
    named = {"step": choice.step, "lane": choice.lane, "state": choice.state, "reason": choice.reason}
    return {name: str(value) for name, value in named.items() if value}


def _options(tallies: Sequence[Tally], pages: Pages, language: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What each field offers: what there is, in words."""
    voice = Voice(pages.words, language)
    steps = dict.fromkeys(each.step for each in tallies if each.step)
    states = [each for each in State if each in {tally.state for tally in tallies}]
    reasons = [each for each in Reason if each in {tally.reason for tally in tallies}]
    return {
        "step": [(each, voice.step(each)) for each in steps],
        "lane": [(each.value, pages.say(f"desk.sent.lane.{each.value}", language)) for each in Lane],
        "state": [(each.value, pages.say(f"desk.sent.state.{each.value}", language)) for each in states],
        "reason": [(each.value, voice(f"reason.{each.value}")) for each in reasons],
    }


# ── how it is shown ──────────────────────────────────────────────────────────────────────────────────────────────────


def _sorted(tallies: Sequence[Tally]) -> list[Tally]:
    """Pushes before messages to staff before replies; inside a step, by state as it moves."""
    lanes, states = [Lane.PUSH, Lane.STAFF, Lane.REPLY], list(State)
    return sorted(tallies, key=lambda each: (lanes.index(each.lane), each.step, states.index(each.state), -each.n))


def _counted(tally: Tally, pages: Pages, language: str) -> Counted:
    voice = Voice(pages.words, language)
    return Counted(
        _what(tally.step, tally.lane, pages, language),
        pages.say(f"desk.sent.state.{tally.state.value}", language),
        voice(f"reason.{tally.reason.value}") if tally.reason else "",
        tally.n,
    )


def _drawn(without: Mapping[tuple[str, Group], int], pages: Pages, language: str) -> list[Counted]:
    """Those who have no row because the draw, or the step's `for`, says so: nobody may think they were forgotten."""
    why = {
        Group.NEVER: "desk.sent.drawn.never",
        Group.LATER: "desk.sent.drawn.later",
        Group.APART: "desk.sent.drawn.apart",
    }
    return [
        Counted(
            _what(step, Lane.PUSH, pages, language),
            pages.say("desk.sent.drawn", language),
            pages.say(why[group], language),
            n,
        )
        for (step, group), n in sorted(without.items())
        if group in why
    ]


def _line(owed: Owed, visit: Visit, pages: Pages, language: str) -> Line:
    voice, zone = Voice(pages.words, language), visit.consultation.zone

    def moment(at: datetime | None) -> str:
        if at is None:
            return ""
        wall = on_wall(at, zone)
        return pages.say("desk.sent.at", language, day=Day(wall.date()), time=voice.hour(wall))

    return Line(
        number=owed.seq,
        citizen=owed.citizen,
        what=_what(owed.step, owed.lane, pages, language),
        state=pages.say(f"desk.sent.state.{owed.state.value}", language),
        why=voice(f"reason.{owed.reason.value}") if owed.reason else "",
        due=moment(owed.due_at),
        sent=moment(owed.sent_at),
        attempts=owed.attempts,
    )


def _what(step: str, lane: Lane, pages: Pages, language: str) -> str:
    return Voice(pages.words, language).step(step) if step else pages.say(f"desk.sent.lane.{lane.value}", language)


# ── taken along ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _cells(owed: Owed) -> list[str]:
    values = (
        owed.seq,
        owed.citizen,
        owed.step,
        owed.lane.value,
        owed.state.value,
        owed.reason.value if owed.reason else "",
        owed.planned_at.isoformat(timespec="seconds"),
        owed.due_at.isoformat(timespec="seconds"),
        owed.sent_at.isoformat(timespec="seconds") if owed.sent_at else "",
        owed.attempts,
    )
    return [protected(str(value)) for value in values]
