"""The table of the Web API: what each method takes, which permission it needs, what runs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.stand_ins.slack import messages, rooms, windows
from tests.stand_ins.slack.world import Json, Refusal

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer


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


_CONTENT = ("channel!", "text", "blocks", "link_names", "parse")

METHODS: Mapping[str, Method] = {
    "auth.test": Method(rooms.auth_test, "", ()),
    "apps.connections.open": Method(rooms.open_connection, "connections:write", (), app_token=True),
    "chat.postMessage": Method(
        messages.post_message,
        "chat:write",
        (*_CONTENT, "mrkdwn", "unfurl_links", "unfurl_media", "metadata", "thread_ts"),
    ),
    "chat.update": Method(messages.update, "chat:write", (*_CONTENT, "ts!", "metadata")),
    "chat.delete": Method(messages.delete, "chat:write", ("channel!", "ts!")),
    "chat.postEphemeral": Method(messages.post_ephemeral, "chat:write", (*_CONTENT, "user!", "thread_ts")),
    "views.open": Method(windows.open_view, "", ("trigger_id!", "view!")),
    "views.push": Method(windows.push_view, "", ("trigger_id!", "view!")),
    "views.update": Method(windows.update_view, "", ("view_id!", "view!", "hash")),
    "views.publish": Method(windows.publish_view, "", ("user_id!", "view!", "hash")),
    "conversations.history": Method(
        rooms.history,
        "channels:history",
        ("channel!", "cursor", "limit", "oldest", "latest", "inclusive", "include_all_metadata"),
        takes_json=False,
    ),
    "conversations.replies": Method(
        rooms.replies, "channels:history", ("channel!", "ts!", "limit", "include_all_metadata"), takes_json=False
    ),
    "conversations.info": Method(rooms.info, "channels:read", ("channel!",), takes_json=False),
    "conversations.list": Method(
        rooms.list_channels, "channels:read", ("types", "exclude_archived", "limit", "cursor"), takes_json=False
    ),
    "conversations.open": Method(rooms.open_conversation, "im:write", ("users!",)),
    "users.info": Method(rooms.user_info, "users:read", ("user!", "include_locale"), takes_json=False),
    "usergroups.users.list": Method(
        rooms.group_members, "usergroups:read", ("usergroup!", "include_disabled"), takes_json=False
    ),
    "files.getUploadURLExternal": Method(rooms.upload_url, "files:write", ("filename!", "length!"), takes_json=False),
    "files.completeUploadExternal": Method(
        rooms.complete_upload, "files:write", ("files!", "channel_id", "initial_comment", "thread_ts")
    ),
}
