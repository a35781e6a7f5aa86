"""What staff look up is found alike on SQLite and on PostgreSQL: every state, every filter, page by page."""

from datetime import timedelta

import pytest

from core.model.contributions import ContributionState
from core.model.deliveries import Lane, Reason, State
from core.model.ids import ConsultationId
from core.storage.engine import Storage
from core.storage.shelf import Status, Wanted
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
