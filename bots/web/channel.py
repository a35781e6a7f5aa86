"""The web chat as a channel: a message is written down for the page of its chat, and whoever looks at it is told.

    send, send, send ─▶ one commit for all that came during the one before ─▶ news

A chat's external id is the SHA-256 of the secret in its private link (`chat_of`): the database, its backups and the
staff's screens hold nothing that opens somebody's conversation. The secret has 128 bits: its hash needs no key.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

from bots.web.news import News
from core.model.errors import StorageError
from core.model.messages import Deletion, Edit, Message, NotSent, Outbound, Outcome, Rejected, Sent
from core.model.people import Address
from core.rules.pacing import Limits
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.storage.web import Direction
from core.work.ports import Clock
from core.work.together import Together

CHANNEL = "web"
LIMITS = Limits(most=1000, burst=50, gap=timedelta(0))
"""Our own pages refuse nothing: only so many at once that the database is never swamped."""


def chat_of(secret: str) -> str:
    """What is kept of a private link."""
    return urlsafe_b64encode(hashlib.sha256(secret.encode("utf-8", "replace")).digest()).decode().rstrip("=")


class WebChannel:
    """The `Channel` of one partner's web chat. Never raises for what the database says."""

    def __init__(self, storage: Storage, clock: Clock, news: News) -> None:
        self._storage = storage
        self._clock = clock
        self._news = news
        self._written: Together[tuple[Address, Outbound], Outcome] = Together(self._write_all)

    async def send(self, address: Address, message: Outbound) -> Outcome:
        """`external_id` of `Sent` is the message's number in its chat. The same delivery twice is shown once."""
        try:
            outcome = await self._written((address, message))
        except StorageError as error:  # rolled back: it certainly stands on no page
            return NotSent(str(error))
        self._news.tell(address.external_id)
        return outcome

    async def _write_all(self, letters: Sequence[tuple[Address, Outbound]]) -> Sequence[Outcome]:
        """In one commit: an answer to each of many people costs one."""
        async with self._storage.unit(spare=True) as unit:
            return [await self._write(unit, address, message) for address, message in letters]

    async def _write(self, unit: Unit, address: Address, message: Outbound) -> Outcome:
        account, chat = address.account, address.external_id
        match message:
            case Message(text=text, buttons=buttons):
                reference = message.reference or None
                seq = await unit.web.add(
                    account, chat, Direction.OUT, text, self._clock.now(), buttons=buttons, reference=reference
                )
                if seq is None and reference is not None:
                    seq = await unit.web.find(account, chat, reference)
                return Sent(str(seq))
            case Edit(external_id=number, message=Message(text=text, buttons=buttons)):
                if not (number.isdigit() and await unit.web.change(account, chat, int(number), text, buttons)):
                    return Rejected("there is no such message to change")
                return Sent(number)
            case Deletion(external_id=number):
                if number.isdigit():
                    await unit.web.take_back(account, chat, int(number))
                return Sent(number)
            case _:
                assert_never(message)
