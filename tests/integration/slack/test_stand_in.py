"""The stand-in refuses what Slack refuses: asked by the real SDK, without the program in between."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.stand_ins.slack.blocks import MODAL, problems_in, problems_in_view, too_long
from tests.stand_ins.slack.reading import flatten
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.windows import open_view
from tests.stand_ins.slack.world import Refusal

ROOM = "C0PISCINE"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Oui"), "action_id": "a", "value": "v", **changes}


def section(**changes: Any) -> dict[str, Any]:
    return {"type": "section", "text": plain("x"), **changes}


@pytest.fixture
async def client(server: SlackServer) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(server.bot_token, base_url=server.api_url, session=session, retry_handlers=[])


async def code(awaited: Any) -> str:
    with pytest.raises(SlackApiError) as refusal:
        await awaited
    return str(refusal.value.response["error"])


@pytest.mark.parametrize(
    "blocks",
    [
        "text",
        [[]],
        [{}],
        [{"type": "carousel-horse"}],
        [{"type": "section"}],
        [section(text="x")],
        [section(text=plain(""))],
        [section(text=plain("  "))],
        [section(text=plain("x" * 3001))],
        [section(text=plain("&" * 601))],
        [section(text=plain("😀" * 1501))],
        [section(text=plain("a\x00b"))],
        [section(text=plain("\ud800"))],
        [section(text={"type": "html", "text": "x"})],
        [section(text={"type": "mrkdwn", "text": "x", "emoji": True})],
        [section(text={"type": "plain_text", "text": "x", "verbatim": True})],
        [section(surprise=1)],
        [section(fields=[plain("x")] * 11)],
        [section(fields=[plain("x" * 2001)])],
        [section(fields=[])],
        [section(accessory=plain("x"))],
        [section(accessory="x")],
        [section(block_id="b"), section(block_id="b")],
        [section(block_id="b" * 256)],
        [{"type": "header", "text": plain("x" * 151)}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "header"}],
        [{"type": "divider", "text": plain("x")}],
        [{"type": "context", "elements": []}],
        [{"type": "context", "elements": [plain("x")] * 11}],
        [{"type": "context", "elements": [button()]}],
        [{"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}],
        [{"type": "actions", "elements": [button(), button()]}],
        [{"type": "actions", "elements": [button()]}, section(accessory=button())],
        [{"type": "actions", "elements": [button(text=plain("x" * 76))]}],
        [{"type": "actions", "elements": [button(text={"type": "mrkdwn", "text": "x"})]}],
        [{"type": "actions", "elements": [button(value="x" * 2001)]}],
        [{"type": "actions", "elements": [button(value="")]}],
        [{"type": "actions", "elements": [button(action_id="x" * 256)]}],
        [{"type": "actions", "elements": [button(style="pink")]}],
        [{"type": "actions", "elements": plain("x")}],
        [{"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}],
        [{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        [{"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [{"type": "shout"}]}]}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [], "border": 2}]}],
        [{"type": "image", "image_url": "https://x"}],
        [section()] * 51,
    ],
)
def test_blocks_that_slack_refuses(blocks: Any) -> None:
    assert problems_in(blocks)


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [section(text=plain("&" * 600))],
        [section(text={"type": "mrkdwn", "text": "&amp;" * 600, "verbatim": True}, expand=True)],
        [section(fields=[plain("x" * 2000)] * 10, accessory=button())],
        [{"type": "section", "fields": [plain("x")]}],
        [{"type": "header", "text": {**plain("x" * 150), "emoji": False}}, {"type": "divider"}],
        [{"type": "actions", "elements": [button(action_id=str(n)) for n in range(25)]}],
        [{"type": "image", "image_url": "https://x", "alt_text": "un plan", "title": plain("Plan")}],
        [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]},
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}],
                    },
                ],
            }
        ],
        [section()] * 50,
    ],
)
def test_blocks_that_slack_takes(blocks: Any) -> None:
    assert problems_in(blocks) == []
    flatten({"blocks": blocks})


def test_the_sum_over_a_message_is_limited_as_measured() -> None:
    assert not too_long([section(text=plain("x" * 191))] * 50)  # 9,550 in 50 blocks: taken
    assert too_long([section(text=plain("x" * 252))] * 45)  # 11,340 in 45 blocks: refused


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, False),
        ({"title": plain("x" * 25)}, True),
        ({"title": None}, True),
        ({"blocks": [section()] * 101}, True),
        ({"blocks": [section()] * 100}, False),
        ({"callback_id": "x" * 256}, True),
        ({"private_metadata": "x" * 3001}, True),
        ({"surprise": 1}, True),
        ({"type": "drawer"}, True),
        ({"blocks": [{"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}]}, True),
    ],
)
def test_windows(changes: dict[str, Any], *, refused: bool) -> None:
    view = {"type": MODAL, "title": plain("Porte-voix"), "blocks": [section()], **changes}
    assert bool(problems_in_view(view)) is refused


async def test_tokens_and_permissions(server: SlackServer, client: AsyncWebClient) -> None:
    bad = AsyncWebClient("xoxb-no", base_url=server.api_url, session=client.session)
    assert await code(bad.auth_test()) == "invalid_auth"
    assert await code(AsyncWebClient(base_url=server.api_url, session=client.session).auth_test()) == "not_authed"
    assert await code(client.apps_connections_open(app_token=server.bot_token)) == "not_allowed_token_type"
    server.scopes.discard("users:read")
    assert await code(client.users_info(user="U1")) == "missing_scope"


async def test_bodies(server: SlackServer, client: AsyncWebClient) -> None:
    headers = {"Authorization": f"Bearer {server.bot_token}"}

    async def answer(method: str, body: str, content_type: str) -> str:
        assert client.session is not None
        kind = {"Content-Type": content_type}
        async with client.session.post(server.api_url + method, data=body, headers=headers | kind) as got:
            said: dict[str, Any] = await got.json()
            return str(said.get("error"))

    assert await answer("chat.postMessage", "<x/>", "text/xml") == "invalid_post_type"
    assert await answer("chat.postMessage", "{", "application/json; charset=utf-8") == "invalid_json"
    assert await answer("chat.postMessage", "[]", "application/json; charset=utf-8") == "json_not_object"
    assert await answer("conversations.history", "{}", "application/json; charset=utf-8") == "invalid_form_data"
    assert await answer("chat.shout", "", "application/x-www-form-urlencoded") == "unknown_method"
    assert not server.violations
    assert await answer("chat.postMessage", "{}", "application/json") == "invalid_arguments"
    assert server.violations == ["JSON without its charset"]


async def test_messages(server: SlackServer, client: AsyncWebClient) -> None:
    server.world.limits.enabled = False
    assert await code(client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    assert await code(client.api_call("chat.postMessage", json={"channel": ROOM, "text": " "})) == "no_text"
    assert await code(client.chat_postMessage(channel=ROOM, text="x" * 4001)) == "msg_too_long"
    assert await code(client.chat_postMessage(channel=ROOM, text="x", blocks="{")) == "invalid_blocks_format"
    assert await code(client.chat_postMessage(channel=ROOM, text="x", blocks=[{}])) == "invalid_blocks"
    many = [section(text=plain("x" * 2900))] * 5
    assert await code(client.chat_postMessage(channel=ROOM, text="x", blocks=many)) == "msg_blocks_too_long"
    assert (
        await code(client.chat_postMessage(channel=ROOM, text="x", metadata={"id": "1"})) == "invalid_metadata_format"
    )
    large = {"event_type": "e", "event_payload": {"x": "y" * 8000}}
    assert await code(client.chat_postMessage(channel=ROOM, text="x", metadata=large)) == "metadata_too_large"
    assert await code(client.chat_postMessage(channel=ROOM, text="x", shout=True)) == "invalid_arguments"
    assert await code(client.chat_update(channel=ROOM, ts="1.1", text="x")) == "message_not_found"
    assert await code(client.chat_delete(channel=ROOM, ts="1.1")) == "message_not_found"
    assert await code(client.chat_postEphemeral(channel=ROOM, user="U404", text="x")) == "user_not_in_channel"
    server.world.channels[ROOM].messages.append({"ts": "1.1", "user": "U1", "text": "bonjour"})
    assert await code(client.chat_update(channel=ROOM, ts="1.1", text="x")) == "cant_update_message"
    assert await code(client.chat_delete(channel=ROOM, ts="1.1")) == "cant_delete_message"
    server.member("U1")
    await client.chat_postEphemeral(channel=ROOM, user="U1", text="chut")
    assert [each["text"] for each in server.ephemeral] == ["chut"]


async def test_live_markup_is_recorded(server: SlackServer, client: AsyncWebClient) -> None:
    server.world.limits.enabled = False
    await client.chat_postMessage(channel=ROOM, text="&lt;!here&gt; @channel")
    assert server.interpreted == []
    await client.chat_postMessage(channel=ROOM, text="<!channel> <http://x|y> @here", link_names=True)
    alive = {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}
    blocks = [
        section(text={"type": "mrkdwn", "text": "<@U1>"}),
        section(text=plain("<@U2>")),
        {"type": "rich_text", "elements": [alive]},
    ]
    await client.chat_postMessage(channel=ROOM, text="x", blocks=blocks)
    kinds = [each.raw for each in server.interpreted]
    assert kinds[:4] == ["<!channel>", "<http://x|y>", "@here", "<@U1>"]
    assert len(kinds) == 5


async def test_the_pace_of_a_channel(server: SlackServer, client: AsyncWebClient) -> None:
    for _ in range(3):
        await client.chat_postMessage(channel=ROOM, text="x")
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel=ROOM, text="x")
    assert refusal.value.response.status_code == 429
    assert refusal.value.response.headers["Retry-After"] == "1"
    server.channel("C1", "autre")
    await client.chat_postMessage(channel="C1", text="x")
    server.later(1)
    await client.chat_postMessage(channel=ROOM, text="x")


async def test_the_pace_of_a_method(server: SlackServer, client: AsyncWebClient) -> None:
    for _ in range(20):
        await client.conversations_list()
    assert await code(client.conversations_list()) == "ratelimited"
    server.later(61)
    await client.conversations_list()


async def test_triggers_serve_once_and_shortly(server: SlackServer, client: AsyncWebClient) -> None:
    view = {"type": "modal", "title": plain("Porte-voix"), "blocks": [section()]}
    server.member("U1")
    asked = server.deliveries.new_asked("U1", ROOM)
    await client.views_open(trigger_id=asked.trigger_id, view=view)
    assert await code(client.views_open(trigger_id=asked.trigger_id, view=view)) == "exchanged_trigger_id"
    assert await code(client.views_open(trigger_id="1.x", view=view)) == "invalid_trigger_id"
    late = server.deliveries.new_asked("U1", ROOM)
    server.later(3.1)
    assert await code(client.views_open(trigger_id=late.trigger_id, view=view)) == "expired_trigger_id"
    assert await code(client.views_update(view_id="V404", view=view)) == "not_found"
    assert await code(client.views_update(view_id=asked.views[0], hash="old", view=view)) == "hash_conflict"
    inside = server.deliveries.new_asked("U1", "", respond=False)
    assert await code(client.views_push(trigger_id=inside.trigger_id, view=view)) == "not_found"
    inside = server.deliveries.new_asked("U1", "", respond=False)
    inside.view = asked.views[0]
    pushed = await client.views_push(trigger_id=inside.trigger_id, view=view)
    assert pushed["view"]["root_view_id"] == asked.views[0]
    await client.views_publish(user_id="U1", view={"type": "home", "blocks": [section()]})
    assert await code(client.views_publish(user_id="U1", view=view)) == "invalid_arguments"


async def test_answers_serve_five_times_for_half_an_hour(server: SlackServer, client: AsyncWebClient) -> None:
    asked = server.deliveries.new_asked("U1", ROOM)
    assert client.session is not None

    async def tell(body: dict[str, Any]) -> int:
        assert client.session is not None
        async with client.session.post(asked.response_url, json=body) as answer:
            return answer.status

    assert await tell({"text": "x", "blocks": [{}]}) == 400
    assert await tell({"text": "public", "response_type": "in_channel"}) == 200
    assert [await tell({"text": "x"}) for _ in range(4)] == [200, 200, 200, 404]
    assert (len(asked.ephemeral), len(asked.public)) == (3, 1)
    asked = server.deliveries.new_asked("U1", ROOM)
    server.later(1801)
    assert await tell({"text": "x"}) == 404


async def test_files_come_in_three_steps(server: SlackServer, client: AsyncWebClient) -> None:
    await client.files_upload_v2(channel=ROOM, filename="reponses.csv", content="a;b\n1;2\n", title="Réponses")
    (upload,) = server.world.uploads.values()
    assert (upload.filename, upload.content, upload.shared_in) == ("reponses.csv", b"a;b\n1;2\n", ROOM)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": "F404"}], channel_id=ROOM)


async def test_what_else_can_be_asked(server: SlackServer, client: AsyncWebClient) -> None:
    server.member("U1", locale="en-GB")
    server.channel("G1", "secret", joined=False, private=True)
    told = await client.conversations_info(channel=ROOM)
    assert told["channel"]["name"] == "piscine"
    assert await code(client.conversations_info(channel="G1")) == "channel_not_found"
    assert await code(client.conversations_history(channel=ROOM, cursor="bm9uc2Vuc2U=")) == "invalid_cursor"
    assert await code(client.conversations_history(channel=ROOM, limit=1000)) == "invalid_limit"
    assert await code(client.users_info(user="U404")) == "user_not_found"
    assert "locale" not in (await client.users_info(user="U1"))["user"]


async def test_an_app_that_does_not_acknowledge_is_asked_again(server: SlackServer) -> None:
    server.ack_within = 0.05
    anna = server.member("U1")
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(server.sockets.new_address()) as silent:
            assert (await silent.receive_json())["type"] == "hello"
            asked = await anna.command("/porte-voix", "digest", channel=ROOM)
            assert (asked.acknowledged, asked.error, asked.deliveries) == (False, "operation_timeout", 3)
            submitted = await _a_window(server, anna.id)
            assert not (await anna.submit(submitted)).acknowledged
            await silent.send_json({"envelope_id": "e-none"})
            await server.until(lambda: server.violations == ["an ack for no envelope"])
        address = server.sockets.new_address()
        async with session.ws_connect(address):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)


async def _a_window(server: SlackServer, user: str) -> str:
    asked = server.deliveries.new_asked(user, ROOM)
    view = {"type": "modal", "title": plain("Porte-voix"), "blocks": [section()]}
    answer = open_view(server, {"trigger_id": asked.trigger_id, "view": view})
    return str(answer["view"]["id"])


async def test_an_address_that_does_not_answer_is_a_failed_dispatch(server: SlackServer) -> None:
    server.request_url = "http://127.0.0.1:1/slack/events"
    asked = await server.member("U1").command("/porte-voix", channel=ROOM)
    assert asked.error == "dispatch_failed"


async def test_a_person_cannot_press_what_is_not_there(server: SlackServer) -> None:
    anna = server.member("U1")
    with pytest.raises(LookupError, match="no button"):
        await anna.press({"channel": ROOM, "blocks": []}, "Ouvrir")
    with pytest.raises(Refusal):
        server.deliveries.take_trigger("1.none")
