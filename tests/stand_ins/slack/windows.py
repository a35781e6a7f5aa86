"""Windows: opened by a trigger, pushed, changed; and home tabs."""

from typing import TYPE_CHECKING

from tests.stand_ins.slack.arguments import as_object
from tests.stand_ins.slack.blocks import problems_in_view
from tests.stand_ins.slack.reading import interpreted_in
from tests.stand_ins.slack.world import Json, Refusal

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer


def checked_view(server: "SlackServer", arguments: Json, where: str) -> Json:
    view = as_object(arguments, "view", dict, "invalid_arguments") or {}
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
    asked = server.deliveries.take_trigger(arguments["trigger_id"])
    view_id = f"V{server.world.number():06d}"
    answer = _store(server, view, view_id=view_id, root=view_id, user=asked.user)
    asked.views.append(view_id)
    return answer


def push_view(server: "SlackServer", arguments: Json) -> Json:
    view = checked_view(server, arguments, "views.push")
    asked = server.deliveries.take_trigger(arguments["trigger_id"])
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
