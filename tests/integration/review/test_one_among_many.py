"""One row that no code of ours can work on keeps none of its neighbours waiting, and is seen."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from core.model.consultations import Anchor, Moment, Step, StepKind
from core.storage.engine import Storage
from core.storage.schema import citizens, deliveries, dialogues
from tests.builders import START, consultation
from tests.integration.review.village import Village

POOL = replace(consultation(), steps=(), sources={})


async def answers(village: Village, chat: str, text: str) -> None:
    await village.agrees(chat)
    await village.presses(chat, "Jamais")
    await village.says(chat, text)


async def refuse_the_word(storage: Storage, word: str) -> None:
    """The database takes no masked text with this word in it."""
    if storage.dialect == "sqlite":
        when = f"WHEN NEW.text LIKE '%{word}%' BEGIN SELECT RAISE(ABORT, 'refused'); END"
        statements = [f"CREATE TRIGGER refusing BEFORE UPDATE ON contributions {when}"]
    else:
        statements = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.text LIKE '%{word}%' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER refusing BEFORE UPDATE ON contributions FOR EACH ROW EXECUTE FUNCTION refuse()",
        ]
    async with storage.unit() as unit:
        for statement in statements:
            await unit.connection.exec_driver_sql(statement)


async def test_a_dialogue_of_another_version_keeps_no_silence_open(village: Village) -> None:
    await village.starts(POOL)
    for chat in ("anna", "ben"):
        await answers(village, chat, "ouvrir plus tard le soir, je travaille")
    async with village.storage.unit() as unit:
        torn = (
            sa.select(dialogues.c.id)
            .join(citizens, citizens.c.id == dialogues.c.citizen_id)
            .order_by(dialogues.c.started_at, dialogues.c.id)
            .limit(1)
            .scalar_subquery()
        )
        await unit.connection.execute(
            sa.update(dialogues).where(dialogues.c.id == torn).values(state={"of": "another version"})
        )
    await village.later(seconds=11)
    heard = [chat for chat in ("anna", "ben") if "C'est noté" in village.heard(chat)]
    assert len(heard) == 1
    await village.later(minutes=20)  # put off, again and again: no round fails, and nobody else waits
    assert [chat for chat in ("anna", "ben") if "C'est noté" in village.heard(chat)] == heard


async def test_a_contribution_that_cannot_be_saved_is_untaggable_and_the_others_are_read(village: Village) -> None:
    await village.starts(POOL)
    await answers(village, "anna", "un toboggan pour les tortues")
    await answers(village, "ben", "ouvrir plus tard le soir")
    await refuse_the_word(village.storage, "toboggan")
    await village.later(seconds=11)
    found = set(await village.contributions())
    assert found == {("more", None, "untaggable"), ("more", "ouvrir plus tard le soir", "read")}


async def test_a_push_that_cannot_be_decided_stops_no_other(village: Village) -> None:
    reminder = Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL))
    village.clock.at = START + timedelta(hours=4)
    await village.starts(replace(POOL, steps=(reminder,)))
    for chat in ("anna", "ben"):
        await village.agrees(chat)
    village.clock.at += timedelta(days=1)
    await village.house.planning.plan_due()
    async with village.storage.unit() as unit:
        one = sa.select(sa.func.min(citizens.c.id)).scalar_subquery()
        await unit.connection.execute(sa.update(citizens).where(citizens.c.id == one).values(zone="Nowhere"))
    await village.house.settle()
    async with village.storage.reading() as unit:
        rows = await unit.connection.execute(
            sa.select(deliveries.c.state, deliveries.c.reason).where(deliveries.c.lane == "push")
        )
        assert sorted((row.state, row.reason) for row in rows) == [("sent", None), ("skipped", "rejected")]
