"""The terminal as a channel: messages are printed, and buttons pressed by their number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from bots.terminal.screen import Screen
from core.model.messages import Button, Deletion, Edit, Message, Outbound, Outcome, Rejected, Sent
from core.model.people import Address
from core.rules.pacing import Limits
from core.rules.specs.actions import Verb, read

CHANNEL = "terminal"
LIMITS = Limits(most=100, burst=100, gap=timedelta(0))
"""A terminal never refuses a line."""


@dataclass(slots=True)
class TerminalChannel:
    """`before` and `after` each message: somebody may be writing at that moment. `buttons`: those said since the last
    line that was typed, each with its number: "my answers" come in several messages, all of which can be pressed."""

    screen: Screen
    numbers: Iterator[int]
    before: Callable[[], None]
    after: Callable[[], None]
    buttons: list[tuple[int, Button]] = field(default_factory=list)
    _typed: bool = False

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
        fresh = [button for row in message.buttons for button in row]
        if self._typed or _is_number(fresh):
            self.buttons, self._typed = [], False
        places = [] if _is_number(fresh) else list(enumerate(fresh, len(self.buttons) + 1))
        self.buttons += places or [(0, button) for button in fresh]
        self.before()
        self.screen.bubble(message, numbers={button.action: place for place, button in places})
        self.after()

    def meant(self, line: str) -> Button | None:
        """The button that a line presses: by what is written on it (the newest such), or by its number."""
        said = line.strip()
        self._typed = True
        labelled = (button for _, button in reversed(self.buttons) if button.label == said)
        placed = (button for place, button in self.buttons if place and str(place) == said)
        return next(labelled, None) or next(placed, None)


def _is_number(buttons: list[Button]) -> bool:
    """Where a number is an answer ("combien d'heures ?", with only [Passer] under it) no button has one: "1" must mean
    one hour."""
    actions = [read(button.action) for button in buttons]
    return bool(actions) and all(action is not None and action.verb is Verb.SKIP for action in actions)
