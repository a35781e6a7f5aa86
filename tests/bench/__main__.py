"""`python -m tests.bench` measures and shows a table; `--only hidden,web` some parts, `--full` the whole sizes.

Every figure goes into var/bench.json too, beside those of other parts that are there. What each means stands in
docs/bench.md. Everything stays on this machine and stops by itself. The exit code is 1 when a target is missed.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.system import serving_loop
from tests.bench.figures import BENCH, Figure, keep
from tests.bench.parts import Target, Wanted
from tests.bench.table import PARTS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure on this machine.")
    parser.add_argument("--only", default="", help=f"parts, with commas between them: {', '.join(PARTS)}")
    parser.add_argument("--full", action="store_true", help="the sizes of docs/bench.md; takes longer")
    parser.add_argument("--tiny", action="store_true", help="does it run at all? The figures say nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object, for a program")
    parser.add_argument("--into", type=Path, default=BENCH, help="where the figures are kept (var/bench.json)")
    asked = parser.parse_args()
    names = asked.only.split(",") if asked.only else list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        parser.error(f"no part is called {', '.join(unknown)}: there are {', '.join(PARTS)}")
    size = "tiny" if asked.tiny else "full" if asked.full else "usual"
    found: dict[str, Figure] = {}
    with Console(stderr=True).status("") as status:
        for name in names:
            status.update(f"{name}: {PARTS[name].says}")
            wanted = Wanted(size, lambda doing, name=name: status.update(f"{name}: {doing}"))  # type: ignore[misc]  # a default binds it
            with asyncio.Runner(loop_factory=serving_loop) as runner:  # as the service
                some = runner.run(PARTS[name].measure(wanted))  # type: ignore[arg-type]  # they are all coroutines
            keep(some, asked.into)
            found |= some
    if asked.json:
        print(json.dumps({key: figure.as_dict() for key, figure in found.items()}, indent=2))
    else:
        Console(width=140).print(_drawn(found, size))
    return 1 if any(_met(key, figure, size) is False for key, figure in found.items()) else 0


def _target(key: str) -> Target | None:
    return next((part.targets[key] for part in PARTS.values() if key in part.targets), None)


def _met(key: str, figure: Figure, size: str) -> bool | None:
    """Does it meet its target? None: there is none, or this run does not show it."""
    target = _target(key)
    return target.met(figure, size) if target else None


def _verdict(key: str, figure: Figure, size: str) -> str:
    target, met = _target(key), _met(key, figure, size)
    if met is None and target and target.many:
        return f"not shown: wanted of {target.many:,}"
    return {True: "met", False: "MISSED", None: ""}[met]


def _drawn(found: Mapping[str, Figure], size: str) -> Table:
    table = Table(caption=f"sizes: {size}" + ("" if size == "full" else "; FULL=1 for those of docs/bench.md"))
    for name in ("figure", "median", "unit", "lowest – highest", "reference", "ratio", "runs", "target", ""):
        table.add_column(name, justify="left" if name in ("figure", "unit", "target", "") else "right")
    for key, figure in found.items():
        table.add_row(
            key,
            _number(figure.value),
            figure.unit,
            " – ".join(map(_number, figure.spread)) if figure.spread else "",
            _number(figure.reference) if figure.reference is not None else "",
            _number(figure.ratio) if figure.ratio is not None else "",
            str(figure.runs),
            str(_target(key) or ""),
            _verdict(key, figure, size),
        )
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


if __name__ == "__main__":
    sys.exit(main())
