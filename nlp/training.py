"""Learning topics from what was sorted by people, and from what nobody has sorted yet.

    unsorted ─ the taxonomy's own score is good enough? ─▶ sorted for the time being, counts less ─┐
    sorted by people ──────────────────────────────────────────────────────────────────────────────┼─▶ one weight a gram
                                                                                                   │   and topic
    sorted by people, each fifth held back in turn ─▶ strengths of texts it has not seen ─▶ how much each part counts,
                                                      and from which probability on a topic is given

One round: what it sorted itself is not learnt from again, so that a mistake does not feed itself. With few examples the
taxonomy weighs as much as it did before; the held-back fifths say when the examples know better.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp  # type: ignore[import-untyped]  # it ships no types
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]  # nor does it
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from core.model.consultations import Taxonomy
from core.model.errors import FileError
from nlp.grams import BLOCKS
from nlp.learnt import Learnt, Row, compared, features, logit, probabilities
from nlp.topics import ACCEPTED, TopicTagger
from nlp.vectors import FRENCH_PACKAGE, word_vectors

FOLDS = 5
SEEDS = (1, 2, 3)
ENOUGH = 40
"""Fewer texts sorted by people say too little about how much the parts count: `USUAL` holds."""
USUAL_MIX = (2.7, 0.9, 0.48, 0.0)
USUAL_START = 0.88
HALF_TRUSTED = 400
"""From so many texts sorted by people on, what their held-back fifths say counts more than `USUAL_MIX`."""
"""Fitted once on two consultations of 2019, as nlp/topics.py's own numbers were."""
STRENGTH_OF_FIT = 0.1
MOST_TRUST = 3.0
ONE_TOPIC_EACH = 0.95
"""From this share of texts with exactly one topic on, the topics of a text compete."""
MOST_UNSORTED = 20_000
ALSO = 0.6
"""A second topic of an unsorted text is believed from this score on."""
_LEAST_BALANCE, _MOST_BALANCE = 0.2, 20.0
_MOST_ROWS = 200_000

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A text, the places of its topics in the taxonomy, and the question it answers ("" when that is not known)."""

    text: str
    topics: frozenset[int] = frozenset()
    question: str = ""


def learn_topics(
    taxonomy: Taxonomy,
    language: str,
    sorted_: Sequence[tuple[str, str, Collection[str]]],
    unsorted: Sequence[tuple[str, str, Collection[str]]],
    watch: Callable[[float], None],
) -> Learnt:
    """As `learn`, from (text, question, ids of its topics); of the unsorted, what was said of topics does not count."""
    read_as = "en" if language == "en" else "fr"  # as nlp/pipeline.py reads
    tagger = TopicTagger(read_as, taxonomy, word_vectors(FRENCH_PACKAGE) if read_as == "fr" else None)
    places = {topic.id: place for place, topic in enumerate(taxonomy.topics)}
    known = [Example(text, frozenset(places[each] for each in said), question) for text, question, said in sorted_]
    return learn(tagger, known, [Example(text, question=question) for text, question, _ in unsorted], watch)


def learn(
    tagger: TopicTagger,
    sorted_: Sequence[Example],
    unsorted: Sequence[Example],
    watch: Callable[[float], None] = lambda _done: None,
) -> Learnt:
    """`tagger`: the taxonomy alone, nothing learnt. `watch` is told how much is done, from 0 to 1. Raises `FileError`
    when there is nothing to learn from."""
    known = {(each.text, each.question): each for each in sorted_}
    others = list(
        {(each.text, each.question): each for each in unsorted if (each.text, each.question) not in known}.values()
    )
    people = list(known.values())
    topics = len(tagger.taxonomy.topics)
    cold = np.array([tagger.taxonomy_scores(each.text) for each in (*people, *others)]).reshape(-1, topics)
    guessed = _guessed(cold[len(people) :])
    chosen = np.flatnonzero(guessed.any(axis=1))[:MOST_UNSORTED]
    if not len(chosen) and not any(each.topics for each in people):
        raise FileError(
            "there is nothing to learn from: give texts that were sorted, or texts that the topics' words can sort"
        )
    truth = np.zeros((len(people), topics))
    for row, each in enumerate(people):
        truth[row, list(each.topics)] = 1
    texts = [*people, *(others[place] for place in chosen)]
    watch(0.1)
    grams, vocabularies, rarity = _matrix(texts)
    watch(0.2)
    answers = np.vstack([truth, guessed[chosen]])
    weights = _row_weights(len(people), len(chosen))
    by_people = np.arange(len(people))
    machine, bias = _fit(grams, answers, weights)
    watch(0.35)
    frequent = logit((truth.sum(axis=0) + 1) / (len(people) + topics)) if len(people) >= ENOUGH else np.zeros(topics)
    learnt = Learnt(
        tuple(topic.id for topic in tagger.taxonomy.topics),
        vocabularies,
        rarity,
        machine.astype(np.float32),
        bias,
        np.array(USUAL_MIX),
        USUAL_START,
        0.0,
        frequent,
        np.full(topics, ACCEPTED),
        {},
    )
    facts: dict[str, Any] = {"sorted": len(people), "unsorted": len(chosen)}
    if len(people) >= ENOUGH:
        held_back = _held_back(grams, answers, weights, by_people, watch)
        learnt = _mixed(learnt, held_back, cold[: len(people)], truth)
        facts |= scores(truth, probabilities(held_back, cold[: len(people)], learnt), learnt.thresholds)
    return replace(learnt, facts=facts)


def scores(truth: Row, found: Row, thresholds: Row) -> dict[str, Any]:
    """F1 of what is given, over all and as the mean of the topics; and of the best topic alone, always given."""
    given = found >= thresholds
    best = np.zeros_like(given)
    best[np.arange(len(found)), found.argmax(axis=1)] = True
    return {
        "micro_f1": round(_f1(truth, given), 4),
        "macro_f1": round(float(np.mean([_f1(truth[:, [k]], given[:, [k]]) for k in range(truth.shape[1])])), 4),
        "best_micro_f1": round(_f1(truth, best), 4),
        "sorted_share": round(float(given.any(axis=1).mean()), 4),
    }


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _guessed(cold: Row) -> Row:
    """What the taxonomy alone would say: its best topic when it is good enough, and others that are nearly sure."""
    found = cold >= ALSO
    if len(cold):
        best = cold.argmax(axis=1)
        rows = np.flatnonzero(cold.max(axis=1) >= ACCEPTED)
        found[rows, best[rows]] = True
    return found.astype(float)


def _row_weights(people: int, guessed: int) -> Row:
    """What a person sorted counts more than what was guessed, as long as there is little of it."""
    trust = float(np.clip(guessed / (2 * max(people, 1)), 1.0, MOST_TRUST))
    return np.concatenate([np.full(people, trust), np.ones(guessed)])


def _matrix(texts: Sequence[Example]) -> tuple[Any, tuple[Mapping[str, int], ...], npt.NDArray[np.float32]]:
    """texts × grams, each block of unit length; where each gram stands; how rare it is."""
    blocks: list[Any] = []
    vocabularies: list[Mapping[str, int]] = []
    rarity: list[Any] = []
    begin = 0
    for place, block in enumerate(BLOCKS):
        reader = TfidfVectorizer(
            analyzer=lambda each, block=block: block(each.text, each.question),
            sublinear_tf=True,
            min_df=2 if place == 1 and len(texts) > ENOUGH else 1,
        )
        try:
            blocks.append(reader.fit_transform(texts))
        except ValueError:  # no gram at all: nobody said which question it was
            vocabularies.append({})
            continue
        grams = sorted(reader.vocabulary_, key=reader.vocabulary_.__getitem__)
        vocabularies.append({gram: begin + row for row, gram in enumerate(grams)})
        rarity.append(reader.idf_)
        begin += len(grams)
    return sp.hstack(blocks).tocsr(), tuple(vocabularies), np.concatenate(rarity).astype(np.float32)


def _fit(grams: Any, answers: Row, weights: Row) -> tuple[Row, Row]:
    """One linear machine a topic; a rare topic's examples count more."""
    topics = answers.shape[1]
    found, bias = np.zeros((grams.shape[1], topics)), np.full(topics, -1.0)
    for topic in range(topics):
        own = answers[:, topic]
        positive = float(weights @ own)
        if positive <= 0 or positive >= weights.sum():
            continue
        balance = np.clip(weights.sum() / (topics * positive), _LEAST_BALANCE, _MOST_BALANCE)
        machine = LinearSVC(C=STRENGTH_OF_FIT, random_state=0)
        machine.fit(grams, own, sample_weight=weights * np.where(own == 1, balance, 1.0))
        found[:, topic], bias[topic] = machine.coef_[0], machine.intercept_[0]
    return found, bias


def _held_back(grams: Any, answers: Row, weights: Row, by_people: Ints, watch: Callable[[float], None]) -> Row:
    """Strengths of the texts that people sorted, each by machines that have not seen it."""
    found = np.zeros((len(by_people), answers.shape[1]))
    order = np.random.default_rng(SEEDS[0]).permutation(len(by_people))
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        kept = np.setdiff1d(np.arange(grams.shape[0]), out)
        machine, bias = _fit(grams[kept], answers[kept], weights[kept])
        found[out] = grams[out] @ machine + bias
        watch(0.35 + 0.6 * (fold + 1) / FOLDS)
    return found


def _mixed(learnt: Learnt, strengths: Row, cold: Row, truth: Row) -> Learnt:
    """How much each part counts, and the thresholds, from strengths of texts that were held back."""
    parts = features(strengths, cold, learnt.frequent).reshape(-1, len(learnt.mix))
    answers = truth.reshape(-1)
    if len(answers) > _MOST_ROWS:
        some = np.random.default_rng(SEEDS[1]).choice(len(answers), _MOST_ROWS, replace=False)
        parts, answers = parts[some], answers[some]
    fitted = LogisticRegression(C=3.0, max_iter=500).fit(parts, answers)
    trust = len(truth) / (len(truth) + HALF_TRUSTED)
    mixed = replace(
        learnt,
        mix=trust * fitted.coef_[0] + (1 - trust) * learnt.mix,
        start=trust * float(fitted.intercept_[0]) + (1 - trust) * learnt.start,
    )
    if (truth.sum(axis=1) == 1).mean() >= ONE_TOPIC_EACH:
        score = features(strengths, cold, mixed.frequent) @ mixed.mix + mixed.start
        mixed = replace(mixed, sharpness=_sharpness(truth, score))
    return replace(mixed, thresholds=_thresholds(truth, probabilities(strengths, cold, mixed)))


def _sharpness(truth: Row, score: Row) -> float:
    """With which the topics that people said were the least surprising."""
    steps = np.arange(0.3, 1.55, 0.05)
    surprise = [-float((truth * np.log(compared(score, step) + 1e-12)).sum()) for step in steps]
    return float(steps[int(np.argmin(surprise))])


def _thresholds(truth: Row, found: Row) -> Row:
    """From which probability on a topic is given: what gives the best F1 over all topics; a topic with many examples
    may have its own, drawn half-way."""
    steps = np.arange(0.15, 0.66, 0.025)
    common = float(steps[np.argmax([_f1(truth, found >= step) for step in steps])])
    thresholds = np.full(truth.shape[1], common)
    for topic in np.flatnonzero(truth.sum(axis=0) >= ENOUGH):
        own = [_f1(truth[:, [topic]], found[:, [topic]] >= step) for step in steps]
        thresholds[topic] = (common + float(steps[int(np.argmax(own))])) / 2
    return thresholds


def _f1(truth: Row, given: npt.NDArray[np.bool_]) -> float:
    right = float((truth * given).sum())
    return 2 * right / max(1.0, float(truth.sum() + given.sum()))
