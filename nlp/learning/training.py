"""Learning topics from what was sorted by people, and from what nobody has sorted yet.

    unsorted ─ the taxonomy's own score is good enough? ─▶ sorted for the time being, counts less ─┬▶ voices
    sorted by people ──────────────────────────────────────────────────────────────────────────────┘  (voices.py)
    unsorted, each half in turn ─▶ what the voices of the other half and of people say of it ─▶ sorted anew ─▶ voices
    sorted by people, each fifth held back in turn ─▶ what the voices say of texts they have not seen
                                                      ─▶ how much each part counts, and from which probability on a
                                                         topic is given (blending.py)

That second look waits for what people sorted: without it, it would repeat the taxonomy; and where topics belong to
single questions it is left out: there it files under the topics of other questions. With few examples the taxonomy
weighs as much as it did before; the held-back fifths say when the examples know better.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp  # type: ignore[import-untyped]  # it ships no types
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer  # type: ignore[import-untyped]  # nor does it

from core.model.consultations import Taxonomy
from core.model.errors import FileError
from nlp.grams import all_words, pieces, word_grams
from nlp.learning import blending, voices
from nlp.learning.blending import f1
from nlp.learnt import Learnt, Row, Truths, features, possible_topics, senses
from nlp.readings import read_as, vectors_of
from nlp.topics import ACCEPTED, TopicTagger
from nlp.words.vectors import DIMENSIONS

ENOUGH = 40
"""Fewer texts sorted by people say too little about how much the parts count: what is usual holds. So it does when all
have the same topic: nothing then says what other texts look like."""
ENOUGH_OF_A_QUESTION = 60
"""From so many texts sorted by people on, a topic that none of them has does not come up under their question."""
MOST_TRUST = 10.0
MOST_UNSORTED = 20_000
ALSO = 0.6
"""A second topic of an unsorted text is believed from this score on."""
ENOUGH_TO_SAY = 10
"""From so many texts sorted by people on, how well it does on those held back is told."""
_SEED = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A text, the places of its topics in the taxonomy, and the question it answers ("" when that is not known)."""

    text: str
    topics: frozenset[int] = frozenset()
    question: str = ""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The texts that people sorted, and what each is given by machines that have not seen it. Matrices: texts × topics;
    `cold`: the scores of the taxonomy alone."""

    examples: Sequence[Example]
    truth: Row
    given: npt.NDArray[np.bool_]
    cold: Row


def tagger_for(taxonomy: Taxonomy, language: str) -> TopicTagger:
    """The taxonomy alone."""
    reading = read_as(language)
    return TopicTagger(reading, taxonomy, vectors_of(reading))


def examples_of(taxonomy: Taxonomy, sorted_: Sequence[tuple[str, str, Collection[str]]]) -> list[Example]:
    """From (text, question, ids of its topics)."""
    places = {topic.id: place for place, topic in enumerate(taxonomy.topics)}
    return [Example(text, frozenset(places[each] for each in said), question) for text, question, said in sorted_]


def learn_topics(
    taxonomy: Taxonomy,
    language: str,
    sorted_: Sequence[tuple[str, str, Collection[str]]],
    unsorted: Sequence[tuple[str, str, Collection[str]]],
    watch: Callable[[float], None],
) -> Learnt:
    """As `learn`; of the unsorted, what was said of topics does not count."""
    more = [Example(text, question=question) for text, question, _ in unsorted]
    return learn(tagger_for(taxonomy, language), examples_of(taxonomy, sorted_), more, watch)


def learn(
    tagger: TopicTagger,
    sorted_: Sequence[Example],
    unsorted: Sequence[Example],
    watch: Callable[[float], None] = lambda _done: None,
) -> Learnt:
    """`tagger`: the taxonomy alone, nothing learnt. `watch` is told how much is done, from 0 to 1. Raises `FileError`
    when there is nothing to learn from."""
    return learn_and_try(tagger, sorted_, unsorted, watch)[0]


def learn_and_try(
    tagger: TopicTagger,
    sorted_: Sequence[Example],
    unsorted: Sequence[Example],
    watch: Callable[[float], None] = lambda _done: None,
    *,
    said_by: int = 1,
) -> tuple[Learnt, HeldBack | None]:
    """As `learn`, and how it did on what was held back; None under `ENOUGH_TO_SAY` texts. `said_by`: a word, or a pair
    of words, that fewer texts hold is not kept."""
    known, others = _once(sorted_, unsorted)
    texts, topics, people = [*known, *others], len(tagger.taxonomy.topics), len(known)
    cold = np.array([tagger.taxonomy_scores(each.text) for each in texts]).reshape(len(texts), topics)
    answers = np.vstack([_sorted(known, topics), _guessed(cold[people:])])
    if not answers.any():
        raise FileError(
            "there is nothing to learn from: give texts that were sorted, or texts that the topics' words can sort",
            "error.nothing_to_learn",
        )
    asked = _asked(known, answers)
    again = 0 < people < len(texts) and not asked
    unsorted_rows = people + (np.arange(len(others)) if again else np.flatnonzero(answers[people:].any(axis=1)))
    kept = np.concatenate([np.arange(people), unsorted_rows[:MOST_UNSORTED]])
    texts, cold, answers = [texts[place] for place in kept], cold[kept], answers[kept]
    watch(0.1)
    possible = np.array([possible_topics(asked, each.question, topics) for each in texts])
    said = [all_words(each.text) for each in texts]
    grams, vocabularies, blocks, rarity = _matrix(said, [each.question for each in texts], said_by)
    heard_in = senses(said, cold, tagger.vectors)
    told = heard_in.copy()
    told[people:, DIMENSIONS:] = 0.0  # of what the taxonomy sorted, the voices would only repeat what it says
    material = voices.Material(grams, told, answers * possible, np.ones(len(texts)), possible, people, blocks)
    if again:
        material.answers[people:] = _guessed(_looked_again(material, heard_in, cold))
        watch(0.15)
    material = _counted(material)
    watch(0.2)
    heard, blend = voices.fit(material), blending.usual(topics, ACCEPTED)
    facts: dict[str, Any] = {"sorted": people, "unsorted": len(material.answers) - people}
    watch(0.3)
    tried = None
    if people >= ENOUGH_TO_SAY:
        strengths = voices.held_back(material, lambda done: watch(0.3 + 0.6 * done))
        parts = features(strengths, cold[:people], possible[:people])
        blend, found = _blended(parts, answers[:people], possible[:people], blend)
        facts |= scores(answers[:people], found, blend.thresholds)
        tried = HeldBack(known, answers[:people], found >= blend.thresholds, cold[:people])
    learnt = Learnt(
        topics=tuple(topic.id for topic in tagger.taxonomy.topics),
        vocabularies=vocabularies,
        rarity=rarity,
        weights=heard.weights.astype(np.float32),
        sense=heard.sense.astype(np.float32),
        bias=heard.bias,
        asked=asked,
        mix=blend.mix,
        start=blend.start,
        sharpness=blend.sharpness,
        thresholds=blend.thresholds,
        sure=blend.sure,
        also_sure=blend.also_sure,
        level=blend.level,
        facts=facts,
    )
    return learnt, tried


def scores(truth: Row, found: Row, thresholds: Row) -> dict[str, Any]:
    """F1 of what is given, over all and as the mean of the topics; and of the best topic alone, always given."""
    given = found >= thresholds
    best = np.zeros_like(given)
    best[np.arange(len(found)), found.argmax(axis=1)] = True
    return {
        "micro_f1": round(f1(truth, given), 4),
        "macro_f1": round(float(np.mean([f1(truth[:, [k]], given[:, [k]]) for k in range(truth.shape[1])])), 4),
        "best_micro_f1": round(f1(truth, best), 4),
        "sorted_share": round(float(given.any(axis=1).mean()), 4),
    }


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _once(sorted_: Sequence[Example], unsorted: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Each text once under a question; of two that people sorted, what was said last. What they said of a text, under
    any question, must not be guessed beside it."""
    known = {(each.text, each.question): each for each in sorted_}
    read = {each.text for each in sorted_}
    others = {(each.text, each.question): each for each in unsorted if each.text not in read}
    return list(known.values()), list(others.values())


def _blended(parts: Row, truth: Row, possible: Truths, usual: blending.Blend) -> tuple[blending.Blend, Row]:
    """How much the parts count, and the probabilities that they come to."""
    if len(truth) >= ENOUGH and not truth.all(axis=0).any():
        return blending.fit(parts, truth, possible, usual)
    return usual, usual.probabilities(parts, possible)


def _sorted(texts: Sequence[Example], topics: int) -> Row:
    truth = np.zeros((len(texts), topics))
    for row, each in enumerate(texts):
        truth[row, list(each.topics)] = 1
    return truth


def _guessed(cold: Row) -> Row:
    """What the taxonomy alone would say: its best topic when it is good enough, and others that are nearly sure."""
    found = cold >= ALSO
    if cold.size:
        best = cold.argmax(axis=1)
        rows = np.flatnonzero(cold.max(axis=1) >= ACCEPTED)
        found[rows, best[rows]] = True
    return found.astype(float)


def _looked_again(material: voices.Material, heard_in: Row, cold: Row) -> Row:
    """Of the texts that nobody sorted, what the taxonomy and the voices say together: each half by voices that have not
    learnt from it, so that no mistake confirms itself."""
    people, topics = material.people, cold.shape[1]
    blend, found = blending.usual(topics, ACCEPTED), np.zeros((len(cold) - people, topics))
    half = np.random.default_rng(_SEED).permutation(len(found)) % 2
    for side in (0, 1):
        rows = people + np.flatnonzero(half == side)
        others = np.concatenate([np.arange(people), people + np.flatnonzero(half != side)])
        heard = voices.fit(_counted(material.rows(others))).hear(material.grams[rows], heard_in[rows])
        possible = material.possible[rows]
        found[rows - people] = blend.probabilities(features(heard, cold[rows], possible), possible)
    return found


def _counted(material: voices.Material) -> voices.Material:
    """Without the texts that nobody sorted and nothing guessed; what each of the others counts."""
    chosen = np.flatnonzero(material.answers.any(axis=1) | (np.arange(len(material.answers)) < material.people))
    kept = material.rows(chosen)
    return replace(kept, weights=_row_weights(kept.people, len(chosen) - kept.people))


def _row_weights(people: int, guessed: int) -> Row:
    """What a person sorted counts more than what was guessed, as long as there is little of it."""
    trust = float(np.clip(guessed / (2 * max(people, 1)), 1.0, MOST_TRUST))
    return np.concatenate([np.full(people, trust), np.ones(guessed)])


def _asked(people: Sequence[Example], answers: Row) -> Mapping[str, Sequence[int]]:
    """Of each question that enough people's texts answer, the topics that they have."""
    rows: dict[str, list[int]] = {}
    for row, each in enumerate(people):
        rows.setdefault(each.question, []).append(row)
    return {
        question: [int(place) for place in np.flatnonzero(answers[those].any(axis=0))]
        for question, those in rows.items()
        if question and len(those) >= ENOUGH_OF_A_QUESTION
    }


@dataclass(frozen=True, slots=True)
class _Block:
    """texts × grams, each text of unit length; the grams in order, and how rare each is."""

    texts: Any
    grams: Sequence[str]
    rarity: Row


def _matrix(
    said: Sequence[Sequence[str]], questions: Sequence[str], said_by: int
) -> tuple[Any, tuple[Mapping[str, int], ...], Sequence[slice], npt.NDArray[np.float32]]:
    """texts × grams; where each gram stands, block by block; the columns of each block; how rare each gram is."""
    asked = [[question] if question else [] for question in questions]
    blocks = [
        _rated([word_grams(words) for words in said], said_by),
        _spelt(said, 2 if len(said) > ENOUGH else 1),
        _rated(asked, 1),
    ]
    ends = list(accumulate((len(block.grams) for block in blocks), initial=0))
    columns = [slice(begin, end) for begin, end in pairwise(ends)]
    if not ends[-1]:
        raise FileError(
            "there is nothing to learn from: no word occurs in several of these texts", "error.no_word_twice"
        )
    rarity = np.concatenate([block.rarity for block in blocks]).astype(np.float32)
    vocabularies = tuple(
        dict(zip(block.grams, range(part.start, part.stop), strict=True))
        for block, part in zip(blocks, columns, strict=True)
    )
    return sp.hstack([block.texts for block in blocks]).tocsr(), vocabularies, columns, rarity


def _rated(said: Sequence[Sequence[str]], least: int) -> _Block:
    """`least`: texts in which a gram must be."""
    reader = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=least)
    try:
        texts = reader.fit_transform(said)
    except ValueError:  # no gram at all: nobody said which question it was
        return _Block(sp.csr_matrix((len(said), 0)), (), np.zeros(0))
    return _Block(texts, list(reader.get_feature_names_out()), reader.idf_)


def _spelt(said: Sequence[Sequence[str]], least: int) -> _Block:
    """The pieces: a text is the sum of its words, a word of its pieces, and its length is that of the words taken as
    if no two shared a piece, so that one word is heard alike in every text (nlp/hearing.py)."""
    by_word, by_piece = CountVectorizer(analyzer=list), CountVectorizer(analyzer=pieces, binary=True)
    try:
        often = by_word.fit_transform(said).astype(float)
        made_of = by_piece.fit_transform(by_word.get_feature_names_out()).astype(float)
    except ValueError:  # no word at all
        return _Block(sp.csr_matrix((len(said), 0)), (), np.zeros(0))
    held_by = np.asarray((((often > 0) @ made_of) > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(held_by >= least)
    rarity = np.log((1 + len(said)) / (1 + held_by[kept])) + 1
    made_of = made_of[:, kept] @ sp.diags(rarity)
    often.data = 1 + np.log(often.data)
    lengths = np.sqrt(often.multiply(often) @ made_of.multiply(made_of).sum(axis=1))
    texts = sp.diags(1 / np.maximum(np.asarray(lengths).ravel(), 1e-9)) @ often @ made_of
    return _Block(texts, list(by_piece.get_feature_names_out()[kept]), rarity)
