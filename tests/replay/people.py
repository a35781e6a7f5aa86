"""Who takes part: what each person writes, and how they behave. The same seed gives the same people.

An input row is one person. Real rows are read from the folder that PORTE_VOIX_DATA names and stay in memory; made-up
rows come from `sayings`. A third stops after the first question, and some of those come back when they are reminded.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

from core.rules.intents import Intent, intent_of

PROPOSALS = Path("replay/fr_grand_debat_decidim.jsonl")
CHATS = Path("topics/fr_entendre_la_france.jsonl")
CHATS_CHOSEN = 500

FIRST_NUMBER = 40_001
MOST_UNITS = 4096
"""Of UTF-16, in one message: the apps cut what is longer."""

LONG_ENOUGH = 40
"""A text of so many letters is nothing but an opinion: no word for the program, no option, no age."""

SUBJECTS = ("ecologie", "impots", "etat", "democratie")
HABITATS = ("metropole", "bourg", "campagne", "")
"""The options of the last question, and "": skipped."""

SOURCES = ("cahier", "affiche", "lettre", "", "carte-inconnue")
"""What links carry: the sources of the file, nothing, and one that nobody knows any more."""

KNOWN_SOURCES = frozenset({"cahier", "affiche", "lettre"})


class Way(StrEnum):
    """`finishes`; `stops` after the first question; `returns`: stops there, and goes on once they are reminded."""

    FINISHES = "finishes"
    STOPS = "stops"
    RETURNS = "returns"


class Manner(StrEnum):
    """`quick`: all messages in a row. `late`: the last one after the next question had come. `eager`: the first one
    before agreeing.
    """

    QUICK = "quick"
    LATE = "late"
    EAGER = "eager"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the input. `id` may be told, `messages` may not."""

    id: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """One person in the play. `number`: their chat. `arrives`: seconds after the play began. `results`: whether they
    want them, None = they leave without a word. `pauses`: seconds before each message.
    """

    number: int
    row: Row
    way: Way
    manner: Manner
    source: str
    subject: str
    habitat: str
    results: bool | None
    double_tap: bool
    arrives: float
    pauses: tuple[float, ...]

    @property
    def answers(self) -> bool:
        """They get to the open question and write."""
        return self.way is not Way.STOPS

    @property
    def passes(self) -> bool:
        """What they write is the word that skips the question: no contribution is expected of them."""
        heard = [intent_of(message) for message in self.row.messages]
        return len(heard) == 1 and heard[0] is not None and heard[0].intent is Intent.SKIP

    @property
    def known_source(self) -> str:
        return self.source if self.source in KNOWN_SOURCES else ""


def data_folder() -> Path | None:
    """Where the real answers are, or None."""
    given = os.environ.get("PORTE_VOIX_DATA")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "data"
    return folder if (folder / PROPOSALS).exists() and (folder / CHATS).exists() else None


def real_rows(folder: Path, *, seed: int) -> list[Row]:
    """Every proposal and comment, and `CHATS_CHOSEN` answers given to a chat-bot, as they were typed."""
    proposals = [Row(line["id"], as_sent([line["text"]])) for line in _lines(folder / PROPOSALS)]
    chats = [Row(line["id"], as_sent(line["messages"])) for line in _lines(folder / CHATS)]
    return proposals + Random(seed).sample(chats, CHATS_CHOSEN)


def some_of(rows: Sequence[Row], count: int, *, seed: int) -> list[Row]:
    """`count` of the rows, in another order."""
    return Random(seed).sample(rows, count)


def as_sent(messages: Iterable[str]) -> tuple[str, ...]:
    """The messages as the apps send them: none is longer than `MOST_UNITS`."""
    return tuple(piece for message in messages for piece in _pieces(message))


def cast(rows: Sequence[Row], *, seed: int, arrive_within: float) -> list[Role]:
    """Gives each row a person. `arrive_within`: seconds in which all of them press Start."""
    chance = Random(seed)
    stopping = chance.sample(range(len(rows)), len(rows) // 3)
    returning = set(stopping[: len(stopping) // 4])
    ways = dict.fromkeys(stopping, Way.STOPS) | dict.fromkeys(returning, Way.RETURNS)
    return [
        _role(place, row, ways.get(place, Way.FINISHES), chance, arrive_within=arrive_within)
        for place, row in enumerate(rows)
    ]


def _role(place: int, row: Row, way: Way, chance: Random, *, arrive_within: float) -> Role:
    return Role(
        number=FIRST_NUMBER + place,
        row=row,
        way=way,
        manner=_manner(row, way, chance.random()),
        source=chance.choice(SOURCES),
        subject=chance.choice(SUBJECTS),
        habitat=chance.choice(HABITATS),
        results=chance.choice((True, True, False, None)),
        double_tap=chance.random() < 0.1,
        arrives=chance.uniform(0.0, arrive_within),
        pauses=tuple(chance.choice((0.0, 0.0, 0.3, 1.5)) for _ in row.messages),
    )


def _manner(row: Row, way: Way, drawn: float) -> Manner:
    if drawn < 0.1 and way is Way.FINISHES and len(row.messages[0]) >= LONG_ENOUGH:
        return Manner.EAGER
    if drawn > 0.7 and len(row.messages) > 1 and len(row.messages[-1]) >= LONG_ENOUGH:
        return Manner.LATE
    return Manner.QUICK


def _pieces(text: str) -> Iterable[str]:
    while len(text.encode("utf-16-le")) // 2 > MOST_UNITS:
        piece = text.encode("utf-16-le")[: MOST_UNITS * 2].decode("utf-16-le", "ignore")
        yield piece
        text = text[len(piece) :]
    yield text


def _lines(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
