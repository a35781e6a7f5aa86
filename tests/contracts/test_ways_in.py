"""What every way in promises, asked of each of them on its bench (`ways_in/`): what came is committed before the
platform hears that we have it, once, as it came; what has no business here is turned away, and the next is served.

`make test ARGS="tests/contracts/test_ways_in.py -k pigeon"` asks one of them alone.
"""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from core.model.messages import Inbound
from core.rules.plain_text import cleaned
from core.work.intake import MOST_TRIES
from tests.contracts.channels.benches import BENCHES
from tests.contracts.ways_in.bench import (
    MARK,
    Answer,
    Bench,
    Promise,
    Trouble,
    Way,
    Written,
    all_rows,
    database,
    kept,
    nothing_is_committed,
    suffering,
)
from tests.contracts.ways_in.benches import WAYS

TEXTS = (
    "où ça ? là-bas, à l'été — « œuf »",
    "🏊‍♀️ 👨‍👩‍👧‍👦 🇫🇷 e\u0301te\u0301",
    "avant\0après, et ␀",
    "\u202eerrac\u202c مرحبا",
    "<b>gras</b> &amp; %00 \\u0000 + = ; 'x'",
    "oui",
    "oui",
    f"{'très long ' * 399}fin",
)


def asked(*needs: Promise, of_each_database: bool = False) -> pytest.MarkDecorator:
    """Of each way that can be asked for this."""
    able = {name: way for name, way in WAYS.items() if not way.never.keys() & set(needs)}
    cases = [(name, kind) for name, way in able.items() for kind in (way.on if of_each_database else way.on[:1])]
    names = [name if kind == "sqlite" else f"{name} on {kind}" for name, kind in cases]
    return pytest.mark.parametrize(("way", "on"), [(able[name], kind) for name, kind in cases], ids=names)


@pytest.fixture
async def bench(way: Way, on: str, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with database(on, request) as url, way.open(url) as bench:
        yield bench


@pytest.fixture(autouse=True)
def log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No log holds a secret or what anybody wrote, whatever comes; nor a traceback: nothing here is a fault of ours."""
    caplog.set_level(logging.WARNING)  # as `HoldBack` lets libraries speak
    for ours in ("bots", "core"):
        caplog.set_level(logging.DEBUG, ours)
    if "way" not in request.fixturenames:
        yield
        return
    bench: Bench = request.getfixturevalue("bench")
    secrets = list(bench.secrets)
    yield
    logged = "\n".join(map(_told, caplog.get_records("call")))
    for secret in (MARK, *secrets):
        assert secret not in logged
    assert "Traceback" not in logged


def _told(record: logging.LogRecord) -> str:
    raised = traceback.format_exception(*record.exc_info) if record.exc_info else ()
    return "".join((record.getMessage(), "\n", *raised))


# ── which ways there are ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_channel_that_hears_has_a_way_in() -> None:
    hearing = {name for name, kind in BENCHES.items() if kind.decode and kind.promises.hears}
    assert {way.channel for way in WAYS.values()} == hearing


def test_what_a_way_is_not_asked_for_is_told_why() -> None:
    assert all(why for way in WAYS.values() for why in way.never.values())


# ── committed first ──────────────────────────────────────────────────────────────────────────────────────────────────


@asked(of_each_database=True)
async def test_nothing_is_acknowledged_before_it_is_committed(way: Way, bench: Bench) -> None:
    written = await bench.written(bench.people[0], f"{MARK} d'abord")
    async with nothing_is_committed(bench.house.storage) as somebody_waits:
        bringing = asyncio.create_task(bench.brings(written))
        await somebody_waits()
        assert not bringing.done()
        assert await _kept(way, bench) == []
    assert await bringing is Answer.TAKEN
    assert await _kept(way, bench) == [written.text]


@pytest.mark.parametrize("trouble", Trouble)
@asked(of_each_database=True)
async def test_what_cannot_be_kept_is_not_acknowledged_and_comes_in_once_afterwards(
    way: Way, bench: Bench, trouble: Trouble
) -> None:
    written = await bench.written(bench.people[0], f"{MARK} malgré tout")
    async with suffering(bench.house.storage, trouble):
        for _ in range(2):
            assert await bench.brings(written) is Answer.LATER
        assert await _kept(way, bench) == []
    assert await bench.brings(written) is Answer.TAKEN
    assert await _kept(way, bench) == [written.text]


@asked(Promise.AGAIN)
async def test_the_same_update_twice_is_one_row(way: Way, bench: Bench) -> None:
    first, second = [await bench.written(bench.people[0], f"{MARK} {number}") for number in range(2)]
    for written in (first, first, second, first, second):
        assert await bench.brings(written) is Answer.TAKEN
    assert await _kept(way, bench) == [first.text, second.text]


@asked(Promise.AT_ONCE, of_each_database=True)
async def test_the_same_update_twice_at_once_is_one_row(way: Way, bench: Bench) -> None:
    written = await bench.written(bench.people[0], f"{MARK} une fois")
    async with nothing_is_committed(bench.house.storage) as somebody_waits:
        bringing = [asyncio.create_task(bench.brings(written)) for _ in range(3)]
        await somebody_waits()
    assert await asyncio.gather(*bringing) == [Answer.TAKEN] * 3
    assert await _kept(way, bench) == [written.text]


# ── turned away ──────────────────────────────────────────────────────────────────────────────────────────────────────


@asked(Promise.FORGED)
async def test_who_has_no_right_to_bring_it_is_turned_away_and_nothing_is_kept(way: Way, bench: Bench) -> None:
    written = await bench.written(bench.people[0], f"{MARK} à sa place")
    for name, bringing in bench.forged(written).items():
        assert await bringing() is Answer.REFUSED, name
    assert await _kept(way, bench) == []
    assert await bench.brings(written) is Answer.TAKEN, "who may bring it is not held back for it"


@asked(Promise.STRANGE)
async def test_what_is_no_update_is_turned_away_and_the_next_one_is_served(way: Way, bench: Bench) -> None:
    rows = await _rows(bench)
    said: list[Written] = []
    for name, bringing in bench.strange().items():
        assert await bringing() is Answer.REFUSED, name
        assert await _rows(bench) == rows + len(said), name
        said.append(await bench.written(bench.people[0], f"{MARK} après {name}"))
        assert await bench.brings(said[-1]) is Answer.TAKEN, name
    assert await _kept(way, bench) == [each.text for each in said]


# ── what comes after it ──────────────────────────────────────────────────────────────────────────────────────────────


@asked(Promise.OTHERS)
async def test_what_cannot_be_decoded_keeps_nobody_else_out(way: Way, bench: Bench) -> None:
    """Nor on a full disk, where whoever brings something is asked what it means."""

    def fails(raw: bytes) -> Inbound | None:
        if "illisible" in str(way.decode(raw)):
            raise ValueError("no update")
        return way.decode(raw)

    intake = bench.house.intake
    intake.decoders = {**intake.decoders, way.channel: fails}
    anna, ben = bench.people
    unreadable, other = await bench.written(anna, f"{MARK} illisible"), await bench.written(ben, f"{MARK} lisible")
    async with suffering(bench.house.storage, Trouble.FULL):
        assert await bench.brings(unreadable) is Answer.LATER
    for written in (unreadable, other):
        assert await bench.brings(written) is Answer.TAKEN
    for _ in range(MOST_TRIES):
        await intake.receive_pending()
    assert {each.text: each.state for each in await kept(bench.house, way.decode)} == {
        unreadable.text: "quarantined",
        other.text: "done",
    }


@asked()
async def test_what_is_being_accepted_when_the_program_stops_is_kept_and_what_comes_then_is_not_lost(
    way: Way, bench: Bench
) -> None:
    person = bench.people[0]
    first, second = [await bench.written(person, f"{MARK} {number}") for number in range(2)]
    async with nothing_is_committed(bench.house.storage) as somebody_waits:
        bringing = asyncio.create_task(bench.brings(first))
        await somebody_waits()
        stopping = asyncio.create_task(bench.stops())
        await asyncio.sleep(0)
    await stopping
    heard = await bringing
    assert await _kept(way, bench) == [first.text]
    assert await bench.brings(second) is Answer.LATER
    assert await _kept(way, bench) == [first.text]
    await bench.starts()
    for written in (first, second) if heard is Answer.LATER else (second,):
        assert await bench.brings(written) is Answer.TAKEN
    assert await _kept(way, bench) == [first.text, second.text]


# ── as it came ───────────────────────────────────────────────────────────────────────────────────────────────────────


@asked(of_each_database=True)
async def test_everything_is_kept_as_it_came_and_in_its_order(way: Way, bench: Bench) -> None:
    brought: list[Written] = []
    for text in TEXTS:
        for person in bench.people:
            brought.append(await bench.written(person, text))
            assert await bench.brings(brought[-1]) is Answer.TAKEN
    rows = await kept(bench.house, way.decode)
    for person in bench.people:
        theirs = [each for each in rows if each.chat == person]
        assert [each.text for each in theirs] == [cleaned(text) for text in TEXTS]
        for row, written in zip(theirs, (each for each in brought if each.chat == person), strict=True):
            assert written.raw in (None, row.raw)


async def _kept(way: Way, bench: Bench) -> Sequence[str]:
    return [each.text for each in await kept(bench.house, way.decode)]


async def _rows(bench: Bench) -> int:
    """Of the inbox, whatever they hold."""
    return len(await all_rows(bench.house))
