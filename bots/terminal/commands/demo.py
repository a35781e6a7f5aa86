"""`demo`: a month of a consultation in under a minute, with simulated neighbours and the real program."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.terminal.parts import Parts
from bots.terminal.rehearsal.clock import SeededChance, VirtualClock
from bots.terminal.rehearsal.neighbours import make_neighbours
from bots.terminal.rehearsal.play import Street, play
from bots.terminal.rehearsal.sayings import SAYINGS
from bots.terminal.screen import Screen
from core.model.consultations import Consultation, StepKind
from core.model.ids import ConsultationId, PartnerId
from core.rules.pacing import TELEGRAM
from core.storage.unit import Unit
from core.work import campaigns
from core.work.composing import card_text
from core.work.digests import WEEK, figures_card, figures_now
from core.work.house import House

PEOPLE = 60
SEED = 2027
CHANNEL = "terminal"


@dataclass(frozen=True, slots=True)
class Played:
    """What a rehearsal came to: counts by name, and the last digest as text."""

    counts: dict[str, Any]
    digest: str


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @app.command(help=screen.text("help.demo"))
    def demo(
        file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False)] = None,
        people: Annotated[int, typer.Option(min=1, max=5000, help=screen.text("help.demo.people"))] = PEOPLE,
        seed: Annotated[int, typer.Option(help=screen.text("help.demo.seed"))] = SEED,
        as_json: Annotated[bool, typer.Option("--json", help=screen.text("help.json"))] = False,
    ) -> None:
        sample = file or parts.samples / "piscine.yaml"
        if as_json:
            screen.json(asyncio.run(_played(parts, screen, sample, people=people, seed=seed, quiet=True)).counts)
        else:
            asyncio.run(show(parts, screen, sample, people=people, seed=seed))


async def show(parts: Parts, screen: Screen, sample: Path, *, people: int, seed: int) -> None:
    played = await _played(parts, screen, sample, people=people, seed=seed, quiet=False)
    screen.say("demo.digest")
    screen.show(played.digest)
    counts = played.counts
    screen.table(
        (screen.text("demo.what"), screen.text("demo.count")),
        [(screen.text(f"demo.{name}"), count) for name, count in counts.items() if isinstance(count, int)],
    )
    screen.say("demo.made_up")


async def _played(parts: Parts, screen: Screen, sample: Path, *, people: int, seed: int, quiet: bool) -> Played:
    consultation = parts.read_consultation(sample)
    clock = VirtualClock(consultation.opens_at - timedelta(hours=1))
    until = min(consultation.closes_at, consultation.opens_at + timedelta(days=28))
    chance = SeededChance(seed)
    async with parts.stage(clock, chance) as house:
        street = Street(
            clock,
            consultation,
            {each.chat: each for each in make_neighbours(consultation, SAYINGS, people=people, seed=seed)},
        )
        async with house.storage.unit() as unit:
            await campaigns.start(unit, consultation, [(CHANNEL, "rehearsal")], chance, now=clock.now())
            account = await campaigns.own_account(
                unit, PartnerId(consultation.partner.id), CHANNEL, "rehearsal", chance, now=clock.now()
            )
        house.join(account.id, street, TELEGRAM)
        street.arrive()
        with screen.progress() as progress:
            task = progress.add_task(screen.text("demo.playing"), total=people and 1000, visible=not quiet)
            began = clock.now()

            def tell(now: datetime) -> None:
                progress.update(task, completed=1000 * ((now - began) / (until - began)))

            await play(house, street, account.id, until=until, tell=tell)
            progress.update(task, completed=1000)
        return await _outcome(house, parts, consultation, street)


async def _outcome(house: House, parts: Parts, consultation: Consultation, street: Street) -> Played:
    own = ConsultationId(consultation.id)
    async with house.storage.reading() as unit:
        funnel = await unit.readouts.funnel(own)
        topics, unclassified = await unit.readouts.topic_counts(own)
        steps = await unit.readouts.steps(own)
        counts = {
            "arrived": funnel.arrived,
            "agreed": funnel.agreed,
            "answered": funnel.answered,
            "finished": funnel.finished,
            "contributions": await unit.readouts.contribution_count(own),
            "unclassified": unclassified,
            "corrected": await unit.contributions.corrected_count(own),
            "stopped": await unit.people.stopped_count(own),
            "reminded": _sent(steps, consultation, StepKind.REMINDER),
            "came_back": await _came_back(unit, consultation),
            "messages_sent": sum(street.received.values()),
            "topics": dict(Counter(topics).most_common()),
            "by_source": await unit.readouts.by_source(own),
            "steps": steps,
        }
        figures = await figures_now(unit, consultation, now=house.clock.now(), since=house.clock.now() - WEEK)
        card = await figures_card(unit, figures, consultation, parts.words, parts.language)
    return Played(counts, card_text(card))


def _sent(steps: dict[str, dict[str, int]], consultation: Consultation, kind: StepKind) -> int:
    return sum(steps.get(step.id, {}).get("sent", 0) for step in consultation.steps if step.kind is kind)


async def _came_back(unit: Unit, consultation: Consultation) -> int:
    """Those who finished after they were reminded. A count, not an effect."""
    own = ConsultationId(consultation.id)
    reminders = [step.id for step in consultation.steps if step.kind is StepKind.REMINDER]
    return sum(nudged.finished_after for nudged in (await unit.readouts.nudged(own, reminders)).values())
