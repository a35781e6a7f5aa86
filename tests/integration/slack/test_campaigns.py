"""A campaign from Slack: `/porte-voix campagne`, a form, its check, the file, the start; through the real bolt."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.model.campaigns import CampaignState
from core.model.ids import ConsultationId
from core.model.staff import Role
from tests.databases import sqlite_storage
from tests.integration.slack.conftest import ROOM, Desk, Opened
from tests.stand_ins.slack.reading import flatten
from tests.stand_ins.slack.server import SlackServer
from tests.unit.work.test_campaign_desk import FILLED, LAST, OWN, Room

SEVERAL = {name: value for name, value in FILLED.items() if name != "open"}


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with sqlite_storage(tmp_path) as storage:
        room = Room(storage)
        await room.starts()
        yield room


async def test_a_campaign_is_written_checked_taken_along_and_started(
    server: SlackServer, opened: Opened, room: Room, desk: Desk
) -> None:
    anna, bilal = server.member("U1"), server.member("U2")
    desk.role = Role.ORGANISER
    async with opened(campaigns=room.desk, account=room.account):
        asked = await anna.command("/porte-voix", "campagne", channel=ROOM.external_id)
        assert asked.acknowledged
        await asked.sees("Vos consultations")
        view = asked.views[0]

        def shows(words: str) -> bool:
            return words in flatten(server.world.views[view]).replace("\u00a0", " ")

        async def presses(label: str, then: str) -> None:
            await anna.press(server.world.views[view], label)
            await server.until(lambda: shows(then), what=then)

        await presses("Préparer", "Question 1 ____")
        missing = await anna.fill(view, **SEVERAL)
        assert missing.acknowledged
        await server.until(lambda: shows("rien n'est ouvert"), what="the form again")
        await anna.fill(view, open=FILLED["open"])
        await server.until(lambda: shows("La vérification n'a rien trouvé à redire."), what="the check")
        colleague = await bilal.command("/porte-voix", "campaign", channel=ROOM.external_id)
        await colleague.sees("Le marché du samedi")
        await presses("Prendre le fichier", "Le fichier est dans vos messages")
        (file,) = server.world.uploads.values()
        assert (file.filename, file.shared_in) == ("marche-samedi.yaml", server.world.direct("U1").id)
        assert await room.state() is CampaignState.DRAFT

        again = await anna.command("/porte-voix", "campagne", channel=ROOM.external_id)
        await again.sees("Le marché du samedi")
        view = again.views[0]
        await anna.press(server.world.views[view], "Regarder", nth=1)
        await server.until(lambda: shows("Lancer"), what="the draft")
        server.twice = True
        await presses("Lancer", "est lancée")
    assert await room.state() is CampaignState.RUNNING
    assert room.woken == 1
    assert [act for act, _ in await room.acts()] == ["campaign.drafted", "campaign.started"]
    assert server.transcript(ROOM.external_id) == ""
    assert not server.interpreted
    assert not server.violations


async def test_the_same_form_twice_is_one_draft(server: SlackServer, opened: Opened, room: Room, desk: Desk) -> None:
    anna = server.member("U1")
    desk.role = Role.ORGANISER
    async with opened(campaigns=room.desk, account=room.account):
        asked = await anna.command("/porte-voix", "campagne", channel=ROOM.external_id)
        await asked.sees("Préparer")
        view = asked.views[0]
        await anna.press(server.world.views[view], "Préparer")
        await server.until(lambda: "Question 1" in flatten(server.world.views[view]), what="the form")
        server.twice = True
        await anna.fill(view, **FILLED)
        await server.until(lambda: "rien trouvé" in flatten(server.world.views[view]), what="the check")
    async with room.storage.reading() as unit:
        drafts = [each.id for each in await unit.consultations.all() if each.id != ConsultationId("piscine")]
    assert drafts == [OWN]


async def test_a_moderator_sees_who_may(server: SlackServer, opened: Opened, room: Room) -> None:
    anna = server.member("U1", locale="en-GB")
    async with opened(campaigns=room.desk, account=room.account):
        await (await anna.command("/porte-voix", "campaign", channel=ROOM.external_id)).sees("“organiser”")


async def test_the_file_is_given_back_in_a_window(server: SlackServer, opened: Opened, room: Room, desk: Desk) -> None:
    anna = server.member("U1")
    desk.role = Role.ORGANISER
    async with opened(campaigns=room.desk, account=room.account):
        asked = await anna.command("/porte-voix", "campagne", channel=ROOM.external_id)
        await asked.sees("Vos consultations")
        view = asked.views[0]

        async def shows(words: str) -> None:
            await server.until(lambda: words in flatten(server.world.views[view]), what=words)

        await anna.press(server.world.views[view], "Regarder")
        await shows("Rendre le fichier")
        await anna.press(server.world.views[view], "Rendre le fichier")
        await shows("Donnez le fichier")
        server.scopes.discard("files:read")
        await anna.fill(view, file=LAST)
        await shows("Ce fichier ne va pas encore")
        server.scopes.add("files:read")
        await anna.fill(view, file=LAST.replace("closes: ", "closes: 2027-02-10 # ", 1))
        await shows("révision 2")
    assert not server.violations
