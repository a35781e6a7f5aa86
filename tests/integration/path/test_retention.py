"""What is kept too long goes: each thing after its own time, and what the notice promised is what happens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.model.consultations import Retention
from tests.integration.path.looking import exported, in_files, places, tables
from tests.integration.path.town import Town, piscine

WORDS = "un toboggan géant pour les tortues"
NUMBER = "06 12 34 56 78"


async def tidied(town: Town, **by: float) -> None:
    await town.later(**by)
    await town.house.housekeeping.tidy()


async def one_who_finished(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.finishes(f"{WORDS}, {NUMBER}", results="Oui")


async def keeping(town: Town, **periods: timedelta) -> None:
    """The partner's own periods, in a new revision of the file."""
    consultation = piscine()
    await town.starts(replace(consultation, retention=replace(consultation.retention, **periods)))


async def test_raw_updates_go_after_seven_days(town: Town) -> None:
    await one_who_finished(town)
    await tidied(town, days=6, hours=23)
    assert len((await tables(town))["inbox"]) > 5
    await tidied(town, hours=2)
    assert (await tables(town))["inbox"] == []


async def test_an_update_that_could_not_be_worked_on_goes_too(town: Town) -> None:
    town.citizen("Anna")
    town.telegram.bot.push("message", {"message_id": 1, "chat": {"id": 1, "type": "private"}, "text": WORDS})
    await town.settle()
    async with town.storage.unit() as unit:
        (row,) = (await tables(town))["inbox"]
        await unit.inbox.failed(row["seq"], quarantine=True)
    await tidied(town, days=6)
    (row,) = (await tables(town))["inbox"]
    assert row["state"] == "quarantined", "it may still be given another try"
    await tidied(town, days=2)
    assert (await tables(town))["inbox"] == []


async def test_the_words_of_messages_go_after_thirty_days_and_what_became_of_them_stays(town: Town) -> None:
    await one_who_finished(town)
    await tidied(town, days=29)
    assert all(row["body"] for row in (await tables(town))["deliveries"] if row["lane"] == "reply")
    await tidied(town, days=2)
    replies = [row for row in (await tables(town))["deliveries"] if row["lane"] == "reply"]
    assert len(replies) > 5
    assert {(row["body"], row["state"]) for row in replies} == {(None, "sent")}


async def test_the_partners_own_periods_count(town: Town) -> None:
    await keeping(town, raw_updates=timedelta(days=2), message_bodies=timedelta(days=3))
    await one_who_finished(town)
    await tidied(town, days=2, hours=1)
    found = await tables(town)
    assert found["inbox"] == []
    assert all(row["body"] for row in found["deliveries"] if row["lane"] == "reply")
    await tidied(town, days=1)
    assert not any(row["body"] for row in (await tables(town))["deliveries"] if row["lane"] == "reply")


async def test_text_typed_before_agreeing_goes_as_soon_as_the_file_says(town: Town) -> None:
    await keeping(town, held_text=timedelta(hours=2))
    anna = town.citizen("Anna")
    await anna.starts()
    await anna.says(WORDS)
    await tidied(town, hours=1, minutes=59)
    assert "tortues" in str((await tables(town))["dialogues"])
    await tidied(town, minutes=2)
    assert "tortues" not in str((await tables(town))["dialogues"])


async def test_whoever_writes_after_a_long_silence_is_answered(town: Town) -> None:
    """When all updates have gone, the next ones must not be taken for those of before."""
    anna = town.citizen("Anna")
    await anna.agrees()
    await tidied(town, days=8)
    assert (await tables(town))["inbox"] == []
    (question,) = await anna.says("bonjour")
    assert question.startswith("Bonjour ! 1/3")
    (second,) = await anna.presses("Jamais")
    assert second.startswith("2/3")


async def test_raw_words_go_a_month_after_the_closing_and_the_masked_text_stays(town: Town) -> None:
    await one_who_finished(town)
    await town.wall("2027-02-28 12:00")
    await town.house.housekeeping.tidy()
    assert NUMBER in str((await tables(town))["parts"])
    await town.wall("2027-03-05 12:00")
    await town.house.housekeeping.tidy()
    found = await tables(town)
    assert places(found, [NUMBER, "34 56 78"]) == []
    assert [row["text"] for row in found["parts"]] == [None]
    (row,) = await exported(town)
    assert row["text"] == f"{WORDS}, [téléphone]"


async def test_answers_go_one_year_after_the_closing_as_the_notice_said(town: Town) -> None:
    """ "Gardées 1 an": every answer, typed or tapped."""
    await one_who_finished(town)
    await town.wall("2028-01-31 12:00")
    await town.house.housekeeping.tidy()
    assert len(await exported(town)) == 1
    await town.wall("2028-02-01 12:00")
    await town.house.housekeeping.tidy()
    found = await tables(town)
    for table in ("contributions", "parts", "tags", "alerts", "answers"):
        assert found[table] == [], table
    assert places({"dialogues": found["dialogues"]}, [WORDS, "parfois", "centre"]) == [], "nor in what it remembers"
    assert [row["state"] for row in found["consultations"]] == ["finished"]


async def test_whoever_comes_after_that_is_answered_kindly_and_can_still_erase(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.finishes(WORDS)
    await town.wall("2028-02-01 12:00")
    await town.house.housekeeping.tidy()
    (said,) = await anna.says("bonjour, et alors ?")
    assert "ferm" in said
    (mine,) = await anna.says("mes réponses")
    assert mine.startswith("Vous n'avez encore rien répondu")
    await anna.says("effacer")
    await anna.presses("Oui, tout effacer")
    assert (await tables(town))["citizens"] == []


async def test_people_who_never_come_back_are_forgotten_after_two_years(town: Town) -> None:
    anna, bob = town.citizen("Anna"), town.citizen("Bob")
    await anna.finishes(WORDS)
    await bob.agrees()
    await town.later(days=300)
    await bob.says("bonjour")
    await tidied(town, days=429)
    assert len((await tables(town))["citizens"]) == 2
    await tidied(town, days=2)
    found = await tables(town)
    assert [row["external_id"] for row in found["addresses"] if row["citizen_id"]] == [str(bob.id)]
    assert len(found["erasures"]) == 1, "the keyed hash and the date remain of her"
    assert places(found, [str(anna.id), WORDS]) == []


@pytest.mark.parametrize("said", ["Moins de 15 ans", "non"])
async def test_of_whoever_is_too_young_or_says_no_nothing_remains_an_hour_later(town: Town, said: str) -> None:
    before = {name: len(rows) for name, rows in (await tables(town)).items()}
    zoe = town.citizen("Zoé")
    await zoe.starts("affiche-piscine")
    await zoe.says(WORDS)
    kind = await (zoe.presses(said) if said.startswith("Moins") else zoe.says(said))
    assert await zoe.says("et pourquoi ?"), "somebody who goes on writing is answered"
    assert kind
    await tidied(town, minutes=59)
    assert len((await tables(town))["citizens"]) == 1
    await tidied(town, minutes=2)
    found = await tables(town)
    ours = {"inbox", "senders"}  # raw updates have a time of their own; the other is about the program alone
    assert {name: len(rows) for name, rows in found.items() if name not in ours} == {
        name: number for name, number in before.items() if name not in ours
    }
    assert places(found, [str(zoe.id), WORDS, "Zoé"]) == []
    assert in_files(town.database, [str(zoe.id), WORDS, "Zoé"]) == []


async def test_an_urgent_word_of_somebody_too_young_stays_for_staff(town: Town) -> None:
    zoe = town.citizen("Zoé")
    await zoe.starts()
    await zoe.says("je veux mourir")
    await zoe.presses("Moins de 15 ans")
    await tidied(town, hours=2)
    assert len((await tables(town))["alerts"]) == 1


async def test_whoever_agreed_elsewhere_keeps_what_they_said_there(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.finishes(WORDS)
    await town.starts(piscine(id="bassin", sources={"affiche-bassin": {"fr": "Bassin", "en": "Pool"}}))
    await anna.starts("affiche-bassin")
    await anna.presses("Moins de 15 ans")
    await tidied(town, hours=2)
    assert len((await tables(town))["contributions"]) == 1


async def test_the_files_forget_too(town: Town) -> None:
    """The log of the database is written back at each round: what was deleted is in no byte after it."""
    await one_who_finished(town)
    await tidied(town, days=8)
    names = [path.name for path in town.database.parent.iterdir() if path.name.endswith("-wal")]
    assert [(town.database.parent / name).stat().st_size for name in names] == [0]
    assert in_files(town.database, ["Anna"]) == [], "her name stood in the raw updates, which are gone"


def test_the_periods_are_those_that_the_documents_name() -> None:
    assert Retention() == Retention(
        contributions=timedelta(days=365),
        raw_updates=timedelta(days=7),
        message_bodies=timedelta(days=30),
        inactive_people=timedelta(days=730),
        consent_proofs=timedelta(days=1826),
        held_text=timedelta(hours=24),
    )
