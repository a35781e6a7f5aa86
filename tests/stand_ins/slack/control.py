"""The control door of the stand-in, for tests that run it as its own process: POST /control, a JSON list of wishes.

    {"do": "channel", "id": "C1", "name": "piscine"}            {"do": "member", "id": "U1", "locale": "fr-FR"}
    {"do": "command", "user": "U1", "channel": "C1", "command": "/porte-voix", "text": "digest", "until": "Piscine"}
    {"do": "press", "user": "U1", "channel": "C1", "ts": "…", "label": "Ouvrir", "until": "…"}
    {"do": "plan", "method": "chat.postMessage", "trouble": "lose_answer"}
    {"do": "messages", "channel": "C1"}      {"do": "transcript", "channel": "C1"}      {"do": "record"}

Each answer is {"result": …} or {"error": …}, in order. `until` waits for words to be shown.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.stand_ins.slack.staff import Asked
from tests.stand_ins.slack.world import Json, Planned, Trouble

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer


async def act(server: "SlackServer", wish: Json) -> Json:
    """One wish. What cannot be done (no such button) is an error in the answer, not of the server."""
    given = dict(wish)
    try:
        return {"result": await _act(server, str(given.pop("do", "")), given)}
    except (AssertionError, KeyError, LookupError, TypeError, ValueError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


async def _act(server: "SlackServer", do: str, given: Json) -> Any:
    match do:
        case "channel":
            server.channel(given.pop("id"), given.pop("name"), **given)
        case "member":
            server.member(given.pop("id"), **given)
        case "plan":
            method = given.pop("method")
            server.plan(method, Planned(Trouble(given.pop("trouble")), **given))
        case "set":
            _set(server, given)
        case "command":
            until = given.pop("until", "")
            asked = await server.member(given.pop("user")).command(
                given["command"], given.get("text", ""), channel=given["channel"]
            )
            return await _told(asked, until)
        case "press":
            message = server.world.message(server.world.channels[given["channel"]], given["ts"])
            asked = await server.member(given["user"]).press(message, given["label"], nth=given.get("nth", 0))
            return await _told(asked, given.get("until", ""))
        case "messages":
            return server.world.channels[given["channel"]].messages
        case "transcript":
            return server.transcript(given["channel"])
        case "record":
            return {
                "calls": [asdict(each) for each in server.calls],
                "interpreted": [asdict(each) for each in server.interpreted],
                "violations": server.violations,
                "connected": server.sockets.connected,
            }
        case "refresh":
            await server.sockets.refresh()
        case "drop":
            await server.sockets.drop()
        case _:
            raise ValueError(f"nothing is called {do!r}")
    return None


def _set(server: "SlackServer", given: Json) -> None:
    for name, value in given.items():
        match name:
            case "limits":
                server.world.limits.enabled = bool(value)
            case "burst":
                server.world.limits.burst = int(value)
            case "request_url" | "ack_within" | "twice":
                setattr(server, name, value)
            case "later":
                server.later(float(value))
            case _:
                raise ValueError(f"nothing is called {name!r}")


async def _told(asked: Asked, until: str) -> Json:
    if until:
        await asked.sees(until)
    return {"acknowledged": asked.acknowledged, "error": asked.error, "texts": asked.texts()}
