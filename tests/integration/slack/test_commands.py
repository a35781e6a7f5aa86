"""Staff type /porte-voix and press buttons, in Socket Mode."""

import logging

import pytest

from bots.slack.blocks import to_blocks
from core.model.messages import Button, Card, Line, Message, Sent
from tests.integration.slack.conftest import ACCOUNT, ROOM, Desk, Opened
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.world import Json, Planned, Trouble


async def posted(slack: object, server: SlackServer, *buttons: Button) -> Json:
    """A message with these buttons, in the channel."""
    outcome = await slack.channel.send(ROOM, Message("à faire", card=Card((Line("À faire", buttons),))))  # type: ignore[attr-defined]
    assert isinstance(outcome, Sent)
    return server.world.channels[ROOM.external_id].messages[-1]


async def test_the_digest_comes_as_an_answer_that_only_they_see(
    server: SlackServer, desk: Desk, opened: Opened
) -> None:
    anna = server.member("U1")
    async with opened():
        asked = await anna.command("/porte-voix", "digest piscine", channel=ROOM.external_id)
        assert asked.acknowledged
        assert await asked.sees("Piscine") == (
            "Piscine · semaine 3 sur 6\n143 cette semaine\n> ouvrir plus tard\nrelu\n[Suivant]"
        )
    assert desk.asked == [("digest", ACCOUNT, "piscine", "fr")]
    assert server.transcript(ROOM.external_id) == ""
    assert not server.violations


@pytest.mark.parametrize("words", ["status", "STATUT", " État ", "statut "])
async def test_the_status_is_asked_for_in_both_languages(server: SlackServer, opened: Opened, words: str) -> None:
    anna = server.member("U1", locale="en-GB")
    async with opened():
        await (await anna.command("/porte-voix", words, channel=ROOM.external_id)).sees("All is well.")


@pytest.mark.parametrize("words", ["", "aide", "Help", "?"])
async def test_help_comes_in_their_own_language(server: SlackServer, opened: Opened, words: str) -> None:
    anna = server.member("U1", locale="de-DE")
    async with opened(language="en"):
        asked = await anna.command("/porte-voix", words, channel=ROOM.external_id)
        assert await asked.sees("/porte-voix") == "Type /porte-voix digest"


async def test_unknown_words_are_said_to_be_unknown_and_get_help(server: SlackServer, opened: Opened) -> None:
    anna, bob = server.member("U1"), server.member("U2", locale="en-GB")
    async with opened():
        asked = await anna.command("/porte-voix", "bonjour", channel=ROOM.external_id)
        assert (await asked.sees("Tapez")).startswith("Je ne connais pas cette demande.")
        asked = await bob.command("/porte-voix", "digets", channel=ROOM.external_id)
        assert (await asked.sees("Type")).startswith("I do not know this one.")


async def test_the_ack_does_not_wait_for_the_work(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    desk.gate.clear()
    async with opened():
        asked = await anna.command("/porte-voix", "digest", channel=ROOM.external_id)
        assert asked.acknowledged
        assert not asked.ephemeral
        desk.gate.set()
        await asked.sees("Piscine")


async def test_open_shows_the_flagged_message_in_a_window(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    desk.gate.clear()
    async with opened() as slack:
        message = await posted(slack, server, Button("Ouvrir", "open:alert-7"))
        asked = await anna.press(message, "Ouvrir")
        assert "Un instant" in await asked.sees("Un instant")
        server.later(60)  # the trigger is long over: only the window is left
        desk.gate.set()
        shown = await asked.sees("chaudière")
        assert shown == "── Porte-voix ──\nMessage signalé\n> ma chaudière fuit <!channel>\nmasqué\n[C'est traité]"
        assert desk.asked == [("open_alert", ACCOUNT, "alert-7", "U1", "fr")]

        again = await anna.press(server.world.views[asked.views[0]], "C'est traité")
        await server.until(lambda: "C'est noté" in asked.texts()[-1])
        assert again.acknowledged
    assert desk.asked[1] == ("pressed", ACCOUNT, "done:alert-7", "U1", "fr")
    assert not server.interpreted
    assert not server.violations


async def test_another_button_gets_an_answer_or_silence(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    async with opened() as slack:
        message = await posted(slack, server, Button("Rien", "quiet"), Button("Je m'en charge", "take:horaires"))
        quiet = await anna.press(message, "Rien")
        asked = await anna.press(message, "Je m'en charge")
        await asked.sees("C'est noté.")
    assert quiet.texts() == []
    assert [each[2] for each in desk.asked] == ["quiet", "take:horaires"]


async def test_an_answer_takes_the_place_of_one_that_only_they_see(
    server: SlackServer, desk: Desk, opened: Opened
) -> None:
    anna = server.member("U1")
    async with opened():
        asked = await anna.command("/porte-voix", "digest", channel=ROOM.external_id)
        await asked.sees("Piscine")
        again = await anna.press(asked.ephemeral[0], "Suivant")
        await asked.sees("C'est noté.")
    assert asked.texts() == ["C'est noté."]
    assert again.texts() == []


async def test_what_is_delivered_twice_is_done_once(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    async with opened() as slack:
        message = await posted(slack, server, Button("Je m'en charge", "take:horaires"))
        server.twice = True
        asked = await anna.press(message, "Je m'en charge")
        await asked.sees("C'est noté.")
    assert asked.deliveries == 2
    assert len(desk.asked) == 1


async def test_people_of_another_workspace_are_turned_away(server: SlackServer, desk: Desk, opened: Opened) -> None:
    stranger = server.member("U9", team="T0OTHER")
    async with opened() as slack:
        message = await posted(slack, server, Button("Ouvrir", "open:alert-7"))
        await (await stranger.press(message, "Ouvrir")).sees("son espace Slack")
        await (await stranger.command("/porte-voix", "digest", channel=ROOM.external_id)).sees(
            "its own Slack workspace"
        )
    assert desk.asked == []


async def test_what_goes_wrong_is_one_sentence_for_the_person_and_no_words_in_the_log(
    server: SlackServer, desk: Desk, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    anna = server.member("U1")
    desk.error = RuntimeError("ma chaudière fuit")
    async with opened():
        asked = await anna.command("/porte-voix", "digest", channel=ROOM.external_id)
        assert "Ça n'a pas marché" in await asked.sees("rien n'a changé")
    assert "RuntimeError" in caplog.text
    assert "chaudière" not in caplog.text


async def test_what_is_not_theirs_is_said_in_the_window(server: SlackServer, opened: Opened) -> None:
    anna = server.member("U1")
    async with opened() as slack:
        message = await posted(slack, server, Button("Ouvrir", "open:not-yours"))
        await (await anna.press(message, "Ouvrir")).sees("Vous ne pouvez pas faire ça d'ici")
        asked = await anna.command("/porte-voix", "digest inconnue", channel=ROOM.external_id)
        await asked.sees("Ce n'est plus là")


async def test_a_window_that_slack_refuses_is_explained(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    server.plan("views.open", Planned(Trouble.REFUSE, code="expired_trigger_id"))
    async with opened() as slack:
        message = await posted(slack, server, Button("Ouvrir", "open:alert-7"))
        await (await anna.press(message, "Ouvrir")).sees("Appuyez encore une fois")
    assert desk.asked == []


async def test_a_locale_that_slack_does_not_tell_is_the_partner_s(server: SlackServer, opened: Opened) -> None:
    anna = server.member("U1", locale="en-US")
    server.plan("users.info", Planned(Trouble.STATUS))
    async with opened():
        await (await anna.command("/porte-voix", "statut", channel=ROOM.external_id)).sees("Tout va bien.")
        await (await anna.command("/porte-voix", "statut", channel=ROOM.external_id)).sees("All is well.")


async def test_what_else_slack_sends_is_acknowledged_and_not_logged(
    server: SlackServer, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened():
        asked = await server.event(
            {"type": "message", "text": "ma chaudière fuit", "user": "U1", "channel": "C0PISCINE"}
        )
        assert asked.acknowledged
    assert "chaudière" not in caplog.text


async def test_buttons_carry_their_action_whatever_their_label(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    async with opened() as slack:
        message = await posted(slack, server, Button("a" * 200, "first"), Button("", "second"))
        labels = [
            each["text"]["text"] for each in to_blocks(Card((Line("", (Button("a" * 200, "x"),)),)))[0]["elements"]
        ]
        await (await anna.press(message, labels[0])).sees("C'est noté.")
        await (await anna.press(message, "…")).sees("C'est noté.")
    assert [each[2] for each in desk.asked] == ["first", "second"]
