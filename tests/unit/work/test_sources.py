"""Sources: opaque tokens that a person can type, a list with the funnel of each, retired ones that stay counted."""

import re
from dataclasses import replace

import pytest

from core.model.errors import FileError, NotFound
from core.model.ids import ConsultationId
from core.rules.readout import Funnel
from core.storage.engine import Storage
from core.work.sources import add_source, new_token, retire_source, source_lines
from core.work.staff import campaigns
from tests.builders import NOW, CountedChance, both, consultation, contribution, person, start

POOL = ConsultationId("pool")


async def test_a_source_has_a_token_that_leads_to_its_consultation_until_it_is_retired(storage: Storage) -> None:
    chance = CountedChance()
    async with storage.unit() as unit:
        await start(unit, consultation())
        token = await add_source(unit, POOL, both("Affiche piscine", "Pool poster"), chance, now=NOW)
        assert (await unit.people.sources("town"))[token] == "pool"  # type: ignore[arg-type]  # an id is a text
        await retire_source(unit, POOL, token, now=NOW)
        assert token not in await unit.people.sources("town")  # type: ignore[arg-type]  # an id is a text
        with pytest.raises(NotFound, match="source list pool"):
            await retire_source(unit, POOL, token, now=NOW)
    async with storage.reading() as unit:
        line = next(each for each in await source_lines(unit, POOL) if each.token == token)
    assert (line.label, line.retired_at) == (both("Affiche piscine", "Pool poster"), NOW)


async def test_a_name_in_use_an_empty_one_and_an_unknown_consultation_are_refused(storage: Storage) -> None:
    chance = CountedChance()
    async with storage.unit() as unit:
        await start(unit, consultation())
        token = await add_source(unit, POOL, {"fr": "Marché"}, chance, now=NOW)
        with pytest.raises(FileError, match=token):
            await add_source(unit, POOL, {"fr": "Marché"}, chance, now=NOW)
        with pytest.raises(FileError, match="no name"):
            await add_source(unit, POOL, {"fr": " \u200b"}, chance, now=NOW)
        with pytest.raises(NotFound, match="campaign start"):
            await add_source(unit, ConsultationId("lake"), {"fr": "Marché"}, chance, now=NOW)
        await retire_source(unit, POOL, token, now=NOW)
        assert await add_source(unit, POOL, {"fr": "Marché"}, chance, now=NOW) != token


async def test_the_list_shows_the_funnel_of_each_source(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for name in ("anna", "bob"):
            await person(unit, name, source="pool-poster", answers={"often": "weekly"}, finished_at=NOW)
        await contribution(unit, "plus tard", by=await person(unit, "carl", source="pool-poster"))
        await person(unit, "dora", source="pool-poster", agreed=False)
        await person(unit, "emil", source="")
    async with storage.reading() as unit:
        lines = await source_lines(unit, POOL)
    assert [(each.token, each.funnel) for each in lines] == [
        ("pool-poster", Funnel(4, 3, 3, 2)),
        ("pool-school", Funnel(0, 0, 0, 0)),
        ("pool-station", Funnel(0, 0, 0, 0)),
        ("", Funnel(1, 1, 0, 0)),
    ]


def test_a_token_is_ten_letters_that_can_be_typed_and_never_the_same() -> None:
    chance = CountedChance()
    tokens = {new_token(chance) for _ in range(500)}
    assert len(tokens) == 500
    assert all(re.fullmatch(r"[b-df-hj-np-tv-xz2-9]{10}", token) for token in tokens)


async def test_a_retired_source_stays_the_one_of_its_consultation(storage: Storage) -> None:
    """Its posters still hang somewhere: a file that takes its word would get a place that leads nowhere."""
    chance = CountedChance()
    first = replace(consultation(), sources={"poster": both("Affiche", "Poster")})
    other = replace(first, id="park", sources={"poster": both("Autre affiche", "Another poster")})
    async with storage.unit() as unit:
        await campaigns.start(unit, first, (), chance, now=NOW)
        await retire_source(unit, POOL, "poster", now=NOW)
        await campaigns.start(unit, first, (), chance, now=NOW)
    with pytest.raises(FileError, match="poster-park"):
        async with storage.unit() as unit:
            await campaigns.start(unit, other, (), chance, now=NOW)
    async with storage.reading() as unit:
        (known,) = await unit.sources.of(POOL)
    assert (known.label, known.retired_at) == (both("Affiche", "Poster"), NOW)
