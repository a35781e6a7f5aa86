"""A form for staff, as data: each channel draws it its own way, and gives back what was chosen and written, by name."""

from dataclasses import dataclass
from datetime import datetime

from core.model.messages import Block


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several. `chosen`: what stands there at first, "" for nothing yet."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Any number of several. `chosen`: what is ticked at first. Given back: the ids, with spaces between."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: frozenset[str]


@dataclass(frozen=True, slots=True)
class Write:
    """A text of at most `longest` characters; it may stay empty. `given`: what was written before."""

    name: str
    label: str
    longest: int
    given: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A day and an hour, or nothing. `given`: what stands there at first. Given back: as the clocks of `zone` show it
    ("2027-03-12T08:00"), or as an instant with its offset; "" for nothing."""

    name: str
    label: str
    zone: str
    given: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A text file, given back as its text: "" when there was none, or when it is no text."""

    name: str
    label: str


Field = Pick | Tick | Write | When | Upload


@dataclass(frozen=True, slots=True)
class Form:
    """`action`: what is sent with the answers; no authority in it. `blocks`: what stands above the fields."""

    action: str
    title: str
    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]
    send: str
