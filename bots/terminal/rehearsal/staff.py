"""The staff's channel in a rehearsal, and the officer who reads it: alerts when she is at work, quotes on Fridays."""

from dataclasses import dataclass, field
from datetime import datetime

from bots.terminal.rehearsal.clock import VirtualClock
from core.model.ids import AccountId
from core.model.messages import Card, Message, Outbound, Outcome, Quote, Sent
from core.model.people import Address
from core.model.staff import Actor, Role
from core.work.cards.digest_layout import OPEN, REVIEW
from core.work.staff.desk import Desk

OFFICER = Actor("officer", Role.MODERATOR)
SHORTEST_QUOTED = 25
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Post:
    """One message in the channel. `alert`: it asks to open something at once; the others are digests."""

    at: datetime
    card: Card

    @property
    def alert(self) -> bool:
        first = self.card.blocks[0]
        return any(button.action.startswith(OPEN) for button in getattr(first, "buttons", ()))


@dataclass(slots=True)
class Room:
    """The channel as it fills. `account`: the partner's workspace."""

    clock: VirtualClock
    account: AccountId
    posts: list[Post] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)

    async def send(self, address: Address, message: Outbound) -> Outcome:
        del address
        if isinstance(message, Message) and message.card:
            self.posts.append(Post(self.clock.now(), message.card))
        return Sent(str(len(self.posts)))

    async def open_alerts(self, desk: Desk, language: str) -> None:
        """Whatever asks for a person is opened by her, once."""
        for post in self.posts:
            for action in _actions(post.card, OPEN):
                if action not in self.opened:
                    self.opened.add(action)
                    await desk.pressed(self.account, action, OFFICER, language)

    async def read_quotes(self, desk: Desk, consultation: str, language: str) -> None:
        """Reads what nobody has read, a few at a time: a whole sentence with nothing masked in it may be quoted."""
        for _ in range(ROUNDS):
            card = await desk.pressed(self.account, f"{REVIEW}{consultation}", OFFICER, language)
            shown = [block for block in card.blocks if isinstance(block, Quote)] if isinstance(card, Card) else []
            for quote in shown:
                yes, no, *_ = quote.buttons
                good = len(quote.text) >= SHORTEST_QUOTED and "[" not in quote.text
                await desk.pressed(self.account, (yes if good else no).action, OFFICER, language)
            if not shown:
                return


def _actions(card: Card, beginning: str) -> list[str]:
    buttons = (button for block in card.blocks for button in getattr(block, "buttons", ()))
    return [button.action for button in buttons if button.action.startswith(beginning)]
