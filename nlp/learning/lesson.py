"""The process that learns: `python -m nlp.learning.lesson`. One JSON object in, one out; then it ends.

    stdin ── {"model": folder, "taxonomy", "language", "at", "count", "known": [[text, question, topics, fresh], …],
              "more": [[text, question], …]} ─▶ learnt ─▶ worse than what is in use? ─▶ a version
    stdout ◀── {"version": its name} | {"error": a sentence, "key", "places": as `PorteVoixError` has them}

It has no database and no network, and writes numbers, words and pairs of words that several people used, and pieces of
words: no text, and no word that only one or two contributions hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model.errors import FileError, PorteVoixError
from nlp import models
from nlp.child import answer_once
from nlp.grams import all_words
from nlp.hearing import Ear
from nlp.learning.blending import f1
from nlp.learning.training import Example, HeldBack, examples_of, learn_and_try, tagger_for
from nlp.learnt import from_disk
from nlp.masking import without_masks
from nlp.topics import ACCEPTED
from nlp.wire import from_json
from nlp.words.vectors import WordVectors

SAID_BY = 3
"""A word or a pair of words of fewer contributions than this is not kept: it may be somebody's own."""
ENOUGH_FRESH = 5
"""From so many new corrections on, what is new must do as well on them as what was in use."""
MOST_KEPT = 12


def main() -> None:
    answer_once(_answer)


def _answer(request: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return {"version": learn_again(request)}
    except PorteVoixError as error:
        return {"error": str(error), "key": error.key, "places": error.places}


def learn_again(request: Mapping[str, Any]) -> str:
    """The name of the new version. Raises `FileError` when there is nothing to learn from."""
    model, taxonomy = Path(request["model"]), from_json(request["taxonomy"])
    tagger = tagger_for(taxonomy, request["language"])
    known = examples_of(
        taxonomy, [(without_masks(text), question, said) for text, question, said, _ in request["known"]]
    )
    fresh = {(each.text, each.question) for each, (*_, new) in zip(known, request["known"], strict=True) if new}
    more = [Example(without_masks(text), question=question) for text, question in request["more"]]
    learnt, tried = learn_and_try(tagger, known, more, said_by=SAID_BY)
    facts: dict[str, Any] = {**learnt.facts, "at": request["at"], "count": request["count"]}
    if tried is not None:
        facts |= _figures(tried, learnt.topics) | {"refused": worse(tried, fresh, model, tagger.vectors)}
    name = models.save(model, replace(learnt, facts=facts))
    _make_room(model)
    return name


def _figures(tried: HeldBack, topics: Sequence[str]) -> dict[str, Any]:
    """What the taxonomy alone gives on the same texts, and topic by topic what was given and what was right."""
    right = tried.truth * tried.given
    return {
        "taxonomy_micro_f1": round(f1(tried.truth, _alone(tried)), 4),
        "tried": [
            [topic, int(tried.truth[:, k].sum()), int(tried.given[:, k].sum()), int(right[:, k].sum())]
            for k, topic in enumerate(topics)
        ],
    }


def worse(tried: HeldBack, fresh: set[tuple[str, str]], model: Path, vectors: WordVectors | None = None) -> bool:
    """Worse than the taxonomy alone on all that people sorted; or worse than what is in use on what neither has seen:
    what people said since that was learnt."""
    if f1(tried.truth, tried.given) < f1(tried.truth, _alone(tried)):
        return True
    unseen = np.array([(each.text, each.question) in fresh for each in tried.examples])
    if unseen.sum() < ENOUGH_FRESH or not models.in_use(model):
        return False
    try:
        old = from_disk(models.current(model))
    except FileError:  # it cannot be read: anything is better
        return False
    if len(old.topics) != tried.truth.shape[1]:
        return False
    ear, before = Ear(old, vectors), np.zeros(tried.given.shape, dtype=bool)
    for row, each in enumerate(tried.examples):
        if not unseen[row]:
            continue
        found = ear.hear(all_words(each.text), list(tried.cold[row]), each.question).probabilities
        before[row] = found >= old.thresholds
    truth = tried.truth[unseen]
    return f1(truth, tried.given[unseen]) < f1(truth, before[unseen])


def _alone(tried: HeldBack) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = tried.cold >= ACCEPTED
    return found


def _make_room(model: Path) -> None:
    known, current = models.versions(model), models.in_use(model)
    models.remove(model, [name for name in known[:-MOST_KEPT] if name != current])


if __name__ == "__main__":
    main()
