"""Story 3 of MISSION.md as far as its data exist: the digest on Monday at 8:45, once, whatever Slack does meanwhile."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model.consultations import QuotePolicy
from nlp.tagger import InProcessTagger
from tests.integration.path.conftest import IN_BOTH_MODES
from tests.integration.path.looking import status, tables
from tests.integration.path.town import NO_BREAK, ROOM, Town, open_town, piscine
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.world import Planned, Trouble

MONDAY = "2026-11-23 08:45"
QUOTED = "ouvrir plus tard le soir, et le dimanche aussi"


async def a_first_week(town: Town) -> None:
    anna, bob, chloe = town.citizen("Anna"), town.citizen("Bob"), town.citizen("Chloé")
    await anna.finishes(QUOTED, source="affiche-piscine", results="Oui")
    await bob.finishes("baisser le prix du ticket pour les chômeurs", source="guichet")
    await chloe.agrees("affiche-piscine")
    await chloe.presses("Parfois")
    await chloe.does("send_voice")
    await town.citizen("Driss").starts("sms")
    await town.wall("2026-11-17 18:00")
    await town.wall("2026-11-20 17:42")
    await chloe.says("je veux mourir")
    await town.wall("2026-11-23 08:44")


@IN_BOTH_MODES
async def test_on_monday_at_a_quarter_to_nine_once(town: Town) -> None:
    await a_first_week(town)
    before = len(town.slack.world.channels[ROOM].messages)
    await town.wall(MONDAY)
    (digest,) = town.slack.world.channels[ROOM].messages[before:]
    said = town.room.split("\n\n")[-1]
    assert said.splitlines() == [
        "Les horaires de la piscine · semaine 1 sur 11 · lundi 8 h 45",
        "À faire (1)  [Ce qui attend]",
        "1. Message signalé vendredi 17 h 42 (détresse) : une personne doit le lire  [Ouvrir]",
        "Qui a répondu · 3 cette semaine, 3 en tout · arrivés 4 → d'accord 3 → 1re réponse 3 → fini 2",
        "D'où (fini) : Affiche de la piscine 1 · Guichet de la mairie 1 · SMS de Valbrune Habitat 0",
        "Qui manque : trop tôt pour le dire (réponses sur le secteur : 2, il en faut 30)",
        "Ce qu'ils disent (2 réponses libres, un ou plusieurs thèmes) · Horaires 1 · Tarifs 1  [Thèmes]",
        "2 réponses pas encore relues : une réponse n'est citée ici qu'après relecture  [Relire]",
        "Rappel de mardi : 1 envoyé, 0 a fini ensuite, 0 arrêt. Effet propre : pas mesuré, sans second groupe.",
        "Non traités : 1 message vocal · déclaratif, non représentatif",
        "[Note d'une page] [CSV] [Comment on compte]",
        "A répondu = au moins une réponse enregistrée. Taux de réponse = personnes qui ont répondu ÷ personnes à qui "
        "nous avons écrit (invitation ou rappel). Cette semaine = les 7 derniers jours.",
    ]
    for _ in range(3):
        await town.work()
    await town.later(days=6, hours=23)
    assert town.slack.world.channels[ROOM].messages[before:] == [digest]
    await town.wall("2026-11-30 08:45")
    assert len(town.slack.world.channels[ROOM].messages[before:]) == 2
    assert not town.slack.violations
    asked = await town.staff().press(digest, "Comment on compte")
    await asked.sees("Déclaratif, non représentatif")
    asked = await town.staff().press(digest, "Note d'une page")
    await asked.sees("vous seul le voyez")
    (note,) = town.slack.world.uploads.values()
    assert (note.filename, note.shared_in) == ("piscine-note.fr.pdf", town.slack.world.direct("U1").id)


async def test_a_program_that_starts_again_does_not_say_it_twice(
    tmp_path: Path, words: Catalogue, tagger: InProcessTagger
) -> None:
    consultation = piscine()
    posts = []
    for wall in (MONDAY, "2026-11-23 09:00", "2026-11-23 23:00"):
        async with open_town(tmp_path, words, tagger) as town:
            await town.starts(consultation)
            await town.opens_slack(consultation.partner.id, town.slack)
            await town.house.outbox.recover(everything=True)
            await town.wall(wall)
            posts.append(len(town.slack.called("chat.postMessage")))
    assert posts == [1, 0, 0]


async def test_a_program_that_was_off_on_monday_says_it_when_it_is_back(
    tmp_path: Path, words: Catalogue, tagger: InProcessTagger
) -> None:
    consultation = piscine()
    async with open_town(tmp_path, words, tagger) as town:
        await town.starts(consultation)
    async with open_town(tmp_path, words, tagger) as town:
        await town.opens_slack(consultation.partner.id, town.slack)
        await town.wall("2026-12-09 15:00")
        assert town.room.startswith("Les horaires de la piscine · semaine 4 sur 11 · mercredi 15 h")
        assert len(town.slack.called("chat.postMessage")) == 1, "one, not one for each Monday missed"


# ── what staff ask for ───────────────────────────────────────────────────────────────────────────────────────────────


@IN_BOTH_MODES
async def test_staff_ask_for_the_digest_and_the_status(town: Town) -> None:
    await a_first_week(town)
    anna = town.staff("U1")
    asked = await anna.command("/porte-voix", "digest", channel=ROOM)
    assert asked.acknowledged
    said = await asked.sees("Les horaires de la piscine")
    assert "arrivés 4" in said
    again = await anna.command("/porte-voix", "digest piscine", channel=ROOM)
    assert await again.sees("Les horaires") == said
    english = await town.staff("U2", locale="en-GB").command("/porte-voix", "digest", channel=ROOM)
    await english.sees("The pool's opening hours")
    how = await anna.command("/porte-voix", "status", channel=ROOM)
    state = (await how.sees("Comment va Porte-voix")).translate(NO_BREAK)
    assert "1 message signalé que personne n'a ouvert" in state
    assert "Les horaires de la piscine · en cours · révision 1" in state
    assert "Envois : rappel 1" in state
    assert "bilan lundi 23 novembre, 8 h 45" in state
    assert town.room.count("semaine") == 0, "what one person asks for, nobody else sees"


@pytest.mark.parametrize("policy", QuotePolicy)
async def test_quotes_by_the_partners_rule(town: Town, policy: QuotePolicy) -> None:
    consultation = piscine()
    await town.starts(replace(consultation, digest=replace(consultation.digest, quotes=policy)))
    anna, bob = town.citizen("Anna"), town.citizen("Bob")
    await anna.finishes(QUOTED)
    await bob.finishes("baisser le prix, appelez le 06 12 34 56 78")
    await town.wall(MONDAY)
    first = town.room
    match policy:
        case QuotePolicy.NONE:
            assert ">" not in first
            assert "[Relire]" not in first
        case QuotePolicy.REVIEWED:
            assert ">" not in first
            assert "[Relire]" in first
        case QuotePolicy.MASKED:
            assert f"> {QUOTED}\nmasqué, pas relu" in first
            assert "> baisser le prix, appelez le [téléphone]" in first


# ── when Slack is not well ───────────────────────────────────────────────────────────────────────────────────────────


async def goes_down(server: SlackServer) -> None:
    await server.__aexit__(None, None, None)


async def comes_back(server: SlackServer) -> None:
    await server.__aenter__()


async def test_slack_down_stops_nobody_in_telegram_and_the_digest_comes_later(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await goes_down(town.slack)
    await town.wall(MONDAY)
    (second,) = await anna.presses("Parfois")
    assert second.startswith("2/3")
    await anna.says("je veux mourir")
    for _ in range(40):
        await town.later(minutes=3)
    assert (await anna.says("mes réponses"))[0].startswith("Vos réponses à")
    assert (await status(town))["oldest_unsent_seconds"] > 3600
    await comes_back(town.slack)
    await town.later(minutes=3)
    assert "(détresse)" in town.room
    assert "Les horaires de la piscine · semaine 1 sur 11" in town.room
    assert len(town.slack.world.channels[ROOM].messages) == 2
    assert (await status(town))["unsent"] == 0


@pytest.mark.parametrize("trouble", [Trouble.LOSE_ANSWER, Trouble.FAIL_AFTER, Trouble.NOT_JSON])
async def test_a_lost_answer_is_not_posted_twice(town: Town, trouble: Trouble) -> None:
    town.slack.plan("chat.postMessage", Planned(trouble))
    await town.wall(MONDAY)
    assert town.room.count("semaine 1 sur 11") == 1
    assert (await status(town))["uncertain"] == 1
    await town.house.reconciling.look_for_uncertain()
    assert (await status(town))["uncertain"] == 0
    for _ in range(5):
        await town.later(minutes=10)
    assert town.room.count("semaine 1 sur 11") == 1
    (row,) = [row for row in (await tables(town))["deliveries"] if row["lane"] == "staff"]
    (message,) = town.slack.world.channels[ROOM].messages
    assert (row["state"], row["external_id"]) == ("sent", f"{ROOM}:{message['ts']}")


async def test_an_alert_that_slack_did_not_take_goes_again(town: Town) -> None:
    """A bad answer of a proxy must not keep a cry for help from staff."""
    town.slack.plan("chat.postMessage", Planned(Trouble.STATUS, status=502))
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.says("je veux mourir")
    assert not town.room
    await town.house.reconciling.look_for_uncertain()
    await town.later(seconds=5)
    assert town.room.count("(détresse)") == 1


async def test_slack_cannot_be_asked_either(town: Town) -> None:
    town.slack.plan("chat.postMessage", Planned(Trouble.LOSE_ANSWER))
    town.slack.plan("conversations.list", Planned(Trouble.STATUS, status=503))
    await town.wall(MONDAY)
    assert await town.house.reconciling.look_for_uncertain() == 0
    assert (await status(town))["uncertain"] == 1
    assert await town.house.reconciling.look_for_uncertain() == 1
    assert town.room.count("semaine 1 sur 11") == 1


async def test_killed_between_sending_and_settling(town: Town) -> None:
    """The row says "sending": nobody knows whether the message is there, until Slack is asked."""
    await town.wall(MONDAY)
    (row,) = [row for row in (await tables(town))["deliveries"] if row["lane"] == "staff"]
    async with town.storage.unit() as unit:
        await unit.connection.exec_driver_sql(
            "UPDATE deliveries SET state='sending', external_id='', sent_at=NULL WHERE id=?", (row["id"],)
        )
    await town.house.outbox.recover(everything=True)
    await town.later(minutes=5)
    assert len(town.slack.world.channels[ROOM].messages) == 1
    await town.house.reconciling.look_for_uncertain()
    await town.later(minutes=5)
    assert len(town.slack.world.channels[ROOM].messages) == 1
    assert (await status(town))["uncertain"] == 0
