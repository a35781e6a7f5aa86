"""What people are shown of many texts: do the new themes that are proposed, and the texts that stand for a topic, keep
to one subject, as people labelled it? Read on dev, with the list alone, as a consultation begins.

    a theme taken off the list ─▶ what the rest leaves "à classer" ─▶ proposals ─▶ how many of their texts have the
                               label that is the most frequent there (reference: the most frequent one of all unsorted)
    what is filed under a topic ─▶ the five texts shown first ─▶ how many have its label (reference: of all filed there)
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.model.consultations import Taxonomy
from nlp.corpus.duplicates import groups
from nlp.corpus.gist import gist
from nlp.corpus.themes import themes as proposed
from nlp.learning.training import tagger_for
from tests.bench.figures import Figure
from tests.bench.topics.cases import Case, read_taxonomy, themes

_SHOWN = 5
"""As many as a page shows."""
_SETS = {"fr_vrai_debat_titres": "vrai_debat", "fr_entendre_la_france": "grand_debat_themes"}


def proposals() -> dict[str, Figure]:
    """Of Le Vrai Débat, whose labels are subjects; those of the other set follow from the question that was asked."""
    taxonomy = read_taxonomy("vrai_debat")
    cases, found = themes("fr_vrai_debat_titres", taxonomy, "dev"), list[_Proposed]()
    for place in range(len(taxonomy.topics)):
        shorter = replace(taxonomy, topics=(*taxonomy.topics[:place], *taxonomy.topics[place + 1 :]))
        found += _proposed(place, cases, _filed(shorter, cases))
    texts = sum(each.texts for each in found)
    apart = [each for each in found if each.new]
    return {
        "proposal_purity": Figure(
            round(sum(each.alike for each in found) / max(texts, 1), 4),
            "share of texts with their proposal's most frequent label",
            None,
            round(sum(each.by_chance * each.texts for each in found) / max(texts, 1), 4),
            len(found),
        ),
        "proposals_of_what_was_missing": Figure(round(len(apart) / max(len(found), 1), 4), "share of proposals"),
        "missing_themes_proposed": Figure(
            len({each.missing for each in apart}) / len(taxonomy.topics), "share of themes taken off"
        ),
    }


def examples() -> dict[str, Figure]:
    """Both sets, each topic under which something was filed."""
    shown, filed, repeated, runs = list[bool](), list[bool](), 0, 0
    for name, listed in _SETS.items():
        taxonomy = read_taxonomy(listed)
        cases = themes(name, taxonomy, "dev")
        tops = _filed(taxonomy, cases)
        for place in range(len(taxonomy.topics)):
            mine = [case for case, top in zip(cases, tops, strict=True) if top == place]
            others = [case.text for case, top in zip(cases, tops, strict=True) if top != place]
            first = [mine[at] for at in gist([case.text for case in mine], others, "fr").examples[:_SHOWN]]
            shown += [place in case.topics for case in first]
            filed += [place in case.topics for case in mine]
            repeated += len(first) - len(set(groups([case.text for case in first])))
            runs += bool(first)
    right, usual = round(float(np.mean(shown)), 4), round(float(np.mean(filed)), 4)
    return {
        "example_purity": Figure(right, "share of texts shown that have the topic", None, usual, runs),
        "examples_repeated": Figure(repeated, "texts shown that repeat another one"),
    }


@dataclass(frozen=True, slots=True)
class _Proposed:
    """A proposal made while a theme was `missing`: how many `texts`, how many have its most frequent label, what is the
    share of the most frequent one in all that was unsorted, and whether its label is the missing one: `new`."""

    missing: int
    texts: int
    alike: int
    by_chance: float
    new: bool


def _proposed(missing: int, cases: Sequence[Case], tops: Sequence[int | None]) -> list[_Proposed]:
    unsorted = [case for case, top in zip(cases, tops, strict=True) if top is None]
    others = [case.text for case, top in zip(cases, tops, strict=True) if top is not None]
    usual = max(_labels(unsorted).values()) / len(unsorted)
    found = []
    for theme in proposed([case.text for case in unsorted], others, "fr"):
        label, alike = _labels([unsorted[place] for place in theme.texts]).most_common(1)[0]
        found.append(_Proposed(missing, len(theme.texts), alike, usual, label == missing))
    return found


def _labels(cases: Sequence[Case]) -> Counter[int]:
    return Counter(case.topics[0] for case in cases)


def _filed(taxonomy: Taxonomy, cases: Sequence[Case]) -> list[int | None]:
    """The place of the best topic that is accepted; None: "à classer"."""
    tagger, places = tagger_for(taxonomy, "fr"), {topic.id: place for place, topic in enumerate(taxonomy.topics)}
    chosen = [tagger.choose(*tagger.scores(case.text)) for case in cases]
    return [places[found[0].topic] if found else None for found in chosen]


def figures() -> Mapping[str, Figure]:
    return {**proposals(), **examples()}
