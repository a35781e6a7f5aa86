"""Hundreds of messages of one person: the others are answered as before, and not one message is dropped."""

import asyncio
from dataclasses import replace

import pytest

from bots.terminal.decode import encode
from core.model.errors import StorageError
from core.model.ids import AccountId
from core.model.messages import Inbound, Said, Started
from core.rules.floods import MANY
from core.storage.inbox import MOST_OF_ONE
from core.work.intake import LOOK_AFTER, DurableInbox
from core.work.ports import RawUpdate
from tests.builders import Woken, both, consultation
from tests.integration.review.village import Village

POOL = replace(consultation(), steps=(), sources={"poster": both("affiche", "poster")})
FLOOD = 200


def _messages(village: Village, chat: str, count: int) -> list[RawUpdate]:
    account, now = village.accounts["town"], village.clock.now()
    return [
        RawUpdate(account, f"{chat}-{number}", chat, encode(chat, Said(f"encore {number}", number + 1)), now)
        for number in range(count)
    ]


async def test_who_floods_waits_and_nobody_else_does(village: Village) -> None:
    line = await village.starts(POOL)
    flood = _messages(village, "anna", FLOOD)
    await village.house.inbox.accept(flood)
    hello = RawUpdate(village.accounts["town"], "ben", "ben", encode("ben", Started("poster")), village.clock.now())
    await village.house.inbox.accept([hello])
    assert 2 <= await village.house.intake.receive_pending() <= MOST_OF_ONE + 1
    await village.house.outbox.send_due()
    assert line.to("ben"), "answered by the first batch, although hundreds came before"
    async with village.storage.reading() as unit:
        left = (await unit.staff.health(village.clock.now())).unprocessed
    assert left >= FLOOD - MOST_OF_ONE, "the others stay: none is dropped"
    while await village.house.intake.receive_pending():
        pass
    async with village.storage.reading() as unit:
        health = await unit.staff.health(village.clock.now())
    assert (health.unprocessed, health.quarantined) == (0, 0)


async def test_who_floods_hears_once_that_nothing_is_lost(village: Village) -> None:
    line = await village.starts(POOL)
    for chat in ("anna", "carl"):
        await village.agrees(chat)
    await village.says("carl", "STOP")
    for chat, count in (("anna", MANY - 5), ("ben", 5), ("carl", MANY)):
        await village.house.inbox.accept(_messages(village, chat, count))
        await village.house.settle()
    told = "Rien n'est perdu"
    assert not any(told in village.heard(chat) for chat in ("anna", "ben", "carl")), "few, and one who wants silence"
    for turn in ("once", "twice"):
        await village.later(minutes=2)
        more = [replace(each, update_id=f"{turn}-{each.update_id}") for each in _messages(village, "anna", MANY)]
        await village.house.inbox.accept(more)
        await village.house.settle()
    assert sum(told in message.text for message in line.to("anna")) == 1


async def test_a_full_inbox_takes_nothing_until_there_is_room(village: Village) -> None:
    await village.starts(POOL)
    inbox = DurableInbox(village.storage, lambda: None, village.house.intake.takes_away, most_waiting=3)
    first, second = _messages(village, "anna", 60), _messages(village, "ben", 1)
    assert await inbox.accept(first) == 60
    inbox._unlooked = LOOK_AFTER  # as after so many new ones
    with pytest.raises(StorageError, match="stay with the platform"):
        await inbox.accept(second)
    async with village.storage.reading() as unit:
        assert {row.chat for row in await unit.inbox.pending(5000)} == {"anna"}, "refused before anything is kept"
    while await village.house.intake.receive_pending():
        pass
    assert await inbox.accept(second) == 1


async def test_what_many_bring_at_the_same_time_is_one_commit_and_a_bad_one_fails_alone(village: Village) -> None:
    await village.starts(POOL)
    commits = Woken()
    inbox = DurableInbox(village.storage, commits, village.house.intake.takes_away)
    brought = _messages(village, "anna", 30)
    assert await asyncio.gather(*(inbox.accept([update]) for update in brought)) == [1] * 30
    assert commits.times <= 3, "the first, all that came while it was written, and who looked whether there is room"
    stranger = replace(_messages(village, "carl", 1)[0], account=AccountId("nobody's"))
    outcomes = await asyncio.gather(
        inbox.accept(_messages(village, "ben", 2)),
        inbox.accept([stranger]),
        inbox.accept(_messages(village, "dora", 1)),
        return_exceptions=True,
    )
    assert (outcomes[0], outcomes[2]) == (2, 1)
    assert isinstance(outcomes[1], Exception)


@pytest.mark.parametrize("broken", [False, True])
async def test_what_comes_while_others_are_worked_on_goes_along_or_is_kept_alone(
    village: Village, *, broken: bool
) -> None:
    if not village.storage.has_one_pen:
        return  # nobody waits for the other there
    assert village.storage._pen is not None
    await village.starts(POOL)
    commits = Woken()
    inbox = village.house.intake.inbox = DurableInbox(village.storage, commits, village.house.intake.takes_away)
    before = replace(_messages(village, "ben", 1)[0], **({"raw": b"no update"} if broken else {}))
    await inbox.accept([before])
    async with village.storage.unit():
        receiving = asyncio.create_task(village.house.intake.receive_pending())
        while village.storage._pen.wanted < 2:  # noqa: ASYNC110  # it has no event that says who waits for it
            await asyncio.sleep(0)
        accepting = asyncio.create_task(inbox.accept(_messages(village, "anna", 1)))
        await asyncio.sleep(0)
    assert await accepting == 1
    assert await receiving == 2 or broken
    assert commits.times == (2 if broken else 1), "of the inbox alone: the first update, and what was left waiting"


async def test_what_comes_during_a_batch_is_kept_in_its_commit_and_counted_once(village: Village) -> None:
    if not village.storage.has_one_pen:
        return  # nobody waits for the other there
    assert village.storage._pen is not None
    await village.starts(POOL)
    commits, intake = Woken(), village.house.intake
    inbox = intake.inbox = DurableInbox(village.storage, commits, intake.takes_away)
    await inbox.accept(_messages(village, "ben", 1))
    accepting: list[asyncio.Task[int]] = []
    decode = intake.decoders["terminal"]

    def decoded(raw: bytes) -> Inbound | None:
        if len(accepting) < 2:  # the batch is being worked on
            accepting.append(asyncio.create_task(inbox.accept(_messages(village, "carl", 1))))
        return decode(raw)

    intake.decoders = {**intake.decoders, "terminal": decoded}
    async with village.storage.unit():
        receiving = asyncio.create_task(intake.receive_pending())
        while village.storage._pen.wanted < 2:  # noqa: ASYNC110  # it has no event that says who waits for it
            await asyncio.sleep(0)
        accepting.append(asyncio.create_task(inbox.accept(_messages(village, "anna", 1))))
        await asyncio.sleep(0)
    assert await receiving == 2, "those who came before it began"
    assert await asyncio.gather(*accepting) == [1, 1], "each was new"
    assert commits.times == 1, "of the inbox alone: the very first update"
    assert await intake.receive_pending() == 1, "who came meanwhile"
