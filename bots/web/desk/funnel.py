"""The way people take, arrived → agreed → first answer → finished, as a picture and as tables. Nothing is counted here:
the figures are those of the digest (`core/rules/readout.py`)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from bots.web.charts import Row, bars
from bots.web.pages import Pages
from core.model.consultations import Consultation
from core.rules.readout import Funnel, percent
from core.work.sources import SourceLine

STEPS = ("arrived", "agreed", "answered", "finished")
NAME = "funnel-picture"


@dataclass(frozen=True, slots=True)
class Step:
    """`people`, and their share of those who arrived in hundredths; None when nobody did."""

    label: str
    people: int
    share: int | None


@dataclass(frozen=True, slots=True)
class FromSource:
    """`label` "": nobody knows where they came from. `retired`: its links lead nowhere any more."""

    label: str
    retired: bool
    counts: tuple[int, ...]


async def shown_funnel(
    funnel: Funnel, sources: Sequence[SourceLine], asked: Consultation, pages: Pages, language: str
) -> Mapping[str, Any]:
    """What `desk/funnel.html` prints."""
    counts = counts_of(funnel)
    steps = tuple(
        Step(
            pages.say(f"desk.funnel.{name}", language),
            people,
            percent(people / funnel.arrived) if funnel.arrived else None,
        )
        for name, people in zip(STEPS, counts, strict=True)
    )
    picture: Markup | None = None
    if funnel.arrived:
        rows = tuple(Row(_said(step, pages, language), step.people, str(step.people)) for step in steps)
        picture = await asyncio.to_thread(_picture, rows, pages.say("desk.funnel.title", language))
    lines = _lines(sources, asked, language)
    return {
        "steps": steps,
        "picture": picture,
        "from_sources": [each for each in lines if any(each.counts)],
        "silent": [each.label for each in lines if not any(each.counts)],
    }


def counts_of(funnel: Funnel) -> tuple[int, ...]:
    return (funnel.arrived, funnel.agreed, funnel.answered, funnel.finished)


def _said(step: Step, pages: Pages, language: str) -> str:
    return pages.say("desk.funnel.said", language, step=step.label, share=step.share or 0)


def _lines(sources: Sequence[SourceLine], asked: Consultation, language: str) -> list[FromSource]:
    """Places that are in use, and whatever brought somebody."""
    return [
        FromSource(
            asked.in_language(each.label, language) if each.label else each.token,
            each.retired_at is not None,
            counts_of(each.funnel),
        )
        for each in sources
        if any(counts_of(each.funnel)) or (each.token and each.retired_at is None)
    ]


@lru_cache(maxsize=64)
def _picture(rows: tuple[Row, ...], describes: str) -> Markup:
    """Drawn once for the same figures: the page asks again and again."""
    return bars(rows, name=NAME, describes=describes)
