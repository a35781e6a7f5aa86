"""What the commands ask of a text and of a list of topics. Each part is loaded when it is asked for: spaCy takes a
second, and most commands do without.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.model.consultations import Taxonomy
from core.rules.redirects import known_redirect
from core.work.ports import Reading, TagJob

Sorted = tuple[str, str, Collection[str]]
"""(text, the question it answers, the topics that people said)."""

# ── a text ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def masked(text: str, language: str) -> tuple[str, Sequence[str]]:
    """The masked text, and what was masked."""
    from nlp.masking import mask  # noqa: PLC0415

    found = mask(text, language)
    return found.text, found.kinds


def detected(text: str, prior: str) -> str:
    from nlp.language import detect  # noqa: PLC0415

    return detect(text, prior)


def grouped(texts: Sequence[str]) -> Sequence[int]:
    """For each text the place of the first that says the same."""
    from nlp.corpus.duplicates import groups  # noqa: PLC0415

    return groups(texts)


def flagged(text: str) -> Sequence[tuple[str, int]]:
    """What a person must look at, and how grave it is, 3 being the gravest."""
    from nlp.flags import weighed  # noqa: PLC0415

    urgent = known_redirect(text)
    met = [(urgent.redirect, 3 if urgent.serious else 1)] if urgent else []
    return [*met, *((flag.kind, flag.severity) for flag in weighed(text))]


# ── a list of topics ─────────────────────────────────────────────────────────────────────────────────────────────────


def written_in(taxonomy: Taxonomy, prior: str) -> str:
    """The language of a list of topics."""
    said = [word for topic in taxonomy.topics for word in (*topic.name.values(), topic.description, *topic.words)]
    return detected(" ".join(said), prior)


def reader(taxonomy: Taxonomy, model: Path | None) -> Callable[[str, str, str], Reading]:
    """(text, the language to believe, the question it answers) → what it is about. `model`: the folder of what was
    learnt; None: the list alone."""
    from nlp.pipeline import Pipeline  # noqa: PLC0415

    pipeline = Pipeline()

    def read(text: str, prior: str, question: str) -> Reading:
        return Reading(*pipeline.scored(TagJob(text, prior, taxonomy, question, str(model) if model else "")))

    return read


def judged(names: Sequence[str], read: Sequence[Reading], gold: Sequence[Collection[str]]) -> Mapping[str, Any]:
    """The figures of what was said of each text, beside what it is about."""
    from nlp.evaluation import judged as figures  # noqa: PLC0415

    return figures(names, [each.scores for each in read], [[tag.topic for tag in each.topics] for each in read], gold)


def learn(
    taxonomy: Taxonomy,
    language: str,
    known: Sequence[Sorted],
    more: Sequence[Sorted],
    model: Path,
    watch: Callable[[float], None],
) -> Mapping[str, Any]:
    """A new version in the folder `model`, from what people sorted and what nobody did: its facts."""
    from nlp import models  # noqa: PLC0415
    from nlp.learning.training import learn_topics  # noqa: PLC0415

    learnt = learn_topics(taxonomy, language, known, more, watch)
    return {"version": models.save(model, learnt), **learnt.facts}


def back(model: Path) -> Mapping[str, Any]:
    """The version before is in use again."""
    from nlp import models  # noqa: PLC0415

    return models.back(model)
