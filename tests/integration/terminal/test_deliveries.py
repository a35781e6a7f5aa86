"""`deliveries` and `retry --failed`: what needs a look, one a line, and what the platform refused, once more."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from core.model.campaigns import CampaignState
from core.model.deliveries import Delivery, Lane, Phrase, Reason, Spec, State
from core.model.ids import ConsultationId, DeliveryId
from core.storage.engine import open_storage
from core.storage.unit import Unit
from tests.builders import START, consultation, person, start
from tests.integration.terminal.conftest import Program

POOL = ConsultationId("pool")


def in_database(folder: Path, act: Callable[[Unit], Awaitable[None]]) -> None:
    async def acted() -> None:
        async with open_storage(f"sqlite+aiosqlite:///{folder / 'town.db'}") as storage, storage.unit() as unit:
            await act(unit)

    asyncio.run(acted())


async def a_campaign_that_is_over(unit: Unit) -> None:
    """One reminder was refused, one may have arrived, one left, one was not owed any more."""
    await start(unit, consultation(), state=CampaignState.FINISHED)
    whole = [
        ("anna", State.FAILED, Reason.REJECTED),
        ("bob", State.UNCERTAIN, Reason.MAY_HAVE_ARRIVED),
        ("cleo", State.SENT, None),
        ("dan", State.SKIPPED, Reason.ALREADY_FINISHED),
    ]
    owed = []
    for name, state, reason in whole:
        who = await person(unit, name)
        owed.append(
            Delivery(
                id=DeliveryId(name),
                key=f"push:pool:reminder:{name}",
                account=who.account,
                address=who.address,
                lane=Lane.PUSH,
                body=Spec((Phrase("text.own", {"text": "words"}),)),
                language="fr",
                due_at=START,
                planned_at=START,
                citizen=who.citizen,
                consultation=POOL,
                revision=1,
                step="reminder",
                attempts=3,
            )
        )
        owed[-1] = replace(owed[-1], state=state, reason=reason, sent_at=START if state is State.SENT else None)
    await unit.deliveries.plan(owed)


def test_what_needs_a_look_is_listed_and_only_the_failed_go_again(program: Program) -> None:
    in_database(program.folder, a_campaign_that_is_over)
    (found,) = json.loads(program.does("status", "--json"))["consultations"]
    assert found["state"] == "partial"
    assert "finished, some messages did not arrive" in program.does("status")
    listed = program.does("deliveries", "pool")
    assert "reminder · failed · " in listed and "person anna" in listed
    assert "reminder · uncertain · " in listed and "person bob" in listed
    assert "cleo" not in listed and "dan" not in listed
    assert "2 messages." in listed and "retry --failed --consultation pool" in listed
    rows = json.loads(program.does("deliveries", "pool", "--state", "uncertain", "--json"))
    assert [(row["citizen"], row["state"], row["reason"]) for row in rows] == [("bob", "uncertain", "may_have_arrived")]
    assert "words" not in json.dumps(rows) and "chat-bob" not in json.dumps(rows)

    assert "1 message will be sent again." in program.does("retry", "--failed", "--consultation", "pool")
    rows = json.loads(program.does("deliveries", "pool", *(f"--state={state}" for state in State), "--json"))
    states = {row["citizen"]: (row["state"], row["attempts"]) for row in rows}
    assert states == {"anna": ("planned", 0), "bob": ("uncertain", 3), "cleo": ("sent", 3), "dan": ("skipped", 3)}
    assert json.loads(program.does("retry", "--failed", "--json")) == {"retried": 0}
    noted = [(line["act"], line["subject"]) for line in json.loads(program.does("audit", "list", "--json"))]
    assert noted == [("deliveries.again", "pool")], "what changed nothing leaves no line"


def test_what_is_taken_up_again_is_noted(program: Program) -> None:
    async def set_apart(unit: Unit) -> None:
        await start(unit, consultation())
        who = await person(unit, "anna")
        body = Spec((Phrase("text.own", {"text": "words"}),))
        letter = Delivery(
            id=DeliveryId("letter"),
            key="letter",
            account=who.account,
            address=who.address,
            lane=Lane.STAFF,
            body=body,
            language="fr",
            due_at=START,
            planned_at=START,
        )
        await unit.deliveries.plan([replace(letter, state=State.FAILED, reason=Reason.REJECTED)])
        update = {"account_id": who.account, "update_id": "1", "chat": "anna", "raw": b"{}", "received_at": START}
        await unit.inbox.append([update])
        await unit.inbox.failed((await unit.inbox.pending(1))[0].seq, quarantine=True)

    in_database(program.folder, set_apart)
    assert json.loads(program.does("retry", "--json")) == {"released": 1}
    assert json.loads(program.does("retry", "--failed", "--json")) == {"retried": 1}
    assert json.loads(program.does("retry", "--json")) == {"released": 0}
    noted = [
        (line["act"], line["partner"], line["subject"]) for line in json.loads(program.does("audit", "list", "--json"))
    ]
    assert noted == [("updates.again", "town", "town-telegram"), ("deliveries.again", "town", "town-telegram")]


def test_a_campaign_that_is_over_and_reached_everybody_is_finished(program: Program) -> None:
    async def over(unit: Unit) -> None:
        await start(unit, consultation(), state=CampaignState.FINISHED, at=START + timedelta(days=1))

    in_database(program.folder, over)
    (found,) = json.loads(program.does("status", "--json"))["consultations"]
    assert found["state"] == "finished"


def test_unknown_names_are_said(program: Program) -> None:
    in_database(program.folder, a_campaign_that_is_over)
    for arguments in (("deliveries", "nope"), ("retry", "--failed", "--consultation", "nope")):
        assert "there is no consultation “nope” here. Known: pool" in program.is_refused(*arguments)
