"""`meeting show|came`: events and votes of a consultation."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument, group, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.work import meetings


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    meeting = group(screen, "meeting")
    app.add_typer(meeting, name="meeting")

    @command(meeting, screen, "show", "meeting.show")
    def show(
        consultation: Annotated[str, consultation_argument(screen)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_show(consultation, parts, screen, as_json=as_json))

    @command(meeting, screen, "came", "meeting.came")
    def came(
        consultation: Annotated[str, consultation_argument(screen)],
        people: Annotated[int, typer.Argument(metavar="N", min=0, help=screen.text("help.meeting.people"))],
        event: Annotated[str, typer.Option(metavar="ID", help=screen.text("help.meeting.event"))] = "",
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asked = {"consultation": consultation, "event": event, "came": people}
        done = asyncio.run(parts.errand("meeting.came", asked))
        if as_json:
            screen.json({"event": done["event"], "came": people})
        else:
            screen.say("meeting.noted", event=done["event"], n=people)


async def _show(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
        events, votes = await meetings.events(unit, known), await meetings.votes(unit, known)
    if as_json:
        screen.json({"events": [asdict(each) for each in events], "votes": [asdict(each) for each in votes]})
        return
    if not events and not votes:
        screen.say("meeting.none", id=known.id)
    for event in events:
        name = known.in_language(event.name, screen.language)
        screen.say("meeting.event", id=event.question, name=name, yes=event.coming, no=event.not_coming)
        if event.came is not None:
            screen.say("meeting.attended", n=event.came)
    for vote in votes:
        screen.heading(known.in_language(vote.text, screen.language))
        screen.say("meeting.voted", n=vote.people, dots=vote.most)
        screen.numbers([(known.in_language(each.label, screen.language), each.dots) for each in vote.choices])
