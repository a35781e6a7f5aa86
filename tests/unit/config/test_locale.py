"""The words: places, plurals, dates, lengths of time, French spaces, and what is refused when they are read."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.locale import NO_BREAK, Catalogue, french_spaces, known_languages
from core.model.deliveries import Day, Span
from core.model.errors import FileError
from core.work.ports import Words

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'

FRENCH = """msgid "hello"
msgstr "« {name} » : bonjour !"

msgid "count"
msgid_plural "count"
msgstr[0] "{n} réponse avant le {day}"
msgstr[1] "{n} réponses avant le {day}"

msgid "kept"
msgstr "Gardé {time}"

msgid "span.years"
msgid_plural "span.years"
msgstr[0] "{n} an"
msgstr[1] "{n} ans"

msgid "span.months"
msgid_plural "span.months"
msgstr[0] "{n} mois"
msgstr[1] "{n} mois"

msgid "span.days"
msgid_plural "span.days"
msgstr[0] "{n} jour"
msgstr[1] "{n} jours"
"""

ENGLISH = """msgid "hello"
msgstr "{name}: hello"

msgid "count"
msgid_plural "count"
msgstr[0] "one answer of {n} before {day}"
msgstr[1] "{n} answers before {day}"

msgid "kept"
msgstr "Kept {time}"

msgid "span.years"
msgid_plural "span.years"
msgstr[0] "one year"
msgstr[1] "{n} years"

msgid "span.months"
msgid_plural "span.months"
msgstr[0] "one month"
msgstr[1] "{n} months"

msgid "span.days"
msgid_plural "span.days"
msgstr[0] "one day"
msgstr[1] "{n} days"
"""


def catalogue(folder: Path, french: str = FRENCH, english: str = ENGLISH, **more: str) -> Catalogue:
    for language, words in (("fr", french), ("en", english)):
        (folder / language).mkdir()
        (folder / language / "a.po").write_text(HEAD + words, encoding="utf-8")
        for name, other in more.items():
            (folder / language / f"{name}.po").write_text(HEAD + other, encoding="utf-8")
    return Catalogue(folder)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return catalogue(tmp_path_factory.mktemp("locales"))


def test_our_own_catalogues_can_be_read() -> None:
    ours: Words = Catalogue()
    assert tuple(ours.languages) == ("en", "fr") == known_languages()


def test_a_place_is_filled_and_french_spaces_do_not_break(words: Catalogue) -> None:
    assert words.say("hello", "fr", {"name": "Léa"}) == f"«{NO_BREAK}Léa{NO_BREAK}»{NO_BREAK}: bonjour{NO_BREAK}!"
    assert words.say("hello", "en", {"name": "Léa"}) == "Léa: hello"


@given(name=st.text())
def test_what_fills_a_place_is_never_looked_into(words: Catalogue, name: str) -> None:
    assert words.say("hello", "en", {"name": name}) == f"{name}: hello"
    assert name in words.say("hello", "fr", {"name": name})


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("fr", 0, "0 réponse avant le 1er mars"),
        ("fr", 1, "1 réponse avant le 1er mars"),
        ("fr", 2, "2 réponses avant le 1er mars"),
        ("en", 0, "0 answers before 1 March"),
        ("en", 1, "one answer of 1 before 1 March"),
        ("en", 1200, "1,200 answers before 1 March"),
    ],
)
def test_the_number_chooses_the_form(words: Catalogue, language: str, n: int, said: str) -> None:
    assert words.say("count", language, {"n": n, "day": Day(date(2027, 3, 1))}) == said


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (Day(date(2027, 3, 12)), "12 mars", "12 March"),
        (Day(date(2027, 8, 1), year=True), "1er août 2027", "1 August 2027"),
        (Day(date(2027, 8, 11), year=True), "11 août 2027", "11 August 2027"),
    ],
)
def test_a_day_is_written_out(words: Catalogue, day: Day, french: str, english: str) -> None:
    assert words.say("kept", "fr", {"time": day}) == f"Gardé {french}"
    assert words.say("kept", "en", {"time": day}) == f"Kept {english}"


@pytest.mark.parametrize(
    ("days", "french", "english"),
    [
        (1, "1 jour", "one day"),
        (7, "7 jours", "7 days"),
        (30, "1 mois", "one month"),
        (183, "6 mois", "6 months"),
        (365, "1 an", "one year"),
        (730, "2 ans", "2 years"),
        (1826, "5 ans", "5 years"),
        (400, "400 jours", "400 days"),
    ],
)
def test_a_span_is_written_out(words: Catalogue, days: int, french: str, english: str) -> None:
    assert words.say("kept", "fr", {"time": Span(days)}) == f"Gardé {french}"
    assert words.say("kept", "en", {"time": Span(days)}) == f"Kept {english}"


@pytest.mark.parametrize(
    ("key", "language", "params"),
    [
        ("nowhere", "fr", {}),
        ("hello", "de", {"name": "x"}),
        ("hello", "fr", {}),
        ("count", "fr", {"n": "3", "day": "x"}),
    ],
)
def test_what_is_missing_is_a_key_error(words: Catalogue, key: str, language: str, params: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        words.say(key, language, params)


def test_keys_and_places_can_be_asked(words: Catalogue) -> None:
    assert "count" in words.keys
    assert words.places("count") == {"n", "day"}


@pytest.mark.parametrize(
    ("french", "english", "complaint"),
    [
        ('msgid "a"\nmsgstr "x"\n', "", "“a” is not said in en"),
        ('msgid "a"\nmsgstr ""\n', 'msgid "a"\nmsgstr "x"\n', "“a” has no words"),
        ('msgid "a"\nmsgstr "{x}"\n', 'msgid "a"\nmsgstr "{y}"\n', "“a” does not have the same places everywhere"),
        ('msgid "a"\nmsgstr "{x y}"\n', 'msgid "a"\nmsgstr "b"\n', "a brace that is no {place}"),
        ('msgid "a"\nmsgid_plural "a"\nmsgstr[0] "b"\nmsgstr[1] "c"\n', 'msgid "a"\nmsgstr "b"\n', "plural in one"),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 'msgid "a"\nmsgstr "b"\n', "already stands in a.po"),
        ("nonsense\n", "", "not a catalogue"),
    ],
)
def test_a_wrong_catalogue_is_refused_with_its_reason(
    tmp_path: Path, french: str, english: str, complaint: str
) -> None:
    with pytest.raises(FileError) as refusal:
        catalogue(tmp_path, french, english)
    assert complaint in str(refusal.value)


def test_a_key_stands_in_one_file_only(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"already stands in a\.po"):
        catalogue(tmp_path, b='msgid "hello"\nmsgstr "x {name}"\n')


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileError) as refusal:
        catalogue(tmp_path, 'msgid "a"\nmsgstr "x"\n', 'msgid "b"\nmsgstr "x"\n')
    assert "“a” is not said in en" in str(refusal.value)
    assert "“b” is not said in fr" in str(refusal.value)


def test_french_spaces_leave_other_spaces_alone() -> None:
    assert french_spaces("à 8 h 45 : 4 % « oui »") == (f"à 8 h 45{NO_BREAK}: 4{NO_BREAK}% «{NO_BREAK}oui{NO_BREAK}»")
    assert french_spaces("http://a ?b=c:d") == f"http://a{NO_BREAK}?b=c:d"
