"""`meeting show|came|proposals|keep|agenda|treated`: events, votes, and from proposals to an agenda."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument, group, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.deliveries import Day
from core.model.meetings import Proposal
from core.rules.plain_text import quoted
from core.work.events import agenda, meetings

TEXT_ROOM = 120


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

    @command(meeting, screen, "proposals", "meeting.proposals")
    def proposals(
        consultation: Annotated[str, consultation_argument(screen)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_proposals(consultation, parts, screen, as_json=as_json))

    @command(meeting, screen, "keep", "meeting.keep")
    def keep(
        consultation: Annotated[str, consultation_argument(screen)],
        words: Annotated[
            str, typer.Argument(metavar=screen.text("help.word.words"), help=screen.text("help.meeting.words"))
        ],
        contribution: Annotated[list[str], typer.Option(metavar="ID", help=screen.text("help.meeting.contribution"))],
        english: Annotated[
            str, typer.Option(metavar=screen.text("help.word.words"), help=screen.text("help.meeting.english"))
        ] = "",
        into: Annotated[int | None, typer.Option(metavar="N", help=screen.text("help.meeting.into"))] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_keep(consultation, words, english, contribution, into, parts, screen, as_json=as_json))

    @command(meeting, screen, "agenda", "meeting.agenda")
    def show_agenda(
        consultation: Annotated[str, consultation_argument(screen)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_agenda(consultation, parts, screen, as_json=as_json))

    @command(meeting, screen, "treated", "meeting.treated")
    def treated(
        consultation: Annotated[str, consultation_argument(screen)],
        numbers: Annotated[list[int], typer.Argument(metavar="N", help=screen.text("help.meeting.numbers"))],
        back: Annotated[bool, typer.Option("--back", help=screen.text("help.meeting.back"))] = False,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asked = {"consultation": consultation, "numbers": numbers, "back": back}
        asyncio.run(parts.errand("meeting.treated", asked))
        asyncio.run(_agenda(consultation, parts, screen, as_json=as_json))


async def _proposals(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async def alike(texts: Sequence[str]) -> Sequence[int]:
        return await asyncio.to_thread(parts.texts().duplicates, texts)

    async with parts.reading() as storage:
        async with storage.reading() as unit:
            known = await consultation_of(unit, consultation, screen)
        found = await agenda.suggested(storage, known, alike)
    if as_json:
        screen.json([{"text": each.text, "contributions": each.contributions} for each in found])
        return
    for each in found:
        screen.say("meeting.suggested", n=len(each.contributions), text=quoted(each.text, longest=TEXT_ROOM))
        screen.show(" ".join(f"--contribution {one}" for one in each.contributions), indent=2)
    if not found:
        screen.say("meeting.nothing_proposed", id=known.id)


async def _keep(
    consultation: str,
    words: str,
    english: str,
    contributions: list[str],
    into: int | None,
    parts: Parts,
    screen: Screen,
    *,
    as_json: bool,
) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
    label = {known.languages[0]: words} | ({"en": english} if english else {})
    asked = {"consultation": known.id, "label": label, "contributions": contributions, "into": into}
    done = await parts.errand("meeting.keep", asked)
    if as_json:
        screen.json({"number": done["number"]})
    else:
        screen.say("meeting.kept", number=done["number"])


async def _agenda(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
        lines = await agenda.agenda(unit, known)
    if as_json:
        screen.json([asdict(each) for each in lines])
        return
    tell_agenda(lines, known, screen)
    if lines:
        screen.remark("meeting.next_time", id=known.id)
    else:
        screen.say("meeting.no_agenda", id=known.id)


def tell_agenda(lines: Sequence[Proposal], consultation: Consultation, screen: Screen) -> None:
    for each in lines:
        name = consultation.in_language(each.label, screen.language)
        said = screen.text("meeting.line", number=each.number, name=name, dots=each.dots, people=each.people)
        on = each.treated
        screen.show(said if on is None else f"{said} · {screen.text('meeting.done', on=Day(on, year=True))}")


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
        if event.here:
            screen.say("meeting.here", n=event.here)
        if event.came is not None:
            screen.say("meeting.attended", n=event.came)
    for vote in votes:
        screen.heading(known.in_language(vote.text, screen.language))
        screen.say("meeting.voted", n=vote.people, dots=vote.most)
        screen.numbers([(known.in_language(each.label, screen.language), each.dots) for each in vote.choices])
