"""Carries a message to one private chat: too thin to be wrong.

Texts go out without any markup (no parse_mode): what a citizen or an organiser wrote is shown as it is, never as HTML.
"""

import logging
import re
from typing import Any, assert_never

from telegram import InputFile
from telegram.error import InvalidToken, TelegramError

from bots.telegram.api import Api
from bots.telegram.outcomes import to_outcome
from core.model.messages import Button, Deletion, Document, Edit, Message, Outbound, Outcome, Sent, Uncertain
from core.model.people import Address
from core.rules.plain_text import cleaned

log = logging.getLogger(__name__)

MOST_UNITS = 4096
"""Of UTF-16, in one text: core.telegram.org/bots/api#sendmessage."""

MOST_CAPTION = 1024
"""Of UTF-16, under a file: core.telegram.org/bots/api#senddocument."""

_NUMBER = re.compile(r"-?[0-9]{1,18}")
_NO_PREVIEW = {"is_disabled": True}


class TelegramChannel:
    """The `Channel` of one bot. Never raises for what the platform says."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def send(self, address: Address, message: Outbound) -> Outcome:
        """One request, one outcome. `external_id` of `Sent` is the message's number in its chat."""
        changed = "" if isinstance(message, Message) else message.external_id
        try:
            result = await self._carry(address.external_id, message)
        except TelegramError as error:
            if isinstance(error, InvalidToken):
                log.error("Telegram refuses the token: put the one from @BotFather into TELEGRAM_BOT_TOKEN")
            return to_outcome(error, external_id=changed)
        if changed:
            return Sent(changed)
        if isinstance(result, dict) and "message_id" in result:
            return Sent(str(result["message_id"]))
        return Uncertain("the answer names no message")

    async def _carry(self, chat: str, message: Outbound) -> Any:
        match message:
            case Message(document=Document(name=name, content=file)):
                captioned = _content(message, MOST_CAPTION)
                captioned["caption"] = captioned.pop("text")
                del captioned["link_preview_options"]
                document = InputFile(file, filename=name)
                return await self._api.call("sendDocument", chat_id=_number(chat), document=document, **captioned)
            case Message():
                return await self._api.call(
                    "sendMessage", chat_id=_number(chat), **_content(message), **_price(message)
                )
            case Edit(external_id=external_id, message=content):
                return await self._api.call(
                    "editMessageText", chat_id=_number(chat), message_id=_number(external_id), **_content(content)
                )
            case Deletion(external_id=external_id):
                return await self._api.call("deleteMessage", chat_id=_number(chat), message_id=_number(external_id))
            case _:
                assert_never(message)


def cut(text: str, most: int = MOST_UNITS) -> str:
    """`text`, or its beginning and "…" when it is longer than `most` UTF-16 units. Core must not make such a text."""
    if len(text) * 2 <= most or len(text.encode("utf-16-le")) // 2 <= most:
        return text
    return text.encode("utf-16-le")[: (most - 1) * 2].decode("utf-16-le", "ignore").rstrip() + "…"


def _content(message: Message, most: int = MOST_UNITS) -> dict[str, Any]:
    text = cleaned(message.text)
    short = cut(text, most)
    if short != text:
        log.warning("a text was longer than Telegram takes and was cut; delivery %s", message.reference or "unnamed")
    content: dict[str, Any] = {"text": short, "link_preview_options": _NO_PREVIEW}
    rows = [[_drawn(button) for button in row] for row in message.buttons if row]
    if rows:
        content["reply_markup"] = {"inline_keyboard": rows}
    return content


def _price(message: Message) -> dict[str, Any]:
    """Whether it may cost: only a new message can, and only the outbox says so."""
    return {"allow_paid_broadcast": True} if message.paid else {}


def _drawn(button: Button) -> dict[str, str]:
    if button.link:
        return {"text": cleaned(button.label), "url": button.link}
    return {"text": cleaned(button.label), "callback_data": cleaned(button.action)}


def _number(external_id: str) -> int | str:
    return int(external_id) if _NUMBER.fullmatch(external_id) else external_id
