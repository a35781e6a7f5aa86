"""The words: every sentence a person reads, by key and language, read from `locales/<language>/*.po`.

    msgid "question.asked"                 a key, unique over all files of a language
    msgstr "{position}/{total} {text}"     named places; what fills them is never looked into for braces or spaces

    msgid "results.others"                 two forms: the whole number `n` chooses
    msgid_plural "results.others"
    msgstr[0] "{n} personne"
    msgstr[1] "{n} personnes"

A `Day` and a `Span` are written out as the reader's language does ("1er mars", "1 an"). French spaces that must not
break ( : ; ! ? » % and after « ) are put in here, so that whoever writes a sentence types an ordinary space. All
that is wrong with the catalogues is said at once, when they are read: nothing is found out in front of a citizen.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from core.model.deliveries import Day, Param, Span
from core.model.errors import FileError

LOCALES = Path(__file__).parent / "locales"

NO_BREAK = "\N{NO-BREAK SPACE}"

_REGIONS = {"en": "en_GB"}
"""Where a language alone would choose for us: days before months, as in the rest of Europe."""

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_KEY_LINE = re.compile(r'^msgid "([^"]+)"\s*$', re.MULTILINE)
_FRENCH_BEFORE = re.compile(r" (?=[:;!?»%])")
_FRENCH_AFTER = re.compile(r"(?<=«) ")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One or two forms, each cut at its places: text, name, text, name … text."""

    forms: tuple[tuple[str, ...], ...]

    @property
    def places(self) -> frozenset[str]:
        return frozenset(name for form in self.forms for name in form[1::2])


def known_languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """The languages that have a folder of words, in alphabetical order."""
    return tuple(sorted(path.name for path in folder.iterdir() if any(path.glob("*.po"))))


class Catalogue:
    """Every sentence in every language; the `Words` port of core.

    Raises `FileError`, naming all mistakes, when a key lacks a language, stands twice, has other places in one
    language than in another, or holds a brace that is no place.
    """

    def __init__(self, folder: Path = LOCALES) -> None:
        mistakes: list[str] = []
        self._languages = known_languages(folder)
        self._sentences = {language: _read(folder / language, language, mistakes) for language in self._languages}
        mistakes += _differences(self._sentences)
        if mistakes:
            raise FileError("\n".join(["the words cannot be used as they are:", *mistakes]))

    @property
    def languages(self) -> Sequence[str]:
        return self._languages

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(key for sentences in self._sentences.values() for key in sentences)

    def places(self, key: str) -> frozenset[str]:
        """The names of the parameters that `key` needs. KeyError for an unknown key."""
        return self._sentences[self._languages[0]][key].places

    def say(self, key: str, language: str, params: Mapping[str, Param] | None = None) -> str:
        """The sentence. KeyError for a language, a key or a parameter that is missing."""
        sentence = self._sentences[language][key]
        form = sentence.forms[0]
        given = params or {}
        if len(sentence.forms) > 1:
            form = sentence.forms[_plural(given["n"], language)]
        pieces = list(form)
        for place in range(1, len(pieces), 2):
            pieces[place] = self._written(given[pieces[place]], language)
        return "".join(pieces)

    def _written(self, param: Param, language: str) -> str:
        match param:
            case str():
                return param
            case int():
                return format_decimal(param, locale=_locale(language))
            case Day():
                return _day(param, language)
            case Span():
                unit, count = _unit(param)
                return self.say(f"span.{unit}", language, {"n": count})


def french_spaces(text: str) -> str:
    """`text` with the ordinary spaces that French never breaks made unbreakable."""
    return _FRENCH_AFTER.sub(NO_BREAK, _FRENCH_BEFORE.sub(NO_BREAK, text))


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(folder: Path, language: str, mistakes: list[str]) -> dict[str, _Sentence]:
    sentences: dict[str, _Sentence] = {}
    home: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        for key in _KEY_LINE.findall(path.read_text(encoding="utf-8")):
            if key in home:
                mistakes.append(f"{language}/{path.name}: “{key}” already stands in {home[key]}: keep one of them")
            home[key] = path.name
        try:
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as error:
            mistakes.append(f"{language}/{path.name}: not a catalogue: {error}")
            continue
        for message in catalogue:
            key = message.id[0] if isinstance(message.id, list | tuple) else message.id
            if not key:
                continue
            strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
            forms = [string or "" for string in strings]
            if not all(forms):
                mistakes.append(f"{language}/{path.name}:{message.lineno}: “{key}” has no words")
            sentences[key] = _Sentence(tuple(_cut(form, language) for form in forms))
            if any(brace in text for form in sentences[key].forms for text in form[::2] for brace in "{}"):
                mistakes.append(f"{language}/{path.name}:{message.lineno}: “{key}” has a brace that is no {{place}}")
    return sentences


def _cut(form: str, language: str) -> tuple[str, ...]:
    return tuple(_PLACE.split(french_spaces(form) if language == "fr" else form))


def _differences(sentences: Mapping[str, Mapping[str, _Sentence]]) -> list[str]:
    """What one language has and another has not, over all pairs."""
    mistakes: list[str] = []
    everything = sorted({key for words in sentences.values() for key in words})
    for key in everything:
        missing = [language for language, words in sentences.items() if key not in words]
        if missing:
            mistakes.append(f"“{key}” is not said in {', '.join(missing)}")
            continue
        places = {language: words[key].places for language, words in sentences.items()}
        if len(set(places.values())) > 1:
            shown = "; ".join(f"{language}: {', '.join(sorted(names)) or 'none'}" for language, names in places.items())
            mistakes.append(f"“{key}” does not have the same places everywhere ({shown})")
        if len({len(words[key].forms) for words in sentences.values()}) > 1:
            mistakes.append(f"“{key}” has a plural in one language and none in another")
    return mistakes


# ── writing out ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _locale(language: str) -> Locale:
    return Locale.parse(_REGIONS.get(language, language))


def _plural(count: Param, language: str) -> int:
    """Which of the two forms goes with `count`. French says "0 réponse", English "0 answers"."""
    if not isinstance(count, int):
        raise KeyError("n")
    return 0 if _locale(language).plural_form(count) == "one" else 1


def _day(day: Day, language: str) -> str:
    written: str = format_date(day.date, "d MMMM y" if day.year else "d MMMM", locale=_locale(language))
    if language == "fr" and day.date.day == 1:
        return f"1er{written.removeprefix('1')}"
    return written


def _unit(span: Span) -> tuple[str, int]:
    """The largest unit in which the span is a whole number, as the consultation files count (a year = 365.25 days)."""
    for unit, length in (("years", 365.25), ("months", 365.25 / 12)):
        count = round(span.days / length)
        if count and span.days == round(count * length):
            return unit, count
    return "days", span.days
