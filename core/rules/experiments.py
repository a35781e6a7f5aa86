"""Who gets a message first, who later: drawn by lot, the same however often it is drawn, and fair within each source.

    frozen audience ─▶ by source, in an order that only the key knows ─▶ the first share of each source

A lot that everybody can compute again from the same key needs no memory; the table that holds it is there so that a
later look finds exactly the people and moments that were meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import blake2b

from core.model.consultations import Design, Experiment, Moment, Step
from core.model.experiments import SECOND, Group, Place
from core.model.ids import CitizenId


def drawn_first(by_source: Mapping[str, Sequence[str]], share: float, key: str) -> frozenset[str]:
    """Of a frozen audience (ids by source), who is in the first group.

    Sources are laid end to end in an order drawn from the key, the people of each ranked by a keyed hash, and each
    source gives the first of its own: as many as the running share passes whole numbers over its length. So each
    source gives its share to within one person, all together to within one person, and every person's chance is
    exactly the share (systematic sampling with a random start).
    """
    wanted = Fraction(share).limit_denominator(10_000)
    passed = Fraction(_rank("start", key), 2**64)
    chosen: set[str] = set()
    for source in sorted(by_source, key=lambda each: _rank(f"source:{each}", key)):
        people = sorted(by_source[source], key=lambda each: (_rank(f"person:{each}", key), each))
        after = passed + wanted * len(people)
        chosen.update(people[: after // 1 - passed // 1])
        passed = after
    return frozenset(chosen)


def lot(person: str, share: float, key: str) -> bool:
    """For a step that goes out person by person: is this one in the first group? Each for themselves, by a hash."""
    return _rank(f"person:{person}", key) < share * 2**64


def put_off(moment: Moment, experiment: Experiment) -> Moment:
    """The second moment of two waves: so much later, at the same hour of the day."""
    if moment.at is not None:
        return replace(moment, at=moment.at + experiment.time)
    return replace(moment, after=(moment.after or timedelta(0)) + experiment.time)


def second_wave(step: Step) -> Step | None:
    """The step as its second group gets it; None: it has no two waves."""
    if step.experiment is None or step.experiment.design is not Design.WAVES:
        return None
    return replace(step, moment=put_off(step.moment, step.experiment))


def place(
    citizen: CitizenId, source: str, experiment: Experiment, *, first: bool, begins: datetime, second: datetime | None
) -> Place:
    """`begins`: when the step is due for this person; `second`: when the second wave is, None: too late for one."""
    if experiment.design is Design.WAVES and second is None:
        return Place(citizen, Group.APART, source, begins, begins, begins)
    reads = second if experiment.design is Design.WAVES and second else begins + experiment.time
    group = Group.FIRST if first else SECOND[experiment.design]
    due = {Group.LATER: second, Group.NEVER: None}.get(group, begins)
    return Place(citizen, group, source, begins, due, reads)


def alone(citizen: CitizenId, source: str, at: datetime) -> Place:
    """The step is for this person, and nothing is compared."""
    return Place(citizen, Group.APART, source, at, at, at)


def _rank(what: str, key: str) -> int:
    digest = blake2b(what.encode(), digest_size=8, key=blake2b(key.encode(), digest_size=32).digest()).digest()
    return int.from_bytes(digest, "big")
