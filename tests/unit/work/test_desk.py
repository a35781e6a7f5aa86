"""The desk: what staff ask for and press, and that nothing of another partner ever answers."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bots.slack.blocks import to_blocks, to_window
from bots.slack.desk import StaffDesk
from config.locale import Catalogue
from core.model.campaigns import CampaignState
from core.model.consultations import PartnerProfile
from core.model.contributions import ContributionState
from core.model.forms import Form
from core.model.ids import AlertId, ConsultationId, ContributionId
from core.model.messages import Button, Card, Line, Quote
from core.model.staff import Actor, Role
from core.storage.engine import Storage
from core.storage.schema import alerts as alert_table
from core.storage.schema import contributions as contribution_table
from core.work.staff.desk import REVIEWED_AT_ONCE, Desk
from core.work.wording import card_text
from tests.builders import (
    NOW,
    account,
    alert,
    both,
    consultation,
    contribution,
    desk_of,
    person,
    start,
)
from tests.databases import sqlite_storage
from tests.stand_ins.slack.blocks import problems_in, problems_in_view

WORDS = Catalogue()
POOL = ConsultationId("pool")
ANNA, BOB, STRANGER = (Actor(each, Role.MODERATOR) for each in ("U1", "U2", "U9"))
TOWN, CITY = account("town", "slack"), account("city", "slack")
THEIRS = replace(consultation(), id="library", partner=PartnerProfile("city", both("Ville", "City")))
REFUSED = "Ce n'est plus là, ou ce n'est pas à vous."


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        yield storage


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return desk_of(storage, WORDS)


def said(card: Card | Form | None) -> str:
    assert isinstance(card, Card)
    return card_text(card).replace("\N{NO-BREAK SPACE}", " ")


def buttons(card: Card | Form | None) -> list[Button]:
    assert isinstance(card, Card)
    return [button for block in card.blocks if isinstance(block, Line | Quote) for button in block.buttons]


async def flagged(storage: Storage, text: str | None = "il y a le feu au vestiaire") -> AlertId:
    async with storage.unit() as unit:
        await start(unit, consultation())
        who = await person(unit, "anna")
        state = ContributionState.HIDDEN if text else ContributionState.RECEIVED
        about = await contribution(
            unit, text, by=who, redirect="danger", state=state, raw="il y a le feu, appelez Anna au 06 12 34 56 78"
        )
        return await alert(unit, about, at=NOW - timedelta(days=1))


async def opened_by(storage: Storage, which: AlertId) -> str | None:
    async with storage.reading() as unit:
        row = (await unit.connection.execute(sa.select(alert_table).where(alert_table.c.id == which))).one()
        found: str | None = row.opened_by
        return found


def test_the_desk_is_what_slack_asks_for(desk: Desk) -> None:
    asked: StaffDesk = desk
    assert asked is desk


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_only_consultation_needs_no_name(storage: Storage, desk: Desk) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    assert said(await desk.digest(TOWN, "", ANNA, "fr")).startswith("Piscine · semaine 3 sur 6 · lundi 8 h 45")


@pytest.mark.parametrize("asked", ["pool", "POOL", "swim", "Piscine", "la pìscine"])
async def test_a_consultation_is_found_by_its_id_or_by_a_word_of_its_title(
    storage: Storage, desk: Desk, asked: str
) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation(title=both("La piscine", "The swimming pool")))
        await start(unit, consultation(id="school", title=both("Le collège", "The school")))
    assert said(await desk.digest(TOWN, asked, ANNA, "fr")).startswith("La piscine ·")


@pytest.mark.parametrize("asked", ["", "le", "nothing like it", "library", "%", "'; drop table digests"])
async def test_where_it_is_not_clear_which_the_own_ones_are_listed(storage: Storage, desk: Desk, asked: str) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation(title=both("Le stade", "The stadium")))
        await start(unit, consultation(id="school", title=both("Le collège", "The school")))
        await start(unit, THEIRS)
    shown = said(await desk.digest(TOWN, asked, ANNA, "fr"))
    assert "Le stade : /porte-voix digest pool" in shown
    assert "Le collège : /porte-voix digest school" in shown
    assert "/porte-voix digest library" not in shown


async def test_the_one_that_runs_is_meant_rather_than_those_that_are_over(storage: Storage, desk: Desk) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation(id="old"), state=CampaignState.STOPPED)
        await start(unit, consultation(id="school", title=both("Le collège", "The school")))
    assert said(await desk.digest(TOWN, "", ANNA, "fr")).startswith("Le collège")


async def test_without_any_consultation_the_person_learns_what_to_do(storage: Storage, desk: Desk) -> None:
    async with storage.unit() as unit:
        await start(unit, THEIRS)
    assert "Aucune consultation n'a commencé" in said(await desk.digest(TOWN, "", ANNA, "fr"))
    assert "No consultation has started" in said(await desk.digest(TOWN, "library", ANNA, "en"))


async def test_the_status_is_only_about_the_partner_who_asks(storage: Storage, desk: Desk) -> None:
    await flagged(storage)
    async with storage.unit() as unit:
        await start(unit, replace(THEIRS, title=both("Médiathèque", "Library")))
    town, city = said(await desk.status(TOWN, "fr")), said(await desk.status(CITY, "fr"))
    assert "1 message signalé que personne n'a ouvert" in town
    assert "Médiathèque" not in town
    assert "Tout va bien" in city
    assert "Piscine" not in city


async def test_an_account_that_nobody_knows_gets_nothing(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage)
    stranger = account("nobody", "slack")
    assert REFUSED in said(await desk.status(stranger, "fr"))
    assert "Aucune consultation" in said(await desk.digest(stranger, "pool", ANNA, "fr"))
    assert REFUSED in said(await desk.open_alert(stranger, which, ANNA, "fr"))


@pytest.mark.parametrize("language", WORDS.languages)
async def test_the_help_names_every_command(desk: Desk, language: str) -> None:
    shown = said(await desk.help(language))
    assert all(f"/porte-voix {verb}" in shown for verb in ("digest", "statut" if language == "fr" else "status"))
    assert ("Accueil" if language == "fr" else "Home") in shown


@pytest.mark.parametrize("language", WORDS.languages)
async def test_how_it_is_counted_is_one_press_away(desk: Desk, language: str) -> None:
    shown = await desk.pressed(TOWN, "counting", ANNA, language)
    assert shown is not None
    assert len(shown.blocks) == 10
    assert problems_in(to_blocks(shown)) == []


@pytest.mark.parametrize("action", ["", "unknown", "q1:yes:1", "opened", "counting:2"])
async def test_a_button_that_is_none_of_ours_says_nothing(desk: Desk, action: str) -> None:
    assert await desk.pressed(TOWN, action, ANNA, "fr") is None


# ── flagged messages ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_opening_shows_the_masked_text_and_is_noted(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage, "il y a le feu, appelez [nom] au [téléphone]")
    shown = said(await desk.open_alert(TOWN, which, Actor("U042", Role.MODERATOR), "fr"))
    assert "Message signalé : danger" in shown
    assert "Piscine · dimanche 8 h 45" in shown
    assert "il y a le feu, appelez [nom] au [téléphone]" in shown
    assert "Anna" not in shown
    assert "06 12" not in shown
    assert "vous l'avez ouvert" in shown
    assert "Personne n'en est chargé. [Je m'en charge]" in shown
    assert await opened_by(storage, which) == "U042"
    assert "À faire : rien" in said(await desk.digest(TOWN, "", ANNA, "fr"))


async def test_the_second_reader_learns_that_it_was_opened(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage)
    await desk.pressed(TOWN, f"open:{which}", ANNA, "fr")
    shown = said(await desk.pressed(TOWN, f"open:{which}", BOB, "fr"))
    assert "il y a le feu" in shown
    assert "Déjà ouvert lundi 8 h 45" in shown
    assert await opened_by(storage, which) == ANNA.id


async def test_what_is_not_masked_yet_is_not_shown_and_stays_to_be_done(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage, None)
    shown = said(await desk.open_alert(TOWN, which, ANNA, "fr"))
    assert "réessayez dans un instant" in shown
    assert "feu" not in shown
    assert await opened_by(storage, which) is None


async def test_what_can_never_be_masked_is_said_and_not_shown(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage, None)
    async with storage.unit() as unit:
        await unit.connection.execute(sa.update(contribution_table).values(state="untaggable"))
    shown = said(await desk.open_alert(TOWN, which, ANNA, "fr"))
    assert "ne peut pas être montré ici" in shown
    assert await opened_by(storage, which) is None


async def test_another_partner_cannot_open_it_nor_learn_that_it_exists(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage)
    async with storage.unit() as unit:
        await start(unit, THEIRS)
    theirs = await desk.open_alert(CITY, which, STRANGER, "fr")
    nothing = await desk.open_alert(CITY, "no-such-alert", STRANGER, "fr")
    assert theirs == nothing
    assert REFUSED in said(theirs)
    assert await opened_by(storage, which) is None


async def test_an_erased_message_is_no_longer_there(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage)
    async with storage.unit() as unit:
        await unit.connection.execute(sa.delete(contribution_table))
    assert REFUSED in said(await desk.open_alert(TOWN, which, ANNA, "fr"))


async def test_a_very_long_message_fits_in_the_window(storage: Storage, desk: Desk) -> None:
    which = await flagged(storage, "<!channel> au feu\n" * 2000)
    shown = await desk.open_alert(TOWN, which, ANNA, "fr")
    assert problems_in_view(to_window("Porte-voix", "Fermer", shown)) == []


# ── reading before quoting ───────────────────────────────────────────────────────────────────────────────────────────


async def waiting(storage: Storage, *texts: str) -> list[ContributionId]:
    async with storage.unit() as unit:
        await start(unit, consultation())
        return [await contribution(unit, text, topics=("hours",)) for text in texts]


async def test_a_reviewed_answer_is_quoted_and_a_refused_one_never(storage: Storage, desk: Desk) -> None:
    await waiting(storage, "ouvrir plus tard le soir", "mon voisin est bruyant")
    shown = await desk.pressed(TOWN, "review:pool", ANNA, "fr")
    verbs = [button.action.split(":")[0] for button in buttons(shown)]
    assert verbs == ["quote", "never", "mask", "quote", "never", "mask", "review"]
    good, _, _, _, bad, _, again = (button.action for button in buttons(shown))
    assert "peut être citée" in said(await desk.pressed(TOWN, good, ANNA, "fr"))
    assert "ne sera pas citée" in said(await desk.pressed(TOWN, bad, ANNA, "fr"))
    assert "Tout est relu" in said(await desk.pressed(TOWN, again, ANNA, "fr"))
    digest = said(await desk.digest(TOWN, "", ANNA, "fr"))
    assert "« ouvrir plus tard le soir » · relu" in digest
    assert "voisin" not in digest
    assert "2 réponses libres" in digest, "what is not quoted still counts"


async def test_only_a_few_are_shown_at_once(storage: Storage, desk: Desk) -> None:
    await waiting(storage, *(f"une réponse numéro {n} " + "très longue " * 300 for n in range(9)))
    shown = await desk.pressed(TOWN, "review:pool", ANNA, "fr")
    assert shown is not None
    assert len([block for block in shown.blocks if isinstance(block, Quote)]) == REVIEWED_AT_ONCE
    assert "9 réponses à relire" in said(shown)
    assert problems_in(to_blocks(shown)) == []


async def test_a_decision_is_about_the_words_that_were_read(storage: Storage, desk: Desk) -> None:
    (own,) = await waiting(storage, "ouvrir plus tard le soir")
    shown = await desk.pressed(TOWN, "review:pool", ANNA, "fr")
    async with storage.unit() as unit:
        await unit.connection.execute(
            sa.update(contribution_table).where(contribution_table.c.id == own).values(text="tout autre chose")
        )
    assert "a changé" in said(await desk.pressed(TOWN, buttons(shown)[0].action, ANNA, "fr"))
    async with storage.reading() as unit:
        assert (await unit.readouts.to_review(POOL, limit=1))[0] == 1


async def test_another_partner_reviews_nothing_of_ours(storage: Storage, desk: Desk) -> None:
    await waiting(storage, "ouvrir plus tard le soir")
    async with storage.unit() as unit:
        await start(unit, THEIRS)
    shown = await desk.pressed(TOWN, "review:pool", ANNA, "fr")
    assert REFUSED in said(await desk.pressed(CITY, "review:pool", STRANGER, "fr"))
    for action in (buttons(shown)[0].action, buttons(shown)[1].action):
        assert REFUSED in said(await desk.pressed(CITY, action, STRANGER, "fr"))
    async with storage.reading() as unit:
        assert (await unit.readouts.to_review(POOL, limit=1))[0] == 1


@pytest.mark.parametrize("action", ["quote:", "quote:::", "never:nobody:abc", "review:", "review:nothing", "open:"])
async def test_a_forged_button_gets_the_refusal(storage: Storage, desk: Desk, action: str) -> None:
    await waiting(storage, "ouvrir plus tard le soir")
    assert REFUSED in said(await desk.pressed(TOWN, action, ANNA, "fr"))


async def test_a_flagged_message_cannot_be_made_quotable(storage: Storage, desk: Desk) -> None:
    await flagged(storage)
    async with storage.reading() as unit:
        (about,) = await unit.contributions.page(POOL)
    assert REFUSED in said(await desk.pressed(TOWN, f"quote:{about.id}:0", ANNA, "fr"))
