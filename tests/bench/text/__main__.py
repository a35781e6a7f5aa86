"""`python -m tests.bench.text` measures what is done to texts, into var/bench-topics.json (`--json` prints it).

Real contributions are read where they are (PORTE_VOIX_DATA, or beside the checkout); without them, made-up ones.
"""

import argparse
import json
import random
from collections.abc import Callable, Mapping

from core.rules.effect import wilson
from tests.bench.figures import Figure, keep, told
from tests.bench.text import duplicates, flag_cases, languages, masks
from tests.bench.text.data import DATA


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.text", description="Measure what is done to texts.")
    parser.add_argument("--json", action="store_true", help="one JSON object, for a program")
    parser.add_argument("--only", choices=sorted(MEASURES), help="one measure alone")
    wanted = parser.parse_args()
    found: dict[str, Figure] = {}
    for name, measure in MEASURES.items():
        if wanted.only in (None, name):
            found |= measure()
    keep(found)
    print(json.dumps({key: each.as_dict() for key, each in found.items()}, indent=2) if wanted.json else told(found))


def _duplicates() -> Mapping[str, Figure]:
    texts = duplicates.real_texts(DATA) or duplicates.made_up(30_000, random.Random(1))
    seen = duplicates.figures(texts)
    return {
        "duplicates_100k_s": Figure(seen["seconds"], "s"),
        "duplicates_recall": Figure(seen["recall"], "share of planted edits"),
        "duplicates_precision": Figure(seen["precision"], "share of joined pairs"),
    }


def _masks() -> Mapping[str, Figure]:
    return {
        key: Figure(round(share, 4), "share", (round(low, 4), round(high, 4)))
        for key, (share, low, high) in masks.figures().items()
    }


def _languages() -> Mapping[str, Figure]:
    return {key: _share(*counts) for key, counts in languages.figures(DATA).items()}


def _flags() -> Mapping[str, Figure]:
    return {key: _share(*counts) for key, counts in flag_cases.figures(DATA).items()}


def _share(some: int, of: int) -> Figure:
    low, high = wilson(some / of, of)
    return Figure(round(some / of, 5), f"share of {of}", (round(low, 5), round(high, 5)))


MEASURES: Mapping[str, Callable[[], Mapping[str, Figure]]] = {
    "duplicates": _duplicates,
    "masks": _masks,
    "languages": _languages,
    "flags": _flags,
}


if __name__ == "__main__":
    main()
