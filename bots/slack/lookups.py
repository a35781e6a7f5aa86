"""What staff look up with /porte-voix: a card that only they see, or a file in their own messages with the app.

    search, topic, waiting, meeting ─▶ card
    export, note, report ─▶ file ─▶ direct message ─▶ one sentence where it was asked for

A file never goes to a channel: whoever asked decides who gets it.
"""

from typing import Protocol

from bots.slack.client import SlackClient
from bots.slack.decode import Command, Verb
from bots.slack.text import cut, escape
from bots.slack.words import say
from core.model.ids import AccountId
from core.model.messages import Card, sentence
from core.model.staff import Actor

COMMENT = 300


class File(Protocol):
    """Something to take along. `about`: the sentence that goes with it."""

    @property
    def name(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def about(self) -> str: ...


class StaffLookups(Protocol):
    """`asked`: the words, the topic, or the consultation that is meant ("" for the only one)."""

    async def search(self, account: AccountId, asked: str, language: str) -> Card: ...
    async def topic(self, account: AccountId, asked: str, language: str) -> Card: ...
    async def export(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | File: ...
    async def waiting(self, account: AccountId, asked: str, who: Actor, language: str) -> Card: ...
    async def meeting(self, account: AccountId, asked: str, who: Actor, language: str) -> Card: ...
    async def note(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | File: ...
    async def report(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | File: ...
    async def taken(self, account: AccountId, action: str, who: Actor, language: str) -> Card | File | None: ...


async def looked_up(
    client: SlackClient, lookups: StaffLookups, account: AccountId, command: Command, who: Actor, language: str
) -> Card:
    """What the person sees where they asked. Raises what the SDK or the network raise."""
    match command.verb:
        case Verb.SEARCH:
            return await lookups.search(account, command.rest, language)
        case Verb.TOPIC:
            return await lookups.topic(account, command.rest, language)
        case Verb.WAITING:
            return await lookups.waiting(account, command.rest, who, language)
        case Verb.MEETING:
            return await lookups.meeting(account, command.rest, who, language)
        case Verb.REPORT:
            found = await lookups.report(account, command.rest, who, language)
        case Verb.EXPORT:
            found = await lookups.export(account, command.rest, who, language)
        case _:
            found = await lookups.note(account, command.rest, who, language)
    if isinstance(found, Card):
        return found
    await hand_over(client, command.user, found)
    return sentence(say("handed_over", language))


async def hand_over(client: SlackClient, user: str, file: File) -> None:
    """Puts the file into this person's messages with the app, where nobody else reads."""
    opened = await client.conversations_open(users=user)
    await client.files_upload_v2(
        channel=str(opened["channel"]["id"]),
        content=file.content,
        filename=file.name,
        title=file.name,
        initial_comment=escape(cut(file.about, COMMENT)),
    )
