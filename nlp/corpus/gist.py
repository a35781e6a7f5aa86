"""What many texts about one thing say: the phrases that are theirs, and a few texts that stand for the others.

texts ─▶ stock ─┬▶ phrases: said by several, and more here than elsewhere; none that only repeats another
                └▶ examples: near to what all say, far from one another (Carbonell and Goldstein, "MMR", 1998)
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]  # it ships no types

from core.work.ports import Gist
from nlp.corpus.stock import Floats, Stock, runs, stocked

SAID_BY = 3
"""A phrase of fewer texts than this is nobody's but its authors'."""
MOST_PHRASES = 8
CANDIDATES = 24
"""Not each example may be quoted."""
_LONGEST = 3
_FEWEST_WORDS, _MOST_WORDS = 3, 60
"""Telling words of a text that can stand for others."""
_SAID_MORE = 0.3
"""How much it counts that many say a text."""

Phrase = tuple[str, ...]


def gist(texts: Sequence[str], others: Sequence[str], language: str) -> Gist:
    """All of it. Groups are those of near duplicates (nlp/corpus/duplicates.py)."""
    stock, elsewhere = stocked(texts, language), stocked(others, language)
    if not stock.distinct:
        return Gist((), (), ())
    found = phrases(stock, counts(elsewhere), len(elsewhere.distinct))
    shown = [stock.distinct[place] for place in examples(stock, most=CANDIDATES)]
    return Gist(tuple(stock.heads), tuple(found), tuple(shown))


def phrases(stock: Stock, others: Mapping[Phrase, int], elsewhere: int, *, most: int = MOST_PHRASES) -> list[str]:
    """The most telling first, as most people write them. `others`: in how many of `elsewhere` other texts each phrase
    occurs."""
    counted, forms = counts(stock), Counter[tuple[Phrase, str]]()
    for words in stock.words:
        forms.update(runs(words, _LONGEST).items())
    worth = {
        each: n * log((n / len(stock.words)) / ((others.get(each, 0) + 0.5) / (elsewhere + 1))) * len(each) ** 0.5
        for each, n in counted.items()
        if n >= SAID_BY
    }
    chosen: list[Phrase] = []
    for each in sorted((one for one in worth if worth[one] > 0), key=lambda one: (-worth[one], one)):
        if len(chosen) == most:
            break
        if not any(_repeats(each, counted[each], other, counted[other]) for other in chosen):
            chosen.append(each)
    written: dict[Phrase, tuple[int, str]] = {}
    for (phrase, form), n in sorted(forms.items(), key=lambda one: (-one[1], one[0][1])):
        written.setdefault(phrase, (n, form))
    return [written[each][1] for each in chosen]


def counts(stock: Stock) -> Counter[Phrase]:
    """In how many different texts each phrase occurs."""
    return Counter(each for words in stock.words for each in runs(words, _LONGEST))


def _repeats(one: Phrase, n: int, other: Phrase, m: int) -> bool:
    """Says nothing that the other has not said: it shares its words, unless it is far more often without them."""
    shared = set(one) & set(other)
    if not shared:
        return False
    return not (set(one) < set(other) and n > 3 * m)


def examples(stock: Stock, *, most: int) -> list[int]:
    """Places in `stock.distinct` of texts that stand for the others, the most typical first."""
    seen = stock.frequencies()
    known = sorted(each for each, n in seen.items() if n > 1)
    places = range(len(stock.distinct))
    if not known:
        return list(places[:most])
    weights = np.array([log(1 + len(stock.distinct) / seen[each]) for each in known])
    rows = stock.rows(known, weights)
    said = np.array([1 + _SAID_MORE * log(size) for size in stock.sizes])
    middle = np.asarray(rows.T @ said).ravel()
    near = np.asarray(rows @ middle).ravel() / max(float(np.linalg.norm(middle)), 1e-9)
    near = near * said * np.array([_readable(stock, place) for place in places])
    return _diverse(near, rows, most)


def _diverse(near: Floats, rows: sp.csr_matrix, most: int) -> list[int]:
    chosen: list[int] = []
    said_already = np.zeros(len(near))
    while len(chosen) < min(most, len(near)):
        worth = near - said_already
        worth[chosen] = -np.inf
        best = int(np.argmax(worth))
        chosen.append(best)
        said_already = np.maximum(said_already, np.asarray((rows @ rows[best].T).todense()).ravel())
    return chosen


def _readable(stock: Stock, place: int) -> float:
    """Texts of a few words or of a page stand for others less well."""
    n = len(stock.stems[place])
    return 1.0 if _FEWEST_WORDS <= n <= _MOST_WORDS else 0.5
