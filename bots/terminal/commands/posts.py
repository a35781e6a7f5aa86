"""`campaign post FILE --to GROUP`: a post in a Telegram group or channel, with a button to the private chat."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.kit import known_source
from bots.terminal.commands.overview import never_started, standing
from bots.terminal.commands.shape import command, file_argument, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import ChannelError, NotAllowed
from core.model.people import RoomTrouble
from core.rules.findings import Finding, Severity

TROUBLES = {
    RoomTrouble.NOT_FOUND: "post.not_found",
    RoomTrouble.A_PERSON: "post.a_person",
    RoomTrouble.NOT_A_MEMBER: "post.not_a_member",
    RoomTrouble.MAY_NOT_WRITE: "post.may_not_write",
}


async def room_findings(consultation: Consultation, parts: Parts) -> list[Finding]:
    """What Telegram says of the rooms that posts of the file go to. Nothing is asked without a bot; when Telegram does
    not answer, or refuses the token, that is said once: it would be the same for every room."""
    found: list[Finding] = []
    bot = await parts.bot_name() if consultation.posts else None
    for place, planned in enumerate(consultation.posts, 1):
        where = f"posts[{place}].in"
        try:
            room = await parts.room(planned.room)
        except ChannelError as error:
            return [*found, Finding(Severity.WARN, f"terminal.{error.key}", where, error.places)]
        if room is not None and room.trouble is not None:
            params = {"group": planned.room, "bot": bot or ""}
            found.append(Finding(Severity.WARN, f"terminal.{TROUBLES[room.trouble]}", where, params))
    return found


def add(campaign: typer.Typer, parts: Parts, screen: Screen) -> None:
    to = typer.Option("--to", metavar=screen.text("help.word.group"), help=screen.text("help.post.to"))
    source = typer.Option(
        "--source", metavar=screen.text("help.word.name"), show_default=False, help=screen.text("help.post.source")
    )

    @command(campaign, screen, "post")
    def post(
        path: Annotated[Path, file_argument(screen)],
        group: Annotated[str, to],
        name: Annotated[str, source] = "",
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_post(parts.read_consultation(path), group, name, parts, screen, as_json=as_json))


async def _post(
    consultation: Consultation, group: str, name: str, parts: Parts, screen: Screen, *, as_json: bool
) -> None:
    if await standing(parts, consultation.id) is None:
        raise never_started(consultation.id, screen)
    room, bot = await parts.room(group), await parts.bot_name()
    if room is None or bot is None:
        raise NotAllowed(screen.text("campaign.no_channel"))
    if room.trouble is not None:
        raise NotAllowed(screen.text(TROUBLES[room.trouble], group=group, bot=bot))
    source = await known_source(consultation.id, name or room.title, parts, screen)
    link = f"https://t.me/{bot}?start={source}"
    done = await parts.errand(
        "campaign.post",
        {
            "consultation": consultation.id,
            "room": room.external_id,
            "title": room.title,
            "source": source,
            "link": link,
        },
    )
    if as_json:
        screen.json({"consultation": consultation.id, "source": source, "link": link, "new": done["new"]})
        return
    screen.say("post.owed" if done["new"] else "post.stands", group=room.title, link=link)
    if done["new"] and not done["served"]:
        screen.say("campaign.not_served")
