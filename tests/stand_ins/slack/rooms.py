"""Conversations, people, connections, files."""

import base64
from collections import Counter
from typing import TYPE_CHECKING

from tests.stand_ins.slack.arguments import as_object, flag, number
from tests.stand_ins.slack.messages import by_id, shown
from tests.stand_ins.slack.reading import interpreted_in
from tests.stand_ins.slack.world import Channel, Json, Refusal, Upload

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer


def history(server: "SlackServer", arguments: Json) -> Json:
    channel = by_id(server, arguments["channel"])
    if not channel.joined:
        raise Refusal("not_in_channel")
    limit = number(arguments, "limit", 100)
    if not 1 <= limit <= 999:
        raise Refusal("invalid_limit")
    oldest, latest = str(arguments.get("oldest", "0")), str(arguments.get("latest", "9999999999.999999"))
    below = Counter(each.get("thread_ts") for each in channel.messages)
    found = [
        {**each, **({"reply_count": below[each["ts"]]} if below[each["ts"]] else {})}
        for each in reversed(channel.messages)
        if oldest < each["ts"] < latest and not each.get("thread_ts")
    ]
    start = _start(arguments)
    page = found[start : start + limit]
    more = start + limit < len(found)
    return {
        "messages": [shown(each, metadata=flag(arguments, "include_all_metadata")) for each in page],
        "has_more": more,
        "response_metadata": {"next_cursor": _cursor(start + limit) if more else ""},
    }


def replies(server: "SlackServer", arguments: Json) -> Json:
    channel = by_id(server, arguments["channel"])
    first = server.world.message(channel, arguments["ts"])
    found = [first, *(each for each in channel.messages if each.get("thread_ts") == first["ts"])]
    return {"messages": [shown(each, metadata=flag(arguments, "include_all_metadata")) for each in found]}


def info(server: "SlackServer", arguments: Json) -> Json:
    return {"channel": _described(server.world.channel_called(by_id(server, arguments["channel"]).id))}


def list_channels(server: "SlackServer", arguments: Json) -> Json:
    wanted = str(arguments.get("types", "public_channel")).split(",")
    found = [
        each
        for each in server.world.channels.values()
        if not each.partner
        and ("private_channel" in wanted and each.joined if each.private else "public_channel" in wanted)
        and not (each.archived and flag(arguments, "exclude_archived"))
    ]
    start, limit = _start(arguments), number(arguments, "limit", 100)
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
    profile = {"real_name": person.name.title()}
    if person.email and "users:read.email" in server.scopes:
        profile["email"] = person.email
    user = {"id": person.id, "team_id": person.team, "name": person.name, "is_bot": False, "deleted": False}
    user |= {"real_name": person.name.title(), "profile": profile}
    user |= {"is_restricted": person.guest, "is_ultra_restricted": False}
    return {"user": {**user, "locale": person.locale} if flag(arguments, "include_locale") else user}


def group_members(server: "SlackServer", arguments: Json) -> Json:
    members = server.world.groups.get(arguments["usergroup"])
    if members is None:
        raise Refusal("no_such_subteam")
    return {"users": sorted(members)}


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


def upload_url(server: "SlackServer", arguments: Json) -> Json:
    length = number(arguments, "length", 0)
    if length < 1:
        raise Refusal("invalid_arguments")
    upload = Upload(f"F{server.world.number():06d}", arguments["filename"], length)
    server.world.uploads[upload.id] = upload
    return {"upload_url": f"{server.url}/upload/{upload.id}", "file_id": upload.id}


def complete_upload(server: "SlackServer", arguments: Json) -> Json:
    channel = by_id(server, arguments["channel_id"]) if arguments.get("channel_id") else None
    files = as_object(arguments, "files", list, "invalid_arguments") or []
    uploads = [server.world.uploads.get(each["id"]) for each in files]
    if not uploads or any(each is None or each.content is None for each in uploads):
        raise Refusal("file_not_found")
    comment = str(arguments.get("initial_comment", ""))
    for upload in uploads:
        assert upload is not None
        upload.shared_in = channel.id if channel else ""
    if channel is not None:
        server.interpreted += interpreted_in({"text": comment}, "files.completeUploadExternal")
        said = {"user": server.world.bot_user, "ts": server.world.ts(), "channel": channel.id, "text": comment}
        channel.messages.append({"type": "message", **said, "files": [each["id"] for each in files]})
    return {"files": [{"id": each["id"], "title": each.get("title", "")} for each in files]}


def _described(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_archived": channel.archived,
        "is_private": channel.private,
        "is_member": channel.joined,
    }


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
