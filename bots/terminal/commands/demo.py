"""`demo`: a month of a consultation in under a minute, with simulated neighbours and the real program."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bots.terminal.commands.citizen import talk_on_stage
from bots.terminal.commands.meetings import tell_agenda
from bots.terminal.commands.shape import command, file_argument, json_option, people_option
from bots.terminal.parts import Parts
from bots.terminal.rehearsal.agenda import vote_on
from bots.terminal.rehearsal.answer import answer_largest
from bots.terminal.rehearsal.neighbours import USUAL, Habit
from bots.terminal.rehearsal.story import Played, play_through, rehearsal, set_stage
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.deliveries import Day
from core.work.cards.digest_layout import Voice

SAMPLE = "piscine.yaml"
PEOPLE = 60
SEED = 2027
STEPS = 1000


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "demo")
    def demo(
        file: Annotated[Path | None, file_argument(screen, "demo.file")] = None,
        people: Annotated[int, people_option(screen, "demo.people")] = PEOPLE,
        seed: Annotated[int, typer.Option(metavar="N", help=screen.text("help.demo.seed"))] = SEED,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        sample = file or parts.samples / SAMPLE
        if as_json:
            asked, vote = parts.read_consultation(sample), _vote_after(parts, sample)
            found = asyncio.run(played(parts, screen, asked, people, seed, quiet=True, following=vote))
            screen.json(found.counts)
        else:
            asyncio.run(show(parts, screen, sample, people=people, seed=seed))


async def show(parts: Parts, screen: Screen, sample: Path, *, people: int, seed: int) -> None:
    """Plays it, shows what came of it, then lets whoever sits at a terminal answer."""
    consultation = parts.read_consultation(sample)
    vote = _vote_after(parts, sample)
    found = await played(parts, screen, consultation, people, seed, quiet=False, following=vote)
    tell_outcome(found, consultation, screen)
    if sys.stdin.isatty() and sys.stdout.isatty():
        screen.heading(screen.text("demo.your_turn"))
        await talk_on_stage(parts, screen, consultation, source=next(iter(consultation.sources), ""))
    else:
        screen.say("demo.no_terminal", file=_from_here(sample))


async def played(
    parts: Parts,
    screen: Screen,
    consultation: Consultation,
    people: int,
    seed: int,
    *,
    quiet: bool,
    habits: Mapping[Habit, int] = USUAL,
    weeks: int | None = None,
    answers: bool = True,
    following: Consultation | None = None,
) -> Played:
    """`weeks`: how many, when not the usual ones. `answers`: up to the day on which those who asked are told what was
    decided. `following`: a vote on what was proposed."""
    planned = rehearsal(consultation, language=parts.language, people=people, seed=seed, habits=habits, weeks=weeks)
    length = planned.until - planned.start
    with screen.working("model.loading", hidden=quiet) as working:
        async with parts.stage(planned.clock, planned.chance) as house:
            playing = False

            def tell(now: datetime) -> None:
                nonlocal playing
                if not playing:
                    working.now("demo.playing", total=STEPS)
                    playing = True
                working.at(STEPS * ((now - planned.start) / length))

            cast = await set_stage(house, planned)
            found = await play_through(house, planned, cast, language=parts.language, tell=tell)
            if not answers:
                return found
            if following is not None:
                lines = await vote_on(house, planned, cast, following, language=parts.language)
                found = replace(found, agenda=lines, counts=found.counts | {"agenda": [each.dots for each in lines]})
            told = await answer_largest(house, planned, cast)
            return replace(found, told=told, counts=found.counts | {"told": told.people if told else 0})


def _vote_after(parts: Parts, sample: Path) -> Consultation | None:
    """The vote on what is proposed in `sample`: the file beside it that is called so."""
    vote = sample.with_name(f"{sample.stem}-vote{sample.suffix}")
    return parts.read_consultation(vote) if vote.is_file() else None


def tell_outcome(played: Played, consultation: Consultation, screen: Screen) -> None:
    room = consultation.digest.slack_channel or "Slack"
    if played.alert:
        screen.heading(screen.text("demo.alert", when=_when(played.alert.at, consultation, screen)))
        screen.card(played.alert.card, screen.text("digest.where", room=room))
    screen.heading(screen.text("demo.digest", when=_when(played.digest.at, consultation, screen)))
    screen.card(played.digest.card, screen.text("digest.where", room=room))
    if played.told:
        screen.heading(screen.text("demo.answer", when=_when(played.told.at, consultation, screen)))
        screen.bubble(played.told.message)
    if played.agenda:
        screen.heading(screen.text("demo.agenda"))
        tell_agenda(played.agenda, consultation, screen)
    counts = played.counts
    screen.heading(screen.text("demo.what"))
    screen.numbers([(screen.text(f"demo.{name}"), count) for name, count in counts.items() if isinstance(count, int)])
    screen.heading(screen.text("demo.topics"))
    screen.bars([*counts["topics"].items(), (screen.text("demo.unsorted"), counts["unclassified"])])
    screen.show("")
    screen.say("demo.made_up")


def _when(moment: datetime, consultation: Consultation, screen: Screen) -> str:
    """ "lundi 30 novembre, 8 h 45", on the clocks of the place."""
    wall = moment.astimezone(ZoneInfo(consultation.zone))
    voice = Voice(screen.words, screen.language)
    return screen.text("demo.moment", weekday=voice.weekday(wall.date()), day=Day(wall.date()), time=voice.hour(wall))


def _from_here(path: Path) -> str:
    """As a person would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
