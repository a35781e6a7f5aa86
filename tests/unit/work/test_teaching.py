"""What sorts which answers, when it is time to learn, and what must be forgotten."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.model.consultations import Taxonomy, Topic
from core.model.contributions import By, ContributionState
from core.model.ids import ConsultationId
from core.storage.engine import Storage
from core.work.ports import Lesson, Tagged, TagJob, Version
from core.work.tagging import Tagging
from core.work.teaching import ENOUGH_SAID, Teaching
from tests.builders import NOW, START, consultation, contribution, person, start
from tests.databases import sqlite_storage

OWN = Taxonomy((Topic("noise", {"fr": "Bruit"}), Topic("view", {"fr": "Vue"})))
ASKED = replace(
    consultation(),
    questions=tuple(
        replace(each, taxonomy=OWN) if each.id == "more" else each
        for each in (*consultation().questions, replace(consultation().questions[1], id="else"))
    ),
)
NIGHT, DAY = NOW.replace(hour=2), NOW


@dataclass
class Wall:
    at: datetime = NIGHT

    def now(self) -> datetime:
        return self.at


@dataclass
class Notebook:
    """A school that writes down what it is taught."""

    kept: dict[str, list[Version]] = field(default_factory=dict)
    taught: list[tuple[str, list[Lesson]]] = field(default_factory=list)

    def model(self, place: str, taxonomy: Taxonomy) -> str:
        return f"{place}:{len(taxonomy.topics)}" if self.kept.get(place) else ""

    def versions(self, place: str) -> Sequence[Version]:
        return self.kept.get(place, [])

    async def learn(
        self, place: str, taxonomy: Taxonomy, language: str, lessons: Sequence[Lesson], *, at: datetime, count: int
    ) -> Version:
        self.taught.append((place, list(lessons)))
        older = [replace(each, in_use=False) for each in self.kept.get(place, [])]
        made = Version(f"{len(self.taught):04}", at, count, len(lessons), 0, None, None, False, True, ())
        self.kept[place] = [*older, made]
        return made

    def back(self, place: str) -> str:
        raise NotImplementedError

    def remove(self, place: str, names: Collection[str]) -> None:
        self.kept[place] = [each for each in self.kept.get(place, []) if each.name not in names]


class Listens:
    """A tagger that remembers its jobs."""

    def __init__(self) -> None:
        self.jobs: list[TagJob] = []

    async def tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged]:
        self.jobs += jobs
        return [Tagged(job.text, job.language, ()) for job in jobs]


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        async with storage.unit() as unit:
            await start(unit, ASKED)
        yield storage


async def corrected(
    storage: Storage, n: int, *, question: str = "more", topic: str = "noise", at: datetime = START
) -> None:
    async with storage.unit() as unit:
        for number in range(n):
            who = await person(unit, f"{question}-{topic}-{number}-{at:%d%H}")
            await contribution(
                unit, f"dit {number}", by=who, question=question, topics=[topic], tagged_by=By.STAFF, received_at=at
            )


async def test_an_answer_is_filed_under_its_question_s_own_topics_by_what_was_learnt_for_them(storage: Storage) -> None:
    await corrected(storage, ENOUGH_SAID)
    school, tagger = Notebook(), Listens()
    assert await Teaching(storage, Wall(), school).learn_due() == 1
    async with storage.unit() as unit:
        for question in ("more", "else"):
            await contribution(
                unit, None, raw="trop fort", question=question, state=ContributionState.RECEIVED, received_at=NOW
            )

    async def nobody(_: object) -> None: ...

    tagging = Tagging(storage, tagger, Wall(NOW), None, {}, nobody, lambda: None, school)  # type: ignore[arg-type]  # no chance
    await tagging.tag_pending()
    jobs = {job.question: job for job in tagger.jobs}
    assert (jobs["more"].taxonomy, jobs["more"].model) == (OWN, "pool/question-more:2")
    assert (jobs["else"].taxonomy, jobs["else"].model) == (ASKED.taxonomy, "")


async def test_it_learns_by_night_what_is_new_and_by_day_what_is_asked(storage: Storage) -> None:
    await corrected(storage, ENOUGH_SAID)
    await corrected(storage, 1, question="else", topic="hours")
    school, wall = Notebook(), Wall(DAY)
    teaching = Teaching(storage, wall, school)
    assert await teaching.learn_due() == 0, "by day"
    teaching.asked.add(ConsultationId("pool"))
    assert await teaching.learn_due() == 1
    assert await teaching.learn_due() == 0, "asked once"
    wall.at = NIGHT + timedelta(days=1)
    assert await teaching.learn_due() == 0, "nothing new"
    await corrected(storage, 2, topic="view", at=wall.at - timedelta(hours=4))
    assert await teaching.learn_due() == 1
    place, lessons = school.taught[-1]
    assert place == "pool/question-more"
    assert {each.topics for each in lessons if each.fresh} == {("view",)}
    assert len(lessons) == ENOUGH_SAID + 2


async def test_what_was_learnt_from_somebody_who_is_gone_goes_and_is_learnt_again_without_them(
    storage: Storage,
) -> None:
    await corrected(storage, ENOUGH_SAID + 1)
    school, wall = Notebook(), Wall()
    teaching = Teaching(storage, wall, school)
    assert await teaching.learn_due() == 1
    async with storage.unit() as unit:
        await unit.contributions.delete([(await unit.contributions.page(ConsultationId("pool")))[0].id])
    wall.at += timedelta(days=1)
    assert await teaching.learn_due() == 1
    assert [each.name for each in school.versions("pool/question-more")] == ["0002"]
    assert len(school.taught[-1][1]) == ENOUGH_SAID
