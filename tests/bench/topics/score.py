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
from typing import Any

import numpy as np

from nlp.learning.training import tagger_for
from nlp.topics import ACCEPTED
from tests.bench.text.data import DATA
from tests.bench.topics.cases import Matrix, read_taxonomy, themes, truth
from tests.bench.topics.measures import best_only, gain, macro, micro, words_alone
from tests.bench.topics.speed import speed


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--split", default="dev", choices=["train", "dev"])
    arguments = parser.parse_args()
    if not (DATA / "topics").is_dir():
        print(f"No data in {DATA}: set PORTE_VOIX_DATA to the folder that holds topics/ and taxonomies/")
        return
    figures = {
        "vrai_debat": consultation("fr_vrai_debat_titres", "vrai_debat", arguments.split),
        "entendre_la_france": consultation("fr_entendre_la_france", "grand_debat_themes", arguments.split),
        "speed": speed(),
    }
    print(json.dumps(figures, indent=None if arguments.json else 2, ensure_ascii=False))


def consultation(name: str, listed: str, split: str) -> dict[str, Any]:
    """Every figure of one consultation."""
    taxonomy = read_taxonomy(listed)
    cases = themes(name, taxonomy, split)
    true, plain = truth(cases, len(taxonomy.topics)), words_alone(cases, taxonomy)
    tagger = tagger_for(taxonomy, "fr")
    scored = [tagger.scores(case.text) for case in cases]
    scores = np.array([scores for scores, _ in scored])
    always = best_only(scores) * np.array([[any(heard.totals)] for _, heard in scored])
    shipped = always * (scores >= ACCEPTED)
    sure = np.array([[any(topic.confident for topic in tagger.choose(*one))] for one in scored])
    parts = {
        "all": np.ones(len(cases), dtype=bool),
        "no_near_train": np.array([not case.near for case in cases]),
        "without_off_topic": np.array([not case.nowhere for case in cases]),
    }
    return {
        part: {
            "rows": int(kept.sum()),
            "macro_f1": round(macro(always[kept], true[kept]), 4),
            "micro_f1": round(micro(always[kept], true[kept]), 4),
            "macro_f1_shipped": round(macro(shipped[kept], true[kept]), 4),
            **_filed("shipped", shipped[kept], true[kept]),
            **_filed("confident", (always * sure)[kept], true[kept]),
            "words_alone_macro_f1": round(macro(plain[kept], true[kept]), 4),
            "gain_over_words": gain(macro, always[kept], plain[kept], true[kept]),
        }
        for part, kept in parts.items()
    }


def _filed(what: str, said: Matrix, true: Matrix) -> dict[str, float]:
    return {
        f"coverage_{what}": round(float(said.any(axis=1).mean()), 4),
        f"precision_{what}": round(float((said * true).sum() / max(said.sum(), 1)), 4),
    }


if __name__ == "__main__":
    main()
