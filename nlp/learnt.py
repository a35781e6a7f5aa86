"""What was learnt about the topics of a taxonomy, ready for use: numbers and lists of words, no code.

    text ─┬▶ grams ──────────────────┬▶ voices: how strongly ──────┬▶ probability of each topic
          ├▶ mean of its word vectors ┤  it speaks for each topic   │
          └▶ the taxonomy's scores ──┴─────────────────────────────┘  (nlp/hearing.py)

`to_disk` writes JSON and NumPy arrays (never pickles, which would run what somebody put into the file).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model.errors import FileError
from nlp.grams import telling_words
from nlp.models import no_model
from nlp.words.vectors import DIMENSIONS, WordVectors

Floats = npt.NDArray[np.float32]
Row = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

FORMAT = 3
VOICES = 3
LEVEL = (1.0, 0.0, 0.0)
LISTED, OWN, AHEAD = 0, slice(1, None, 2), slice(2, None, 2)
"""Places in `features` and in a `mix`: of what the taxonomy says; of how strong each voice hears the topic; and of how
far that is ahead of the other topics."""
_FAR = 6.0
"""A score of the taxonomy counts at most this much (a logit): 0.9975."""
_NEAR_NONE = exp(-_FAR)
HUSHED = 0.1
"""Beside grams and means, whose numbers are small, a logit would be too loud."""
_ARRAYS = ("rarity", "weights", "sense", "bias", "mix", "start", "thresholds")


@dataclass(frozen=True, slots=True)
class Learnt:
    """`vocabularies`: of words and pairs, of pieces, of contexts, gram → row of `weights`. `weights`: grams × (voices ·
    topics). `sense`: what the first voice hears in `senses`, dimensions × topics. `bias`: voices × topics.
    `asked`: the only topics that come up under a question, where that is known. `mix` (topics × features) and `start`:
    what `features` count for each topic. `sharpness`: where each text has one topic, how much the topics of a text
    compete; 0 where they do not. `level`: as `levelled` takes it. `thresholds`: a topic is given from this probability
    on; the best of a text is sure from `sure` on, its others from `also_sure`: nine in ten of all that is were right,
    with a margin for chance. `facts`: what it was learnt from and how well it did."""

    topics: tuple[str, ...]
    vocabularies: tuple[Mapping[str, int], ...]
    rarity: Floats
    weights: Floats
    sense: Floats
    bias: Row
    asked: Mapping[str, Sequence[int]]
    mix: Row
    start: Row
    sharpness: float
    thresholds: Row
    sure: float
    also_sure: float
    facts: Mapping[str, Any]
    level: Sequence[float] = LEVEL

    def words(self) -> list[str]:
        """Those that were learnt, the most frequent first."""
        known = self.vocabularies[0]
        return sorted((gram for gram in known if " " not in gram), key=lambda word: self.rarity[known[word]])

    def to_disk(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez_compressed(path / "learnt.npz", **arrays)
        told = {
            "format": FORMAT,
            "topics": self.topics,
            "vocabularies": [list(known) for known in self.vocabularies],
            "asked": self.asked,
            "sharpness": self.sharpness,
            "level": self.level,
            "sure": self.sure,
            "also_sure": self.also_sure,
            "facts": self.facts,
        }
        (path / "learnt.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def from_disk(path: Path) -> Learnt:
    """Raises `FileError`, with what to do, for a folder that `to_disk` did not write."""
    try:
        told = json.loads((path / "learnt.json").read_text(encoding="utf-8"))
        with np.load(path / "learnt.npz", allow_pickle=False) as arrays:
            if told["format"] != FORMAT:
                raise FileError(
                    f"the model in {path} is of another version: learn again with `topics learn`",
                    "error.old_model",
                    folder=str(path),
                )
            vocabularies, begin = [], 0
            for grams in told["vocabularies"]:
                vocabularies.append({gram: begin + row for row, gram in enumerate(grams)})
                begin += len(grams)
            return Learnt(
                tuple(told["topics"]),
                tuple(vocabularies),
                asked={question: tuple(places) for question, places in told["asked"].items()},
                sharpness=float(told["sharpness"]),
                sure=float(told["sure"]),
                also_sure=float(told.get("also_sure", told["sure"])),
                facts=told["facts"],
                level=tuple(told.get("level", LEVEL)),
                **{name: arrays[name] for name in _ARRAYS},
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise no_model(path) from error


def senses(said: Sequence[Sequence[str]], taxonomy_scores: Row, vectors: WordVectors | None) -> Row:
    """texts × (the mean of the word vectors, then what the taxonomy says); without vectors the mean says nothing.
    `said`: the folded words of each text."""
    means = np.zeros((len(said), DIMENSIONS))
    if vectors is not None:
        means = np.array([vectors.mean(telling_words(words)) for words in said]).reshape(len(said), -1)
    return np.hstack([means, HUSHED * logit(taxonomy_scores)])


def possible_topics(asked: Mapping[str, Sequence[int]], question: str, topics: int) -> Truths:
    """Those that come up under the question; all when nothing is known of it."""
    places = asked.get(question)
    possible = np.full(topics, places is None)
    if places is not None:
        possible[list(places)] = True
    return possible


def features(voices: Row, taxonomy_scores: Row, possible: Truths) -> Row:
    """texts × topics × features: what the probability of a topic is made of. `voices`: texts × voices × topics."""
    found = np.empty((*taxonomy_scores.shape, 1 + 2 * voices.shape[1]))
    found[..., LISTED] = logit(taxonomy_scores)
    found[..., OWN] = voices.transpose(0, 2, 1)
    found[..., AHEAD] = margins(voices, possible[:, None]).transpose(0, 2, 1)
    return found


def probabilities(voices: Row, taxonomy_scores: Row, possible: Truths, learnt: Learnt) -> Row:
    """texts × topics."""
    score = (features(voices, taxonomy_scores, possible) * learnt.mix).sum(axis=2) + learnt.start
    return compared(levelled(score, possible, learnt.level), possible, learnt.sharpness)


def levelled(score: Row, possible: Truths, level: Sequence[float]) -> Row:
    """Scores (logits) as often right as they say."""
    if tuple(level) == LEVEL:
        return score
    height, doubtful, start = level
    found: Row = height * score + doubtful * doubts(score, possible) + start
    return found


def doubts(score: Row, possible: Truths) -> Row:
    """How far the best topic of each text is below even: where most texts have some topic, it is right more often than
    its own score says."""
    best = possible & (score == np.where(possible, score, -np.inf).max(axis=1, keepdims=True))
    found: Row = np.where(best, np.minimum(score, 0.0), 0.0)
    return found


def compared(score: Row, possible: Truths, sharpness: float) -> Row:
    """Scores (logits) as probabilities: of one topic among the others, or (`sharpness` 0) of each by itself."""
    if sharpness:
        score = np.where(possible, sharpness * score, -np.inf)
        powers = np.exp(score - score.max(axis=1, keepdims=True))
        found: Row = powers / powers.sum(axis=1, keepdims=True)
    else:
        found = np.where(possible, 1 / (1 + np.exp(-score)), 0.0)
    return found


def margins(strengths: Row, possible: Truths) -> Row:
    """How far each topic (the last dimension) is above the second strongest: the first leads by so much, the others
    trail."""
    if strengths.shape[-1] < 2:
        return np.zeros_like(strengths)
    second = np.sort(np.where(possible, strengths, -_FAR), axis=-1)[..., -2:-1]
    found: Row = np.maximum(np.minimum(strengths - second, _FAR), -_FAR)
    return found


def logit(scores: Row) -> Row:
    bounded = np.maximum(np.minimum(scores, 1 - _NEAR_NONE), _NEAR_NONE)
    found: Row = np.log(bounded / (1 - bounded))
    return found
