"""Which of many short texts say the same thing in nearly the same words: "so did 51 others".

    texts ─▶ folded words ─▶ equal ones together ─▶ runs of letters ─▶ MinHash, in bands ─▶ pairs worth a look
                                                              groups ◀─ word for word: the same? ◀─┘

Two texts are near duplicates when one can be read for the other: other accents, capitals and punctuation, slips, a
greeting more or less, small words moved, added or left out. They are not when a number differs, a "not", or a word
that matters ("le soir", "le matin"). Short answers of one or two words must be equal.

MinHash: Broder 1997, "On the resemblance and containment of documents". Bands of four: two texts that share 65 % of
their runs of letters meet with a probability of 0.998. Linear in the number of texts, but for what they share.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from nlp.normalise import WORD, clean, fold
from nlp.words.stopwords import SMALL_WORDS

_RUN = 4
"""Letters in one run."""
_BANDS, _ROWS = 32, 4
_AT_A_TIME = 20_000
"""Texts hashed at once: what bounds the memory."""
_LEAST_SHARED = 0.42
"""Estimated share of common runs below which nobody needs to look at the words."""
_MOST_IN_A_BUCKET = 40
"""Members of a bucket that are compared with all others of it; the rest only with these."""
_OTHER_WORDS = 0.12
"""Share of the telling words that may have no counterpart."""
_FEWEST = 2
"""Telling words below which the whole text must be equal."""
_LONG = 8
"""Telling words from which on one of them may have no counterpart."""

_PRIME = np.uint64(1_099_511_628_211)
_POLITE_TEXT = """
bonjour bonsoir salut coucou madame monsieur mesdames messieurs merci beaucoup cordialement svp stp please thanks thank
hello hi dear regards sincerely bien avance voila donc alors aussi vraiment really also just well
"""
_TURNS_TEXT = """
pas non jamais aucun aucune rien ni sans plus moins contre trop mal
not no never none without nothing less more against too
"""
_TURNS = frozenset(_TURNS_TEXT.split())
_SMALL = (SMALL_WORDS | frozenset(_POLITE_TEXT.split())) - _TURNS

Hashes = npt.NDArray[np.uint64]
Pairs = npt.NDArray[np.int64]


def groups(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first text of its group: its own place when nobody said it before."""
    told = [_told(text) for text in texts]
    first_with: dict[tuple[str, ...], int] = {}
    heads = [first_with.setdefault(each.words, place) for place, each in enumerate(told)]
    distinct = sorted(set(heads))
    told = [told[place] for place in distinct]
    leaders = _Leaders(told)
    for one, other in _pairs_worth_a_look(told):
        leaders.meet(one, other)
    leader_of = {place: distinct[leaders.of(number)] for number, place in enumerate(distinct)}
    return [leader_of[head] for head in heads]


def same(one: str, other: str) -> bool:
    """Would a reader take one text for the other?"""
    first, second = _told(one), _told(other)
    return first.words == second.words or _same(first, second)


class _Leaders:
    """Groups that only grow when their first members are the same: no chain leads from a text to a foreign one."""

    def __init__(self, told: Sequence["_Told"]) -> None:
        self._told = told
        self._above = list(range(len(told)))

    def of(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def meet(self, one: int, other: int) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        if first == second or not _same(self._told[one], self._told[other]):
            return
        if {first, second} == {one, other} or _same(self._told[first], self._told[second]):
            self._above[second] = first


# ── two texts ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Told(NamedTuple):
    """The words of a text. `telling`: those that carry it. `decisive`: numbers, and what turns a sentence round."""

    words: tuple[str, ...]
    telling: tuple[str, ...]
    decisive: frozenset[str]


def _told(text: str) -> _Told:
    text = clean(text)
    words = tuple(WORD.findall(fold(text))) or (text.strip(),)  # emoji have no words, and are not all the same
    return _Told(
        words,
        tuple(word for word in words if word not in _SMALL and len(word) > 1),
        frozenset(word for word in words if word in _TURNS or word.isdigit()),
    )


def _same(one: _Told, other: _Told) -> bool:
    if not (_turned_alike(one, other) and _turned_alike(other, one)):
        return False
    short, long = sorted((one, other), key=lambda each: len(each.telling))
    most = int(len(long.telling) * _OTHER_WORDS) if len(long.telling) >= _LONG else 0
    if len(short.telling) < _FEWEST:
        return "".join(one.words) == "".join(other.words)
    left, alone = list(long.telling), []
    for word in short.telling:
        if word in left:
            left.remove(word)
        else:
            alone.append(word)
    if max(len(left), len(alone)) > most + 3:
        return False
    unmet = []
    for word in alone:
        near = next((each for each in left if _slip(word, each)), None)
        if near is None:
            unmet.append(word)
        else:
            left.remove(near)
    if unmet and "".join(unmet) == "".join(left):  # "week end", "weekend"
        return True
    return _strangers(unmet, long) <= most >= _strangers(left, short)


def _turned_alike(one: _Told, other: _Told) -> bool:
    """Does the other text have each decisive word of this one, or a slip of it ("pluss") that is no word of its own?"""
    return all(
        not word.isdigit() and any(each not in _SMALL and _slip(word, each) for each in other.words)
        for word in one.decisive - other.decisive
    )


def _strangers(words: Sequence[str], other: _Told) -> int:
    """How many of these are no slip of one of the other text's small words ("pouur")."""
    return sum(not any(_slip(word, each) for each in other.words) for word in words)


def _slip(one: str, other: str) -> bool:
    """The same word, mistyped or in another form: one letter in four may differ, two at most."""
    most = min(2, max(len(one), len(other)) // 4)
    return most > 0 and OSA.distance(one, other, score_cutoff=most) <= most


# ── many texts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _pairs_worth_a_look(told: Sequence[_Told]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers that share enough, those that share most first."""
    if len(told) < 2:
        return
    signatures = np.concatenate(
        [_signatures(told[start : start + _AT_A_TIME]) for start in range(0, len(told), _AT_A_TIME)]
    )
    pairs = _could_be_same(_met(signatures), told)
    shared = np.concatenate(
        [
            (signatures[some[:, 0]] == signatures[some[:, 1]]).mean(axis=1)
            for some in np.array_split(pairs, max(1, len(pairs) // 100_000))
        ]
    )
    order = np.argsort(-shared, kind="stable")
    order = order[shared[order] >= _LEAST_SHARED]
    for one, other in pairs[order]:
        yield int(one), int(other)


def _could_be_same(pairs: Pairs, told: Sequence[_Told]) -> Pairs:
    """Without those whose numbers or lengths differ too much: asked of all pairs at once, before any words are."""
    numbers = np.array([hash(frozenset(filter(str.isdigit, each.words))) for each in told])
    lengths = np.array([len(each.telling) for each in told])
    one, other = pairs[:, 0], pairs[:, 1]
    apart = np.abs(lengths[one] - lengths[other])
    allowed = 3 + _OTHER_WORDS * np.maximum(lengths[one], lengths[other])
    kept: npt.NDArray[np.bool_] = (numbers[one] == numbers[other]) & (apart <= allowed)
    left: Pairs = pairs[kept]
    return left


def _signatures(told: Sequence[_Told]) -> npt.NDArray[np.uint32]:
    """texts × (bands · rows): the least hash of each text's runs under each of the functions."""
    lines = [" ".join(each.telling or each.words) for each in told]
    padded = [f" {line} ".ljust(_RUN + 1) for line in lines]
    letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.array([len(line) for line in padded])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    runs = np.zeros(len(letters) - _RUN + 1, dtype=np.uint64)
    for place in range(_RUN):
        runs = runs * _PRIME + letters[place : len(letters) - _RUN + 1 + place]
    # A run that reaches into the next text takes the place of the last one that does not: nothing foreign counts.
    own = np.arange(len(letters))
    last = np.repeat(starts + lengths - _RUN, lengths)
    runs = _mixed(runs)[np.minimum(own, last)]
    chance = np.random.default_rng(20_260_101)
    kept = np.empty((len(told), _BANDS * _ROWS), dtype=np.uint32)
    for column, (factor, shift) in enumerate(chance.integers(1, 1 << 62, size=(_BANDS * _ROWS, 2), dtype=np.uint64)):
        hashed = ((runs * (factor | np.uint64(1)) + shift) >> np.uint64(32)).astype(np.uint32)
        kept[:, column] = np.minimum.reduceat(hashed, starts)
    return kept


def _mixed(values: Hashes) -> Hashes:
    """Every bit of the input moves every bit of the output (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _met(signatures: npt.NDArray[np.uint32]) -> Pairs:
    """Every pair that shares a whole band, once."""
    found: list[Pairs] = []
    for band in range(_BANDS):
        rows = signatures[:, band * _ROWS : (band + 1) * _ROWS].astype(np.uint64)
        keys = np.zeros(len(rows), dtype=np.uint64)
        for row in range(_ROWS):
            keys = _mixed(keys * _PRIME + rows[:, row])
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.concatenate([[True], np.diff(keys[order]) != 0]))
        sizes = np.diff(np.append(starts, len(keys)))
        found += [_pairs_in(order[starts[sizes == 2][:, None] + np.arange(2)])]
        for start, size in zip(starts[sizes > 2], sizes[sizes > 2], strict=True):
            found.append(_pairs_of_bucket(order[start : start + size]))
    joined = np.concatenate(found)
    codes = np.sort(joined[:, 0] * len(signatures) + joined[:, 1])
    codes = codes[np.concatenate([[True], np.diff(codes) != 0])] if len(codes) else codes
    return np.stack([codes // len(signatures), codes % len(signatures)], axis=1)


def _pairs_in(twos: Pairs) -> Pairs:
    return np.sort(twos.astype(np.int64), axis=1)


def _pairs_of_bucket(members: Pairs) -> Pairs:
    first = members[:_MOST_IN_A_BUCKET]
    one, other = np.triu_indices(len(first), k=1)
    pairs = np.stack([first[one], first[other]], axis=1)
    rest = members[_MOST_IN_A_BUCKET:]
    if len(rest):
        across = np.stack([np.repeat(first[:4], len(rest)), np.tile(rest, min(4, len(first)))], axis=1)
        pairs = np.concatenate([pairs, across])
    return _pairs_in(pairs)
