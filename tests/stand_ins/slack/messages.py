"""Messages: posted, changed, removed; shown to one person."""

import json
from typing import TYPE_CHECKING

from tests.stand_ins.slack.arguments import as_object, flag
from tests.stand_ins.slack.blocks import problems_in, too_long, units
from tests.stand_ins.slack.reading import interpreted_in
from tests.stand_ins.slack.world import Channel, Json, Refusal

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer

MOST_TEXT = 4000
MOST_METADATA = 8000


def checked_content(server: "SlackServer", arguments: Json, where: str, *, summed: bool = True) -> Json:
    """Text and blocks as they will be kept. Raises `Refusal`; what Slack would have interpreted is recorded."""
    text = arguments.get("text") or ""
    blocks = as_object(arguments, "blocks", list, "invalid_blocks_format") or []
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
    return {"link_names": flag(arguments, "link_names"), "parse": arguments.get("parse")}


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
        "unfurls": flag(arguments, "unfurl_links", default=True) or flag(arguments, "unfurl_media", default=True),
        "metadata": metadata,
        **content,
    }
    if arguments.get("thread_ts"):
        message["thread_ts"] = world.message(channel, arguments["thread_ts"])["ts"]
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": shown(message, metadata=False)}


def update(server: "SlackServer", arguments: Json) -> Json:
    channel = by_id(server, arguments["channel"])
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
    channel = by_id(server, arguments["channel"])
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


def by_id(server: "SlackServer", channel_id: str) -> Channel:
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
    metadata: Json | None = as_object(arguments, "metadata", dict, "invalid_metadata_format")
    if metadata is None:
        return None
    if set(metadata) != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise Refusal("metadata_too_large")
    return metadata


def shown(message: Json, *, metadata: bool) -> Json:
    hidden = {"channel", "unfurls"} | (set() if metadata else {"metadata"})
    return {name: value for name, value in message.items() if name not in hidden and value is not None}
