"""Answers to topics: what was asked for most first, what became of it, and a form to say so.

GET  /desk/CONSULTATION/follow-ups   every topic with its answers, drafts included
POST /desk/CONSULTATION/follow-ups   `do`: publish (told to everyone concerned), later (at a moment), draft, or release
                                     (what is not published yet); the page again, filled in, where something is missing
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.clock import clock_place, field_value
from bots.web.desk.gate import DESK, Gate, Visit
from bots.web.forms import Refused
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.consultations import Consultation
from core.model.deliveries import Day
from core.model.errors import NotAllowed, NotFound
from core.model.follow_ups import PROGRESS_MOVES, FollowUp, Progress
from core.model.ids import ConsultationId, FollowUpId
from core.model.publications import Publication
from core.model.satisfaction import Rating
from core.rules.permissions import LEAST, Deed
from core.rules.specs.course import topic_name
from core.storage.satisfactions import Why
from core.storage.unit import Unit
from core.work.cards.answer_cards import moment_of
from core.work.cards.digest_layout import Voice
from core.work.follow_up import LONGEST_TEXT, Answered, draft, publish
from core.work.pushes.satisfaction import satisfaction

DONE = ("published", "planned", "drafted", "refused")
MISSING = ("reason", "moment", "either")
MOST_WHYS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One follow-up as the page shows it. `draft`: not published yet; `planned`: the moment when it will be, in words,
    "" for none."""

    id: str
    state: str
    on: Day
    text: str
    draft: bool
    planned: str
    people: int


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic. `n`: how many contributions. `next`: what may be said of it now. `rating`: what people say of the
    answer; `whys`: why, masked, the newest first."""

    id: str
    name: str
    n: int
    answers: Sequence[Answer]
    next: Sequence[Progress]
    rating: Rating | None
    whys: Sequence[Why]


def follow_ups_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house

    async def everything(request: Request) -> Response:
        done = request.query_params.get("done", "")
        return await _page(request, await gate.visit(request), done if done in DONE else "", {})

    async def _page(request: Request, visit: Visit, done: str, given: Mapping[str, str]) -> Response:
        """`given`: what was filled in, where something is missing."""
        language = pages.language(request)
        own = ConsultationId(visit.consultation.id)
        async with house.storage.reading() as unit:
            counts, _ = await unit.readouts.topic_counts(own)
            made = await unit.follow_ups.of(own)
            said = {each.topic: each for each in await satisfaction(unit, own)}
            whys = await unit.satisfactions.whys(own, MOST_WHYS)
        return gate.page(
            request,
            visit,
            "desk/follow_ups.html",
            active="follow_ups",
            subjects=_subjects(visit, counts, made, said, whys, Voice(house.words, language)),
            others=Subject("", "", 0, (), (), said.get(""), [each for each in whys if not each.topic]),
            codes=visit.consultation.languages,
            longest=LONGEST_TEXT,
            may_answer=visit.member.may(LEAST[Deed.ANSWER]),
            clock=clock_place(visit.consultation.zone),
            done=done,
            given=given,
            at=field_value(moment_of(given.get("at", ""), visit.consultation.zone), visit.consultation.zone),
        )

    async def answer(request: Request) -> Response:
        visit = await gate.visit(request, Deed.ANSWER)
        fields = await gate.fields(request, visit.member)
        try:
            async with house.storage.unit() as unit:
                done = await _done(unit, visit, fields)
        except (NotAllowed, NotFound):  # somebody else was quicker, or the form is old: the page shows what may be said
            done = "refused"
        if done in MISSING:
            return await _page(request, visit, done, fields)
        house.wakes["plan"].set()
        there = f"{DESK}/{visit.consultation.id}/follow-ups?done={done}"
        return RedirectResponse(there, 303, {"cache-control": "no-store"})

    async def _done(unit: Unit, visit: Visit, fields: Mapping[str, str]) -> str:
        do, own, now = fields.get("do", ""), ConsultationId(visit.consultation.id), house.clock.now()

        async def note(act: Act, subject: FollowUpId) -> None:
            member = visit.member
            await unit.audit.note(act, partner=member.partner, actor=member.id, subject=subject, now=now)

        if do == "release":
            known = await unit.follow_ups.get(FollowUpId(fields.get("id", "")))
            if known is None or known.consultation != own:
                raise Refused(404, "gone")
            await publish(unit, known.id, None, now=now)
            await note(Act.FOLLOW_UP_PUBLISHED, known.id)
            return "published"
        if do not in ("publish", "later", "draft") or fields.get("state") not in set(Progress):
            raise Refused(404, "gone")
        text = {code: fields.get(f"text_{code}", "") for code in visit.consultation.languages}
        progress = Progress(fields["state"])
        if progress is Progress.NOT_KEPT and not any(words.strip() for words in text.values()):
            return "reason"
        at = moment_of(fields.get("at", ""), visit.consultation.zone)
        if do == "later" and (at is None or at <= now):
            return "moment"
        if do == "publish" and at is not None:  # Enter in the field of the moment presses the first button
            return "either"
        answered = Answered(progress, text, fields.get("topic", ""))
        made = await draft(unit, own, answered, visit.member.id, house.chance, now=now)
        await note(Act.FOLLOW_UP_WRITTEN, made.id)
        if do == "draft":
            return "drafted"
        await publish(unit, made.id, at, now=now)
        await note(Act.FOLLOW_UP_PUBLISHED, made.id)
        return "planned" if at else "published"

    here = f"{DESK}/{{consultation}}/follow-ups"
    return [Route(here, everything, methods=["GET"]), Route(here, answer, methods=["POST"])]


def _subjects(
    visit: Visit,
    counts: Mapping[str, int],
    made: Sequence[FollowUp],
    said: Mapping[str, Rating],
    whys: Sequence[Why],
    voice: Voice,
) -> list[Subject]:
    """What was asked for most comes first."""
    asked = visit.consultation
    topics = sorted(asked.topics, key=lambda topic: -counts.get(topic.id, 0))
    return [
        replace(
            _subject(visit, topic.id, counts.get(topic.id, 0), made, voice),
            rating=said.get(topic.id),
            whys=[each for each in whys if each.topic == topic.id],
        )
        for topic in topics
    ]


def _subject(visit: Visit, topic: str, n: int, made: Sequence[FollowUp], voice: Voice) -> Subject:
    asked, language = visit.consultation, voice.language
    own = [each for each in made if each.topic == topic]
    stands = next((each.progress for each in own if each.public), Progress.RECEIVED)
    answers = [
        Answer(
            id=each.id,
            state=each.progress.value,
            on=Day(each.on, year=True),
            text=asked.in_language(each.text, language) if each.text else "",
            draft=not each.public,
            planned=_moment(each, asked, voice) if each.publication is Publication.SCHEDULED else "",
            people=each.people,
        )
        for each in own
    ]
    possible = [each for each in Progress if each in PROGRESS_MOVES[stands]]
    return Subject(topic, topic_name(asked, topic, language), n, answers, possible, None, ())


def _moment(planned: FollowUp, asked: Consultation, voice: Voice) -> str:
    assert planned.publish_at is not None, "what is scheduled has a moment"
    return voice.coming(planned.publish_at, asked.zone)
