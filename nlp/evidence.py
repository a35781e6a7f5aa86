"""Which words of a text speak for a topic: what each adds to its score, and would be missing without it.

    the list's words   what is left of the topic's strength without them (nlp/topics.py)
    what was learnt    what their grams and their vector add, and take from the strongest rival; all of it is a sum

A word is told when it adds enough, as it was written. Small words ("de", "the") are never told.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from nlp.grams import telling_words
from nlp.learnt import Hearing, Learnt, Row
from nlp.vectors import DIMENSIONS, WordVectors

MOST = 5
_LEAST = 0.1
"""Of a logit: less is no reason."""
_LEAST_SHARE = 0.2
"""Of what the strongest word adds."""


def told(gains: Mapping[str, float], written: Mapping[str, str]) -> tuple[str, ...]:
    """The strongest first. `gains`: folded word → what it adds; `written`: folded word → as it stands in the text."""
    known = [word for word in telling_words(list(gains)) if word in written]
    least = max(_LEAST, _LEAST_SHARE * max((gains[word] for word in known), default=0.0))
    strong = sorted((word for word in known if gains[word] >= least), key=lambda word: (-gains[word], word))
    return tuple(dict.fromkeys(written[word] for word in strong))[:MOST]


def written_words(tokens: Iterable[str], read: Callable[[str], Iterable[str]]) -> dict[str, str]:
    """Folded word → the first of the tokens that is read as it."""
    found: dict[str, str] = {}
    for token in tokens:
        for word in read(token):
            found.setdefault(word, token)
    return found


def learnt_gains(learnt: Learnt, heard: Hearing, topic: int, vectors: WordVectors | None) -> dict[str, float]:
    """Folded word → what it adds to the score (a logit) of the topic, the list's own part left out."""
    pushes, direction = _pushes(learnt, heard, topic)
    size, said = len(heard.words), np.concatenate(heard.said)
    adds = np.zeros(len(said))
    known = said >= 0
    adds[known] = (heard.shares * pushes)[np.searchsorted(heard.rows, said[known])]
    lengths = [len(rows) for rows in heard.said]
    pairs, context = slice(size, size + lengths[1]), [size] * lengths[2]
    owners = np.concatenate([np.arange(size), np.arange(lengths[1]), context, np.arange(size).repeat(lengths[3:])])
    by_word = np.zeros(size + 1)  # the last is no word: the question
    np.add.at(by_word, owners.astype(np.int64), adds)
    by_word[1 : 1 + lengths[1]] += adds[pairs]  # without either of its words a pair is gone
    gains: dict[str, float] = {} if vectors is None else vectors.shares(telling_words(heard.words), direction)
    for word, gain in zip(heard.words, by_word[:size], strict=True):
        gains[word] = gains.get(word, 0.0) + float(gain)
    return gains


def _pushes(learnt: Learnt, heard: Hearing, topic: int) -> tuple[Row, Row]:
    """What the weights of each gram, and a direction of the word vectors, count for the topic's score: for its own
    strength, and for how far it is above the second strongest, or below."""
    voices, topics = learnt.bias.shape
    weights = heard.weights.reshape(-1, voices, topics)
    pushes, direction = np.zeros(len(heard.rows)), np.zeros(DIMENSIONS)
    for voice in range(voices):
        own, ahead = learnt.mix[topic, 1 + 2 * voice : 3 + 2 * voice]
        order = np.argsort(np.where(heard.possible, -heard.strength[voice], np.inf))
        second = int(order[min(1, topics - 1)])
        both = (own + ahead, -ahead) if second != topic else (own, 0.0)
        pushes += weights[:, voice, topic] * both[0] + weights[:, voice, second] * both[1]
        if voice == 0:
            direction = learnt.sense[:DIMENSIONS, topic] * both[0] + learnt.sense[:DIMENSIONS, second] * both[1]
    return pushes, direction
