"""`make simulate`: days of bad luck for the whole core, seed after seed. Ends with 1 when a promise was broken.

Prints what was done to the program, how often each promise was put to the test, and the seed that broke one.
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.faults.checker import check
from tests.faults.simulation import Ground, Simulation

SHOWN = 20


def main(arguments: Sequence[str]) -> int:
    given = _arguments(arguments)
    logging.disable(logging.CRITICAL)  # thousands of failures on purpose
    faults: Counter[str] = Counter()
    checked: Counter[str] = Counter()
    broken: dict[int, tuple[str, ...]] = {}
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, _progress(hidden=given.digest) as bar:
        task = bar.add_task("seeds", total=len(seeds))
        ground = Ground(Path(folder))
        for number, seed in enumerate(seeds):
            outcome = Simulation(seed, given.days, given.people, ground).run(
                lambda done, number=number: bar.update(task, completed=number + done)  # type: ignore[misc]  # a default binds it
            )
            bar.update(task, completed=number + 1)
            if given.digest:
                print(outcome.history.digest())
            verdict = check(outcome.history)
            faults += outcome.faults
            checked += verdict.checked
            if verdict.broken:
                broken[seed] = verdict.broken
    if not given.digest:
        _tell(faults, checked)
    for seed, sentences in broken.items():
        print(
            f"seed {seed} broke a promise; again with: make simulate SEED={seed} DAYS={given.days:g}", file=sys.stderr
        )
        for sentence in sentences[:SHOWN]:
            print(f"  {sentence}", file=sys.stderr)
    return 1 if broken else 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=25, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--days", type=float, default=7, help="virtual days for each")
    parser.add_argument("--people", type=int, default=6, help="citizens in each")
    parser.add_argument("--digest", action="store_true", help="print only the digest of each history")
    return parser.parse_args(arguments)


def _progress(*, hidden: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=hidden)


def _tell(faults: Counter[str], checked: Counter[str]) -> None:
    print("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(faults.items())))
    print("checked: " + ", ".join(f"{name} {count}" for name, count in checked.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
