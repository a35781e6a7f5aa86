"""What may be published of a count: never one that tells of fewer than eleven people, and never one that gives it away.

    counts ─▶ hide what is under k ─▶ hide more, until nothing hidden can be worked out ─▶ [Cell: a number or None]

Whoever reads a table knows the total of its rows, and may know this rule. So:

* **A whole that is cut into parts** (`parts`: one answer each, the total is known). Hidden are all counts up to a
  threshold: k − 1 at first, then the next count there is, as long as the hidden ones are all equal. The rule does not
  look at which part is which: whatever the hidden counts are, the same counts dealt to the parts in another order
  would have given the very same table. With two different counts among them, each hidden part could hold either. If
  everything is hidden, the reader knows the total alone.
* **Marks that may lie on one another** (`marks`: topics, several choices). Nothing but "no more than all" ties one mark
  to another, so a hidden one can be anything from 0 to k − 1. How many carry no mark at all is never told: it would be
  the missing piece. A single mark is a whole cut in two.
* **In time**: two tables, one person apart, would tell what this person said. So a table is only replaced by one that
  at least k people more (or fewer) stand behind (`steady`), and by the last one when the consultation is closed.

k = 11: no published cell under 11, as French public statistics do for small areas.
"""

from collections.abc import Mapping
from dataclasses import dataclass

K = 11
"""The smallest number of people a published count may speak of."""

Counts = Mapping[str, int]
Published = dict[str, int | None]
"""By cell, its count, or None: under `K`, or hidden so that one under `K` cannot be worked out."""


def parts(counts: Counts, *, k: int = K) -> Published:
    """A whole cut into parts, each person in one of them; a reader knows the sum."""
    threshold = k - 1
    if all(count > threshold for count in counts.values()) or not sum(counts.values()):
        return {cell: count or None for cell, count in counts.items()}
    while len({count for count in counts.values() if count <= threshold}) < 2:
        larger = [count for count in counts.values() if count > threshold]
        if not larger:
            break
        threshold = min(larger)
    return {cell: count if count > threshold else None for cell, count in counts.items()}


def marks(counts: Counts, total: int, *, k: int = K) -> Published:
    """Marks that may lie on one another, on `total` people; a reader knows the total."""
    if len(counts) == 1:
        (cell, count), *_ = counts.items()
        return {cell: parts({"with": count, "without": total - count}, k=k)["with"]}
    return {cell: count if count >= k else None for cell, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Basis:
    """How many people stand behind a set of tables, and whether more may come."""

    people: int
    closed: bool


def steady(published: Basis, now: Basis, *, k: int = K) -> bool:
    """Whether what is `published` stays as it is: too few people came or went since, and more may come."""
    if now.closed and not published.closed:
        return False
    return abs(now.people - published.people) < k
