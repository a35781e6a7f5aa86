"""Whom a step is for, by what people chose or answered: parts combined with and, or, not."""

from dataclasses import dataclass
from datetime import datetime

from core.model.ids import AddressId, CitizenId, DialogueId


@dataclass(frozen=True, slots=True)
class Who:
    """Those for whom every part that is stated holds; one that states nothing is everybody.

    Of a list one is enough: `sources` (tokens they came by), `languages`, `sectors` and `topics` (ids). `answers`: by
    question (its id), of whose answers (ids) one is enough. `all`, `any`, `none`: every one of these, at least one, not
    one of them holds.
    """

    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    finished: bool | None = None
    took_part_before: bool | None = None
    all: tuple["Who", ...] = ()
    any: tuple["Who", ...] = ()
    none: tuple["Who", ...] = ()


EVERYBODY = Who()


@dataclass(frozen=True, slots=True)
class Segment:
    """Whom a step is for, and the consultation's questions whose answers are sectors: answered here or earlier, they
    count."""

    who: Who = EVERYBODY
    sectors: tuple[str, ...] = ()


FOR_ALL = Segment()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone a step may concern. The rest is of their dialogue, and of nothing where it is a first prompt.

    `arrival`: from when they take part; who agrees days after the first look is not reminded while they answer.
    `answered`: when they last said something. `done`: the questions that they answered or skipped.
    """

    citizen: CitizenId
    address: AddressId
    zone: str
    language: str
    dialogue: DialogueId | None = None
    source: str = ""
    arrival: datetime | None = None
    answered: datetime | None = None
    done: frozenset[str] = frozenset()
