"""What is asked every second finds its rows by an index, however many others there are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.model.deliveries import Delivery, Lane, Spec
from core.model.dialogues import Stage
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, DeliveryId, DialogueId, PartnerId
from core.storage.engine import Storage
from core.storage.pushes import Owed, Pushes
from core.storage.unit import Unit
from core.storage.waits import waits
from tests.builders import NOW
from tests.databases import sqlite_storage

GIVEN = "SCAN json_each VIRTUAL TABLE"
"""The list that is asked about, and no table of ours."""
BOT, POOL, TOWN = AccountId("bot"), ConsultationId("pool"), PartnerId("town")
ANNA, BEN = CitizenId("anna"), CitizenId("ben")

EVERY_SECOND: dict[str, Callable[[Unit], Awaitable[Any]]] = {
    "updates to work on": lambda unit: unit.inbox.pending(64),
    "silences that are over": lambda unit: unit.dialogues.elapsed(NOW, 64),
    "contributions to tag": lambda unit: unit.sorting.to_tag(64),
    "anything due?": lambda unit: unit.deliveries.is_due([BOT], list(Lane), NOW),
    "what is due": lambda unit: unit.deliveries.claim([BOT], list(Lane), now=NOW, lease=timedelta(seconds=1), limit=10),
    "who finished": lambda unit: unit.dialogues.finished_count(POOL),
    "pushes of one person": lambda unit: unit.deliveries.pushes_since([ANNA, BEN], NOW),
    "where people stand": lambda unit: unit.dialogues.stands(POOL, [ANNA, BEN], "q1"),
    "who is behind a chat": lambda unit: unit.people.known(BOT, ["7", "8"]),
    "who people are": lambda unit: unit.people.citizens([ANNA, BEN]),
    "what waits": lambda unit: waits(unit.connection, NOW),
}
EVERY_PERSON: dict[str, Callable[[Unit], Awaitable[Any]]] = {
    "reminders not planned yet": lambda unit: unit.dialogues.unplanned(
        POOL, "reminder", [Stage.ASKING], after=DialogueId("d"), limit=500
    ),
    "prompts not planned yet": lambda unit: unit.people.to_prompt(TOWN, POOL, "prompt", after=ANNA, limit=500),
}
BY_KEY: dict[str, tuple[Callable[[Unit], Awaitable[Any]], str]] = {
    "where their contributions were filed": (
        lambda unit: unit.sorting.confident_topics([DialogueId("d"), DialogueId("e")]),
        "contributions USING INDEX ix_contributions_dialogue_id_question_id (dialogue_id=?)",
    ),
    "answers": (lambda unit: unit.dialogues.answers([DialogueId("d"), DialogueId("e")]), "(dialogue_id=?)"),
    "slots": (lambda unit: unit.contributions.slots([DialogueId("d"), DialogueId("e")]), "(dialogue_id=?)"),
    "places": (lambda unit: unit.experiments.places(POOL, "s", [ANNA, BEN]), "citizen_id=?)"),
    "charged": (
        lambda unit: unit.experiments.charged([ANNA, BEN], NOW, NOW, consultation=POOL, step="s"),
        "audience USING INDEX ix_audience_citizen_id_begins_at (citizen_id=?",
    ),
    "consents": (lambda unit: unit.people.consents([ANNA, BEN]), "(citizen_id=?)"),
    "dialogues": (lambda unit: unit.dialogues.of([ANNA, BEN]), "(citizen_id=?)"),
    "addresses": (lambda unit: unit.people.addresses([AddressId("a"), AddressId("b")]), "(id=?)"),
    "where pushes go": (
        lambda unit: unit.deliveries.owe(
            Pushes("push:", "t", POOL, 1, "reminder", [("fr", Spec(()))], NOW), [Owed(ANNA, AddressId("a"), NOW, 0)]
        ),
        "addresses USING INDEX sqlite_autoindex_addresses_1 (id=?)",
    ),
    "steps that went to them": (lambda unit: unit.deliveries.steps_sent(POOL, [ANNA, BEN]), "(citizen_id=?"),
    "what they postponed": (lambda unit: unit.deliveries.postponed(POOL, [ANNA, BEN]), "citizen_id=?)"),
    "what is claimed still": (
        lambda unit: unit.deliveries.still_claimed([delivery("d"), delivery("e")]),
        "deliveries USING INDEX sqlite_autoindex_deliveries_1 (id=?)",
    ),
    "what is held longer": (
        lambda unit: unit.deliveries.renew([delivery("d"), delivery("e")], NOW),
        "deliveries USING INDEX sqlite_autoindex_deliveries_1 (id=?)",
    ),
}
"""What is known by its key is found by it, whatever else is said of it."""


def delivery(name: str) -> Delivery:
    known = {"account": BOT, "address": AddressId("a"), "body": Spec(()), "language": "fr"}
    return Delivery(DeliveryId(name), key=name, lane=Lane.PUSH, due_at=NOW, planned_at=NOW, **known)  # type: ignore[arg-type]


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        yield storage


async def plans(storage: Storage, ask: Callable[[Unit], Awaitable[Any]]) -> list[str]:
    """How SQLite finds the rows of every statement that `ask` makes."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        asked.append((statement, parameters))

    async with storage.unit() as unit:
        connection = unit.connection.sync_connection
        sa.event.listen(connection, "before_cursor_execute", note)
        await ask(unit)
        sa.event.remove(connection, "before_cursor_execute", note)
        found = []
        for statement, parameters in asked:
            rows = await unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found += [row[3] for row in rows]
    return found


@pytest.mark.parametrize("question", EVERY_SECOND)
async def test_nothing_is_read_from_end_to_end_or_sorted(sqlite: Storage, question: str) -> None:
    for step in await plans(sqlite, EVERY_SECOND[question]):
        assert not step.startswith("SCAN") or step == "SCAN CONSTANT ROW" or step.startswith(GIVEN)
        assert "TEMP B-TREE" not in step


@pytest.mark.parametrize("question", BY_KEY)
async def test_what_is_known_by_its_key_is_found_by_it(sqlite: Storage, question: str) -> None:
    ask, by = BY_KEY[question]
    assert any(by in step for step in await plans(sqlite, ask)), await plans(sqlite, ask)


async def test_what_changed_is_put_into_the_figures_without_reading_the_rest(sqlite: Storage) -> None:
    async with sqlite.unit() as unit:
        await unit.connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        await unit.connection.exec_driver_sql(
            "INSERT INTO untallied (what, id, again) VALUES ('dialogue', 'd', 0), ('dialogue', 'e', 0)"
        )
    found = await plans(sqlite, lambda unit: unit.readouts.fold(100))
    looked = [step for step in found if "dialogues" in step or " d " in step]
    assert looked
    assert not [step for step in looked if step.startswith("SCAN")], looked


@pytest.mark.parametrize("question", EVERY_PERSON)
async def test_whether_something_was_planned_is_one_look_a_person(sqlite: Storage, question: str) -> None:
    found = [step for step in await plans(sqlite, EVERY_PERSON[question]) if " deliveries " in step]
    assert found
    assert all("citizen_id=?" in step for step in found)
