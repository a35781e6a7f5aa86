"""Figures on disk, one object: key → value, unit, spread, reference, ratio, runs. Each measure adds its own keys to it.

`spread`: the interval, or lowest and highest of the runs. `reference`: the same measured of something else, on the same
machine or the same rows; `ratio`: value ÷ reference.
"""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TOPICS = Path(__file__).resolve().parents[2] / "var" / "bench-topics.json"
BENCH = TOPICS.with_name("bench.json")


@dataclass(frozen=True, slots=True)
class Figure:
    value: float | None
    unit: str
    spread: tuple[float, float] | None = None
    reference: float | None = None
    runs: int = 1

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.reference, 4) if self.reference and self.value is not None else None

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}


def median(values: Sequence[float], unit: str, references: Sequence[float] = ()) -> Figure:
    """Of several runs; `references`: of the same number of runs of something else, in turns with these."""
    return Figure(
        statistics.median(values),
        unit,
        (min(values), max(values)),
        statistics.median(references) if references else None,
        len(values),
    )


def keep(figures: Mapping[str, Figure], path: Path = TOPICS) -> None:
    """Adds these to what is there; the keys of other measures stay."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known |= {key: figure.as_dict() for key, figure in figures.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def told(figures: Mapping[str, Figure]) -> str:
    """One line each."""
    width = max(map(len, figures))
    return "\n".join(f"{key:<{width}}  {_number(figure)} {figure.unit}" for key, figure in sorted(figures.items()))


def _number(figure: Figure) -> str:
    shown = "–" if figure.value is None else f"{figure.value:g}"
    return shown + (f" ({figure.spread[0]:g} – {figure.spread[1]:g})" if figure.spread else "")
