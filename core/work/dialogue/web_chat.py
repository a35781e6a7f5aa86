"""What a person does in the web chat: shown on their page and put into the inbox in one commit, once.

    page ─▶ take ─▶ [web_messages: what they said] + [inbox: raw bytes] ─▶ intake, as for every channel

The page's `reference` makes a form that is sent twice (a double press, a reload) one event.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core.model.errors import DiskFull
from core.model.ids import AccountId
from core.storage.engine import Storage
from core.storage.web import Direction, Line
from core.work.ports import Clock
from core.work.together import Take, Together


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody did on their page. `encode`: the raw update, given the number of the message. `shown`: the bubble
    on the page; None: there is none."""

    account: AccountId
    chat: str
    reference: str
    encode: Callable[[int], bytes]
    shown: str | None


@dataclass(slots=True)
class WebChat:
    """`wake` is called after each commit that brought something. `takes_away`: is taken even on a full disk. What many
    do at the same time is one commit."""

    storage: Storage
    clock: Clock
    wake: Callable[[], None]
    takes_away: Callable[[AccountId, bytes], Awaitable[bool]]
    _taken: "Together[Form, bool]" = field(init=False)

    def __post_init__(self) -> None:
        self._taken = Together(self._take)

    async def take(self, form: Form) -> bool:
        """Committed when it returns. False: it was taken before."""
        try:
            return await self._taken(form)
        except DiskFull:
            if not await self.takes_away(form.account, form.encode(0)):
                raise
            return (await self._take(lambda: [form], spare=True))[0]

    async def _take(self, take: Take[Form], *, spare: bool = False) -> list[bool]:
        now = self.clock.now()
        async with self.storage.unit(spare=spare) as unit:
            forms = take()
            numbers = await unit.web.numbers([(form.account, form.chat) for form in forms], now)
            rows = [
                {
                    "account_id": form.account,
                    "update_id": form.reference,
                    "chat": form.chat,
                    "raw": form.encode(number),
                    "received_at": now,
                }
                for form, number in zip(forms, numbers, strict=True)
            ]
            new = await unit.inbox.append(rows)
            taken = []
            lines = []
            for form, number in zip(forms, numbers, strict=True):
                taken.append((form.account, form.reference) in new)
                new.discard((form.account, form.reference))  # sent twice at the same time: the second is not new
                if taken[-1] and form.shown is not None:
                    lines.append(Line(form.account, form.chat, number, Direction.IN, form.shown))
            await unit.web.add(lines, now)
        if any(taken):
            self.wake()
        return taken
