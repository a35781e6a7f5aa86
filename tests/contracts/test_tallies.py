"""What is kept up to date is what a count of everything says, whatever was done to the rows and in whatever order."""

import random
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from core.model.contributions import By, ContributionState, Hidden
from core.model.ids import CitizenId, ConsultationId, ContributionId, DialogueId
from core.storage.engine import Storage
from core.storage.schema import answers, contributions, dialogues, tags, tallies, untallied
from core.storage.tallies import Tallied, counted_anew, fold, tallied
from core.storage.unit import Unit
from tests.builders import NOW, Person, account, consultation, contribution, person, start

POOL = ConsultationId("pool")
PEOPLE = ("anna", "ben", "cleo", "dan", "eva", "finn")
TOPICS = ("hours", "prices", "water", "")


async def right(unit: Unit) -> bool:
    everything = await tallied(unit.connection, POOL, *Tallied)
    return everything == await counted_anew(unit.connection, POOL)


async def some(unit: Unit, chosen: random.Random, table: sa.Table = contributions) -> str | None:
    rows = (await unit.connection.execute(sa.select(table.c.id).order_by(table.c.id))).scalars().all()
    return chosen.choice(rows) if rows else None


async def comes(unit: Unit, chosen: random.Random) -> None:
    name = chosen.choice(PEOPLE)
    await person(
        unit,
        name,
        source=chosen.choice(("poster", "web")),
        agreed=chosen.random() < 0.8,
        answers={"area": chosen.choice(("gare", "centre"))} if chosen.random() < 0.5 else None,
        finished_at=NOW if chosen.random() < 0.3 else None,
    )


async def says(unit: Unit, chosen: random.Random) -> None:
    """Or it came on paper."""
    dialogue = await some(unit, chosen, dialogues)
    row = (await unit.connection.execute(sa.select(dialogues).where(dialogues.c.id == dialogue))).one_or_none()
    mine = row and Person(row.citizen_id, row.id, row.address_id, account("town", "telegram"), POOL, row.source)
    await contribution(
        unit,
        chosen.choice(("le soir", None)),
        by=mine if chosen.random() < 0.7 else None,
        state=chosen.choice(list(ContributionState)),
        topics=chosen.sample(TOPICS, 2),
        tagged_by=chosen.choice(list(By)),
        review=chosen.choice(("new", "reviewed")),
        redirect=chosen.choice((None, None, "leak")),
    )


async def is_tagged(unit: Unit, chosen: random.Random) -> None:
    if own := await some(unit, chosen):
        found = [(topic, chosen.random(), True) for topic in chosen.sample(TOPICS, chosen.randint(0, 3))]
        await unit.sorting.put_tags(ContributionId(own), found, chosen.choice(list(By)), NOW)


async def is_whole_again(unit: Unit, chosen: random.Random) -> None:
    if own := await some(unit, chosen):
        await unit.contributions.whole([ContributionId(own)], NOW)


async def is_hidden(unit: Unit, chosen: random.Random) -> None:
    if own := await some(unit, chosen):
        await unit.sorting.hide(ContributionId(own), "le soir", Hidden.INSULT)
        await unit.sorting.show(ContributionId(await some(unit, chosen) or ""))


async def is_taken_away(unit: Unit, chosen: random.Random) -> None:
    if own := await some(unit, chosen):
        await unit.contributions.delete([ContributionId(own), ContributionId(await some(unit, chosen) or "")])


async def changes_an_answer(unit: Unit, chosen: random.Random) -> None:
    dialogue = await some(unit, chosen, dialogues)
    if dialogue and chosen.random() < 0.4:
        await unit.connection.execute(sa.delete(answers).where(answers.c.dialogue_id == dialogue))
    elif dialogue:
        rows = [(DialogueId(dialogue), chosen.choice(("area", "often")), chosen.choice(("a", "b")))]
        await unit.dialogues.put_answers(rows, NOW)


async def gets_further(unit: Unit, chosen: random.Random) -> None:
    """Or has another source, or goes with all that hangs on it."""
    dialogue = await some(unit, chosen, dialogues)
    step = chosen.choice(("agreed_at", "first_answer_at", "finished_at"))
    change = {step: chosen.choice((NOW, None))} if chosen.random() < 0.7 else {"source": "web"}
    if chosen.random() < 0.1:
        await unit.connection.execute(sa.delete(dialogues).where(dialogues.c.id == dialogue))
    else:
        await unit.connection.execute(sa.update(dialogues).where(dialogues.c.id == dialogue).values(change))


async def is_changed(unit: Unit, chosen: random.Random) -> None:
    """Its row, or that of a tag, in a way that nobody has today."""
    own, dialogue = await some(unit, chosen), await some(unit, chosen, dialogues)
    changes: tuple[dict[str, str | None], ...] = (
        {"redirect": "leak"},
        {"redirect": None},
        {"dialogue_id": dialogue},
        {"dialogue_id": None},
        {"channel": "paper"},
        {"review": "reviewed"},
    )
    change = sa.update(contributions).where(contributions.c.id == own).values(chosen.choice(changes))
    score = sa.update(tags).where(tags.c.contribution_id == own).values(score=chosen.random())
    await unit.connection.execute(chosen.choice((change, change, score)))


async def erases(unit: Unit, chosen: random.Random) -> None:
    await unit.privacy.erase(CitizenId(chosen.choice(PEOPLE)), farewell=None)


DEEDS: tuple[Callable[[Unit, random.Random], Awaitable[None]], ...] = (
    comes,
    comes,
    comes,
    says,
    says,
    is_tagged,
    is_whole_again,
    is_hidden,
    is_taken_away,
    changes_an_answer,
    gets_further,
    is_changed,
    is_changed,
    erases,
)


async def drifts(storage: Storage, seed: int) -> bool:
    """After any of a long history of units, some of which fold."""
    chosen = random.Random(seed)
    for _ in range(60):
        async with storage.unit() as unit:
            for deed in chosen.choices(DEEDS, k=3):
                await deed(unit, chosen)
            if not await right(unit):
                return True
            if chosen.random() < 0.7:
                await fold(unit.connection, chosen.choice((2, 500)))
                if not await right(unit):
                    return True
    return False


async def test_it_never_drifts(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    assert not await drifts(storage, 1)
    async with storage.unit() as unit:
        assert len(await tallied(unit.connection, POOL, *Tallied)) > 9, "there is something left to count"
        await fold(unit.connection, 500)
        assert (await unit.connection.execute(sa.select(untallied))).all() == []


async def test_what_a_person_said_is_taken_along_wherever_it_goes(storage: Storage) -> None:
    """What nobody does today, one at a time: each leaves the only thing that was said in a dialogue, or brings it."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        anna, ben = await person(unit, "anna"), await person(unit, "ben")
        await unit.dialogues.first_answered({ben.dialogue: NOW})
        own = await contribution(unit, "le soir", by=anna)
        await unit.dialogues.put_answers([(anna.dialogue, "area", "gare")], NOW)
    row = sa.update(contributions).where(contributions.c.id == own)
    changes: tuple[sa.Update | sa.Delete, ...] = (
        sa.update(answers).values(value="centre"),
        sa.delete(answers),
        row.values(redirect="leak"),
        row.values(redirect=None),
        row.values(dialogue_id=ben.dialogue),
        row.values(dialogue_id=None),
        row.values(dialogue_id=anna.dialogue),
        sa.update(tags).values(topic="water"),
        sa.delete(contributions),
    )
    for change in changes:
        async with storage.unit() as unit:
            await fold(unit.connection, 500)
            await unit.connection.execute(change)
            assert await right(unit), str(change)


async def test_what_was_damaged_is_seen_and_counted_anew(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        anna = await person(unit, "anna", answers={"area": "gare"}, finished_at=NOW)
        await contribution(unit, "le soir", by=anna, topics=["hours"])
        await fold(unit.connection, 500)
        assert not await unit.readouts.miscounted(POOL)
        await unit.connection.execute(sa.update(tallies).where(tallies.c.kind == "said").values(n=tallies.c.n + 1))
        assert await unit.readouts.miscounted(POOL)
    async with storage.unit() as unit:
        await unit.readouts.recount()
        assert not await unit.readouts.miscounted(POOL), "right at once"
        while await fold(unit.connection, 500):
            pass
        assert not await unit.readouts.miscounted(POOL)
