"""One person answering: they press the buttons that they see and write their own words, in their own order.

Start ─▶ (eager: writes) ─▶ agrees ─▶ a choice ─▶ stops | (reminded: Continue) ─▶ writes ─▶ (late: writes) ─▶ a choice
─▶ yes | no | leaves

They wait for what they need to see and look at nothing else: whatever comes twice after a kill does not confuse them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from core.model.consultations import Consultation
from core.work.ports import Words
from tests.replay.crowd import Crowd, Seen
from tests.replay.people import Manner, Role, Way

LANGUAGE = "fr"


@dataclass(frozen=True, slots=True)
class Buttons:
    """What stands on the buttons, as the catalogue and the consultation say it."""

    agree: str
    skip: str
    enough: str
    go_on: str
    yes: str
    no: str
    why: str
    subjects: dict[str, str]
    habitats: dict[str, str]
    asked: str
    """The open question has no button: these are its words."""


def buttons_of(consultation: Consultation, words: Words) -> Buttons:
    subject, opinion, habitat = consultation.questions
    return Buttons(
        agree=words.say("consent.agree", LANGUAGE, {"age": consultation.notice.minimum_age}),
        skip=words.say("question.skip", LANGUAGE),
        enough=words.say("question.enough", LANGUAGE),
        go_on=words.say("button.go_on", LANGUAGE),
        yes=words.say("results.yes", LANGUAGE),
        no=words.say("results.no", LANGUAGE),
        why=words.say("button.why", LANGUAGE),
        subjects={option.id: option.label[LANGUAGE] for option in subject.options},
        habitats={option.id: option.label[LANGUAGE] for option in habitat.options},
        asked=opinion.text[LANGUAGE].split("?")[0].strip(),
    )


@dataclass(slots=True)
class Conversation:
    """`said`: the ids of the messages that are their answer, in order."""

    role: Role
    crowd: Crowd
    buttons: Buttons
    said: list[int]

    async def play(self) -> None:
        role, buttons = self.role, self.buttons
        await asyncio.sleep(role.arrives)
        await self._do("start", payload=role.source)
        await self._shows(buttons.agree)
        left = list(zip(role.row.messages, role.pauses, strict=True))
        if role.manner is Manner.EAGER:
            await self._say([left.pop(0)])
        await self._press(buttons.agree)
        await self._answer(buttons.subjects[role.subject])
        if role.way is Way.STOPS:
            return
        if role.way is Way.RETURNS:
            reminded = await self._shows(buttons.why)
            await self._press(buttons.go_on)
            await self._asked(after=reminded)
        await self._write(left)
        await self._end()

    async def _answer(self, label: str) -> None:
        """The first question; an impatient finger presses twice."""
        await self._shows(label)
        await self._press(label)
        if self.role.double_tap:
            await self._press(label)

    async def _write(self, left: list[tuple[str, float]]) -> None:
        late = left[-1:] if self.role.manner is Manner.LATE else []
        await self._asked()
        if left:
            await self._say(left[:-1] if late else left)
        else:
            await self._press(self.buttons.enough)
        if late:
            await self._shows(next(iter(self.buttons.habitats.values())))
            await self._say(late)

    async def _end(self) -> None:
        role, buttons = self.role, self.buttons
        label = buttons.habitats.get(role.habitat, buttons.skip)
        await self._shows(next(iter(buttons.habitats.values())))
        await self._press(label)
        await self._shows(buttons.yes)
        if role.results is not None:
            before = len(self.crowd.chats[role.number].seen)
            await self._press(buttons.yes if role.results else buttons.no)
            await self._until("a last word", lambda _: True, after=before)

    async def _asked(self, *, after: int = 0) -> None:
        await self._until("the open question", lambda seen: self.buttons.asked in seen.text, after=after)

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _say(self, messages: list[tuple[str, float]]) -> None:
        for text, pause in messages:
            if pause:
                await asyncio.sleep(pause)
            self.said.append(await self._do("say", text=text))

    async def _press(self, label: str) -> None:
        """The button of that label under the newest message that shows it."""
        await self._do("press", label_or_data=label)

    async def _do(self, act: str, **given: object) -> int:
        result: int = await self.crowd.do(act, self.role.number, **given)
        return result

    async def _shows(self, label: str) -> int:
        return await self._until("a button", lambda seen: label in seen.labels)

    async def _until(self, what: str, fits: Callable[[Seen], bool], *, after: int = 0) -> int:
        return await self.crowd.chats[self.role.number].shows(what, fits, after=after)
