"""A post in a group: one message whose button opens the private chat, with its source; nothing else is said there."""

import pytest

from bots.terminal.errands import Writer
from core.model.campaigns import CampaignState
from core.model.errors import NotAllowed
from core.model.ids import ConsultationId
from core.work.sources import source_lines
from tests.integration.path.looking import tables
from tests.integration.path.people import NO_BREAK
from tests.integration.path.town import Town

GROUP = -1001234


async def posts(town: Town) -> bool:
    """`campaign post`, as the running service does it."""
    house = town.house
    writer = Writer(
        house.storage, town.clock, house.planning.chance, lambda: None, lambda: house.teaching, lambda: house.themes
    )
    label = {"consultation": "piscine", "label": {"fr": "Quartier Gare"}}
    known = [row["token"] for row in (await tables(town))["sources"] if "Quartier Gare" in str(row["label"])]
    token = known[0] if known else (await writer.run("source.add", label))["token"]
    link = f"https://t.me/{town.telegram.bot.username}?start={token}"
    asked = {"consultation": "piscine", "room": str(GROUP), "title": "Quartier Gare", "source": token, "link": link}
    done = await writer.run("campaign.post", asked)
    await town.work()
    return bool(done["new"])


async def test_a_post_brings_people_to_the_private_chat_and_is_counted_by_its_source(town: Town) -> None:
    group = town.telegram.group(GROUP, title="Quartier Gare", kind="supergroup")
    assert await posts(town)
    assert not await posts(town), "once a day"
    (shown,) = group.inbox
    assert shown.text.translate(NO_BREAK).startswith("Ville de Valbrune : « Les horaires de la piscine ».")
    ((button,),) = shown.buttons
    assert button["text"] == "Répondre en privé"
    source = button["url"].rpartition("=")[2]

    anna = town.citizen("Anna")
    await anna.finishes(source=source)
    chat = {"message_id": 9, "date": 1, "chat": group.chat(), "from": anna.person.profile.user()}
    town.telegram.bot.push("message", {**chat, "text": "/aide"})
    town.telegram.bot.push("message", {**chat, "text": "STOP", "message_id": 10})
    await town.settle()
    assert len(group.inbox) == 1, "the bot answers nobody in a group"
    async with town.storage.reading() as unit:
        (line, *_) = await source_lines(unit, ConsultationId("piscine"))
    assert (line.token, line.label["fr"], line.funnel.finished) == (source, "Quartier Gare", 1)
    owed = [row for row in (await tables(town))["deliveries"] if row["step"] == "post:"]
    assert [(row["state"], row["citizen_id"], row["lane"]) for row in owed] == [("sent", None, "staff")]


async def test_rights_that_were_taken_away_are_a_failure_with_its_reason(town: Town) -> None:
    town.telegram.group(GROUP, title="Quartier Gare", may_write=False)
    assert await posts(town)
    (row,) = [row for row in (await tables(town))["deliveries"] if row["step"] == "post:"]
    assert (row["state"], row["reason"]) == ("failed", "rejected")
    assert "enough rights" in row["detail"]


async def test_nothing_is_posted_when_nobody_could_answer(town: Town) -> None:
    group = town.telegram.group(GROUP, title="Quartier Gare")
    await town.moves("piscine", CampaignState.PAUSED)
    with pytest.raises(NotAllowed):
        await posts(town)
    assert not group.inbox
