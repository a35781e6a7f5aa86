"""New themes among texts that nobody sorted: words that people say together, and say little elsewhere.

    stock ─▶ a word that several say ─▶ what is said with it ─▶ texts of it ─▶ do they speak of one thing? ─▶ theme
                                                                                     └─ no: dropped

A theme is proposed, never made: a person accepts it. Texts that share one everyday word ("mettre", "vraiment") share
nothing else: without that word they are no nearer to one another than to all the others, and are dropped.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]  # it ships no types

from core.work.ports import Theme
from nlp.corpus.gist import SAID_BY, Phrase, counts, examples, phrases
from nlp.corpus.stock import Floats, Stock, stocked, written_as

FEWEST = 5
"""Different texts of a theme."""
MOST = 12
MOST_WORDS = 12
_EXAMPLES = 12
"""Not each of them may be quoted."""
_COMMON = 0.5
"""A word that more of the texts have tells none from the others."""
_WITH = 3.0
"""A word belongs to another when it comes so many times more often with it than without it."""
_COHERENT = 2.0
"""How much nearer than any two texts those of a theme are to one another, the word itself left out."""
_BESIDE = 3
"""So many of the words beside make a text one of the theme without its leading word."""
_RARER = 2.0
"""So many times less often must a theme's word be in the texts that have a topic."""
_EVERYDAY = frozenset({"mis", "mise", "mettr", "plac", "chos", "manqu", "besoin", "niveau", "exempl", "point", "thing"})
"""Stems that lead nowhere by themselves."""
_SAME = 0.5
"""Share of its texts that a theme may have in common with a larger one."""


def themes(texts: Sequence[str], others: Sequence[str], language: str) -> list[Theme]:
    """The largest first. `others`: texts that have a topic."""
    stock, sorted_ = stocked(texts, language), stocked(others, language)
    seen, elsewhere = stock.frequencies(), sorted_.frequencies()
    n, m = len(stock.distinct), len(sorted_.distinct)
    known = sorted(each for each, count in seen.items() if count >= SAID_BY and count <= max(FEWEST, _COMMON * n))
    if n < 2 * FEWEST or not known:
        return []
    weights = np.array([log(n / seen[each]) for each in known])
    rows = stock.rows(known, weights)
    usual = _nearness(rows)
    new = [
        place
        for place, each in enumerate(known)
        if each not in _EVERYDAY and seen[each] >= FEWEST and seen[each] / n >= _RARER * elsewhere[each] / max(m, 1)
    ]
    said = np.array([float(seen[each] + elsewhere[each]) for each in known])
    made = [_theme(place, rows, said, n + m, usual) for place in new]
    found = sorted((each for each in made if each is not None), key=lambda each: (-each.worth, each.lead))
    kept: list[_Theme] = []
    for each in found:
        if len(kept) < MOST and not any(_same(each, other) for other in kept):
            kept.append(each)
    background = counts(sorted_) + counts(stock)
    written = written_as(stock)
    shown = [_shown(each, known, stock, written, background, n + m) for each in kept]
    return sorted(shown, key=lambda each: (-len(each.texts), each.words))


@dataclass(frozen=True, slots=True)
class _Theme:
    """`lead`: its word. `beside`: the words that come with it, the nearest first. `rows`: its different texts."""

    lead: int
    beside: tuple[int, ...]
    rows: frozenset[int]
    worth: float


def _theme(lead: int, rows: sp.csr_matrix, said: Floats, of: int, usual: float) -> _Theme | None:
    """None when its texts speak of many things. `said`: by word, in how many `of` all texts it is."""
    has = np.asarray((rows[:, [lead]] > 0).todense()).ravel()
    mine = np.flatnonzero(has)
    together = np.asarray((rows[mine] > 0).sum(axis=0)).ravel()
    lift = (together / len(mine)) / ((said - together + 0.5) / (of - len(mine) + 1))
    beside = [int(each) for each in np.argsort(-lift * together, kind="stable") if _belongs(each, lead, together, lift)]
    beside = beside[: MOST_WORDS - 1]
    near = _nearness(rows[mine] @ sp.diags(np.where(np.arange(rows.shape[1]) == lead, 0.0, 1.0)))
    if near < _COHERENT * usual or not beside:
        return None
    strong = np.asarray((rows[:, beside] > 0).sum(axis=1)).ravel() >= _BESIDE
    return _Theme(lead, tuple(beside), frozenset(int(each) for each in np.flatnonzero(has | strong)), len(mine) * near)


def _belongs(word: int, lead: int, together: Floats, lift: Floats) -> bool:
    return bool(word != lead and together[word] >= SAID_BY and lift[word] >= _WITH)


def _nearness(rows: sp.csr_matrix) -> float:
    """How near two of these texts are to one another, on average."""
    n = rows.shape[0]
    if n < 2:
        return 0.0
    whole = np.asarray(rows.sum(axis=0)).ravel()
    own = float(rows.multiply(rows).sum())
    return float((whole @ whole - own) / (n * (n - 1)))


def _same(one: _Theme, other: _Theme) -> bool:
    return len(one.rows & other.rows) > _SAME * min(len(one.rows), len(other.rows))


def _shown(
    theme: _Theme,
    known: Sequence[str],
    stock: Stock,
    written: Mapping[str, str],
    background: Counter[Phrase],
    n: int,
) -> Theme:
    inside = frozenset(stock.distinct[row] for row in theme.rows)
    places = [place for place, head in enumerate(stock.heads) if head in inside]
    own = stock.part(sorted(theme.rows))
    mine = counts(own)
    others = Counter({each: background[each] - mine[each] for each in mine})
    return Theme(
        words=tuple(written[known[each]] for each in (theme.lead, *theme.beside)),
        phrases=tuple(phrases(own, others, n - len(own.distinct))),
        texts=tuple(places),
        examples=tuple(own.distinct[each] for each in examples(own, most=_EXAMPLES)),
    )
