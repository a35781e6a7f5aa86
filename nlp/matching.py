"""How strongly each word speaks for each topic of one taxonomy. Nothing is learnt: the partner's own words are all
there is.

A word speaks for a topic in one of four ways, strongest first:
1. it is one of the topic's words, or a form of one ("horaire", "horaires");
2. it follows the words of a phrase ("pouvoir d'achat"): the phrase speaks, its words alone hardly;
3. it is a slip of a topic's word ("oraires"), when it is no frequent word itself;
4. it lives near the topic's words in the word vectors ("coût", for a topic with "tarif", "prix"): see nearness.py.

What speaks for several topics speaks less for each, and frequent words speak less than rare ones. The strengths of a
text's different words add up; a word said three times counts once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from core.model.consultations import Taxonomy, Topic
from nlp.normalise import words
from nlp.words.nearness import Weighted, nearness, rarity
from nlp.words.stems import stem
from nlp.words.stopwords import EMPTY_NAMES, SMALL_WORDS, STOPWORDS
from nlp.words.vectors import WordVectors

Strengths = tuple[tuple[int, float], ...]
Row = npt.NDArray[np.float64]

_NAME, _WORD, _DESCRIPTION = 0.8, 1.0, 0.6
# A frequent word of the partner's own list still counts this much; one of the description hardly.
_FLOOR = {_NAME: 0.5, _WORD: 0.6, _DESCRIPTION: 0.2}
_STEM, _SLIP = 0.95, 0.85
_QUIET = 0.02
_EXPLICIT = 0.5
_REMEMBERED = 50_000
_SHORTEST_SLIP = 5
_LONG = 9
_ELIDED = ("qu", "l", "d", "n", "s", "c", "j", "m")


@dataclass(frozen=True, slots=True)
class Said:
    """What one word or phrase says: topic → strength. `explicit`: those topics whose own word it is."""

    strengths: Strengths
    explicit: tuple[int, ...] = ()


@dataclass(slots=True)
class Heard:
    """What a whole text says: per topic the sum, whether one of its own words was there, and the words (stems) behind
    it: those that say something.
    """

    totals: list[float]
    explicit: list[bool]
    words: dict[str, Said] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Term:
    """One entry of a topic: its folded words, and how much it weighs by where it came from."""

    topic: int
    parts: tuple[str, ...]
    weight: float


class Matcher:
    """One taxonomy in one language. What a word says is found once and remembered."""

    def __init__(self, taxonomy: Taxonomy, language: str, vectors: WordVectors | None, near: Row | None = None) -> None:
        """`near`: the table of nlp/words/nearness.py when it is already known (it is computed otherwise)."""
        self.size = len(taxonomy.topics)
        self._language = language
        self._vectors = vectors
        self._stopwords = STOPWORDS.get(language, frozenset())
        terms = [term for place, topic in enumerate(taxonomy.topics) for term in self._terms(place, topic)]
        self._singles, self._own = self._lexicon(terms)
        self._stems = _merged(self._singles, self._stem)
        self._own_stems: dict[str, tuple[int, ...]] = {}
        for word, topics in self._own.items():
            key = self._stem(word)
            self._own_stems[key] = tuple(sorted({*self._own_stems.get(key, ()), *topics}))
        self._phrases = _phrases(terms, self._stem)
        self._slips = tuple(word for word in self._singles if len(word) >= _SHORTEST_SLIP)
        self._beginnings: dict[str, tuple[str, ...]] = {}
        self._remembered: dict[str, tuple[str, Said]] = {}
        if vectors is not None and near is None:
            near = nearness([_weighted(terms, place) for place in range(self.size)], vectors)
        self.near = near

    def hear(self, spoken: Iterable[str]) -> Heard:
        """What the folded words of a text, in order, say about each topic."""
        heard = Heard([0.0] * self.size, [False] * self.size)
        stems: list[str] = []
        for word in spoken:
            if word in self._stopwords:
                continue
            key, said = self._of(word)
            stems.append(key)
            if said.strengths:
                heard.words.setdefault(key, said)
        heard.words.update(self._met(stems))
        for said in heard.words.values():
            for topic, strength in said.strengths:
                heard.totals[topic] += strength
            for topic in said.explicit:
                heard.explicit[topic] = True
        return heard

    def key(self, word: str) -> str:
        """Under which a folded word stands in what was heard."""
        return self._of(word)[0]

    def _of(self, word: str) -> tuple[str, Said]:
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            key = self._stem(word)
            known = self._remembered[word] = key, self._weigh(word, key)
        return known

    def _weigh(self, word: str, key: str) -> Said:
        row, own = self._row(word)
        if row < 0 and self._vectors is not None:
            word, row, own = self._without_elision(word)
            key = key if row < 0 else self._stem(word)
        meant, factor = self._meant(word, key, slip=not own)
        strengths = np.zeros(self.size) if meant is None else self._row_of(meant) * factor
        if row >= 0 and self.near is not None and (own or meant is None):
            strengths = np.maximum(strengths, self.near[row])
        spoken = tuple((topic, float(strength)) for topic, strength in enumerate(strengths) if strength > _QUIET)
        return Said(spoken, () if meant is None else self._own.get(meant, self._own_stems.get(meant, ())))

    def _meant(self, word: str, key: str, *, slip: bool) -> tuple[str | None, float]:
        """The topic word or stem that this word is a form or a slip of, and how sure that is."""
        if word in self._singles:
            return word, 1.0
        if key in self._stems:
            return key, _STEM
        if not slip or len(word) < _SHORTEST_SLIP or not word.isalpha():
            return None, 0.0
        best, best_distance = None, _LONG
        for known in self._beginning_like(word):
            allowed = 2 if min(len(known), len(word)) >= _LONG else 1
            if abs(len(known) - len(word)) <= allowed:
                distance = OSA.distance(word, known, score_cutoff=allowed)
                if distance <= allowed and distance < best_distance:
                    best, best_distance = known, distance
        return best, _SLIP

    def _beginning_like(self, word: str) -> Sequence[str]:
        found = self._beginnings.get(word[0])
        if found is None:
            found = self._beginnings[word[0]] = tuple(known for known in self._slips if _begin_alike(word, known))
        return found

    def _row_of(self, meant: str) -> Row:
        return self._singles[meant] if meant in self._singles else self._stems[meant]

    def _without_elision(self, word: str) -> tuple[str, int, bool]:
        """ "dinitiative", "lecole": the apostrophe was forgotten."""
        for elided in _ELIDED:
            rest = word[len(elided) :]
            if word.startswith(elided) and len(rest) >= 4 and rest[0] in "aeiouyh":
                row, own = self._row(rest)
                if own:
                    return rest, row, own
        return word, -1, False

    def _row(self, word: str) -> tuple[int, bool]:
        return (-1, False) if self._vectors is None else self._vectors.find(word)

    def _stem(self, word: str) -> str:
        return stem(word, self._language)

    def _content(self, text: str, small: Collection[str] = SMALL_WORDS) -> tuple[str, ...]:
        """The words of a partner's text that mean something; a file may hold several languages side by side."""
        return tuple(word for word in words(text, self._language) if word not in small and len(word) > 1)

    def _terms(self, place: int, topic: Topic) -> Iterable[_Term]:
        name = topic.name.get(self._language) or next(iter(topic.name.values()), "")
        for word in self._content(name):
            if word not in EMPTY_NAMES:
                yield _Term(place, (word,), _NAME)
        for entry in topic.words:
            # "car" and "but" are small words of the other language only.
            if parts := self._content(entry) or self._content(entry, self._stopwords or SMALL_WORDS):
                yield _Term(place, parts, _WORD)
        for word in self._content(topic.description):
            yield _Term(place, (word,), _DESCRIPTION)

    def _lexicon(self, terms: Sequence[_Term]) -> tuple[dict[str, Row], dict[str, tuple[int, ...]]]:
        """Word → strength per topic; word → the topics that it names, alone and not in a phrase or the description."""
        lexicon: dict[str, Row] = {}
        whole = [term.parts[0] for term in terms if len(term.parts) == 1 and term.weight > _DESCRIPTION]
        for term in terms:
            for part in term.parts:
                strength = term.weight / len(term.parts) ** 2 * max(self._rarity(part), _FLOOR[term.weight])
                row = lexicon.setdefault(part, np.zeros(self.size))
                row[term.topic] = max(row[term.topic], strength)
        lexicon = {word: row / np.count_nonzero(row) for word, row in lexicon.items()}
        own = {word: tuple(int(topic) for topic in np.flatnonzero(lexicon[word] >= _EXPLICIT)) for word in whole}
        return lexicon, own

    def _rarity(self, word: str) -> float:
        row, _ = self._row(word)
        return 1.0 if row < 0 else float(rarity(np.array([row]))[0])

    def _met(self, stems: Sequence[str]) -> dict[str, Said]:
        """The phrases whose words follow one another."""
        met: dict[str, Said] = {}
        if self._phrases:
            for place, first in enumerate(stems):
                for phrase, said in self._phrases.get(first, ()):
                    if tuple(stems[place : place + len(phrase)]) == phrase:
                        met[" ".join(phrase)] = said
        return met


def _begin_alike(word: str, known: str) -> bool:
    """People slip inside a word; at its beginning only a silent h goes, or k stands for c ("later" is not "water")."""
    return word[0] == known[0] or "h" in {word[0], known[0]} or {word[0], known[0]} == {"c", "k"}


def _weighted(terms: Iterable[_Term], topic: int) -> Weighted:
    """The single words of a topic; a word of a phrase weighs less."""
    weights: dict[str, float] = {}
    for term in terms:
        if term.topic == topic:
            for part in term.parts:
                weights[part] = max(weights.get(part, 0.0), term.weight / float(np.sqrt(len(term.parts))))
    return weights


def _merged(rows: Mapping[str, Row], stemmed: Callable[[str], str]) -> dict[str, Row]:
    merged: dict[str, Row] = {}
    for word, row in rows.items():
        key = stemmed(word)
        merged[key] = np.maximum(merged[key], row) if key in merged else row
    return merged


def _phrases(terms: Iterable[_Term], stemmed: Callable[[str], str]) -> dict[str, list[tuple[tuple[str, ...], Said]]]:
    phrases: dict[str, list[tuple[tuple[str, ...], Said]]] = {}
    for term in terms:
        if len(term.parts) > 1:
            parts = tuple(stemmed(part) for part in term.parts)
            phrases.setdefault(parts[0], []).append((parts, Said(((term.topic, term.weight),), (term.topic,))))
    return phrases
