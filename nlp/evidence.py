"""Which words of a text speak for a topic: what each adds to its score, and would be missing without it.

    the list's words   what is left of the topic's strength without them (nlp/topics.py)
    what was learnt    what their grams and their vector add, and take from the strongest rival; all of it is a sum

A word is told when it adds enough, as it was written. Small words ("de", "the") are never told.
"""

from collections.abc import Mapping

import numpy as np

from nlp.grams import telling_words
from nlp.hearing import Hearing
from nlp.learnt import AHEAD, OWN, Learnt, Row

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


def learnt_gains(learnt: Learnt, heard: Hearing, topic: int) -> dict[str, float]:
    """Folded word → what it adds to the score (a logit) of the topic, the list's own part left out."""
    pushes = _pushes(learnt, heard, topic)
    gains = dict(zip(heard.words, _felt(heard.added, pushes), strict=True))
    for pair, gain in zip(heard.pairs, _felt(heard.added_together, pushes), strict=True):
        for word in pair:  # without either of its words a pair is gone
            gains[word] += gain
    return gains


def _pushes(learnt: Learnt, heard: Hearing, topic: int) -> Row:
    """voices × topics: what a strength counts for the topic's score, the topic's own and that of the second strongest,
    for how far it is above it, or below."""
    own, ahead = learnt.mix[topic, OWN], learnt.mix[topic, AHEAD]
    order = np.argsort(np.where(heard.possible, -heard.strength, np.inf), axis=1)
    second = order[:, min(1, order.shape[1] - 1)]
    pushes = np.zeros_like(heard.strength)
    pushes[:, topic] = own + ahead
    pushes[np.arange(len(second)), second] -= ahead
    return pushes


def _felt(added: Row, pushes: Row) -> list[float]:
    """What each of the words, or pairs, adds (× voices × topics) counts for the topic's score."""
    found: list[float] = (added.reshape(len(added), pushes.size) @ pushes.ravel()).tolist()
    return found
