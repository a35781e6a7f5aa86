"""Sources: where a citizen came from, each with a token of its own that says nothing and can be typed from a poster."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.model.consultations import Text
from core.model.errors import FileError, NotFound, no_consultation
from core.model.ids import ConsultationId, PartnerId, SourceId
from core.model.people import Source
from core.rules.plain_text import quoted, visible
from core.rules.readout import Funnel
from core.storage.unit import Unit
from core.work.ports import Chance

TOKEN_LENGTH = 10
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
"""Nothing that looks like something else, no capitals, no vowels (so no word): 27¹⁰ ≈ 2·10¹⁴ tokens."""

LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source with its funnel. `retired_at`: its links lead nowhere since then. `token` "": nobody knows."""

    token: str
    label: Text
    funnel: Funnel
    created_at: datetime | None
    retired_at: datetime | None


async def add_source(
    unit: Unit, consultation: ConsultationId, label: Mapping[str, str], chance: Chance, *, now: datetime
) -> str:
    """The token of a new source. `FileError` for a label that says nothing, `NotFound` for no such consultation."""
    running = await unit.consultations.running(consultation)
    if running is None:
        raise no_consultation(consultation)
    clean = {language: quoted(text, longest=LONGEST_LABEL) for language, text in label.items()}
    if not any(visible(text) for text in clean.values()):
        raise FileError(
            "this source has no name: say where people will see it, such as “Affiche piscine”", "error.source_name"
        )
    for known in await unit.sources.of(consultation):
        if known.retired_at is None and set(clean.values()) & set(known.label.values()):
            raise FileError(
                f"there is already a source of this name, with the code {known.token}: take it, or choose another name",
                "error.source_known",
                token=known.token,
            )
    token = new_token(chance)
    while await unit.sources.taken(token):
        token = new_token(chance)
    source = Source(SourceId(chance.token()), consultation, token, "")
    await unit.people.put_sources(PartnerId(running.partner), [(source, clean)], now)
    return token


async def retire_source(unit: Unit, consultation: ConsultationId, token: str, *, now: datetime) -> None:
    if not await unit.sources.retire(consultation, token, now):
        raise no_source(consultation, token)


def no_source(consultation: ConsultationId, token: str) -> NotFound:
    return NotFound(
        f"{consultation!r} has no source {token!r} in use: `python main.py source list {consultation}` shows them",
        "error.source",
        consultation=consultation,
        token=token,
    )


async def source_lines(unit: Unit, consultation: ConsultationId) -> tuple[SourceLine, ...]:
    """Those that brought most first; what came by no known source is one line, at the end."""
    funnels = await unit.readouts.funnels(consultation)
    known = {each.token: each for each in await unit.sources.of(consultation)}
    nobody = Funnel(0, 0, 0, 0)
    lines = []
    for token in dict.fromkeys([*known, *funnels]):
        source, counted = known.get(token), funnels.get(token)
        lines.append(
            SourceLine(
                token,
                dict(source.label) if source else {},
                Funnel(counted.arrived, counted.agreed, counted.answered, counted.finished) if counted else nobody,
                source.created_at if source else None,
                source.retired_at if source else None,
            )
        )
    return tuple(
        sorted(lines, key=lambda each: (each.token == "", -each.funnel.finished, -each.funnel.arrived, each.token))
    )


def new_token(chance: Chance) -> str:
    """10 letters and digits that nobody can guess, and anybody can type."""
    number = int.from_bytes(hashlib.sha256(chance.token().encode()).digest())
    letters = []
    for _ in range(TOKEN_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)
