"""Two partners on one installation: nothing of one is visible to, or linked with, the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.ids import AccountId
from core.model.staff import Actor, Role
from tests.integration.path.looking import exported, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.town import NO_BREAK, ROOM, Town, piscine
from tests.samples import sample
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.telegram.world import BotAccount

OTHER_TOKEN = "700000002:AAStandInTokenStandInTokenStandIn-01"
LIBRARY_ROOM = "C0LIBRARY"
CHAT = 5_559_998_877
SECRET = "les tortues de la ville nagent la nuit"


def library() -> Consultation:
    return sample("bibliotheque")


@dataclass
class Neighbours:
    """The town (Valbrune) and the university (Rochevaine) on one program."""

    town: Town
    bot: BotAccount
    slack: SlackServer
    account: AccountId
    workspace: AccountId

    @property
    def room(self) -> str:
        return self.slack.transcript(LIBRARY_ROOM).translate(NO_BREAK)


@pytest.fixture
async def both(town: Town) -> AsyncIterator[Neighbours]:
    consultation = library()
    bot = town.telegram.add_bot(OTHER_TOKEN, "rochevaine_bot")
    async with SlackServer(team_id="T0ROCHEVAINE") as slack:
        slack.channel(LIBRARY_ROOM, consultation.digest.slack_channel.removeprefix("#"))
        slack.world.limits.enabled = False
        await town.starts(consultation, bot=bot)
        account = await town.opens_telegram(consultation.partner.id, bot)
        workspace = await town.opens_slack(consultation.partner.id, slack)
        yield Neighbours(town, bot, slack, account, workspace)
        await town.closes()


async def test_the_same_person_is_two_strangers(both: Neighbours) -> None:
    town = both.town
    in_town = town.citizen("Anna", number=CHAT)
    await in_town.finishes(SECRET)
    at_university = Neighbour(town.telegram.person(CHAT, first_name="Anna", bot=both.bot), town.settle)
    hello = await at_university.starts()
    assert hello[0].startswith("Bonjour ! La bibliothèque ouvrira")
    assert "piscine" not in at_university.transcript
    found = await tables(town)
    assert len(found["citizens"]) == 2
    assert len({row["partner_id"] for row in found["citizens"]}) == 2
    assert len({row["citizen_id"] for row in found["addresses"] if row["citizen_id"]}) == 2
    mine = "\n".join(await at_university.says("/mesdonnees"))
    assert "tortues" not in mine
    assert "piscine" not in mine
    await at_university.says("effacer")
    await at_university.presses("Oui, tout effacer")
    assert len((await tables(town))["citizens"]) == 1, "erased there, not here"
    assert len(await exported(town)) == 1
    listed = "\n".join(await in_town.says("/consultations"))
    assert "bibliothèque" not in listed


async def test_stop_to_one_is_not_stop_to_the_other(both: Neighbours) -> None:
    town = both.town
    in_town = town.citizen("Anna", number=CHAT)
    await in_town.agrees()
    await in_town.presses("Parfois")
    at_university = Neighbour(town.telegram.person(CHAT, first_name="Anna", bot=both.bot), town.settle)
    await at_university.agrees()
    await at_university.says("STOP")
    await town.wall("2026-11-17 18:00")
    assert len(in_town.hears()) == 1
    assert not at_university.hears()


async def test_sources_and_buttons_of_one_lead_nowhere_in_the_other(both: Neighbours) -> None:
    town = both.town
    at_university = Neighbour(town.telegram.person(CHAT, first_name="Anna", bot=both.bot), town.settle)
    hello = await at_university.starts("affiche-piscine")
    assert hello[0].startswith("Bonjour ! La bibliothèque ouvrira")
    (row,) = (await tables(town))["dialogues"]
    assert (row["consultation_id"], row["source"]) == ("bibliotheque-2027", "")
    in_town = town.citizen("Bob")
    await in_town.agrees()
    stolen = in_town.person.last.buttons[0][0]["callback_data"]
    (kind,) = await at_university.does("forge", stolen, message_id=at_university.person.last.message_id)
    assert "piscine" not in kind
    assert (await tables(town))["answers"] == []


async def test_each_staff_sees_its_own_and_nothing_else(both: Neighbours) -> None:
    town = both.town
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    await anna.says("je veux mourir, " + SECRET)
    assert "(détresse)" in town.room
    assert both.room == ""
    outsider = both.slack.member("U9", locale="fr-FR")
    for words in ("digest piscine", "digest Les horaires", "digest valbrune"):
        asked = await outsider.command("/porte-voix", words, channel=LIBRARY_ROOM)
        said = await asked.sees("Aucune consultation")
        assert "bibliotheque-2027" in said
        assert "Les horaires de la piscine" not in said
    asked = await outsider.command("/porte-voix", "status", channel=LIBRARY_ROOM)
    said = await asked.sees("Comment va")
    assert "Tout va bien" in said, "the alert of the other partner is not theirs to see"
    assert "piscine" not in said
    asked = await outsider.command("/porte-voix", "digest", channel=LIBRARY_ROOM)
    assert "piscine" not in await asked.sees("La bibliothèque à la rentrée")


async def test_buttons_of_the_other_partner_open_nothing(both: Neighbours) -> None:
    town = both.town
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    await anna.says("je veux mourir, " + SECRET)
    await anna.presses("Continuer")
    await anna.says(SECRET)
    await town.silence()
    (alert,) = town.slack.world.channels[ROOM].messages
    await town.wall("2026-11-23 08:45")
    desk, stranger = town.house.desk, both.workspace
    actions = [
        element["value"]
        for message in town.slack.world.channels[ROOM].messages
        for block in message["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if element.get("type") == "button" and element.get("value", "").startswith(("open:", "review:"))
    ]
    assert len(actions) >= 3, "the alert, its line in the digest, the review"
    outsider = Actor("U9", Role.OWNER)
    refused = await desk.open_alert(stranger, "no such alert", outsider, "fr")
    for action in actions:
        assert await desk.pressed(stranger, action, outsider, "fr") == refused, "as what does not exist"
    asked = await town.staff().press(alert, "Ouvrir")
    assert "tortues" in await asked.sees("je veux mourir")


async def test_each_digest_goes_to_its_own_room(both: Neighbours) -> None:
    town = both.town
    await town.wall("2026-11-23 08:45")
    for _ in range(7):
        await town.later(days=1)
    assert "Les horaires de la piscine · semaine" in town.room
    assert "bibliothèque" not in town.room
    assert "La bibliothèque à la rentrée · semaine" in both.room
    assert "piscine" not in both.room


async def test_stopping_one_campaign_leaves_the_other_alone(both: Neighbours) -> None:
    town = both.town
    anna = town.citizen("Anna")
    await anna.agrees()
    await town.moves("bibliotheque-2027", CampaignState.STOPPED)
    (second,) = await anna.presses("Parfois")
    assert second.startswith("2/3")
    await town.wall("2026-11-17 18:00")
    assert len(anna.hears()) == 1


async def test_each_partner_keeps_for_its_own_time(both: Neighbours) -> None:
    town = both.town
    consultation = piscine()
    short = replace(consultation.retention, raw_updates=timedelta(days=1))
    await town.starts(replace(consultation, retention=short))
    await town.citizen("Anna").starts()
    await Neighbour(town.telegram.person(CHAT, first_name="Anna", bot=both.bot), town.settle).starts()
    await town.later(days=2)
    await town.house.housekeeping.tidy()
    assert [row["account_id"] for row in (await tables(town))["inbox"]] == [both.account]
