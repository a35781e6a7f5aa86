"""The terminal as a channel: messages are printed, and the newest buttons can be pressed by their number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from bots.terminal.screen import Screen
from core.model.messages import Button, Deletion, Edit, Message, Outbound, Outcome, Rejected, Sent
from core.model.people import Address
from core.rules.dialogue_actions import Verb, read
from core.rules.pacing import Limits

CHANNEL = "terminal"
LIMITS = Limits(most=100, burst=100, gap=timedelta(0))
"""A terminal never refuses a line."""


@dataclass(slots=True)
class TerminalChannel:
    """`around` is called before and after each message, where somebody may be writing at that moment."""

    screen: Screen
    numbers: Iterator[int]
    before: Callable[[], None]
    after: Callable[[], None]
    buttons: list[Button] = field(default_factory=list)

    async def send(self, _address: Address, message: Outbound, /) -> Outcome:
        """What is printed stands: the words of an edit are said again below, and nothing can be taken back."""
        match message:
            case Message():
                self._say(message)
                return Sent(str(next(self.numbers)))
            case Edit(external_id=external_id, message=words):
                self._say(words)
                return Sent(external_id)
            case Deletion():
                return Rejected("what was printed cannot be taken back")
            case _:
                assert_never(message)

    def _say(self, message: Message) -> None:
        self.buttons = [button for row in message.buttons for button in row]
        self.before()
        self.screen.bubble(message, numbers=_numbers(self.buttons))
        self.after()

    def meant(self, line: str) -> Button | None:
        """The button that a line presses: by what is written on it, or by its number."""
        said = line.strip()
        for button in self.buttons:
            if button.label == said:
                return button
        pressed = _numbers(self.buttons)
        return next((each for each in self.buttons if str(pressed.get(each.action)) == said), None)


def _numbers(buttons: list[Button]) -> dict[str, int]:
    """By action, from 1. Where a number is an answer ("combien d'heures ?", with only [Passer] under it) there is none:
    "1" must mean one hour.
    """
    actions = [read(button.action) for button in buttons]
    if all(action is not None and action.verb is Verb.SKIP for action in actions):
        return {}
    return {button.action: place for place, button in enumerate(buttons, 1)}
