"""How often what the program says of a reminder is true: `python -m tests.bench.mobilisation` (`--json` for a program).

    a cell = base rate × true effect × people × share     100,000 simulated experiments ─▶ coverage, claims, share shown
    person by person                                       10,000 paths, 200 looks each  ─▶ "every interval ever shown"

Writes var/bench-mobilisation.json: key → {value, unit, spread, reference, ratio, runs}. Exits with 1 when a limit is
broken. About two minutes; always the same draws.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.mobilisation.fixed import cells_of_the_grid, sooner_only
from tests.bench.mobilisation.sequences import opt_outs, paths_of_the_grid
from tests.bench.mobilisation.unfinished import saved_and_lost

FILE = Path("var/bench-mobilisation.json")
LEAST_COVERAGE, MOST_ALARMS, MOST_WIDTH = 0.945, 0.055, 1.6
PEOPLE = 5_000
RARELY = 0.01
"""A cell that shows fewer than one experiment in a hundred says "too few people": its shown ones are all odd draws."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mobilisation", description="Test the statistics.")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--runs", type=int, default=100_000, help="experiments in a cell (100,000)")
    parser.add_argument("--paths", type=int, default=10_000, help="paths in a cell of the sequence (10,000)")
    wanted = parser.parse_args()
    found = measured(wanted.runs, wanted.paths)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    FILE.write_text(json.dumps(before | found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2) if wanted.json else "\n".join(told(found)))
    return 0 if kept(found) else 1


def measured(runs: int, paths: int) -> dict[str, Any]:
    cells = cells_of_the_grid(runs)
    shown = [each for each in cells if each.shown >= RARELY]
    sequence = [each for each in paths_of_the_grid(paths) if each.shown >= RARELY]
    by_cell = {each.name: round(each.shown, 4) for each in cells}
    sooner, peeking = sooner_only(runs)
    false_stop, seen_stop = opt_outs(paths)
    error = 1 - LEAST_COVERAGE
    saved, lost = saved_and_lost(PEOPLE)
    return {
        "fixed_coverage": _entry([each.covered_shown for each in shown], min, LEAST_COVERAGE, runs),
        "fixed_coverage_computed": _entry([each.covered for each in cells if each.possible], min, LEAST_COVERAGE, runs),
        "fixed_false_alarm": _entry([each.claimed for each in cells if not each.effect], max, MOST_ALARMS, runs),
        "fixed_wrong_ever": _entry([each.wrong_shown for each in cells], max, error, runs),
        "sooner_false_claim": _entry([sooner], max, MOST_ALARMS, runs),
        "sooner_false_claim_if_read_early": _entry([peeking], max, MOST_ALARMS, runs),
        "sequence_coverage": _entry([each.held for each in sequence], min, LEAST_COVERAGE, paths),
        "sequence_width_vs_fixed": _entry([each.width for each in sequence], max, MOST_WIDTH, paths),
        "opt_out_false_stop": _entry([false_stop], max, MOST_ALARMS, paths),
        "opt_out_stops_at_three_times": _entry([seen_stop], min, 0.8, paths),
        "unfinished_only_messages_saved": _entry([saved], min, 0.0, PEOPLE),
        "unfinished_only_answers_lost": _entry([lost], max, 0.0, PEOPLE),
        "share_shown": {
            "value": by_cell,
            "unit": "share of the experiments, by cell (people/share/base rate/effect)",
            "spread": [min(by_cell.values()), max(by_cell.values())],
            "reference": None,
            "ratio": None,
            "runs": runs,
        },
    }


def _entry(values: list[float], worst: Any, reference: float, runs: int) -> dict[str, Any]:
    value = worst(values)
    return {
        "value": round(value, 5),
        "unit": _unit(value, reference),
        "spread": [round(min(values), 5), round(max(values), 5)],
        "reference": round(reference, 5),
        "ratio": round(value / reference, 4) if reference else None,
        "runs": runs,
    }


def _unit(value: float, reference: float) -> str:
    if reference == MOST_WIDTH:
        return "times as wide"
    return "people" if isinstance(value, int) else "share, worst cell"


def kept(found: Mapping[str, Any]) -> bool:
    at_least = ("fixed_coverage", "fixed_coverage_computed", "sequence_coverage")
    at_most = (
        "fixed_false_alarm",
        "sooner_false_claim",
        "sequence_width_vs_fixed",
        "opt_out_false_stop",
        "unfinished_only_answers_lost",
    )
    return all(found[key]["value"] >= found[key]["reference"] for key in at_least) and all(
        found[key]["value"] <= found[key]["reference"] for key in at_most
    )


def told(found: Mapping[str, Any]) -> list[str]:
    lines = []
    for key, entry in found.items():
        if key != "share_shown":
            low, high = entry["spread"]
            lines.append(
                f"{key:34} {entry['value']:.4f}   cells from {low:.4f} to {high:.4f}, limit {entry['reference']}"
            )
    rare = [name for name, share in found["share_shown"]["value"].items() if share < RARELY]
    lines.append(f"too few people in {len(rare)} of {len(found['share_shown']['value'])} cells: {', '.join(rare)}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
