"""A citizen with Telegram, as a story tells it: what they do, what they see, and the whole conversation as text."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.world import Shown

NO_BREAK = str.maketrans({"\u00a0": " ", "\u202f": " "})


class Neighbour:
    """Acts return what was said to it, each bubble as one line: "text  [button] [button]"."""

    def __init__(self, person: Person, settle: Callable[[], Awaitable[None]]) -> None:
        self.person = person
        self._settle = settle
        self._seen = 0
        self._lines: list[str] = []

    @property
    def id(self) -> int:
        return self.person.id

    async def starts(self, source: str = "") -> list[str]:
        return await self._did(f"/start {source}".strip(), lambda: self.person.start(source))

    async def says(self, *texts: str) -> list[str]:
        """Writes these messages one after the other, without waiting for an answer."""
        for text in texts[:-1]:
            self._lines.append(f"👤 {text}")
            self.person.say(text)
        return await self._did(texts[-1], lambda: self.person.say(texts[-1]))

    async def presses(self, label: str) -> list[str]:
        """Presses the newest button of that label."""
        return await self._did(label, lambda: self.person.press(self.as_shown(label)))

    async def does(self, act: str, *given: Any, **more: Any) -> list[str]:
        """Any other act of `Person`: send_voice, edit, forge, block …"""
        return await self._did(f"({act})", lambda: getattr(self.person, act)(*given, **more))

    async def agrees(self, source: str = "") -> None:
        """Starts and agrees: the first question waits."""
        await self.starts(source)
        await self.presses("J'ai 15 ans ou plus et j'accepte")

    async def finishes(self, *words: str, source: str = "", results: str = "Non merci") -> None:
        """Goes through the whole sample consultation of the swimming pool."""
        await self.agrees(source)
        await self.presses("Parfois")
        await self.says(*words or ("ouvrir plus tard le soir",))
        await self.presses("C'est tout") if self._shows("C'est tout") else await self.says("c'est tout")
        await self.presses("Centre")
        await self.presses(results)

    def hears(self) -> list[str]:
        """What was said since the last act or the last look."""
        fresh = self.person.inbox[self._seen :]
        self._seen = len(self.person.inbox)
        lines = [bubble(shown) for shown in fresh]
        self._lines += [f"🤖 {line}" for line in lines]
        return lines

    @property
    def transcript(self) -> str:
        """The conversation so far, no-break spaces shown as spaces."""
        self.hears()
        return "\n".join(self._lines)

    async def _did(self, line: str, act: Callable[[], object]) -> list[str]:
        self.hears()
        self._lines.append(f"👤 {line}")
        act()
        await self._settle()
        return self.hears()

    def _shows(self, label: str) -> bool:
        return any(label in bubble(shown) for shown in self.person.inbox)

    def as_shown(self, label: str) -> str:
        """The button's real label: no-break spaces are typed as spaces in a story."""
        for shown in reversed(self.person.inbox):
            for row in shown.labels:
                for each in row:
                    if each.translate(NO_BREAK) == label:
                        return each
        return label


def bubble(shown: Shown) -> str:
    """One message as one line of a story."""
    buttons = " ".join(f"[{label}]" for row in shown.labels for label in row)
    return f"{shown.text}  {buttons}".rstrip().translate(NO_BREAK)
