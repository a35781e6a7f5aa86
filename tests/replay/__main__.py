"""`make replay`: everybody through the real program, with a progress bar, and a table of what came of it.

Ends with 1 when the program and the input disagree about anything. Prints counts and ids of rows, nobody's words.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.databases import fresh_postgres, postgres_server, sqlite_url
from tests.replay.people import Row, cast, data_folder, real_rows, some_of
from tests.replay.replay import Outcome, Plan, replay
from tests.replay.sayings import made_up_rows

SEED = 2019
MADE_UP = 150
ARRIVALS_PER_SECOND = 12.0
SHOWN = 40


def main(arguments: Sequence[str]) -> int:
    given = _arguments(arguments)
    folder = None if given.made_up else data_folder()
    console = Console(stderr=True)
    if folder is None:
        console.print("No real answers here (PORTE_VOIX_DATA names their folder): made-up ones are played instead.")
        rows = made_up_rows(given.people or MADE_UP, seed=given.seed)
    else:
        rows = real_rows(folder, seed=given.seed)
        if given.people:
            rows = some_of(rows, given.people, seed=given.seed)
    outcome = asyncio.run(_played(rows, given, console))
    _tell(outcome, kills=given.kills)
    return 1 if outcome.disagreements else 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__)
    parser.add_argument("--people", type=int, default=0, help="so many, drawn from the real ones; 0: all")
    parser.add_argument("--kills", type=int, default=0, help="kill -9 of the program, at seeded moments")
    parser.add_argument("--stops", type=int, default=0, help="SIGTERM and a new start, at seeded moments")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--made-up", action="store_true", help="made-up answers, even where the real ones are")
    parser.add_argument("--postgres", action="store_true", help="on a real PostgreSQL instead of SQLite")
    parser.add_argument("--rough", action="store_true", help="a strict platform on a line that loses things")
    parser.add_argument("--keep", type=Path, help="keep the database and the log in this folder (made if absent)")
    parser.add_argument("--remind", type=float, default=0.0, help="seconds from arrival to reminder; 0: by the crowd")
    return parser.parse_args(arguments)


async def _played(rows: Sequence[Row], given: argparse.Namespace, console: Console) -> Outcome:
    roles = cast(rows, seed=given.seed, arrive_within=len(rows) / ARRIVALS_PER_SECOND)
    seconds = given.remind or (60.0 if len(rows) <= 200 else 240.0)
    plan = Plan(
        roles, given.seed, given.kills, given.stops, timedelta(seconds=seconds), patience=900.0, rough=given.rough
    )
    with tempfile.TemporaryDirectory(prefix="pv-replay-") as temporary, bar(console) as shown:
        folder = given.keep or Path(temporary)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        task = shown.add_task("people", total=len(rows))

        def progress(what: str, done: int, of: int) -> None:
            shown.update(task, description=what, completed=done, total=of)

        if not given.postgres:
            return await replay(plan, folder, sqlite_url(folder), progress=progress)
        with postgres_server() as server:
            async with fresh_postgres(server) as url:
                return await replay(plan, folder, url, progress=progress)


def bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def _tell(outcome: Outcome, *, kills: int) -> None:
    counts, updates = outcome.verdict.counts, outcome.verdict.counts["updates"]
    table = Table("what", "how many", title="Replay", show_header=False)
    for what, number in (
        ("people", f"{counts['people']}"),
        ("updates sent · with those sent twice", f"{updates} · {outcome.handed}"),
        ("contributions expected · stored", f"{counts['expected']} · {counts['stored']}"),
        ("… whole · in order", f"{counts['whole']} · {counts['in order']}"),
        ("… in so many messages", f"{counts['parts']}"),
        ("tagged · à classer", f"{counts['tagged']} · {counts['à classer']}"),
        ("finished · unfinished", f"{counts['finished']} · {counts['unfinished']}"),
        ("to be reminded · reminders seen", f"{counts['to remind']} · {counts['reminded']}"),
        ("… of those to people who finished later", f"{counts['slower than the reminder']}"),
        (
            "kills · replies repeated · reminders uncertain",
            f"{kills} · {counts['replies repeated']} · {counts['uncertain']}",
        ),
        ("messages seen", f"{counts['messages seen']}"),
        ("seconds", f"{outcome.seconds:.0f}"),
        ("disagreements", f"{len(outcome.disagreements)}"),
    ):
        table.add_row(what, number)
    console = Console()
    console.print(table)
    for fact in outcome.disagreements[:SHOWN]:
        console.print(f"  {fact}", markup=False)
    if len(outcome.disagreements) > SHOWN:
        console.print(f"  … and {len(outcome.disagreements) - SHOWN} more")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
