"""What was learnt about the topics of a taxonomy, ready for use: numbers and lists of words, no code.

    text ─▶ grams ─▶ weights ─▶ how strongly it speaks for each topic ─┐
                     how far that is above the other topics ───────────┼─▶ probability of each topic
    taxonomy's own words ─▶ score of each topic ───────────────────────┘

`to_disk` writes JSON and NumPy arrays (never pickles, which would run what somebody put into the file).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model.errors import FileError
from nlp.grams import BLOCKS
from nlp.stopwords import STOPWORDS

Floats = npt.NDArray[np.float32]
Row = npt.NDArray[np.float64]

FORMAT = 1
_FAR = 6.0
"""A score of the taxonomy counts at most this much (a logit): 0.9975."""
_MOST_EVIDENCE = 5
_EMPTY = frozenset().union(*STOPWORDS.values())


@dataclass(frozen=True, slots=True)
class Learnt:
    """`vocabularies`: by block of grams, gram → row of `weights`. `weights`: grams × topics. `mix`: what the text's
    strength, its margin over the other topics, the taxonomy's logit and the topic's own frequency count. `frequent`:
    logit of how often each topic was given. `sharpness`: where each text has one topic, how much the topics of a text
    compete; 0 where they do not. `thresholds`: a topic is given from this probability on. `facts`: what it
    was learnt from and how well it did."""

    topics: tuple[str, ...]
    vocabularies: tuple[Mapping[str, int], ...]
    rarity: Floats
    weights: Floats
    bias: Row
    mix: Row
    start: float
    sharpness: float
    frequent: Row
    thresholds: Row
    facts: Mapping[str, Any]

    def strengths(self, text: str, question: str = "") -> Row:
        """One number a topic, above 0 for it and below against it."""
        strength = self.bias.copy()
        for rows, values in self._read(text, question):
            strength += np.asarray(values @ self.weights[rows], dtype=np.float64)
        return strength

    def probabilities(self, text: str, taxonomy_scores: Sequence[float], question: str = "") -> Row:
        """How often a topic that looks like this is right, one a topic."""
        found = probabilities(self.strengths(text, question)[None, :], np.asarray([taxonomy_scores]), self)
        return found.reshape(-1)

    def evidence(self, text: str, topic: int) -> tuple[str, ...]:
        """The words of the text that speak most for the topic, strongest first."""
        known = self.vocabularies[0]
        spoken = {
            word: float(self.weights[known[word], topic])
            for word in BLOCKS[0](text, "")
            if word in known and not _EMPTY.issuperset(word.split())
        }
        strong = sorted((word for word, weight in spoken.items() if weight > 0), key=lambda word: -spoken[word])
        return tuple(strong[:_MOST_EVIDENCE])

    def _read(self, text: str, question: str) -> Sequence[tuple[npt.NDArray[np.int64], Floats]]:
        found = []
        for block, known in zip(BLOCKS, self.vocabularies, strict=True):
            counts = Counter(known[gram] for gram in block(text, question) if gram in known)
            if counts:
                rows = np.fromiter(counts, dtype=np.int64, count=len(counts))
                values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
                values = (1 + np.log(values)) * self.rarity[rows]
                found.append((rows, values / np.linalg.norm(values)))
        return found

    def to_disk(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        arrays = {name: getattr(self, name) for name in ("rarity", "weights", "bias", "mix", "frequent", "thresholds")}
        np.savez_compressed(
            path / "learnt.npz", start=np.array(self.start), sharpness=np.array(self.sharpness), **arrays
        )
        told = {
            "format": FORMAT,
            "topics": self.topics,
            "vocabularies": [list(known) for known in self.vocabularies],
            "facts": self.facts,
        }
        (path / "learnt.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def from_disk(path: Path) -> Learnt:
    """Raises `FileError`, with what to do, for a folder that `to_disk` did not write."""
    try:
        told = json.loads((path / "learnt.json").read_text(encoding="utf-8"))
        with np.load(path / "learnt.npz", allow_pickle=False) as arrays:
            if told["format"] != FORMAT:
                raise FileError(f"the model in {path} is of another version: learn again with `topics learn`")
            vocabularies, begin = [], 0
            for grams in told["vocabularies"]:
                vocabularies.append({gram: begin + row for row, gram in enumerate(grams)})
                begin += len(grams)
            return Learnt(
                tuple(told["topics"]),
                tuple(vocabularies),
                start=float(arrays["start"]),
                sharpness=float(arrays["sharpness"]),
                facts=told["facts"],
                **{name: arrays[name] for name in ("rarity", "weights", "bias", "mix", "frequent", "thresholds")},
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(f"{path} holds no model that can be read: give the folder that `topics learn` wrote") from error


def features(strengths: Row, taxonomy_scores: Row, frequent: Row) -> Row:
    """texts × topics × 4: what the probability of a topic is made of."""
    return np.stack(
        [strengths, margins(strengths), logit(taxonomy_scores), np.broadcast_to(frequent, strengths.shape)], axis=2
    )


def probabilities(strengths: Row, taxonomy_scores: Row, learnt: Learnt) -> Row:
    """texts × topics."""
    score = features(strengths, taxonomy_scores, learnt.frequent) @ learnt.mix + learnt.start
    return compared(score, learnt.sharpness)


def compared(score: Row, sharpness: float) -> Row:
    """Scores (logits) as probabilities: of one topic among the others, or (`sharpness` 0) of each by itself."""
    if sharpness:
        powers = np.exp(sharpness * (score - score.max(axis=1, keepdims=True)))
        found: Row = powers / powers.sum(axis=1, keepdims=True)
    else:
        found = 1 / (1 + np.exp(-score))
    return found


def margins(strengths: Row) -> Row:
    """How far each topic is above the second strongest: the first leads by so much, the others trail."""
    if strengths.shape[1] < 2:
        return np.zeros_like(strengths)
    second = np.sort(strengths, axis=1)[:, -2:-1]
    found: Row = strengths - second
    return found


def logit(scores: Row) -> Row:
    near = np.exp(-_FAR)
    bounded = np.clip(scores, near, 1 - near)
    found: Row = np.log(bounded / (1 - bounded))
    return found
