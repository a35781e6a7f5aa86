"""The program learns from what people corrected, by night or when it is asked to, a consultation at a time.

    contributions that can be read ─▶ sorted by citizens and staff ─┐
                                  └─▶ sorted by nobody ─────────────┴▶ school ─▶ in use, unless it does worse

What is new is learnt from everything that is there at that moment. When a contribution that a version was learnt from
is taken away, the next night learns again without it and every such version goes: nothing of it stays in what is
learnt.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Taxonomy
from core.model.contributions import Contribution, effective
from core.model.errors import NotFound, PorteVoixError
from core.model.ids import ConsultationId, ContributionId
from core.rules.calendar import on_wall
from core.rules.quality import Sorting, sorting
from core.storage.engine import Storage
from core.storage.lessons import Scope
from core.work.alone import each_alone
from core.work.ports import Clock, Lesson, School, Version

NIGHT = (time(1), time(5))
"""On the clocks of the consultation."""
MOST = 20_000
"""Contributions that are learnt from: all that people sorted, then the newest."""
ENOUGH_SAID, ENOUGH_READ = 10, 200
"""So many contributions sorted by people, or so many at all, are worth learning from."""
GROWN = 1.25
"""Without a new correction, so much more to read is worth learning again."""


class NothingLearnt:
    """A school for what is thrown away at the end: nothing is learnt."""

    def model(self, place: str, taxonomy: Taxonomy) -> str:  # noqa: ARG002
        return ""

    def versions(self, place: str) -> Sequence[Version]:  # noqa: ARG002
        return ()

    async def learn(
        self,
        place: str,  # noqa: ARG002
        taxonomy: Taxonomy,  # noqa: ARG002
        language: str,  # noqa: ARG002
        lessons: Sequence[Lesson],  # noqa: ARG002
        *,
        at: datetime,  # noqa: ARG002
        count: int,  # noqa: ARG002
    ) -> Version:
        raise PorteVoixError("nothing is learnt in a rehearsal")

    def back(self, place: str) -> str:  # noqa: ARG002
        return ""

    def remove(self, place: str, names: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Class:
    """One list of topics of a consultation, and the contributions that it is for."""

    place: str
    taxonomy: Taxonomy
    scope: Scope


@dataclass(frozen=True, slots=True)
class _Stand:
    """What there is to learn from. `stale`: the versions that were learnt from something that is gone."""

    said: Mapping[ContributionId, datetime]
    readable: int
    versions: Sequence[Version]
    stale: Sequence[str]

    @property
    def enough(self) -> bool:
        return len(self.said) >= ENOUGH_SAID or self.readable >= ENOUGH_READ

    @property
    def news(self) -> bool:
        """Something was said since the last time, much came since, or what is in use must go."""
        if not self.versions:
            return True
        last = self.versions[-1]
        return (
            any(at > last.learnt_at for at in self.said.values())
            or self.readable >= GROWN * max(1, last.count)
            or any(each.in_use and each.name in self.stale for each in self.versions)
        )


@dataclass(slots=True)
class Teaching:
    storage: Storage
    clock: Clock
    school: School
    asked: set[ConsultationId] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def learn_due(self) -> int:
        """By night, what has something new; at any time, what was `asked`. Returns how many versions were made."""
        now = self.clock.now()
        async with self.storage.reading() as unit:
            started = [each for each in await unit.consultations.all() if each.state is not CampaignState.DRAFT]
            current = await unit.consultations.revisions([(each.id, each.revision) for each in started])
        known = [current[each.id, each.revision] for each in started]
        due = [
            one
            for each in known
            for one in classes(each)
            if ConsultationId(each.id) in self.asked or NIGHT[0] <= on_wall(now, each.zone).time() < NIGHT[1]
        ]
        wanted, self.asked = self.asked, set()
        languages = {each.id: each.languages[0] for each in known}
        made = await each_alone(
            due, lambda one: self._learn(one, languages[one.scope.consultation], asked=one.scope.consultation in wanted)
        )
        return sum(each is not None for each in made)

    async def learn_now(self, consultation: Consultation) -> list[Version]:
        """What was asked for: one version for each list of topics that has something to learn from. `NotFound` when
        none has."""
        made = [await self._learn(one, consultation.languages[0], asked=True) for one in classes(consultation)]
        found = [each for each in made if each is not None]
        if not found:
            raise NotFound(
                f"there is too little to learn from in {consultation.id!r}: it takes {ENOUGH_SAID} contributions whose"
                f" topics somebody corrected, or {ENOUGH_READ} contributions"
            )
        return found

    def sorting(self, consultation: Consultation) -> Sorting | None:
        """How far the topics can be trusted, all together; None while nothing in use was measured."""
        using = [(one, self.in_use(one)) for one in classes(consultation)]
        measured = [each for _, each in using if each is not None and each.tried]
        if not measured:
            return None
        tried = [topic for each in measured for topic in each.tried]
        return sorting(tried, sum(each.sorted for each in measured), min(each.learnt_at for each in measured))

    def in_use(self, one: Class) -> Version | None:
        """The version that sorts now; None when the list of topics alone does."""
        if not self.school.model(one.place, one.taxonomy):
            return None
        return next((each for each in self.school.versions(one.place) if each.in_use), None)

    def back(self, consultation: Consultation) -> str:
        """What was in use before is in use again, for every list of the consultation; the name of the first, see
        `School.back`. `NotFound` when nothing is in use."""
        using = [one for one in classes(consultation) if self.school.model(one.place, one.taxonomy)]
        if not using:
            raise NotFound(
                f"nothing that was learnt is in use in {consultation.id!r}: its list of topics alone sorts",
                "error.nothing_learnt",
                consultation=consultation.id,
            )
        names = [self.school.back(one.place) for one in using]
        return names[0]

    async def _learn(self, one: Class, language: str, *, asked: bool) -> Version | None:
        async with self._turn:
            at = self.clock.now()
            stand = await self._stand(one)
            self.school.remove(one.place, stand.stale)
            if not stand.enough or not (asked or stand.news):
                return None
            lessons, count = await self._lessons(one, stand, at)
            return await self.school.learn(one.place, one.taxonomy, language, lessons, at=at, count=count)

    async def _stand(self, one: Class) -> _Stand:
        versions = self.school.versions(one.place)
        async with self.storage.reading() as unit:
            stale = [each.name for each in versions if await unit.lessons.count(one.scope, each.learnt_at) < each.count]
            return _Stand(await unit.lessons.said(one.scope), await unit.lessons.readable(one.scope), versions, stale)

    async def _lessons(self, one: Class, stand: _Stand, at: datetime) -> tuple[list[Lesson], int]:
        since = next((each.learnt_at for each in stand.versions if each.in_use), None)
        known = {topic.id for topic in one.taxonomy.topics}
        async with self.storage.reading() as unit:
            said = await unit.contributions.get(sorted(stand.said)[:MOST])
            others = await unit.lessons.newest(one.scope, MOST - len(said), without=stand.said)
            count = await unit.lessons.count(one.scope, at)
        sorted_ = [(each, tuple(tag.topic for tag in effective(each.tags))) for each in said]
        lessons = [
            _lesson(each, topics, fresh=since is not None and stand.said[each.id] > since)
            for each, topics in sorted_
            if known.issuperset(topics)  # else: of an earlier revision's list
        ]
        return [*lessons, *(_lesson(each) for each in others)], count


def classes(consultation: Consultation) -> list[Class]:
    """The lists of topics of a consultation: its own, and those of questions that have one."""
    own = ConsultationId(consultation.id)
    asked = [(each.id, each.taxonomy) for each in consultation.questions if each.taxonomy is not None]
    found = [Class(f"{own}/topics", consultation.taxonomy, Scope(own, others=tuple(each for each, _ in asked)))]
    found += [Class(f"{own}/question-{each}", taxonomy, Scope(own, each)) for each, taxonomy in asked]
    return [one for one in found if one.taxonomy.topics]


def class_of(consultation: Consultation, question: str) -> Class | None:
    """The list that sorts the answers to a question."""
    return next((one for one in classes(consultation) if one.scope.holds(question)), None)


def _lesson(each: Contribution, topics: tuple[str, ...] | None = None, *, fresh: bool = False) -> Lesson:
    return Lesson(each.text or "", each.question, topics, fresh)
