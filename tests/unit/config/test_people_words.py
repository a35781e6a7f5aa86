"""Values as people write them: both languages, and None for what nobody could be sure of."""

from datetime import date, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config import people_words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1 day", DAY),
        ("1 jour", DAY),
        ("un jour", DAY),
        ("24h", DAY),
        ("2h", 2 * HOUR),
        ("1h30", 1.5 * HOUR),
        ("90 min", 1.5 * HOUR),
        ("1 jour et 6 heures", 30 * HOUR),
        ("1,5 jour", 36 * HOUR),
        ("2 semaines", 14 * DAY),
        ("6 mois", 183 * DAY),
        ("1 an", 365 * DAY),
        ("2 Années", 730 * DAY),
        ("5 years", 1826 * DAY),
        ("100 ans", 36525 * DAY),
        ("101 ans", None),
        ("1 lune", None),
        ("bientôt", None),
        ("12", None),
        ("-1 jour", None),
        ("1 jour 2", None),
        ("", None),
    ],
)
def test_lengths_of_time(written: str, meant: timedelta | None) -> None:
    assert people_words.duration(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("18:00", time(18)),
        ("18h", time(18)),
        ("8h45", time(8, 45)),
        ("8 h 45", time(8, 45)),
        ("08:45", time(8, 45)),
        ("6pm", time(18)),
        ("6:30 PM", time(18, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("midi", time(12)),
        ("minuit", time(0)),
        ("0:00", time(0)),
        ("24:00", None),
        ("13pm", None),
        ("8:60", None),
        ("18", None),
        ("huit heures", None),
    ],
)
def test_hours(written: str, meant: time | None) -> None:
    assert people_words.clock(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-03-12", date(2027, 3, 12)),
        ("12 mars 2027", date(2027, 3, 12)),
        ("1er août 2027", date(2027, 8, 1)),
        ("12 March 2027", date(2027, 3, 12)),
        ("March 12, 2027", date(2027, 3, 12)),
        ("12/03/2027", None),
        ("30 février 2027", None),
        ("12 brumaire 2027", None),
        ("2027-3-12", None),
    ],
)
def test_days(written: str, meant: date | None) -> None:
    assert people_words.day(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-02-01 18:00", (date(2027, 2, 1), time(18))),
        ("2027-02-01T18:00", (date(2027, 2, 1), time(18))),
        ("12 mars 2027 à 18h", (date(2027, 3, 12), time(18))),
        ("12 mars 2027 8 h 45", (date(2027, 3, 12), time(8, 45))),
        ("March 12, 2027 at 6 pm", (date(2027, 3, 12), time(18))),
        ("2027-02-01", (date(2027, 2, 1), None)),
        ("demain 18:00", None),
        ("2027-02-01 le soir", None),
    ],
)
def test_days_with_an_hour(written: str, meant: tuple[date, time | None] | None) -> None:
    assert people_words.wall(written) == meant


def test_weekdays() -> None:
    assert people_words.weekday("Lundi") == people_words.weekday("monday") == people_words.weekday("lun.") == 0
    assert people_words.weekday("dimanche") == people_words.weekday("Sunday") == 6
    assert people_words.weekday("mar") == 1
    assert people_words.weekday("jour") is None
    assert people_words.weekday_and_clock("lundi à 8 h 45") == (0, time(8, 45))
    assert people_words.weekday_and_clock("monday at 8:45am") == (0, time(8, 45))
    assert people_words.weekday_and_clock("lundi") is None


def test_spans_of_hours() -> None:
    quiet = (time(21), time(8, 30))
    assert people_words.between("21:00–8:30") == people_words.between("21h à 8h30") == quiet
    assert people_words.between("9pm to 8:30am") == people_words.between("21:00-08:30") == quiet
    assert people_words.between("21:00") is None
    assert people_words.between("21:00–matin") is None


def test_small_values() -> None:
    assert [people_words.yes_or_no(word) for word in ("Oui", "no", "true", "peut-être")] == [True, False, True, None]
    assert [people_words.whole_number(word) for word in ("15", "-3", "1.5", "x")] == [15, -3, None, None]
    assert [people_words.share(word) for word in ("18 %", "18,5%", "0.18", "18", "101 %", "x")] == [
        0.18,
        0.185,
        0.18,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("label", "made"),
    [
        ("Chaque semaine", "chaque-semaine"),
        ("Accès PMR", "acces-pmr"),
        ("Propreté et vestiaires", "proprete"),
        ("Œuvres & livres", "oeuvres-livres"),
        ("Anticonstitutionnellement", "anticonstitution"),
        ("Le", "le"),
        ("日本", ""),
    ],
)
def test_ids_are_made_of_the_label(label: str, made: str) -> None:
    assert people_words.slug(label, 16) == made


@given(text=st.text(max_size=40))
@example(text="\x1f0")
def test_nothing_typed_breaks_a_reader(text: str) -> None:
    for read in (
        people_words.duration,
        people_words.clock,
        people_words.day,
        people_words.wall,
        people_words.weekday,
        people_words.weekday_and_clock,
        people_words.between,
        people_words.yes_or_no,
        people_words.whole_number,
        people_words.share,
    ):
        read(text)
    assert len(people_words.slug(text, 16)) <= 16
