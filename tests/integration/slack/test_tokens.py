"""Tokens: tried first, explained when refused, never shown."""

import logging

import pytest

from bots.slack.manifest import manifest
from core.model.errors import ChannelError, PlatformUnreachable
from core.model.messages import Message
from tests.integration.slack.conftest import ROOM, Opened
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.world import Planned, Trouble


async def test_the_workspace_is_known(server: SlackServer, opened: Opened) -> None:
    async with opened(running=False) as slack:
        assert slack.team_id == server.world.team_id


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"bot_token": ""}, "SLACK_BOT_TOKEN is not a bot token"),
        ({"bot_token": "xoxp-1-person"}, "SLACK_BOT_TOKEN is not a bot token"),
        ({"bot_token": "xoxb-1-wrong"}, r"Slack refuses SLACK_BOT_TOKEN: .* \(invalid_auth\)"),
        ({"app_token": ""}, "SLACK_APP_TOKEN is not an app-level token"),
        ({"app_token": "xapp-1-wrong"}, r"Slack refuses SLACK_APP_TOKEN \(invalid_auth\)"),
        ({"mode": "http", "signing_secret": " "}, "SLACK_SIGNING_SECRET is empty"),
    ],
)
async def test_a_wrong_token_is_one_clear_sentence(opened: Opened, settings: dict[str, str], says: str) -> None:
    with pytest.raises(ChannelError, match=says) as refusal:
        async with opened(**settings):
            pytest.fail("it opened")
    assert not isinstance(refusal.value, PlatformUnreachable)
    assert "wrong" not in str(refusal.value)
    assert "person" not in str(refusal.value)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble.STATUS,
        Trouble.NOT_JSON,
        Trouble.LOSE_ANSWER,
        Trouble.RATE_LIMIT,
        Planned(Trouble.REFUSE, code="internal_error"),
    ],
)
async def test_a_network_without_slack_is_told_apart(
    server: SlackServer, opened: Opened, trouble: Trouble | Planned
) -> None:
    server.plan("auth.test", trouble)
    with pytest.raises(PlatformUnreachable, match="Slack does not answer"):
        async with opened():
            pytest.fail("it opened")


async def test_no_address_at_all_is_told_apart(opened: Opened) -> None:
    with pytest.raises(PlatformUnreachable, match="SLACK_API_BASE_URL"):
        async with opened(api_base_url="http://127.0.0.1:1/api/"):
            pytest.fail("it opened")


async def test_no_token_is_ever_shown(server: SlackServer, opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("bots").setLevel(logging.DEBUG)
    shown = []
    anna = server.member("U1")
    for planned in (
        Planned(Trouble.REFUSE, code="invalid_auth"),
        Planned(Trouble.STATUS),
        Planned(Trouble.BROKEN_JSON),
    ):
        server.plan("chat.postMessage", planned)
    server.plan("response_url", Trouble.LOSE_ANSWER, Trouble.STATUS)
    async with opened() as slack:
        for _ in range(3):
            shown.append(repr(await slack.channel.send(ROOM, Message("ma chaudière fuit"))))
        for _ in range(3):
            asked = await anna.command("/porte-voix", "statut ma chaudière", channel=ROOM.external_id)
        await asked.sees("Tout va bien.")
        await server.sockets.drop()
        shown += [repr(slack), repr(slack.channel)]
    everything = caplog.text + "".join(shown)
    for secret in (server.bot_token, server.app_token, server.signing_secret, "chaudière", "/response/", "ticket="):
        assert secret not in everything


async def test_the_environment_does_not_choose_another_token(
    server: SlackServer, opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-from-the-environment")
    anna = server.member("U1")
    async with opened():
        await (await anna.command("/porte-voix", "statut", channel=ROOM.external_id)).sees("Tout va bien.")
    assert caplog.text == ""


async def test_a_missing_permission_is_said_at_the_start(
    server: SlackServer, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    server.scopes.discard("channels:history")
    async with opened(running=False):
        assert "the app lacks channels:history" in caplog.text


async def test_the_manifest_grants_all_that_is_used(server: SlackServer, opened: Opened) -> None:
    server.scopes = set(manifest()["oauth_config"]["scopes"]["bot"])
    anna = server.member("U1")
    async with opened() as slack:
        await slack.channel.send(ROOM, Message("Bonjour", reference="d1"))
        await slack.channel.find(ROOM, "d1")
        await (await anna.command("/porte-voix", "digest", channel=ROOM.external_id)).sees("Piscine")
    assert not [each for each in server.calls if not each.answer["ok"]]
