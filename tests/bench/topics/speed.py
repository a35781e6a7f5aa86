"""How many texts a second, and how much memory, in fresh processes that do nothing else: little is imported here."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from core.work.ports import Tagged, TagJob
from nlp.pipeline import Pipeline
from tests.bench.topics.cases import read_taxonomy, themes

ROOT = Path(__file__).resolve().parents[3]


def speed(runs: int = 3, model: Path | None = None) -> dict[str, float]:
    """Medians over fresh processes: whole pipeline, one thread, texts seen once; seconds until ready; peak memory.
    `model`: with what was learnt there."""
    command = [sys.executable, "-m", "tests.bench.topics.speed", *(["--model", str(model)] if model else [])]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    outputs = [
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout for _ in range(runs)
    ]
    seen = [json.loads(output) for output in outputs]
    return {key: round(statistics.median(run[key] for run in seen), 2) for key in seen[0]}


def main() -> None:
    """Of train, what the model was learnt from is no new text: then dev."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.topics.speed", description=__doc__)
    parser.add_argument("--model", default="", help="the folder of what was learnt")
    model = parser.parse_args().model
    taxonomy = read_taxonomy("grand_debat_themes")
    cases = themes("fr_entendre_la_france", taxonomy, "dev" if model else "train")
    start = time.perf_counter()
    pipeline = Pipeline()
    assert isinstance(pipeline.answer(TagJob("une phrase", "fr", taxonomy, model=model)), Tagged)
    ready = time.perf_counter()
    busy = time.process_time()
    for case in cases:
        pipeline.answer(TagJob(case.text, "fr", taxonomy, model=model))
    end = time.perf_counter()
    seen = {
        "docs_per_s": len(cases) / (end - ready),
        "docs_per_cpu_s": len(cases) / (time.process_time() - busy),
        "load_s": ready - start,
        "peak_rss_mb": _peak_mb(),
    }
    print(json.dumps(seen))


def _peak_mb() -> float:
    """Of this program alone: `getrusage` begins with what the process that started it had."""
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(peak.split()[1]) / 1024


if __name__ == "__main__":
    main()
