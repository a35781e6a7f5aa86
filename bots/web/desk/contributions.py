"""What people wrote, to look through: by words, topic, question, place, channel, language, state and day.

GET  /desk/CONSULTATION/contributions         a page of them, the newest first, masked
POST /desk/CONSULTATION/contributions/ID      what it is about, as staff says (moderators)
GET  /desk/CONSULTATION/contributions.csv     the same choice, all of it, for a spreadsheet (organisers)
GET  /desk/CONSULTATION/contributions.jsonl   the same, for a program (organisers)

The search is sent by GET: a choice is an address that can be kept and handed on. Of an urgent message the page shows
that it is there; its words are opened from its alert.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.downloads import BEGINNING, CSV, LINES, csv_line, download
from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.forms import Refused
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.consultations import QuestionKind
from core.model.contributions import By, Contribution, ContributionState, effective
from core.model.deliveries import Day
from core.model.errors import NotFound
from core.model.ids import ConsultationId, ContributionId
from core.model.messages import Button
from core.model.words import asked_for
from core.rules.calendar import on_wall
from core.rules.permissions import LEAST, Deed
from core.rules.plain_text import cleaned
from core.rules.specs.course import topic_name
from core.storage.shelf import CORRECTED, UNSORTED, Choices, Kept, Status, Wanted
from core.work.cards.answer_cards import answerable
from core.work.cards.digest_layout import HIDE, MASK, SHOW, Voice, action
from core.work.evaluation.cells import COLUMNS, cells
from core.work.evaluation.exchange import Row, row_of
from core.work.follow_up import Published, published
from core.work.shelf import Found, every, find
from core.work.staff.corrections import correct_topics
from core.work.teaching import class_of

NO_SOURCE = "-"
CHANNELS = ("telegram", "web", "terminal", "paper")
LONGEST_SEARCH = 200
LONGEST_QUERY = 2000
TOPIC = "topic:"
"""Before a topic's id: the name of its box."""
_LONGEST_CHOICE = 64
_PLACE = re.compile(r"c-[A-Za-z0-9-]{1,64}")
"""Where a contribution stands on the page."""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution as the page shows it. `marks`: what staff or the program noted. `text` None: not to be read.
    `because`: which of its words spoke for each topic that the program gave.
    `choices`: the topics that it may be about, and whether it is. `answerable`: its author can be answered.
    `buttons`: what moderators can do about it."""

    id: str
    text: str | None
    why_not: str
    on: Day
    question: str
    topics: Sequence[str]
    because: Sequence[str]
    source: str
    channel: str
    parts: int
    marks: Sequence[str]
    choices: Sequence[tuple[Option, bool]]
    answerable: bool
    buttons: Sequence[Button]


def contributions_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    storage = parts.house.storage

    async def contributions(request: Request) -> Response:
        visit, language = await gate.visit(request), pages.language(request)
        wanted = _wanted(request.query_params, visit)
        after = cleaned(request.query_params.get("after", ""))[:_LONGEST_CHOICE]
        own = ConsultationId(visit.consultation.id)
        found = await find(storage, own, wanted, after=ContributionId(after) if after else None)
        async with storage.reading() as unit:
            choices = await unit.shelf.choices(own)
        asked = _asked(request.query_params)
        return gate.page(
            request,
            visit,
            "desk/contributions.html",
            active="contributions",
            lines=[_line(each, visit, pages, language) for each in found.kept],
            found=found,
            asked=asked,
            options=_options(choices, visit, pages, language),
            longest=LONGEST_SEARCH,
            query=urlencode(asked),
            back=way_back(request.url.query),
            one_of_several=bool(after or found.more),
            may_sort=visit.member.may(LEAST[Deed.SORT]),
            more=_more(asked, found),
            may_hide=visit.member.may(LEAST[Deed.HIDE]),
            may_answer=visit.member.may(LEAST[Deed.ANSWER]),
            none_chosen=request.query_params.get("chosen") == "none",
            may_take=visit.member.may(LEAST[Deed.TAKE_ALONG]),
        )

    async def sorted_by_staff(request: Request) -> Response:
        visit = await gate.visit(request, Deed.SORT)
        fields = await gate.fields(request, visit.member)
        own = ContributionId(request.path_params["contribution"])
        said = [name.removeprefix(TOPIC) for name in fields if name.startswith(TOPIC)]
        try:
            async with storage.unit() as unit:
                now = parts.house.clock.now()
                await correct_topics(unit, visit.consultation, own, said, visit.member, now=now)
        except NotFound as error:
            raise Refused(404, "gone") from error
        back = way_back(f"{fields.get('back', '')}#c-{own}")
        there = f"{DESK}/{visit.consultation.id}/contributions{back}"
        return RedirectResponse(there, 303, {"cache-control": "no-store"})

    async def as_csv(request: Request) -> Response:
        visit = await _taking(request)
        return download(
            _csv_of(_chosen(request, visit), visit, await _answered(visit)), f"{visit.consultation.id}.csv", CSV
        )

    async def as_lines(request: Request) -> Response:
        visit = await _taking(request)
        return download(
            _lines_of(_chosen(request, visit), visit, await _answered(visit)), f"{visit.consultation.id}.jsonl", LINES
        )

    async def _taking(request: Request) -> Visit:
        """Whoever takes contributions along is written down."""
        visit = await gate.visit(request, Deed.TAKE_ALONG)
        member, own, now = visit.member, visit.consultation.id, parts.house.clock.now()
        async with storage.unit() as unit:
            await unit.audit.note(Act.EXPORTED, partner=member.partner, actor=member.id, subject=own, now=now)
        return visit

    async def _answered(visit: Visit) -> Published:
        async with storage.reading() as unit:
            return await published(unit, ConsultationId(visit.consultation.id))

    def _chosen(request: Request, visit: Visit) -> AsyncIterator[Kept]:
        return every(storage, ConsultationId(visit.consultation.id), _wanted(request.query_params, visit))

    return [
        Route(f"{DESK}/{{consultation}}/contributions", contributions, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/contributions/{{contribution}}", sorted_by_staff, methods=["POST"]),
        Route(f"{DESK}/{{consultation}}/contributions.csv", as_csv, methods=["GET"]),
        Route(f"{DESK}/{{consultation}}/contributions.jsonl", as_lines, methods=["GET"]),
    ]


def way_back(said: str) -> str:
    """From "words=soir&after=…#c-…", with or without "?", what follows the page's path: the same search, the same page
    of it, the same place on it."""
    query, _, place = said.removeprefix("?").partition("#")
    kept = [(name, value) for name, value in parse_qsl(query[:LONGEST_QUERY]) if name != "chosen"]
    return (f"?{urlencode(kept)}" if kept else "") + (f"#{place}" if _PLACE.fullmatch(place) else "")


# ── what was asked for ───────────────────────────────────────────────────────────────────────────────────────────────


def _asked(query: QueryParams) -> Mapping[str, str]:
    """The fields of the form that say something."""
    names = ("words", "topic", "question", "source", "channel", "language", "status", "since", "until")
    found = {name: cleaned(query.get(name, ""))[:LONGEST_SEARCH] for name in names}
    return {name: said for name, said in found.items() if said.strip()}


def _wanted(query: QueryParams, visit: Visit) -> Wanted:
    """What a field says that nothing can be found by (a day that is none, an unknown state) is left out."""
    asked = {name: value.strip()[:_LONGEST_CHOICE] for name, value in _asked(query).items()}
    zone = visit.consultation.zone
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    source = asked.get("source")
    return Wanted(
        question=asked.get("question", ""),
        source="" if source == NO_SOURCE else source,
        channel=asked.get("channel", ""),
        language=asked.get("language", ""),
        status=Status(asked["status"]) if asked.get("status") in set(Status) else None,
        since=_midnight(since, zone) if since else None,
        until=_midnight(until + timedelta(days=1), zone) if until else None,
        topic=asked.get("topic", ""),
        words=asked_for(query.get("words", "")[:LONGEST_SEARCH]),
    )


def _day(said: str) -> date | None:
    try:
        found = date.fromisoformat(said)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= date(2100, 1, 1) else None


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(zone))


def _options(choices: Choices, visit: Visit, pages: Pages, language: str) -> Mapping[str, Sequence[Option]]:
    """What each field offers; a field with one thing to choose is left out."""
    asked = visit.consultation

    def say(key: str) -> str:
        return pages.say(key, language)

    topics = [Option(topic.id, topic_name(asked, topic.id, language)) for topic in asked.topics]
    topics += [Option(UNSORTED, say("desk.said.unsorted")), Option(CORRECTED, say("desk.said.corrected"))]
    open_ones = [each for each in asked.questions if each.kind is QuestionKind.OPEN]
    offered = {
        "topic": topics,
        "question": [Option(each.id, asked.in_language(each.text, language)) for each in open_ones],
        "source": [Option(each or NO_SOURCE, _source(each, visit, pages, language)) for each in choices.sources],
        "channel": [Option(each, _channel(each, pages, language)) for each in choices.channels],
        "language": [Option(each, _language(each, pages, language)) for each in choices.languages],
        "status": [Option(each.value, say(f"desk.status.{each.value}")) for each in Status],
    }
    return {name: some for name, some in offered.items() if len(some) > 1}


def _more(asked: Mapping[str, str], found: Found) -> str:
    return urlencode({**asked, "after": found.more}) if found.more else ""


# ── how one is shown ─────────────────────────────────────────────────────────────────────────────────────────────────


def _line(kept: Kept, visit: Visit, pages: Pages, language: str) -> Line:
    contribution, asked = kept.contribution, visit.consultation
    question = asked.question(contribution.question)
    why_not = _why_not(kept)
    return Line(
        id=contribution.id,
        text=None if why_not else contribution.text,
        why_not=_said_why_not(why_not, kept, pages, language),
        on=Day(on_wall(contribution.received_at, asked.zone).date(), year=True),
        question=asked.in_language(question.text, language) if question else "",
        topics=_topics(kept, visit, pages, language),
        because=[] if why_not else _because(kept, visit, pages, language),
        source=_source(contribution.source, visit, pages, language),
        channel=_channel(contribution.channel, pages, language),
        parts=contribution.parts,
        marks=_marks(kept, pages, language),
        choices=[] if why_not else _may_be_about(contribution, visit, language),
        answerable=answerable(contribution),
        buttons=_buttons(kept, why_not, pages, language),
    )


def _said_why_not(why_not: str, kept: Kept, pages: Pages, language: str) -> str:
    if kept.hidden_for is not None and why_not == "hidden":
        reason = Voice(pages.words, language)(f"hidden.{kept.hidden_for.value}")
        return pages.say("desk.said.hidden_for", language, reason=reason)
    return pages.say(f"desk.said.{why_not}", language) if why_not else ""


def _buttons(kept: Kept, why_not: str, pages: Pages, language: str) -> list[Button]:
    voice, which = Voice(pages.words, language), kept.contribution.id
    if kept.hidden_for is not None and why_not == "hidden":
        return [Button(voice("button.show"), action(SHOW, which))]
    verbs = () if why_not else ((HIDE, "button.hide"), (MASK, "button.mask"))
    return [Button(voice(key), action(verb, which)) for verb, key in verbs]


def _may_be_about(contribution: Contribution, visit: Visit, language: str) -> list[tuple[Option, bool]]:
    one = class_of(visit.consultation, contribution.question)
    given = {tag.topic for tag in effective(contribution.tags)}
    return [
        (Option(topic.id, visit.consultation.in_language(topic.name, language) or topic.id), topic.id in given)
        for topic in (one.taxonomy.topics if one else ())
    ]


def _why_not(kept: Kept) -> str:
    """Why the text is not shown; "" when it is."""
    contribution = kept.contribution
    if contribution.redirected:
        return "urgent"
    if contribution.state is ContributionState.UNTAGGABLE:
        return "untaggable"
    if contribution.state is ContributionState.HIDDEN:
        return "hidden"
    return "" if contribution.state is ContributionState.READ and contribution.text is not None else "waiting"


def _topics(kept: Kept, visit: Visit, pages: Pages, language: str) -> list[str]:
    """Each topic with who said so; what a person said needs no score."""
    found = []
    for tag in effective(kept.contribution.tags):
        name = topic_name(visit.consultation, tag.topic, language)
        key = f"desk.said.by.{tag.by.value}"
        score = {"percent": round(100 * tag.score)} if tag.by is By.TAGGER else {}
        found.append(pages.say(key, language, topic=name, **score))
    if not found and not _why_not(kept):
        found.append(pages.say("desk.said.unsorted", language))
    return found


def _because(kept: Kept, visit: Visit, pages: Pages, language: str) -> list[str]:
    return [
        pages.say(
            "desk.said.because",
            language,
            topic=topic_name(visit.consultation, tag.topic, language),
            words=", ".join(pages.say("desk.said.because.word", language, word=word) for word in tag.words),
        )
        for tag in effective(kept.contribution.tags)
        if tag.words
    ]


def _marks(kept: Kept, pages: Pages, language: str) -> list[str]:
    voice = Voice(pages.words, language)
    marks = [pages.say("desk.said.flagged", language, kind=voice.kind(each)) for each in kept.contribution.flags]
    if kept.review != "new":
        marks.append(pages.say("desk.status.quotable" if kept.review == "reviewed" else "desk.status.never", language))
    return marks


def _source(token: str, visit: Visit, pages: Pages, language: str) -> str:
    label = visit.consultation.sources.get(token, {})
    if not token:
        return pages.say("desk.said.no_source", language)
    return visit.consultation.in_language(label, language) or token


def _channel(name: str, pages: Pages, language: str) -> str:
    return pages.say(f"desk.channel.{name}", language) if name in CHANNELS else name


def _language(name: str, pages: Pages, language: str) -> str:
    return pages.say(f"language.{name}", language) if name in pages.words.languages else name


# ── taken along ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _csv_of(chosen: AsyncIterator[Kept], visit: Visit, answered: Published) -> AsyncIterator[str]:
    """Urgent messages stay out, as from every export."""
    yield BEGINNING + csv_line(COLUMNS)
    async for each in chosen:
        if _leaves(each):
            yield csv_line(list(cells(_row(each, visit, answered))))


async def _lines_of(chosen: AsyncIterator[Kept], visit: Visit, answered: Published) -> AsyncIterator[str]:
    async for each in chosen:
        if _leaves(each):
            yield json.dumps(_row(each, visit, answered).as_dict(), ensure_ascii=False) + "\n"


def _row(kept: Kept, visit: Visit, answered: Published) -> Row:
    return row_of(kept.contribution, visit.consultation, answered.answer_to(kept.contribution))


def _leaves(kept: Kept) -> bool:
    return not kept.contribution.redirected and kept.contribution.state is not ContributionState.HIDDEN
