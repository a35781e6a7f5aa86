"""`python -m tests.bench.topics` measures topics and what else is done to texts, into var/bench-topics.json.

`--json` prints it; `--only vd_zero` is one measure alone. Topics need the real contributions (PORTE_VOIX_DATA, or
beside the checkout) and some ten minutes.
"""

import argparse
import json
import sys
from collections.abc import Mapping

from tests.bench.figures import Figure, keep, told
from tests.bench.text import __main__ as text
from tests.bench.topics.measures import MEASURES
from tests.bench.topics.score import DATA, speed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.topics", description="Measure the topics.")
    parser.add_argument("--json", action="store_true", help="one JSON object, for a program")
    of_topics = {**MEASURES, "speed": _speed}
    parser.add_argument("--only", choices=[*text.MEASURES, *of_topics], help="one measure alone")
    wanted = parser.parse_args()
    measures = {**text.MEASURES, **of_topics}
    if not (DATA / "topics").is_dir():
        print("No topics: set PORTE_VOIX_DATA to the folder that holds the real contributions", file=sys.stderr)
        measures = dict(text.MEASURES)
    found: dict[str, Figure] = {}
    for name, measure in measures.items():
        if wanted.only in (None, name):
            found |= measure()
            keep(found)  # whoever stops half-way keeps the first half
    if found or wanted.json:
        print(
            json.dumps({key: each.as_dict() for key, each in found.items()}, indent=2) if wanted.json else told(found)
        )


def _speed() -> Mapping[str, Figure]:
    seen = speed(runs=5)
    return {
        "docs_per_s": Figure(seen["docs_per_cpu_s"], "texts a second of processor time", runs=5),
        "worker_start_s": Figure(seen["load_s"], "s", runs=5),
        "worker_rss_mb": Figure(seen["peak_rss_mb"], "MB", runs=5),
    }


if __name__ == "__main__":
    main()
