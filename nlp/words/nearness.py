"""How near every word of the language lives to each topic, computed once a taxonomy from the word vectors.

A term's reach is its own: what is nearer than its 2,000th neighbour counts, from 0 there to 1 for the word itself, so
that words with crowded surroundings do not draw everything. The nearest terms of a topic add up. Being near several
topics says less about each: a strength is multiplied by its share.

The share is taken among the partner's topics *and* the rest of life: a list of everyday subjects competes for each
word, without those that lie near the partner's own words. Else a taxonomy of three topics would draw everything that
people say.
"""

from collections.abc import Mapping, Sequence
from math import log1p

import numpy as np
import numpy.typing as npt

from nlp.words.vectors import WordVectors

Weighted = Mapping[str, float]
Table = npt.NDArray[np.float64]

_NEAREST_TERMS = 5
_NEIGHBOURS = 2000
_FREQUENT_RANK, _RARE_RANK = 200, 4000

_REST_OF_LIFE_TEXT = """
accueil agriculture aliment animal arbre armee association banque bibliotheque bruit bus cantine chauffage commerce
creche culture dechet eau ecole eleve emploi energie enfant entreprise europe famille fete football handicap hopital
horaire immigration impot internet jardin logement loi loyer maire medecin musee musique ordinateur piscine police
pollution president prison prix proprete religion restaurant retraite route salaire sante securite sport stationnement
telephone television train travaux tribunal universite velo vieillesse voiture vote jeunesse
"""
_REST_OF_LIFE = tuple(_REST_OF_LIFE_TEXT.split())
_SAME_SUBJECT = 0.5
_REST_WEIGHT = 2.0
_REST_TERMS = 3


def nearness(topics: Sequence[Weighted], vectors: WordVectors) -> Table:
    """rows of the vectors × topics, each ≥ 0."""
    near = np.zeros((len(vectors.table), len(topics)))
    own: set[int] = set()
    for place, words in enumerate(topics):
        weights: dict[int, float] = {}
        for word, weight in words.items():
            row, _ = vectors.find(word)
            if row >= 0:
                weights[row] = max(weights.get(row, 0.0), weight)
        if weights:
            own.update(weights)
            near[:, place] = _nearest(vectors, list(weights), list(weights.values()), _NEAREST_TERMS)
    near *= near / (near.sum(axis=1) + _rest_of_life(vectors, sorted(own)) + 1e-9)[:, None]
    near *= rarity(np.arange(len(vectors.table)))[:, None]
    return near


def rarity(rows: npt.NDArray[np.int64]) -> Table:
    """From 0 for the commonest words to 1 from rank 4,000 on (rows are in order of frequency)."""
    rare: Table = np.minimum(1.0, np.log1p(rows / _FREQUENT_RANK) / log1p(_RARE_RANK / _FREQUENT_RANK))
    return rare


def _nearest(vectors: WordVectors, rows: Sequence[int], weights: Sequence[float], most: int) -> Table:
    """Per row of the vectors the sum of its nearest terms, each from 0 (out of reach) to its weight."""
    closeness = vectors.table @ vectors.table[list(rows)].T
    neighbours = min(_NEIGHBOURS, len(closeness))
    reach = np.partition(closeness, -neighbours, axis=0)[-neighbours]
    spoken = np.maximum(closeness - reach, 0) / np.maximum(1 - reach, 1e-6) * np.asarray(weights)
    spoken.sort(axis=1)
    total: Table = spoken[:, -most:].sum(axis=1)
    return total


def _rest_of_life(vectors: WordVectors, own: Sequence[int]) -> Table:
    rows = [row for row in (vectors.find(word)[0] for word in _REST_OF_LIFE) if row >= 0]
    if own and rows:
        closest = (vectors.table[rows] @ vectors.table[list(own)].T).max(axis=1)
        rows = [row for row, close in zip(rows, closest, strict=True) if close < _SAME_SUBJECT]
    if not rows:
        return np.zeros(len(vectors.table))
    return _nearest(vectors, rows, [_REST_WEIGHT] * len(rows), _REST_TERMS)
