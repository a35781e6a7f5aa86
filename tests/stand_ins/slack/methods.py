"""The methods of the Web API, as strict as Slack's: what each one takes, checks, does and answers."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.stand_ins.slack.blocks import problems_in, problems_in_view, too_long, units
from tests.stand_ins.slack.reading import interpreted_in
from tests.stand_ins.slack.world import Channel, Json, Refusal, Upload

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer

MOST_TEXT = 4000
MOST_METADATA = 8000


@dataclass(frozen=True, slots=True)
class Method:
    """`takes_json`: reading methods read forms and queries only. `takes`: arguments, "!" marks the required ones."""

    run: "Callable[[SlackServer, Json], Json]"
    scope: str
    takes: tuple[str, ...]
    takes_json: bool = True
    app_token: bool = False


def check_arguments(method: Method, arguments: Json) -> None:
    known = {name.rstrip("!") for name in method.takes}
    if unknown := sorted(set(arguments) - known - {"token"}):
        raise Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] unknown: {', '.join(unknown)}"]})
    for name in method.takes:
        if name.endswith("!") and arguments.get(name[:-1]) in (None, ""):
            raise Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] missing: {name[:-1]}"]})


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def checked_content(server: "SlackServer", arguments: Json, where: str, *, summed: bool = True) -> Json:
    """Text and blocks as they will be kept. Raises `Refusal`; what Slack would have interpreted is recorded."""
    text = arguments.get("text") or ""
    blocks = _object(arguments, "blocks", list, "invalid_blocks_format") or []
    if not isinstance(text, str) or "\x00" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise Refusal("invalid_arguments")
    if problems := problems_in(blocks):
        raise Refusal("invalid_blocks", errors=problems)
    if summed and too_long(blocks):
        raise Refusal("msg_blocks_too_long")
    if units(text, marked_up=True) > MOST_TEXT:
        raise Refusal("msg_too_long")
    if not text.strip() and not blocks:
        raise Refusal("no_text")
    content = {"text": text, "blocks": server.world.with_block_ids(blocks)}
    server.interpreted += interpreted_in({**content, **_parsing(arguments)}, where)
    return content


def _parsing(arguments: Json) -> Json:
    return {"link_names": _flag(arguments, "link_names"), "parse": arguments.get("parse")}


def post_message(server: "SlackServer", arguments: Json) -> Json:
    world = server.world
    channel = world.channel_called(arguments["channel"])
    _may_write(server, channel)
    content = checked_content(server, arguments, "chat.postMessage")
    metadata = _checked_metadata(arguments)
    message = {
        "type": "message",
        "subtype": "bot_message" if arguments.get("username") else None,
        "user": world.bot_user,
        "bot_id": world.bot_id,
        "app_id": world.app_id,
        "team": world.team_id,
        "ts": world.ts(),
        "channel": channel.id,
        "unfurls": _flag(arguments, "unfurl_links", default=True) or _flag(arguments, "unfurl_media", default=True),
        "metadata": metadata,
        **content,
    }
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": _shown(message, metadata=False)}


def update(server: "SlackServer", arguments: Json) -> Json:
    channel = _by_id(server, arguments["channel"])
    message = server.world.message(channel, arguments["ts"])
    if message["user"] != server.world.bot_user:
        raise Refusal("cant_update_message")
    content = checked_content(server, arguments, "chat.update")
    metadata = _checked_metadata(arguments)
    if "blocks" not in arguments:
        del content["blocks"]
    message.update(content, edited={"user": server.world.bot_user, "ts": server.world.ts()})
    if metadata:
        message["metadata"] = metadata
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}


def delete(server: "SlackServer", arguments: Json) -> Json:
    channel = _by_id(server, arguments["channel"])
    message = server.world.message(channel, arguments["ts"])
    if message["user"] != server.world.bot_user:
        raise Refusal("cant_delete_message")
    channel.messages.remove(message)
    server.deleted.append(message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(server: "SlackServer", arguments: Json) -> Json:
    channel = server.world.channel_called(arguments["channel"])
    _may_write(server, channel)
    if arguments["user"] not in server.world.people:
        raise Refusal("user_not_in_channel")
    content = checked_content(server, arguments, "chat.postEphemeral")
    ephemeral = {"user": arguments["user"], "channel": channel.id, "ts": server.world.ts(), **content}
    server.ephemeral.append(ephemeral)
    return {"message_ts": ephemeral["ts"]}


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def checked_view(server: "SlackServer", arguments: Json, where: str) -> Json:
    view = _object(arguments, "view", dict, "invalid_arguments") or {}
    if problems := problems_in_view(view):
        raise Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {each}" for each in problems]})
    server.interpreted += interpreted_in(view, where)
    return {**view, "blocks": server.world.with_block_ids(view["blocks"])}


def _store(server: "SlackServer", view: Json, *, view_id: str, root: str, user: str) -> Json:
    world = server.world
    world.views[view_id] = {
        **view,
        "id": view_id,
        "root_view_id": root,
        "team_id": world.team_id,
        "app_id": world.app_id,
        "bot_id": world.bot_id,
        "hash": f"{world.ts()}.h",
        "state": {"values": {}},
        "user": user,
    }
    return {"view": world.views[view_id]}


def open_view(server: "SlackServer", arguments: Json) -> Json:
    view = checked_view(server, arguments, "views.open")
    asked = server.take_trigger(arguments["trigger_id"])
    view_id = f"V{server.world.number():06d}"
    answer = _store(server, view, view_id=view_id, root=view_id, user=asked.user)
    asked.views.append(view_id)
    return answer


def push_view(server: "SlackServer", arguments: Json) -> Json:
    view = checked_view(server, arguments, "views.push")
    asked = server.take_trigger(arguments["trigger_id"])
    if not asked.view:
        raise Refusal("not_found")
    answer = _store(server, view, view_id=f"V{server.world.number():06d}", root=asked.view, user=asked.user)
    asked.views.append(answer["view"]["id"])
    return answer


def update_view(server: "SlackServer", arguments: Json) -> Json:
    view = checked_view(server, arguments, "views.update")
    known = server.world.views.get(arguments.get("view_id", ""))
    if known is None:
        raise Refusal("not_found")
    if arguments.get("hash") and arguments["hash"] != known["hash"]:
        raise Refusal("hash_conflict")
    return _store(server, view, view_id=known["id"], root=known["root_view_id"], user=known["user"])


def publish_view(server: "SlackServer", arguments: Json) -> Json:
    view = checked_view(server, arguments, "views.publish")
    if view["type"] != "home" or arguments["user_id"] not in server.world.people:
        raise Refusal("invalid_arguments")
    view_id = f"V-home-{arguments['user_id']}"
    return _store(server, view, view_id=view_id, root=view_id, user=arguments["user_id"])


# ── conversations and people ─────────────────────────────────────────────────────────────────────────────────────────


def history(server: "SlackServer", arguments: Json) -> Json:
    channel = _by_id(server, arguments["channel"])
    if not channel.joined:
        raise Refusal("not_in_channel")
    limit = _number(arguments, "limit", 100)
    if not 1 <= limit <= 999:
        raise Refusal("invalid_limit")
    oldest, latest = str(arguments.get("oldest", "0")), str(arguments.get("latest", "9999999999.999999"))
    found = [each for each in reversed(channel.messages) if oldest < each["ts"] < latest]
    start = _start(arguments)
    page = found[start : start + limit]
    more = start + limit < len(found)
    return {
        "messages": [_shown(each, metadata=_flag(arguments, "include_all_metadata")) for each in page],
        "has_more": more,
        "response_metadata": {"next_cursor": _cursor(start + limit) if more else ""},
    }


def info(server: "SlackServer", arguments: Json) -> Json:
    return {"channel": _described(server.world.channel_called(_by_id(server, arguments["channel"]).id))}


def list_channels(server: "SlackServer", arguments: Json) -> Json:
    wanted = str(arguments.get("types", "public_channel")).split(",")
    found = [
        each
        for each in server.world.channels.values()
        if not each.partner
        and ("private_channel" in wanted and each.joined if each.private else "public_channel" in wanted)
        and not (each.archived and _flag(arguments, "exclude_archived"))
    ]
    start, limit = _start(arguments), _number(arguments, "limit", 100)
    more = start + limit < len(found)
    return {
        "channels": [_described(each) for each in found[start : start + limit]],
        "response_metadata": {"next_cursor": _cursor(start + limit) if more else ""},
    }


def open_conversation(server: "SlackServer", arguments: Json) -> Json:
    channel = server.world.direct(str(arguments["users"]))
    return {"channel": {"id": channel.id}}


def user_info(server: "SlackServer", arguments: Json) -> Json:
    person = server.world.people.get(arguments["user"])
    if person is None:
        raise Refusal("user_not_found")
    user = {"id": person.id, "team_id": person.team, "name": person.name, "is_bot": False, "deleted": False}
    return {"user": {**user, "locale": person.locale} if _flag(arguments, "include_locale") else user}


def auth_test(server: "SlackServer", arguments: Json) -> Json:
    world = server.world
    return {
        "url": f"{server.url}/",
        "team": world.team_name,
        "user": "porte-voix",
        "team_id": world.team_id,
        "user_id": world.bot_user,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(server: "SlackServer", arguments: Json) -> Json:
    return {"url": server.sockets.new_address()}


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def upload_url(server: "SlackServer", arguments: Json) -> Json:
    length = _number(arguments, "length", 0)
    if length < 1:
        raise Refusal("invalid_arguments")
    upload = Upload(f"F{server.world.number():06d}", arguments["filename"], length)
    server.world.uploads[upload.id] = upload
    return {"upload_url": f"{server.url}/upload/{upload.id}", "file_id": upload.id}


def complete_upload(server: "SlackServer", arguments: Json) -> Json:
    channel = _by_id(server, arguments["channel_id"]) if arguments.get("channel_id") else None
    files = _object(arguments, "files", list, "invalid_arguments") or []
    uploads = [server.world.uploads.get(each["id"]) for each in files]
    if not uploads or any(each is None or each.content is None for each in uploads):
        raise Refusal("file_not_found")
    for upload in uploads:
        assert upload is not None
        upload.shared = channel is not None
    return {"files": [{"id": each["id"], "title": each.get("title", "")} for each in files]}


# ── small parts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_id(server: "SlackServer", channel_id: str) -> Channel:
    channel = server.world.channels.get(channel_id)
    if channel is None or (channel.private and not channel.joined):
        raise Refusal("channel_not_found")
    return channel


def _may_write(server: "SlackServer", channel: Channel) -> None:
    if channel.archived:
        raise Refusal("is_archived")
    if not channel.joined and "chat:write.public" not in server.scopes:
        raise Refusal("not_in_channel")


def _checked_metadata(arguments: Json) -> Json | None:
    metadata: Json | None = _object(arguments, "metadata", dict, "invalid_metadata_format")
    if metadata is None:
        return None
    if set(metadata) != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise Refusal("metadata_too_large")
    return metadata


def _shown(message: Json, *, metadata: bool) -> Json:
    hidden = {"channel", "unfurls"} | (set() if metadata else {"metadata"})
    return {name: value for name, value in message.items() if name not in hidden and value is not None}


def _described(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_archived": channel.archived,
        "is_private": channel.private,
        "is_member": channel.joined,
    }


def _object(arguments: Json, name: str, kind: type, code: str) -> Any:
    """In a form, objects come as JSON text."""
    value = arguments.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refusal(code) from None
    if value is not None and not isinstance(value, kind):
        raise Refusal(code)
    return value


def _flag(arguments: Json, name: str, *, default: bool = False) -> bool:
    return arguments.get(name, default) in (True, 1, "1", "true", "True")


def _number(arguments: Json, name: str, default: int) -> int:
    try:
        return int(arguments.get(name, default))
    except ValueError:
        raise Refusal("invalid_arguments") from None


def _cursor(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _start(arguments: Json) -> int:
    cursor = arguments.get("cursor")
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except ValueError:
        raise Refusal("invalid_cursor") from None


_CONTENT = ("channel!", "text", "blocks", "link_names", "parse")

METHODS: Mapping[str, Method] = {
    "auth.test": Method(auth_test, "", ()),
    "apps.connections.open": Method(open_connection, "connections:write", (), app_token=True),
    "chat.postMessage": Method(
        post_message, "chat:write", (*_CONTENT, "mrkdwn", "unfurl_links", "unfurl_media", "metadata", "thread_ts")
    ),
    "chat.update": Method(update, "chat:write", (*_CONTENT, "ts!", "metadata")),
    "chat.delete": Method(delete, "chat:write", ("channel!", "ts!")),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", (*_CONTENT, "user!", "thread_ts")),
    "views.open": Method(open_view, "", ("trigger_id!", "view!")),
    "views.push": Method(push_view, "", ("trigger_id!", "view!")),
    "views.update": Method(update_view, "", ("view_id!", "view!", "hash")),
    "views.publish": Method(publish_view, "", ("user_id!", "view!", "hash")),
    "conversations.history": Method(
        history,
        "channels:history",
        ("channel!", "cursor", "limit", "oldest", "latest", "inclusive", "include_all_metadata"),
        takes_json=False,
    ),
    "conversations.info": Method(info, "channels:read", ("channel!",), takes_json=False),
    "conversations.list": Method(
        list_channels, "channels:read", ("types", "exclude_archived", "limit", "cursor"), takes_json=False
    ),
    "conversations.open": Method(open_conversation, "im:write", ("users!",)),
    "users.info": Method(user_info, "users:read", ("user!", "include_locale"), takes_json=False),
    "files.getUploadURLExternal": Method(upload_url, "files:write", ("filename!", "length!"), takes_json=False),
    "files.completeUploadExternal": Method(
        complete_upload, "files:write", ("files!", "channel_id", "initial_comment", "thread_ts")
    ),
}
