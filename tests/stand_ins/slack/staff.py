"""The people of the workspace: what they type and press, and what they get to see."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.stand_ins.slack.reading import buttons, flatten
from tests.stand_ins.slack.world import Json, Person, Upload

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer


@dataclass(eq=False)
class Asked:
    """One command, press or submission, and all that came back for it.

    `acknowledged`: within the time Slack gives. `ephemeral`: what only this person sees. `views`: ids of the windows.
    """

    server: "SlackServer"
    user: str
    channel: str
    trigger_id: str
    response_url: str = ""
    view: str = ""
    acknowledged: bool = False
    deliveries: int = 0
    error: str = ""
    ack: Json | None = None
    ephemeral: list[Json] = field(default_factory=list)
    public: list[Json] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    uses: int = 0
    origin: Json | None = None

    def texts(self) -> list[str]:
        """All that is shown now."""
        windows = [self.server.world.views[each] for each in self.views]
        return [flatten(each) for each in (*self.ephemeral, *self.public, *windows)]

    async def sees(self, words: str, *, within: float = 10) -> str:
        """Waits until something with `words` in it is shown, and gives all of that."""

        def shown() -> str:
            return next((text for text in self.texts() if words in text), "")

        await self.server.until(lambda: bool(shown()), within=within, what=f"{words!r} among {self.texts()}")
        return shown()


class Staff:
    """One person at their Slack."""

    def __init__(self, server: "SlackServer", person: Person) -> None:
        self.server = server
        self.id = person.id
        self._person = person

    async def command(self, command: str, text: str = "", *, channel: str) -> Asked:
        """Types a slash command; returns when it was acknowledged, or was not."""
        world = self.server.world
        room = world.channels[channel]
        asked = self.server.deliveries.new_asked(self.id, channel)
        payload = {
            "token": "verification-is-by-signature",
            "team_id": self._person.team,
            "team_domain": "bellevue",
            "channel_id": room.id,
            "channel_name": room.name,
            "user_id": self.id,
            "user_name": self._person.name,
            "command": command,
            "text": text,
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": asked.response_url,
            "trigger_id": asked.trigger_id,
        }
        await self.server.deliveries.deliver("slash_commands", payload, asked)
        return asked

    async def press(self, message: Json, label: str, *, nth: int = 0) -> Asked:
        """Presses the button with that label in a message or a window."""
        found = [each for each in buttons(message) if each[1]["text"]["text"] == label]
        if len(found) <= nth:
            raise LookupError(
                f"no button {label!r}; there are {[each[1]['text']['text'] for each in buttons(message)]}"
            )
        block, button = found[nth]
        is_view = "root_view_id" in message
        asked = self.server.deliveries.new_asked(self.id, "" if is_view else message["channel"], respond=not is_view)
        asked.view = message["id"] if is_view else ""
        asked.origin = message
        action = {
            "type": "button",
            "action_id": button["action_id"],
            "block_id": block["block_id"],
            "text": button["text"],
            "action_ts": self.server.world.ts(),
            **({"value": button["value"]} if "value" in button else {}),
        }
        payload = self._interaction("block_actions", asked) | {"actions": [action]}
        if is_view:
            payload |= {"container": {"type": "view", "view_id": message["id"]}, "view": message}
        else:
            room = self.server.world.channels[message["channel"]]
            container = {"type": "message", "message_ts": message["ts"], "channel_id": room.id}
            container["is_ephemeral"] = message.get("is_ephemeral", False)
            payload |= {
                "container": container,
                "channel": {"id": room.id, "name": room.name},
                "message": {name: value for name, value in message.items() if name not in {"unfurls", "metadata"}},
                "response_url": asked.response_url,
            }
        await self.server.deliveries.deliver("interactive", payload, asked)
        return asked

    async def submit(self, view_id: str, values: Json | None = None) -> Asked:
        """Sends a window's form; `values`: block id → action id → what was typed."""
        view = self.server.world.views[view_id]
        asked = self.server.deliveries.new_asked(self.id, "", respond=False)
        asked.view = view_id
        payload = self._interaction("view_submission", asked)
        payload |= {"view": {**view, "state": {"values": values or {}}}, "response_urls": []}
        await self.server.deliveries.deliver("interactive", payload, asked)
        asked.views.append(view_id)
        self.server.touch()
        return asked

    async def fill(self, view_id: str, **given: str) -> Asked:
        """Fills in a window's form as a person would, what stands there at first included, and sends it."""
        values: Json = {}
        for block in self.server.world.views[view_id]["blocks"]:
            if block["type"] != "input":
                continue
            name, element = block["block_id"], block["element"]
            if element["type"] == "static_select":
                chosen = next((each for each in element["options"] if each["value"] == given.get(name)), None)
                chosen = chosen or element.get("initial_option")
                if chosen is None:
                    raise LookupError(f"{name} must be chosen among {[each['value'] for each in element['options']]}")
                state: Json = {"type": "static_select", "selected_option": chosen}
            elif element["type"] == "checkboxes":
                at_first = [each["value"] for each in element.get("initial_options", ())]
                wanted = given.get(name.partition(".")[0], " ".join(at_first)).split()
                ticked = [each for each in element["options"] if each["value"] in wanted]
                state = {"type": "checkboxes", "selected_options": ticked}
            elif element["type"] == "datetimepicker":
                at = given.get(name, element.get("initial_date_time"))
                state = {"type": "datetimepicker", "selected_date_time": int(at) if at else None}
            elif element["type"] == "file_input":
                state = {"type": "file_input", "files": [self._given(given[name])]}
            else:
                typed = given.get(name, element.get("initial_value", "")) or None
                state = {"type": "plain_text_input", "value": typed}
            values[name] = {element["action_id"]: state}
        return await self.submit(view_id, values)

    def _given(self, text: str) -> Json:
        """A file from this person's machine, kept by Slack for whoever has `files:read`."""
        world, content = self.server.world, text.encode()
        file = Upload(f"F{world.number():06d}", "given.yaml", len(content), content)
        world.uploads[file.id] = file
        return {"id": file.id, "name": file.filename, "url_private_download": f"{self.server.url}/files/{file.id}"}

    def _interaction(self, kind: str, asked: Asked) -> Json:
        world = self.server.world
        return {
            "type": kind,
            "user": {
                "id": self.id,
                "username": self._person.name,
                "name": self._person.name,
                "team_id": self._person.team,
            },
            "api_app_id": world.app_id,
            "token": "verification-is-by-signature",
            "team": {"id": world.team_id, "domain": "bellevue"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": asked.trigger_id,
        }
