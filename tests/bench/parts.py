"""What a part of the benchmark gets, and gives."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Wanted:
    """`size`: "tiny" (does it run at all?), "usual", or "full" (the sizes that docs/bench.md names). `tell`: what is
    being done now, for whoever waits."""

    size: str = "usual"
    tell: Callable[[str], None] = lambda _: None

    @property
    def tiny(self) -> bool:
        return self.size == "tiny"

    def sized(self, *, tiny: int, usual: int, full: int) -> int:
        return {"tiny": tiny, "usual": usual, "full": full}[self.size]


@dataclass(frozen=True, slots=True)
class Part:
    """`targets`: by key, the least or the most that is wanted, of the value or of the ratio."""

    says: str
    measure: Callable[[Wanted], Awaitable[Mapping[str, Figure]]]
    targets: Mapping[str, "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """`many`: of so many it is wanted, and only a run at full size shows it."""

    least: float | None = None
    most: float | None = None
    of_ratio: bool = False
    many: int = 0

    def met(self, figure: Figure, size: str) -> bool | None:
        """None: it was not measured, or of too few."""
        if self.many and size != "full":
            return None
        seen = figure.ratio if self.of_ratio else figure.value
        if seen is None:
            return None
        return (self.least is None or seen >= self.least) and (self.most is None or seen <= self.most)

    def __str__(self) -> str:
        sign, limit = ("≥", self.least) if self.least is not None else ("≤", self.most)
        return f"{sign} {limit:g}{' × reference' if self.of_ratio else ''}"
