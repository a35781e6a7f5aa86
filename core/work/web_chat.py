"""What a person does in the web chat: shown on their page and put into the inbox in one commit, once.

    page ─▶ take ─▶ [web_messages: what they said] + [inbox: raw bytes] ─▶ intake, as for every channel

The page's `reference` makes a form that is sent twice (a double press, a reload) one event.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.model.errors import DiskFull
from core.model.ids import AccountId
from core.storage.engine import Storage
from core.storage.web import Direction
from core.work.ports import Clock


@dataclass(slots=True)
class WebChat:
    """`wake` is called after each commit that brought something. `takes_away`: is taken even on a full disk."""

    storage: Storage
    clock: Clock
    wake: Callable[[], None]
    takes_away: Callable[[AccountId, bytes], Awaitable[bool]]

    async def take(
        self, account: AccountId, chat: str, reference: str, encode: Callable[[int], bytes], *, shown: str | None
    ) -> bool:
        """Committed when it returns. `encode`: the raw update, given the number of the message. `shown`: the bubble on
        the page; None: there is none. False: it was taken before."""
        try:
            return await self._take(account, chat, reference, encode, shown, spare=False)
        except DiskFull:
            if not await self.takes_away(account, encode(0)):
                raise
            return await self._take(account, chat, reference, encode, shown, spare=True)

    async def _take(
        self,
        account: AccountId,
        chat: str,
        reference: str,
        encode: Callable[[int], bytes],
        shown: str | None,
        *,
        spare: bool,
    ) -> bool:
        now = self.clock.now()
        async with self.storage.unit(spare=spare) as unit:
            number = await unit.web.next_seq(account, chat, now)
            row = {
                "account_id": account,
                "update_id": reference,
                "chat": chat,
                "raw": encode(number),
                "received_at": now,
            }
            if not await unit.inbox.append([row]):
                return False
            if shown is not None:
                await unit.web.add(account, chat, Direction.IN, shown, now)
        self.wake()
        return True
