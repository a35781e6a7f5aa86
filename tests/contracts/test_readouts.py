"""The figures of a digest, the same on SQLite and on PostgreSQL."""

from datetime import timedelta

from core.model.charges import Heap
from core.model.contributions import By, ContributionState
from core.model.ids import ConsultationId
from core.storage.engine import Storage
from core.work.digests.digest import WEEK, figures_now
from tests.builders import NOW, consultation, contribution, person, start

POOL = ConsultationId("pool")
LONG_AGO, LATELY = NOW - timedelta(days=20), NOW - timedelta(days=2)


async def test_what_is_spoken_of_is_counted_one_way_in_all_and_lately(storage: Storage) -> None:
    asked = consultation(reference={"language": {"fr": 0.5, "en": 0.5}})
    async with storage.unit() as unit:
        await start(unit, asked)
        anna = await person(unit, "anna", source="school", answers={"area": "centre"}, finished_at=LATELY)
        for at, topics in ((LONG_AGO, ("hours",)), (LATELY, ("hours", "prices")), (LATELY, ())):
            await contribution(unit, "ouvrir plus tard", by=anna, received_at=at, topics=topics)
        corrected = await contribution(unit, "moins cher", received_at=LATELY, topics=("hours",))
        await unit.sorting.put_tags(corrected, [("prices", 1.0, True)], By.STAFF, NOW)
        await contribution(unit, "le feu", redirect="danger", state=ContributionState.HIDDEN, topics=("hours",))
    async with storage.reading() as unit:
        spoken = await unit.readouts.spoken_of(POOL, NOW - WEEK)
        assert (spoken.topics, spoken.unsorted) == await unit.readouts.topic_counts(POOL)
        assert spoken.topics_lately == (await unit.readouts.topic_counts(POOL, NOW - WEEK))[0]
        assert (spoken.contributions, spoken.lately) == (4, 3)
        figures = await figures_now(unit, asked, now=NOW, since=NOW - WEEK)
    assert {each.topic: each.contributions for each in figures.topics} == {"hours": 2, "prices": 2}
    assert (figures.contributions, figures.unsorted, figures.funnel.finished) == (4, 1, 1)
    assert [(each.token, each.finished) for each in figures.sources if each.arrived] == [("school", 1)]


async def test_what_waits_to_be_sorted_is_what_nobody_named_a_topic_for(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for said_by_author, said_by_staff in ((None, None), ("prices", None), ("", None), ("", ""), (None, "")):
            own = await contribution(unit, "ouvrir plus tard", topics=("hours",))
            for by, said in ((By.CITIZEN, said_by_author), (By.STAFF, said_by_staff)):
                if said is not None:
                    await unit.sorting.put_tags(own, [(said, 1.0, True)], by, NOW)
        await contribution(unit, "zzz")
    async with storage.reading() as unit:
        n, _ = (await unit.readouts.heaps(POOL))[Heap.UNSORTED]
    assert n == 2, "one that the program did not know, and one whose author said that it was wrong"


async def test_somebody_who_says_it_twice_is_one_and_each_paper_is_somebody(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        anna, bob = await person(unit, "anna"), await person(unit, "bob")
        for by, topics in ((anna, ("hours",)), (anna, ("hours", "prices")), (bob, ("hours",)), (bob, ()), (None, ())):
            await contribution(unit, "ouvrir plus tard", by=by, topics=topics)
        corrected = await contribution(unit, "moins cher", by=bob, topics=("hours",))
        await unit.sorting.put_tags(corrected, [("prices", 1.0, True)], By.STAFF, NOW)
        await contribution(unit, "le feu", redirect="danger", state=ContributionState.HIDDEN, topics=("hours",))
    async with storage.reading() as unit:
        assert await unit.readouts.speakers(POOL) == (3, {"hours": 2, "prices": 2})
