"""The Slack channel: one workspace; a message, an edit or a deletion goes out, an `Outcome` comes back.

An address is a channel id (C…, G…, D…), "#name", or a member id (U…: the app's direct messages). Every message carries
the delivery's id in its metadata, so that one whose answer was lost can be found again.
"""

from typing import Any, assert_never

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.slack.blocks import Json, to_blocks, to_text
from bots.slack.client import SlackClient
from bots.slack.outcomes import NETWORK, SLACK, advice, code_of, to_outcome
from bots.slack.text import clean, cut, escape, visible, weight
from core.model.errors import ChannelError
from core.model.messages import Card, Deletion, Edit, Line, Message, Outbound, Outcome, Rejected, Sent
from core.model.people import Address

EVENT = "porte_voix"
TEXT = 3000
PAGE = 200
MOST_PAGES = 10


class SlackChannel:
    """`bot` is the app's own member id in the workspace: only its messages are looked at."""

    def __init__(self, client: SlackClient, *, bot: str) -> None:
        self._client = client
        self._bot = bot
        self._ids: dict[str, str] = {}

    def __repr__(self) -> str:
        return "SlackChannel()"

    async def send(self, address: Address, message: Outbound) -> Outcome:
        try:
            match message:
                case Message():
                    return await self._post(address.external_id, message)
                case Edit(external_id=external_id, message=replacement):
                    return await self._replace(external_id, replacement)
                case Deletion(external_id=external_id):
                    return await self._delete(external_id)
                case _:
                    assert_never(message)
        except (*SLACK, *NETWORK) as error:
            return to_outcome(error)

    async def find(self, address: Address, reference: str) -> str | None:
        """The external id of the message sent for the delivery `reference`; None when it is not among the last 2000.

        Raises `ChannelError` when Slack could not be asked: that is not the same as not there.
        """
        try:
            channel = await self._channel_id(address.external_id)
            if channel is None:
                return None
            cursor: str | None = None
            for _ in range(MOST_PAGES):
                page = await self._client.conversations_history(
                    channel=channel, limit=PAGE, cursor=cursor, include_all_metadata=True
                )
                for each in page.get("messages") or ():
                    if each.get("user") != self._bot:
                        continue
                    if (ts := await self._in_thread(channel, each, reference)) is not None:
                        return f"{channel}:{ts}"
                cursor = _cursor(page)
                if cursor is None:
                    break
        except (*SLACK, *NETWORK) as error:
            what = code_of(error) or type(error).__name__
            raise ChannelError(f"Slack could not be asked whether the message arrived ({what}): try again") from None
        return None

    async def _in_thread(self, channel: str, message: Json, reference: str) -> str | None:
        """The `ts` of what was sent for `reference`: this message, or one in its thread, which history leaves out."""
        below: list[Json] = []
        if message.get("reply_count"):
            page = await self._client.conversations_replies(
                channel=channel, ts=message["ts"], limit=PAGE, include_all_metadata=True
            )
            below = [each for each in page.get("messages") or () if each.get("user") == self._bot]
        return next((str(each["ts"]) for each in (message, *below) if _reference_in(each) == reference), None)

    async def _post(self, to: str, message: Message) -> Outcome:
        text, blocks = compose(message)
        if not text:
            return Rejected(advice("no_text"))
        answer = await self._client.chat_postMessage(
            channel=to,
            thread_ts=message.under.rpartition(":")[2] or None,
            text=text,
            blocks=blocks or None,
            mrkdwn=False,
            parse="none",
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
            metadata=_metadata(message),
        )
        channel, ts = str(answer["channel"]), str(answer["ts"])
        self._ids[to] = channel
        return Sent(f"{channel}:{ts}")

    async def _replace(self, external_id: str, message: Message) -> Outcome:
        channel, separator, ts = external_id.rpartition(":")
        if not separator:
            return Rejected("this is not the id of a Slack message")
        text, blocks = compose(message)
        if not text:
            return Rejected(advice("no_text"))
        await self._client.chat_update(
            channel=channel,
            ts=ts,
            text=text,
            blocks=blocks,
            parse="none",
            link_names=False,
            metadata=_metadata(message),
        )
        return Sent(external_id)

    async def _delete(self, external_id: str) -> Outcome:
        channel, separator, ts = external_id.rpartition(":")
        if not separator:
            return Rejected("this is not the id of a Slack message")
        try:
            await self._client.chat_delete(channel=channel, ts=ts)
        except SLACK as error:
            if code_of(error) != "message_not_found":  # gone already: that is what was wanted
                raise
        return Sent(external_id)

    async def _channel_id(self, to: str) -> str | None:
        """History is read by channel id only."""
        if to in self._ids:
            return self._ids[to]
        if to.startswith("#"):
            found = await self._by_name(to[1:])
        elif to.startswith(("U", "W")):
            found = str((await self._client.conversations_open(users=to))["channel"]["id"])
        else:
            found = to
        if found is not None:
            self._ids[to] = found
        return found

    async def _by_name(self, name: str) -> str | None:
        cursor: str | None = None
        while True:
            page = await self._client.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=PAGE, cursor=cursor
            )
            for each in page.get("channels") or ():
                if each.get("name") == name:
                    return str(each["id"])
            cursor = _cursor(page)
            if cursor is None:
                return None


def compose(message: Message) -> tuple[str, list[Json]]:
    """The notification text, escaped, and the blocks ([] when the text alone says it all)."""
    text = clean(message.text)
    if message.card is not None:
        parts = message.card.blocks
        text = text if visible(text) else to_text(message.card)
    elif message.buttons or weight(text) > TEXT:
        parts = (Line(text),)
    else:
        parts = ()
    rows = tuple(Line("", row) for row in message.buttons)
    blocks = to_blocks(Card((*parts, *rows)))
    if not visible(text):
        text = "Porte-voix" if blocks else ""
    return escape(cut(text, TEXT)), blocks


def _metadata(message: Message) -> dict[str, Any] | None:
    return {"event_type": EVENT, "event_payload": {"id": message.reference}} if message.reference else None


def _reference_in(message: Json) -> str | None:
    metadata = message.get("metadata") or {}
    return (metadata.get("event_payload") or {}).get("id") if metadata.get("event_type") == EVENT else None


def _cursor(page: AsyncSlackResponse) -> str | None:
    return (page.get("response_metadata") or {}).get("next_cursor") or None
