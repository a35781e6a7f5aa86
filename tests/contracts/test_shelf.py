"""What staff look up is found alike on SQLite and on PostgreSQL: every state, every filter, page by page."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.model.contributions import By, ContributionState, Hidden
from core.model.deliveries import Lane, Reason, State
from core.model.ids import ConsultationId
from core.model.words import asked_for
from core.storage.engine import Storage
from core.storage.schema import contributions
from core.storage.shelf import CORRECTED, UNSORTED, Status, Wanted
from tests.builders import NOW, START, consultation, contribution, person, push, start

POOL = ConsultationId("pool")


@pytest.fixture
async def town(storage: Storage) -> Storage:
    async with storage.unit() as unit:
        await start(unit, consultation())
        anna = await person(unit, "anna", answers={"often": "weekly"})
        for hour, (text, more) in enumerate(
            (
                ("new", {}),
                ("quotable", {"review": "reviewed"}),
                ("never", {"review": "never"}),
                ("flagged", {"flags": ["insult"]}),
                (None, {"state": ContributionState.RECEIVED, "raw": "…"}),
                (None, {"state": ContributionState.UNTAGGABLE, "raw": "…"}),
                ("urgent", {"state": ContributionState.HIDDEN, "redirect": "danger"}),
            )
        ):
            await contribution(unit, text, by=anna, received_at=START + timedelta(hours=hour), **more)
        await push(unit, anna, "reminder")
        await push(unit, anna, "last", state=State.FAILED, reason=Reason.REJECTED)
    return storage


@pytest.mark.parametrize(
    ("status", "texts"),
    [
        (None, ["urgent", None, None, "flagged", "never", "quotable", "new"]),
        (Status.READ, ["flagged", "never", "quotable", "new"]),
        (Status.UNREAD, ["flagged", "new"]),
        (Status.QUOTABLE, ["quotable"]),
        (Status.NEVER, ["never"]),
        (Status.FLAGGED, ["flagged"]),
        (Status.URGENT, ["urgent"]),
        (Status.WAITING, [None]),
        (Status.UNTAGGABLE, [None]),
    ],
)
async def test_each_state_finds_its_own(town: Storage, status: Status | None, texts: list[str | None]) -> None:
    async with town.reading() as unit:
        found = await unit.shelf.contributions(POOL, Wanted(status=status), after=None, limit=50)
        assert [each.contribution.text for each in found] == texts
        assert await unit.shelf.count(POOL, Wanted(status=status)) == len(texts)


async def test_page_after_page_each_is_met_once(town: Storage) -> None:
    met, after = [], None
    async with town.reading() as unit:
        while some := await unit.shelf.contributions(POOL, Wanted(), after=after, limit=2):
            met += [each.contribution.id for each in some]
            after = met[-1]
    assert len(met) == len(set(met)) == 7


async def test_the_other_filters(town: Storage) -> None:
    async with town.reading() as unit:
        for wanted, n in (
            (Wanted(since=START + timedelta(hours=5)), 2),
            (Wanted(until=START + timedelta(hours=5)), 5),
            (Wanted(source="poster", channel="telegram", language="fr", question="more"), 7),
            (Wanted(source=""), 0),
            (Wanted(channel="web"), 0),
        ):
            assert await unit.shelf.count(POOL, wanted) == n
        choices = await unit.shelf.choices(POOL)
        assert (choices.sources, choices.channels, choices.languages) == (("poster",), ("telegram",), ("fr",))


SAID = (
    "L'Été, à la MÉDIATHÈQUE : un cœur !",
    "مكتبةُ الحيّ",
    "図書館は夜も開けて",
    "Библиотека, ёлка",
    "🐢 100 % d'ombre_portée",
    "mot" + "o" * 3997,
)


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("ete", [0]),
        ("ÉTÉ mediath", [0]),
        ("iatheque", []),
        ("ete absent", []),
        ("coeur", [0]),
        ("مكتبة الحي", [1]),
        ("図書館", [2]),
        ("館", [2]),
        ("書図", []),
        ("елка", [3]),
        ("100 ombre portee", [4]),
        ("mot" + "o" * 3997, [5]),
        ("mot", [5]),
        ("m" * 4000, []),
        ("a " * 2000 + "été", [0]),
        ('"été" NEAR("un") AND un:* | !absent', []),
        ("un*", [0]),
        ("%", [0, 1, 2, 3, 4, 5]),
        ("'); DROP TABLE contributions; -- \\ \0", []),
        ("🐢", [0, 1, 2, 3, 4, 5]),
    ],
)
async def test_words_are_found_as_people_type_them(storage: Storage, typed: str, texts: list[int]) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for text in SAID:
            await contribution(unit, text)
    assert await found_by(storage, typed) == sorted(SAID[at] for at in texts)


async def found_by(storage: Storage, typed: str) -> list[str | None]:
    wanted = Wanted(words=asked_for(typed))
    async with storage.reading() as unit:
        found = await unit.shelf.contributions(POOL, wanted, after=None, limit=50)
        assert await unit.shelf.count(POOL, wanted) == len(found)
    return sorted(each.contribution.text or "" for each in found)


async def test_a_text_is_found_by_the_words_it_has_now_and_by_no_others(storage: Storage) -> None:
    """Tagged, masked further, hidden and shown, edited, erased: each time in the same transaction."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        own = await contribution(unit, None, raw="…", state=ContributionState.RECEIVED)
        urgent = await contribution(unit, None, raw="…", state=ContributionState.RECEIVED, redirect="danger")
        (first, other) = await unit.sorting.to_tag(9)
        for whole in (first, other):
            await unit.sorting.read(whole, {"state": "read", "text": "Madame Dupond a soif", "language": "fr"})
    assert {first.id, other.id} == {own, urgent}
    assert await found_by(storage, "dupond") == ["Madame Dupond a soif"], "the urgent one is found by no word"
    async with storage.unit() as unit:
        assert await unit.sorting.mask_further(own, "Madame Dupond a soif", "Madame [nom] a soif")
    assert (await found_by(storage, "dupond"), await found_by(storage, "soif")) == ([], ["Madame [nom] a soif"])
    async with storage.unit() as unit:
        await unit.sorting.hide(own, "Madame [nom] a soif", Hidden.ELSEWHERE)
    assert await found_by(storage, "soif") == []
    async with storage.unit() as unit:
        await unit.sorting.show(own)
    assert await found_by(storage, "soif") == ["Madame [nom] a soif"]
    async with storage.unit() as unit:
        await unit.contributions.whole([own], NOW)
        words = sa.select(contributions.c.words).where(contributions.c.words.is_not(None))
        assert (await unit.connection.execute(words)).all() == []


async def test_topics_as_the_last_word_on_them_says(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for text, said in (
            ("programme", [(By.TAGGER, "hours")]),
            ("auteur", [(By.TAGGER, "hours"), (By.CITIZEN, "price")]),
            ("personnel", [(By.TAGGER, "price"), (By.CITIZEN, "price"), (By.STAFF, "hours")]),
            ("aucun", [(By.TAGGER, "hours"), (By.STAFF, "")]),
            ("rien", []),
        ):
            own = await contribution(unit, text)
            for by, topic in said:
                await unit.sorting.put_tags(own, [(topic, 0.9, True)], by, NOW)
    for topic, texts in (
        ("hours", {"programme", "personnel"}),
        ("price", {"auteur"}),
        (UNSORTED, {"aucun", "rien"}),
        (CORRECTED, {"auteur", "personnel", "aucun"}),
    ):
        async with storage.reading() as unit:
            found = await unit.shelf.contributions(POOL, Wanted(topic=topic), after=None, limit=50)
        assert {each.contribution.text for each in found} == texts, topic


async def test_deliveries_by_state_reason_and_step(town: Storage) -> None:
    async with town.reading() as unit:
        owed = await unit.shelf.deliveries(POOL, limit=10)
        assert [(each.step, each.state, each.reason) for each in owed] == [
            ("last", State.FAILED, Reason.REJECTED),
            ("reminder", State.SENT, None),
        ]
        for chosen in ({"states": [State.FAILED]}, {"reason": Reason.REJECTED}, {"step": "last"}):
            assert [each.seq for each in await unit.shelf.deliveries(POOL, limit=10, **chosen)] == [owed[0].seq]
        assert await unit.shelf.deliveries(POOL, lanes=[Lane.REPLY], limit=10) == []
        assert sum(each.n for each in await unit.shelf.tallies(POOL)) == 2
        assert owed[1].sent_at == NOW


async def test_what_a_person_masks_further_speaks_for_no_topic_any_more(storage: Storage) -> None:
    """Its name was a word of a topic: pages and exports show which words spoke for each."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        own = await contribution(unit, "Madame Piscine a soif")
        spoke = {"water": ("Piscine", "soif"), "hours": ()}
        await unit.sorting.put_tags(own, [("water", 0.9, True), ("hours", 0.4, False)], By.TAGGER, NOW, spoke)
        assert await unit.sorting.mask_further(own, "Madame Piscine a soif", "Madame [nom] a soif")
    async with storage.reading() as unit:
        (found,) = await unit.contributions.get([own])
    assert {tag.topic: tag.words for tag in found.tags} == {"water": ("soif",), "hours": ()}
