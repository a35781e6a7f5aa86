"""The words that most readers do not know, with what to write instead, from `plain_words/<language>.yaml`."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from config.yaml_entries import Document, Key, Mistakes, Section, compose
from core.rules.plain_language import PlainWord, PlainWords

PLAIN_WORDS = Path(__file__).parent / "plain_words"

_KEYS = (Key("nothing"), Key("words", required=True))
_WORD = (Key("write", required=True), Key("for", required=True))


@lru_cache(maxsize=4)
def read_plain_words(folder: Path = PLAIN_WORDS) -> Mapping[str, PlainWords]:
    """Language → its plain words. Raises `FileError` with every mistake of a list."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}


def _read(path: Path) -> PlainWords:
    mistakes = Mistakes(path.name)
    document = Document(mistakes)
    node = compose(path.read_text(encoding="utf-8"), mistakes)
    found = PlainWords()
    if node is not None:
        section = Section.of(node, _KEYS, document)
        entries = [Section.of(item, _WORD, document, "words") for item in section.items("words")]
        found = PlainWords(
            tuple(PlainWord(entry.words("for"), entry.word("write")) for entry in entries), section.words("nothing")
        )
    mistakes.check()
    return found
