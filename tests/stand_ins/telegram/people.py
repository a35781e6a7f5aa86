"""People in front of the bot: they start, write, press, edit, forward, block. Each act becomes its update."""

import itertools
from typing import Any

from tests.stand_ins.telegram.markup import MOST_TEXT, units
from tests.stand_ins.telegram.world import BotAccount, Profile, Shown


class Person:
    """One person and their private chat with one bot. Acts return the id of the message they wrote."""

    def __init__(self, bot: BotAccount, profile: Profile) -> None:
        self._bot = bot
        self.profile = profile

    @property
    def id(self) -> int:
        return self.profile.id

    @property
    def inbox(self) -> list[Shown]:
        """What the bot wrote and did not delete, oldest first, as it looks now."""
        return [shown for shown in self.profile.inbox if not shown.deleted]

    @property
    def texts(self) -> list[str]:
        return [shown.text for shown in self.inbox]

    @property
    def last(self) -> Shown:
        return self.inbox[-1]

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, payload: str = "") -> int:
        """Presses Start, or opens a link t.me/bot?start=payload; someone who had blocked the bot unblocks it."""
        if self.profile.blocked:
            self.unblock()
        return self.say(f"/start {payload}" if payload else "/start")

    def say(self, text: str, **more: Any) -> int:
        """Writes `text`; the apps cut what is longer than one message. The id of the last message."""
        return [self._write(piece, more) for piece in _pieces(text)][-1]

    def forward(self, text: str) -> int:
        origin = {"type": "hidden_user", "sender_user_name": "Quelqu'un", "date": self._bot.date() - 60}
        return self.say(text, forward_origin=origin)

    def edit(self, message_id: int, text: str) -> None:
        """Changes a message written before."""
        message = self._bot.messages.get((self.id, message_id))
        if not isinstance(message, dict):
            raise LookupError(f"this person wrote no message {message_id}")
        message |= {"text": text, "edit_date": self._bot.date()}
        message.pop("entities", None)
        self._bot.push("edited_message", dict(message))

    def press(self, label_or_data: str, *, message_id: int | None = None) -> str:
        """Presses the button of that label or data under the newest message that shows it (or under `message_id`)."""
        for shown in reversed(self.inbox):
            button = shown.button(label_or_data) if message_id in (None, shown.message_id) else None
            if button:
                return self.forge(button["callback_data"], message_id=shown.message_id)
        raise LookupError(
            f"no message shows this button; the newest has {self.last.labels if self.inbox else 'no message'}"
        )

    def forge(self, data: str, *, message_id: int) -> str:
        """A press of any data under any message of the bot, shown or not: what anyone can send. The query's id."""
        query = self._bot.new_query_id()
        shown = self._bot.messages.get((self.id, message_id))
        message: dict[str, Any] = {"chat": self.profile.chat(), "message_id": message_id, "date": 0}
        if isinstance(shown, Shown) and not shown.deleted:
            message = dict(shown.payload)
        self._bot.queries[query] = self.id
        callback = {"id": query, "from": self.profile.user(), "message": message}
        self._bot.push("callback_query", callback | {"chat_instance": str(-self.id), "data": data})
        return query

    def send_voice(self, seconds: int = 7) -> int:
        return self._attach("voice", _file() | {"duration": seconds, "mime_type": "audio/ogg"})

    def send_video_note(self, seconds: int = 7) -> int:
        return self._attach("video_note", _file() | {"duration": seconds, "length": 240})

    def send_sticker(self) -> int:
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._attach("sticker", _file() | shape)

    def send_photo(self, caption: str = "") -> int:
        return self._attach("photo", [_file() | {"width": width, "height": width} for width in (90, 800)], caption)

    def send_video(self, caption: str = "") -> int:
        return self._attach("video", _file() | {"width": 640, "height": 360, "duration": 9}, caption)

    def send_location(self, latitude: float = 48.85, longitude: float = 2.35) -> int:
        return self._attach("location", {"latitude": latitude, "longitude": longitude})

    def send_document(self, name: str = "avis.pdf", caption: str = "") -> int:
        return self._attach("document", _file() | {"file_name": name, "mime_type": "application/pdf"}, caption)

    def send_contact(self) -> int:
        return self._attach("contact", {"phone_number": "+33100000000", "first_name": "Accueil"})

    def send_dice(self) -> int:
        return self._attach("dice", {"emoji": "🎲", "value": 4})

    def block(self) -> None:
        self.profile.blocked = True
        self._membership("member", "kicked")

    def unblock(self) -> None:
        self.profile.blocked = False
        self._membership("kicked", "member")

    def deactivate(self) -> None:
        """Closes the account: the bot is not told, its next message is refused."""
        self.profile.deactivated = True

    async def sees(self, count: int, *, within: float = 20.0) -> list[Shown]:
        """Waits until the inbox holds at least `count` messages."""
        while len(self.inbox) < count:
            await self._bot.next_event(len(self._bot.events), within=within)
        return self.inbox

    async def sees_text(self, part: str, *, within: float = 20.0) -> Shown:
        """Waits until a message holds `part`; the newest that does."""
        while True:
            for shown in reversed(self.inbox):
                if part in shown.text:
                    return shown
            await self._bot.next_event(len(self._bot.events), within=within)

    # ── updates ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _write(self, text: str, more: dict[str, Any]) -> int:
        content: dict[str, Any] = {"text": text} | more
        if text.startswith("/") and "forward_origin" not in more:
            command = text.split(None, 1)[0]
            content["entities"] = [{"offset": 0, "length": units(command), "type": "bot_command"}]
        return self._message(content)

    def _attach(self, kind: str, content: Any, caption: str = "") -> int:
        return self._message({kind: content} | ({"caption": caption} if caption else {}))

    def _message(self, content: dict[str, Any]) -> int:
        self.profile.known = True
        number = self._bot.new_message_id()
        message = {
            "message_id": number,
            "from": self.profile.user(),
            "chat": self.profile.chat(),
            "date": self._bot.date(),
            **content,
        }
        self._bot.messages[self.id, number] = message
        self._bot.push("message", dict(message))
        return number

    def _membership(self, before: str, after: str) -> None:
        def member(status: str) -> dict[str, Any]:
            return {"user": self._bot.me(), "status": status} | ({"until_date": 0} if status == "kicked" else {})

        change = {"chat": self.profile.chat(), "from": self.profile.user(), "date": self._bot.date()}
        self._bot.push("my_chat_member", change | {"old_chat_member": member(before), "new_chat_member": member(after)})


_files = itertools.count(1)


def _file() -> dict[str, Any]:
    number = next(_files)
    return {"file_id": f"AwACAgQAAxkBAAM{number}", "file_unique_id": f"AgADu{number}", "file_size": 2048}


def _pieces(text: str) -> list[str]:
    """The text in messages of at most 4096 UTF-16 units, as the apps cut it."""
    pieces = [""]
    length = 0
    for character in text:
        size = units(character)
        if length + size > MOST_TEXT:
            pieces.append("")
            length = 0
        pieces[-1] += character
        length += size
    return pieces
