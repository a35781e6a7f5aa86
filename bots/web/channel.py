"""The web chat as a channel: a message is written down for the page of its chat, and whoever looks at it is told.

    send, send, send ─▶ one commit for all that came during the one before ─▶ news

A chat's external id is the SHA-256 of the secret in its private link (`chat_of`): the database, its backups and the
staff's screens hold nothing that opens somebody's conversation. The secret has 128 bits: its hash needs no key.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

from bots.web.news import News
from core.model.errors import StorageError
from core.model.messages import Button, Deletion, Edit, Message, NotSent, Outbound, Outcome, Rejected, Sent
from core.model.people import Address
from core.rules.pacing import Limits
from core.rules.plain_text import cleaned
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.storage.web import Direction, Line, Rows
from core.work.ports import Clock
from core.work.together import Take, Together

CHANNEL = "web"
LIMITS = Limits(most=1000, burst=50, gap=timedelta(0))
"""Our own pages refuse nothing: only so many at once that the database is never swamped."""

_NUMBER = re.compile(r"[0-9]{1,18}")


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

    async def _write_all(self, take: Take[tuple[Address, Outbound]]) -> Sequence[Outcome]:
        """In one commit: an answer to each of many people costs one."""
        async with self._storage.unit(spare=True) as unit:
            letters = take()
            said = await self._say(unit, letters)
            return [
                said[place] if place in said else await self._amend(unit, address, message)
                for place, (address, message) in enumerate(letters)
            ]

    async def _say(self, unit: Unit, letters: Sequence[tuple[Address, Outbound]]) -> dict[int, Outcome]:
        """By place, what became of the new messages. One that stands on its page already keeps its number."""
        new = {
            place: (address, message)
            for place, (address, message) in enumerate(letters)
            if isinstance(message, Message)
        }
        references = {
            place: (address.account, address.external_id, message.reference)
            for place, (address, message) in new.items()
            if message.reference
        }
        known = await unit.web.known(set(references.values()))
        numbers = {place: known[each] for place, each in references.items() if each in known}
        fresh = [place for place in new if place not in numbers]
        now = self._clock.now()
        chats = [(new[place][0].account, new[place][0].external_id) for place in fresh]
        numbers |= dict(zip(fresh, await unit.web.numbers(chats, now), strict=True))
        await unit.web.add([_line(*new[place], numbers[place]) for place in fresh], now)
        return {place: Sent(str(number)) for place, number in numbers.items()}

    async def _amend(self, unit: Unit, address: Address, message: Outbound) -> Outcome:
        account, chat = address.account, address.external_id
        match message:
            case Edit(external_id=number) | Deletion(external_id=number) if not _NUMBER.fullmatch(number):
                return Rejected("this is not the number of a message")
            case Edit(external_id=number, message=Message(text=text, buttons=buttons)):
                if not await unit.web.change(account, chat, int(number), cleaned(text), _kept(buttons)):
                    return Rejected("there is no such message to change")
                return Sent(number)
            case Deletion(external_id=number):
                await unit.web.take_back(account, chat, int(number))
                return Sent(number)
            case Message():
                raise AssertionError("what is new was said before")
            case _:
                assert_never(message)


def _kept(buttons: Rows) -> Rows:
    return tuple(tuple(Button(cleaned(each.label), each.action) for each in row) for row in buttons)


def _links(message: Message) -> Rows:
    """A page sends no file: it links to it, in a row of its own."""
    document = message.document
    return () if document is None else ((Button(document.name, document.path),),)


def _line(address: Address, message: Message, number: int) -> Line:
    return Line(
        address.account,
        address.external_id,
        number,
        Direction.OUT,
        cleaned(message.text),
        _kept((*message.buttons, *_links(message))),
        message.reference or None,
    )
