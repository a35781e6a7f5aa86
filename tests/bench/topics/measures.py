"""What is measured of learning, each beside a linear machine on TF-IDF that got the same rows.

Distinct texts; what is chosen is chosen by cross-validation inside train; dev is only scored. An abstention is an error
in F1: figures of what is filed alone stand beside it.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.model.consultations import Taxonomy, Topic
from nlp.evaluation import calibration
from nlp.learning.training import Example, learn, tagger_for
from nlp.normalise import words
from nlp.topics import TopicTagger
from tests.bench.figures import Figure
from tests.bench.topics.cases import (
    Case,
    Matrix,
    consensus,
    filed_or_not,
    fine,
    read_taxonomy,
    rows_of,
    themes,
    truth,
)
from tests.bench.topics.noise import NOISES
from tests.bench.topics.references import machine, textcat

Measure = Callable[[Matrix, Matrix], float]
_RESAMPLES = 500
_SEED = 20190315


def learnt(
    taxonomy: Taxonomy, labelled: Sequence[Case], unlabelled: Sequence[str], language: str = "fr"
) -> TopicTagger:
    """As `topics learn` does it."""
    tagger = tagger_for(taxonomy, language)
    tagger.learns(learn(tagger, [_example(case) for case in labelled], [Example(text) for text in unlabelled]))
    return tagger


def _example(case: Case) -> Example:
    return Example(case.text, frozenset(case.topics), case.question)


def probabilities(tagger: TopicTagger, cases: Sequence[Case]) -> Matrix:
    return np.array([tagger.scores(case.text, case.question)[0] for case in cases])


def given(tagger: TopicTagger, probability: Matrix) -> Matrix:
    """The topics that are accepted, as shipped."""
    assert tagger.learnt is not None
    return (probability >= tagger.learnt.thresholds).astype(float)


def best_only(scores: Matrix) -> Matrix:
    said = np.zeros_like(scores)
    said[np.arange(len(scores)), scores.argmax(axis=1)] = scores.max(axis=1) > 0
    return said


def macro(said: Matrix, true: Matrix) -> float:
    named = true.sum(axis=0) > 0
    return float((2 * (said * true).sum(axis=0) / np.maximum((said + true).sum(axis=0), 1))[named].mean())


def micro(said: Matrix, true: Matrix) -> float:
    return float(2 * (said * true).sum() / max((said + true).sum(), 1))


def compared(
    key: str,
    measure: Measure,
    said: Matrix,
    other: Matrix,
    cases: Sequence[Case],
    true: Matrix,
) -> dict[str, Figure]:
    """The figure beside its reference, the gain with a paired bootstrap interval, and the figure without near rows."""
    value, reference = measure(said, true), measure(other, true)
    far = np.array([not case.near for case in cases])
    return {
        key: Figure(round(value, 4), "F1", None, round(reference, 4)),
        f"{key}_gain": Figure(round(value - reference, 4), "F1", gain(measure, said, other, true)),
        f"{key}_no_near": Figure(round(measure(said[far], true[far]), 4), "F1", None,
                                 round(measure(other[far], true[far]), 4)),
    }  # fmt: skip


def gain(measure: Measure, said: Matrix, other: Matrix, true: Matrix) -> tuple[float, float]:
    """The 95 % interval of how much more the measure gives, both on the same resampled rows."""
    chance = np.random.default_rng(_SEED)
    gains = []
    for _ in range(_RESAMPLES):
        drawn = chance.integers(0, len(true), len(true))
        gains.append(measure(said[drawn], true[drawn]) - measure(other[drawn], true[drawn]))
    low, high = np.percentile(gains, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def words_alone(cases: Sequence[Case], taxonomy: Taxonomy) -> Matrix:
    """The reference: how many of a topic's words are in the text, plurals included; the most wins."""
    listed = [{" ".join(words(word)) for word in topic.words} for topic in taxonomy.topics]
    said = np.zeros((len(cases), len(listed)))
    for row, case in enumerate(cases):
        spoken = f" {' '.join(words(case.text))} "
        said[row] = [
            sum(any(f" {entry}{plural} " in spoken for plural in ("", "s", "x")) for entry in entries)
            for entries in listed
        ]
    return best_only(said)


# ── the measures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def vd_zero() -> dict[str, Figure]:
    return _zero("vd_zero", "fr_vrai_debat_titres", "vrai_debat")


def elf_zero() -> dict[str, Figure]:
    return _zero("elf_zero", "fr_entendre_la_france", "grand_debat_themes")


def _zero(key: str, name: str, listed: str) -> dict[str, Figure]:
    taxonomy = read_taxonomy(listed)
    cases, true, probability = _scored(taxonomy, name, [], [case.text for case in themes(name, taxonomy, "train")])
    return compared(f"{key}_macro", macro, best_only(probability), words_alone(cases, taxonomy), cases, true)


def _scored(
    taxonomy: Taxonomy, name: str, labelled: Sequence[Case], unlabelled: Sequence[str]
) -> tuple[list[Case], Matrix, Matrix]:
    tagger = learnt(taxonomy, labelled, unlabelled)
    cases = themes(name, taxonomy, "dev")
    return cases, truth(cases, len(taxonomy.topics)), probabilities(tagger, cases)


def vd_16() -> dict[str, Figure]:
    """Three draws of 16 texts a theme; the mean."""
    taxonomy, name = read_taxonomy("vrai_debat"), "fr_vrai_debat_titres"
    rows, values = themes(name, taxonomy, "train"), []
    for seed in (1, 2, 3):
        chance = random.Random(seed)
        few = [
            case
            for place in range(len(taxonomy.topics))
            for case in chance.sample([case for case in rows if case.topics == (place,)], 16)
        ]
        _, true, probability = _scored(taxonomy, name, few, [case.text for case in rows])
        values.append(macro(best_only(probability), true))
    mean = round(float(np.mean(values)), 4)
    return {"vd_16_macro": Figure(mean, "F1", (round(min(values), 4), round(max(values), 4)), runs=3)}


def vd_full() -> dict[str, Figure]:
    return _full("vd_full_macro", "fr_vrai_debat_titres", "vrai_debat")


def elf_theme() -> dict[str, Figure]:
    return _full("elf_theme_macro", "fr_entendre_la_france", "grand_debat_themes")


def _full(key: str, name: str, listed: str) -> dict[str, Figure]:
    taxonomy = read_taxonomy(listed)
    rows = themes(name, taxonomy, "train")
    cases, true, probability = _scored(taxonomy, name, rows, [])
    said = best_only(probability)
    found = compared(key, macro, said, machine(rows, cases, len(taxonomy.topics)), cases, true)
    best = probability.max(axis=1)
    excess = calibration(best, (said * true).sum(axis=1))["excess"]
    brier = float(((probability - true) ** 2).sum(axis=1).mean())
    short = key.removesuffix("_macro")
    other = textcat(rows, cases, len(taxonomy.topics))
    return {
        **found,
        **{f"{name}_over_textcat": each for name, each in compared(key, macro, said, other, cases, true).items()},
        f"calibration_excess_{short}": Figure(excess, "share"),
        f"brier_{short}": Figure(round(brier, 4), "squared error"),
    }


def cimt_de() -> dict[str, Figure]:
    """Pooled five folds of all rows: the classes are few and the rows too."""
    rows = list({row["text"]: row for row in rows_of("de_cimt_cycling")}.values())
    names = sorted({row["topic"] for row in rows})
    taxonomy = Taxonomy(tuple(Topic(name, {"en": name.replace("_", " ")}) for name in names))
    cases = [Case(row["text"], (names.index(row["topic"]),), "", bool(row.get("near_train"))) for row in rows]
    order = np.random.default_rng(_SEED).permutation(len(cases))
    said, other = np.zeros((len(cases), len(names))), np.zeros((len(cases), len(names)))
    for fold in range(5):
        held = order[fold::5]
        kept = [cases[place] for place in np.setdiff1d(order, held)]
        asked = [cases[place] for place in held]
        tagger = learnt(taxonomy, kept, [], "de")
        said[held] = best_only(probabilities(tagger, asked))
        other[held] = machine(kept, asked, len(names))
    return compared("cimt_de_macro", macro, said, other, cases, truth(cases, len(names)))


def elf_fine16() -> dict[str, Figure]:
    """As many train texts as give each label 16 (some give several); three draws."""
    taxonomy, cases = fine("fr_entendre_la_france", lambda row: row["topics"])
    true, values = truth(cases["dev"], len(taxonomy.topics)), []
    for seed in (1, 2, 3):
        rows = random.Random(seed).sample(cases["train"], len(cases["train"]))
        counts: Counter[int] = Counter()
        few = []
        for case in rows:
            if any(counts[topic] < 16 for topic in case.topics):
                few.append(case)
                counts.update(case.topics)
        tagger = learnt(taxonomy, few, [case.text for case in rows])
        values.append(micro(given(tagger, probabilities(tagger, cases["dev"])), true))
    mean = round(float(np.mean(values)), 4)
    return {"elf_fine16_micro": Figure(mean, "F1", (round(min(values), 4), round(max(values), 4)), runs=3)}


def elf_fine() -> dict[str, Figure]:
    taxonomy, cases = fine("fr_entendre_la_france", lambda row: row["topics"])
    tagger = learnt(taxonomy, cases["train"], [])
    size = len(taxonomy.topics)
    probability, true = probabilities(tagger, cases["dev"]), truth(cases["dev"], size)
    said = given(tagger, probability)
    top = probability.argmax(axis=1)
    rows = np.arange(len(top))
    return {
        **compared("elf_fine_micro", micro, said, machine(cases["train"], cases["dev"], size), cases["dev"], true),
        "calibration_excess": Figure(calibration(probability[rows, top], true[rows, top])["excess"], "share"),
        "brier": Figure(round(float(((probability - true) ** 2).sum(axis=1).mean()), 4), "squared error"),
        **_noisy("elf", tagger, cases["dev"], micro(said, true), true),
    }


def elf_auto() -> dict[str, Figure]:
    """What may be filed without anybody looking: all texts, also those that belong nowhere."""
    name = "fr_entendre_la_france"
    taxonomy, _ = fine(name, lambda row: row["topics"])
    tagger = learnt(taxonomy, filed_or_not(name, taxonomy, "train"), [])
    cases = filed_or_not(name, taxonomy, "dev")
    true = truth(cases, len(taxonomy.topics))
    places, said = {topic.id: place for place, topic in enumerate(taxonomy.topics)}, np.zeros_like(true)
    for row, case in enumerate(cases):
        for topic in tagger.choose(*tagger.scores(case.text, case.question)):
            said[row, places[topic.topic]] = topic.confident
    return {
        "auto_precision": Figure(round(float((said * true).sum() / max(said.sum(), 1)), 4), "share of accepted tags"),
        "auto_coverage": Figure(round(float((said.sum(axis=1) > 0).mean()), 4), "share of all texts"),
    }


def lga_fine() -> dict[str, Figure]:
    taxonomy, cases = fine("fr_grande_annotation", consensus)
    tagger = learnt(taxonomy, cases["train"], [])
    size = len(taxonomy.topics)
    true = truth(cases["dev"], size)
    said = given(tagger, probabilities(tagger, cases["dev"]))
    return {
        **compared("lga_fine_micro", micro, said, machine(cases["train"], cases["dev"], size), cases["dev"], true),
        **_noisy("lga", tagger, cases["dev"], micro(said, true), true),
    }


def _noisy(name: str, tagger: TopicTagger, cases: Sequence[Case], clean: float, true: Matrix) -> dict[str, Figure]:
    """Points of micro-F1 lost to each kind of careless writing, each alone."""
    found = {}
    for kind, spoil in NOISES.items():
        spoilt = [
            replace(case, text=spoil(case.text, random.Random(f"{_SEED} {place}"))) for place, case in enumerate(cases)
        ]
        said = given(tagger, probabilities(tagger, spoilt))
        found[f"noise_loss_points_{name}_{kind}"] = Figure(round(100 * (clean - micro(said, true)), 2), "points")
    return found


MEASURES: Mapping[str, Callable[[], Mapping[str, Figure]]] = {
    "vd_zero": vd_zero,
    "elf_zero": elf_zero,
    "vd_16": vd_16,
    "vd_full": vd_full,
    "elf_theme": elf_theme,
    "cimt_de": cimt_de,
    "elf_fine": elf_fine,
    "elf_fine16": elf_fine16,
    "elf_auto": elf_auto,
    "lga_fine": lga_fine,
}
