"""*Prepare a sending* from the digest: who is missing, whom of them we may write to, in which words; nothing leaves."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from config.locale import Catalogue
from core.model.people import Purpose
from core.model.staff import Actor, Role
from core.work.wording import card_text
from tests.builders import NOW, account, consultation, desk_of, person, start
from tests.databases import sqlite_storage

DAY = timedelta(days=1)
WHO = Actor("U1", Role.ORGANISER)


async def test_the_button_shows_the_step_under_the_rules_of_every_step(tmp_path: Path) -> None:
    asked, words = consultation(), Catalogue()
    both = (Purpose.PARTICIPATION, Purpose.REMINDERS)
    async with sqlite_storage(tmp_path) as storage:
        async with storage.unit() as unit:
            await start(unit, asked)
            for n in range(60):
                area = "gare" if n % 3 == 0 else "centre"
                await person(unit, f"done{n}", answers={"area": area}, finished_at=NOW - DAY, consents=both)
            for name, stopped in (("anna", None), ("gone", NOW - DAY)):
                known = {"answers": {"area": "bellevue"}, "stopped_at": stopped, "consents": both}
                await person(unit, name, arrived=NOW - 2 * DAY, **known)  # type: ignore[arg-type]  # three kinds of values
        desk = desk_of(storage, words)
        french = await desk.pressed(account("town", "slack"), "prepare:pool", WHO, "fr")
        english = await desk.pressed(account("town", "slack"), "prepare:pool", WHO, "en")
        async with storage.reading() as unit:
            assert await unit.readouts.steps("pool") == {}, "nothing is owed"  # type: ignore[arg-type]  # an id is a text
    said = card_text(french).replace("\N{NO-BREAK SPACE}", " ")  # type: ignore[arg-type]  # it is a card
    assert "Bellevue : 3 % des réponses, 18 % des gens" in said
    assert "À 1 personne, le 1er décembre à 18 h (rappel) :" in said
    assert "1 personne ne le reçoit pas : " in said
    assert "for: {sector: bellevue}" in said
    assert "Rien ne part sans vous" in said
    assert "To 1 person, on 1 December at 18:00 (reminder):" in card_text(english)  # type: ignore[arg-type]  # as above


async def test_who_is_missing_by_what_they_chose_can_be_written_to_as_well(tmp_path: Path) -> None:
    asked, words = replace(consultation(), shares={}, reference={"often": {"weekly": 0.5, "never": 0.5}}), Catalogue()
    both = (Purpose.PARTICIPATION, Purpose.REMINDERS)
    async with sqlite_storage(tmp_path) as storage:
        async with storage.unit() as unit:
            await start(unit, asked)
            for n in range(40):
                await person(unit, f"done{n}", answers={"often": "weekly"}, finished_at=NOW - DAY, consents=both)
            await person(unit, "anna", answers={"often": "never"}, arrived=NOW - 2 * DAY, consents=both)
        desk = desk_of(storage, words)
        card = await desk.pressed(account("town", "slack"), "prepare:pool", WHO, "fr")
    said = card_text(card)  # type: ignore[arg-type]  # it is a card
    assert "for: {answer: {often: never}}" in said
    assert "(rappel)" in said
