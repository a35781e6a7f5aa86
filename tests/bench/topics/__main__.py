"""`python -m tests.bench.topics` measures topics and what else is done to texts, into var/bench-topics.json.

`--json` prints it; `--only vd_zero` is one measure alone. Topics need the real contributions (PORTE_VOIX_DATA, or
beside the checkout) and some ten minutes.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from nlp import models
from tests.bench.figures import Figure, keep, told
from tests.bench.text import __main__ as text
from tests.bench.text.data import DATA
from tests.bench.topics.cases import read_taxonomy, themes
from tests.bench.topics.measures import MEASURES, learnt
from tests.bench.topics.proposals import figures as proposals
from tests.bench.topics.speed import speed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.topics", description="Measure the topics.")
    parser.add_argument("--json", action="store_true", help="one JSON object, for a program")
    of_topics = {**MEASURES, "proposals": proposals, "speed": _speed}
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
    """Without and with what was learnt from all that people filed."""
    seen = speed(runs=5)
    taxonomy, name = read_taxonomy("grand_debat_themes"), "fr_entendre_la_france"
    with TemporaryDirectory() as folder:
        found = learnt(taxonomy, themes(name, taxonomy, "train"), []).learnt
        assert found is not None
        models.save(Path(folder), found)
        taught = speed(runs=5, model=Path(folder))
    return {
        "docs_per_s": Figure(seen["docs_per_cpu_s"], "texts a second of processor time", runs=5),
        "docs_per_s_learnt": Figure(taught["docs_per_cpu_s"], "texts a second of processor time", runs=5),
        "worker_start_s_learnt": Figure(taught["load_s"], "s", runs=5),
        "worker_rss_mb_learnt": Figure(taught["peak_rss_mb"], "MB", runs=5),
        "worker_start_s": Figure(seen["load_s"], "s", runs=5),
        "worker_rss_mb": Figure(seen["peak_rss_mb"], "MB", runs=5),
    }


if __name__ == "__main__":
    main()
