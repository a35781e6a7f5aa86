"""`campaign simulate FILE`: its weeks in seconds, with simulated people and the real program; curves to look at."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.demo import played
from bots.terminal.commands.shape import command, file_argument, json_option, people_option
from bots.terminal.drawing import MOST_MARKS, by_week, picture, rows
from bots.terminal.parts import Parts
from bots.terminal.rehearsal.neighbours import USUAL, Habit
from bots.terminal.rehearsal.story import Played
from bots.terminal.screen import Screen
from core.model.consultations import Consultation, Step
from core.model.deliveries import Day
from core.model.errors import FileError
from core.work.cards.digest_layout import Voice
from core.work.cards.effect_words import effect_words

PEOPLE, SEED, MOST_WEEKS = 200, 2027, 26
MOVED = timedelta(days=2)
"""A quiet Sunday and a quiet holiday: what falls on them leaves after them."""
SIMULATED: Mapping[Habit, int] = {**USUAL, Habit.FORGETS: 17, Habit.STOPS: 1}
"""As in the demo, but that fewer say STOP: one in thirty of those who are reminded, not one in six."""


def add(campaign: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(campaign, screen, "simulate")
    def simulate(
        path: Annotated[Path, file_argument(screen)],
        people: Annotated[int, people_option(screen, "simulate.people")] = PEOPLE,
        behaviour: Annotated[
            list[str] | None,
            typer.Option(
                metavar=f"{screen.text('help.word.name')}=N",
                show_default=False,
                help=screen.text("help.simulate.behaviour"),
            ),
        ] = None,
        weeks: Annotated[
            int | None,
            typer.Option(
                min=1, max=MOST_WEEKS, metavar="N", show_default=False, help=screen.text("help.simulate.weeks")
            ),
        ] = None,
        seed: Annotated[int, typer.Option(metavar="N", help=screen.text("help.demo.seed"))] = SEED,
        drawn: Annotated[
            Path | None,
            typer.Option(
                "--picture",
                metavar=screen.text("help.word.file"),
                show_default=False,
                help=screen.text("help.simulate.picture"),
            ),
        ] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        consultation = parts.read_consultation(path)
        habits = habits_of(behaviour or [], screen)
        found = asyncio.run(
            played(parts, screen, consultation, people, seed, quiet=as_json, habits=habits, weeks=weeks, answers=False)
        )
        names = _names(consultation, screen)
        if drawn is not None:
            title = consultation.in_language(consultation.title, screen.language)
            below, axis = screen.text("simulate.made_up", n=people), screen.text("simulate.axis")
            picture(found.curve, names, drawn, title=title, below=below, axis=axis)
        if as_json:
            not_played = [step.id for step, _ in _not_played(found, consultation)]
            screen.json(
                {**found.counts, "halted": found.halted, "not_played": not_played, "curve": asdict(found.curve)}
            )
            return
        _tell(found, consultation, names, habits, screen)
        if drawn is not None:
            screen.say("simulate.drawn", file=str(drawn))


def habits_of(wanted: list[str], screen: Screen) -> Mapping[Habit, int]:
    """How many of a hundred have which habit: the usual ones, with what was asked for instead."""
    habits = dict(SIMULATED)
    known = {habit.value.replace(" ", "_"): habit for habit in Habit}
    for word in wanted:
        name, _, number = word.partition("=")
        if name not in known or not number.isdecimal() or len(number) > 4:
            raise FileError(screen.text("simulate.not_a_habit", found=word, known=", ".join(known)))
        habits[known[name]] = int(number)
    if not sum(habits.values()):
        raise FileError(screen.text("simulate.no_habit"))
    return habits


def _not_played(found: Played, consultation: Consultation) -> list[tuple[Step, date]]:
    """The steps that come after the last day played, and theirs."""
    days = [(step, step.moment.at.date()) for step in consultation.steps if step.moment.at is not None]
    return sorted(((step, day) for step, day in days if day > found.curve.days[-1]), key=lambda each: each[1])


def _names(consultation: Consultation, screen: Screen) -> dict[str, str]:
    voice = Voice(screen.words, screen.language)
    steps = {step.id: voice.step(step.id) for step in consultation.steps}
    return {"came": screen.text("simulate.came"), "finished": screen.text("simulate.finished"), **steps}


def _tell(
    found: Played, consultation: Consultation, names: Mapping[str, str], habits: Mapping[Habit, int], screen: Screen
) -> None:
    title = consultation.in_language(consultation.title, screen.language)
    by_day = len(found.curve.days) <= MOST_MARKS
    screen.heading(screen.text("simulate.by_day" if by_day else "simulate.by_week", title=title))
    for row in rows(found.curve if by_day else by_week(found.curve), names):
        screen.show(row, indent=2)
    voice = Voice(screen.words, screen.language)
    for step, figure in found.effects.items():
        screen.show(f"{names[step]} · {effect_words(figure, voice)}", indent=2)
    for step in found.halted:
        screen.show(f"{names[step]} · {voice('nudge.halted')}", indent=2)
    after = _not_played(found, consultation)
    later = {step.id for step, _ in after}
    if nobody := [names[step.id] for step in consultation.steps if step.id not in {*later, *found.curve.sent}]:
        screen.say("simulate.nobody", list=", ".join(nobody))
    if after:
        named = [screen.text("simulate.step_on", step=names[step.id], day=Day(day)) for step, day in after]
        screen.say("simulate.not_played", list=", ".join(named), last=Day(found.curve.days[-1]))
        needed = (after[-1][1] + MOVED - found.curve.days[0]) // timedelta(weeks=1) + 1
        if needed <= MOST_WEEKS:
            screen.say("simulate.weeks", n=needed)
    counts = found.counts
    saved = counts["agreed"] - counts["reminded"]
    screen.say("simulate.saved", reminded=counts["reminded"], saved=max(0, saved))
    total = sum(habits.values())
    people = ", ".join(
        screen.text(
            "simulate.share", what=screen.text(f"simulate.habit.{habit.name.lower()}"), n=round(100 * share / total)
        )
        for habit, share in habits.items()
    )
    screen.say("simulate.behaviour", list=people)
