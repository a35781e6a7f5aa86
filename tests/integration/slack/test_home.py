"""The Home tab: what one person sees first, through the real slack-bolt and from a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bots.slack.home import to_home
from config.locale import Catalogue
from core.model.contributions import ContributionState
from core.model.messages import Card, Line
from core.model.staff import Actor, Role
from core.storage.engine import Storage
from core.work.staff.staff_home import MOST_CONSULTATIONS, StaffHome
from tests.builders import NOW, account, alert, both, consultation, contribution, desk_of, person, start
from tests.databases import sqlite_storage
from tests.integration.slack.conftest import Opened
from tests.stand_ins.slack.blocks import problems_in_view
from tests.stand_ins.slack.reading import flatten
from tests.stand_ins.slack.server import SlackServer

TOWN, CITY = account("town", "slack"), account("city", "slack")
DENIS = Actor("U1", Role.MODERATOR, "Denis")


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        yield storage


@pytest.fixture
def home(storage: Storage) -> StaffHome:
    return StaffHome(desk_of(storage, Catalogue()))


async def a_flagged_message(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        anna = await person(unit, "anna", arrived=NOW - timedelta(days=9), finished_at=NOW)
        await contribution(unit, "ouvrir plus tard", by=anna, topics=("hours",))
        about = await contribution(unit, "il y a le feu", by=anna, redirect="danger", state=ContributionState.HIDDEN)
        await alert(unit, about, at=NOW - timedelta(hours=1))


async def opens_home(server: SlackServer, user: str, *, tab: str = "home") -> str:
    """What stands in this person's Home tab afterwards, "" when nothing was put there."""
    asked = await server.event({"type": "app_home_opened", "user": user, "tab": tab, "channel": "D1"})
    assert asked.acknowledged
    view = f"V-home-{user}"
    await server.until(lambda: view in server.world.views, what="a home tab")
    return flatten(server.world.views[view]).replace("\u00a0", " ")


async def test_it_shows_what_waits_and_what_comes_and_opens_it(
    server: SlackServer, opened: Opened, home: StaffHome, storage: Storage
) -> None:
    server.member("U1")
    await a_flagged_message(storage)
    async with opened(home=home, desk=home.desk, account=TOWN):
        shown = await opens_home(server, "U1")
        assert "Piscine\nEn cours · " in shown
        assert "1 message signalé attend d'être lu.  [Ouvrir]" in shown
        assert "1 réponse à relire avant de pouvoir la citer." in shown
        assert "Ensuite :" in shown
        assert shown.count("Comment ça marche") == 1
        page = server.world.views["V-home-U1"]
        pressed = await server.member("U1").press(page, "Ouvrir")
        await pressed.sees("il y a le feu")
        digest = await server.member("U1").press(page, "Voir le bilan")
        await digest.sees("Ce qu")
        counting = await server.member("U1").press(page, "Comment on compte")
        await counting.sees("Comment on compte")
        again = await opens_home(server, "U1")
        await server.until(lambda: "signalé" not in flatten(server.world.views["V-home-U1"]), what="it was read again")
    assert again
    assert not server.interpreted
    assert not server.violations


async def test_what_one_took_stands_on_their_own_tab_until_it_is_done(home: StaffHome, storage: Storage) -> None:
    await a_flagged_message(storage)
    desk, colleague = home.desk, Actor("U2", Role.ORGANISER, "Claire")

    async def yours(who: Actor) -> list[str]:
        card = await home.home(TOWN, who, "fr")
        lines = [each for each in card.blocks if isinstance(each, Line) and "Vous vous chargez" in each.text]
        return [each.text.partition("\N{NO-BREAK SPACE}: ")[2] for each in lines]

    for subject in ("topic:hours", "review", "uncertain"):
        await desk.pressed(TOWN, f"take:pool:{subject}", DENIS, "fr")
    assert await yours(DENIS) == ["les réponses à relire · Horaires"], "nothing uncertain is there"
    assert await yours(colleague) == []
    answered = await desk.sent(TOWN, "answer:pool:hours:n", {"state": "kept", "when": "now"}, colleague, "fr")
    assert isinstance(answered, Card)
    assert await yours(DENIS) == ["les réponses à relire"]


async def test_people_of_another_workspace_see_nothing(server: SlackServer, opened: Opened) -> None:
    server.member("U1")
    server.member("U9", team="T0OTHER")
    async with opened():
        await server.event({"type": "app_home_opened", "user": "U9", "tab": "home", "channel": "D9"})
        await server.event({"type": "app_home_opened", "user": "U1", "tab": "messages", "channel": "D1"})
        assert "À vous" in await opens_home(server, "U1")
    assert [each.arguments["user_id"] for each in server.called("views.publish")] == ["U1"]


async def test_nothing_of_another_partner_stands_there(storage: Storage, home: StaffHome) -> None:
    await a_flagged_message(storage)
    async with storage.unit() as unit:
        await start(unit, replace(consultation(), id="library", title=both("Bibliothèque", "Library")))
    assert "Bibliothèque" in flatten(to_home(await home.home(TOWN, DENIS, "fr")))
    elsewhere = flatten(to_home(await home.home(CITY, DENIS, "en")))
    assert "Nothing has started yet" in elsewhere
    assert "Library" not in elsewhere


async def test_many_consultations_with_endless_titles_still_fit(storage: Storage, home: StaffHome) -> None:
    endless = both("<!channel> " + "é" * 4000, "\u202e" + "🏊" * 4000)
    async with storage.unit() as unit:
        for number in range(MOST_CONSULTATIONS + 3):
            await start(unit, replace(consultation(sources={}), id=f"pool-{number}", title=endless))
    for language in ("fr", "en"):
        view = to_home(await home.home(TOWN, DENIS, language))
        assert problems_in_view(view) == []
        assert flatten(view).count("Voir le bilan" if language == "fr" else "See the digest") == MOST_CONSULTATIONS
