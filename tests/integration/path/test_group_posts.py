"""A post in a group: one message whose button opens the private chat, with its source; nothing else is said there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bots.terminal.errands import Writer
from bots.web.report.document import document_of
from config.locale import Catalogue
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Moment, Post
from core.model.errors import NotAllowed
from core.model.ids import ConsultationId
from core.work.evaluation.report import report_of
from core.work.sources import source_lines
from core.work.status import next_moments
from tests.integration.path.looking import tables
from tests.integration.path.people import NO_BREAK
from tests.integration.path.town import Town, piscine

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


# ── posts of the file ────────────────────────────────────────────────────────────────────────────────────────────────


def asks_to_post(at: Moment, text: Mapping[str, str] | None = None) -> Consultation:
    source = {"gare-piscine": {"fr": "Groupe de la gare"}}
    planned = Post("gare", str(GROUP), at, "gare-piscine", text or {})
    asked = piscine()
    return replace(asked, posts=(planned,), sources={**asked.sources, **source})


async def test_a_post_of_the_file_leaves_once_at_its_moment_and_brings_people_by_its_source(town: Town) -> None:
    group = town.telegram.group(GROUP, title="Quartier Gare", kind="supergroup")
    await town.starts(asks_to_post(Moment(after=timedelta(days=1), at_time=time(23))))
    await town.wall("2026-11-17 22:59")
    async with town.storage.reading() as unit:
        running = await unit.consultations.running(ConsultationId("piscine"))
        current = await unit.consultations.current(ConsultationId("piscine"))
        assert running is not None
        assert current is not None
        coming = next_moments(current, running, town.clock.now())
    assert ("gare", "post") in [(each.what, each.kind) for each in coming]
    await town.wall("2026-11-18 08:29")
    assert not group.inbox, "23 h is quiet there"
    await town.wall("2026-11-18 08:30")
    (shown,) = group.inbox
    ((button,),) = shown.buttons
    assert button["url"] == f"https://t.me/{town.telegram.bot.username}?start=gare-piscine"
    await town.citizen("Anna").finishes(source="gare-piscine")
    town.house.planning._posted.clear()  # as after a restart
    await town.starts(asks_to_post(Moment(after=timedelta(days=1), at_time=time(23)), {"fr": "Autrement."}))
    await town.later(days=1)
    assert len(group.inbox) == 1, "once, whatever the file says later"
    async with town.storage.reading() as unit:
        lines = {each.token: each.funnel.finished for each in await source_lines(unit, ConsultationId("piscine"))}
        assert (await unit.readouts.steps(ConsultationId("piscine")))["gare"] == {"sent": 1}
        report = await report_of(unit, current, now=town.clock.now())
    assert lines["gare-piscine"] == 1
    assert [(each.step, each.day.isoformat(), each.sent) for each in report.marks if each.room] == [
        ("gare", "2026-11-18", 1)
    ]
    told = document_of(report, current, Catalogue(), "fr")
    (curve,) = [table for section in told.sections for table in section.tables if table.legend]
    assert any(": message dans un groupe ou un canal (Groupe de la gare), à partir du" in each for each in curve.legend)
    assert ("18 novembre", "1", "A · message dans un groupe ou un canal (Groupe de la gare)") in curve.rows


async def test_a_post_that_waits_takes_new_words_and_goes_with_a_campaign_that_is_stopped(town: Town) -> None:
    group = town.telegram.group(GROUP, title="Quartier Gare")
    at = Moment(at=datetime.fromisoformat("2026-11-18 10:00"))
    await town.starts(asks_to_post(at))
    town.clock.set_wall("2026-11-18 10:00")
    await town.house.planning.plan_due()
    await town.starts(asks_to_post(at, {"fr": "Passez dire ce que vous en pensez."}))
    await town.work()
    (shown,) = group.inbox
    assert "Passez dire ce que vous en pensez." in shown.text
    assert "privé" in shown.text

    other = replace(asks_to_post(at), posts=(Post("autre", str(GROUP), at, "gare-piscine"),))
    await town.starts(other)
    await town.house.planning.plan_due()
    await town.moves("piscine", CampaignState.STOPPED)
    await town.work()
    assert len(group.inbox) == 1
    owed = [row for row in (await tables(town))["deliveries"] if row["step"] == "autre"]
    assert [(row["state"], row["reason"]) for row in owed] == [("cancelled", "campaign_stopped")]


async def test_a_post_that_comes_too_late_says_so(town: Town) -> None:
    group = town.telegram.group(GROUP, title="Quartier Gare")
    await town.starts(asks_to_post(Moment(at=datetime.fromisoformat("2027-02-10 10:00"))))
    await town.wall("2027-02-01 12:00")
    assert not group.inbox
    owed = [row for row in (await tables(town))["deliveries"] if row["step"] == "gare"]
    assert [(row["state"], row["reason"]) for row in owed] == [("skipped", "consultation_closed")]
