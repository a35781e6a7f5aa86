"""What each figure means: the formulas that every screen prints, tried at their edges."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.readout import (
    ENOUGH_ANSWERS,
    SHORTEST_QUOTE,
    Figures,
    Funnel,
    Response,
    Sectors,
    chosen_quotes,
    cut,
    missing_sectors,
    percent,
    topics_by_size,
    week_of,
)

START = datetime(2026, 11, 16, 7, tzinfo=UTC)
DAY = timedelta(days=1)
SHARES = {"centre": 0.52, "bellevue": 0.18, "gare": 0.30}
LABELS = {sector: {"fr": sector.title()} for sector in SHARES}

FIGURES = Figures(
    consultation="pool",
    title={"fr": "Piscine"},
    zone="Europe/Paris",
    made_at=START,
    since=START - 7 * DAY,
    week=1,
    weeks=6,
    first_week=True,
    answered_this_week=0,
    funnel=Funnel(0, 0, 0, 0),
    response=Response(0, 0, 0),
    sources=(),
    elsewhere={},
    sectors=None,
    contributions=0,
    topics=(),
    unsorted=0,
    quotes=(),
    to_review=0,
    nudges=(),
    not_read={},
    alerts=0,
    quarantined=0,
    uncertain=0,
    untaggable=0,
    reply_by=date(2027, 3, 30),
    reply_service={},
)


# ── weeks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days", "week"), [(-3, 1), (0, 1), (6.9, 1), (7, 2), (14, 3), (41, 6), (42, 6), (100, 6)])
def test_the_week_of_a_consultation_of_six(days: float, week: int) -> None:
    assert week_of(START, START + 42 * DAY, START + days * DAY) == (week, 6)


@pytest.mark.parametrize(("length", "weeks"), [(0, 1), (1, 1), (7, 1), (8, 2), (76, 11)])
def test_the_last_week_may_be_short(length: int, weeks: int) -> None:
    assert week_of(START, START + length * DAY, START)[1] == weeks


def test_the_promise_is_near_a_month_before_its_date_and_stays_so() -> None:
    near = replace(FIGURES, made_at=datetime(2027, 2, 28, 12, tzinfo=UTC))
    assert near.promise_near
    assert replace(FIGURES, made_at=datetime(2027, 5, 1, tzinfo=UTC)).promise_near
    assert not replace(FIGURES, made_at=datetime(2027, 2, 27, 12, tzinfo=UTC)).promise_near


def test_the_day_of_the_promise_is_counted_where_the_people_live() -> None:
    late_evening = datetime(2027, 2, 27, 23, 30, tzinfo=UTC)
    assert replace(FIGURES, made_at=late_evening).promise_near, "it is the 28th in Paris"
    assert not replace(FIGURES, made_at=late_evening, zone="America/Martinique").promise_near


# ── shares ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("share", "shown"), [(0, 0), (0.0001, 1), (0.044, 4), (0.5, 50), (0.995, 99), (0.9999, 99), (1, 100)]
)
def test_a_share_never_hides_somebody(share: float, shown: int) -> None:
    assert percent(share) == shown


def test_no_rate_without_anybody_to_answer() -> None:
    assert Response(0, 0, 0).rate is None
    assert Response(12, 41, 41).rate == pytest.approx(12 / 41)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_rate_is_a_share(answered: int, more: int) -> None:
    rate = Response(answered, answered + more, 0).rate
    assert rate is None or 0 <= rate <= 1


# ── who is missing ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sector_that_brought_too_few_is_missing() -> None:
    (missing,) = missing_sectors({"centre": 260, "bellevue": 20, "gare": 150}, SHARES, LABELS)
    assert (missing.sector, missing.label) == ("bellevue", {"fr": "Bellevue"})
    assert (percent(missing.of_answers), percent(missing.of_people)) == (5, 18)


def test_a_sector_that_nobody_named_is_missing_too() -> None:
    assert [each.sector for each in missing_sectors({"centre": 200, "gare": 100}, SHARES, LABELS)] == ["bellevue"]


def test_the_most_missing_comes_first() -> None:
    assert [each.sector for each in missing_sectors({"centre": 300}, SHARES, LABELS)] == ["gare", "bellevue"]


def test_few_answers_say_nothing_about_who_is_missing() -> None:
    assert missing_sectors({"centre": ENOUGH_ANSWERS - 1}, SHARES, LABELS) == ()
    assert not Sectors(ENOUGH_ANSWERS - 1, ()).enough
    assert Sectors(ENOUGH_ANSWERS, ()).enough


def test_a_small_gap_is_no_news_however_many_answered() -> None:
    counts = {"centre": 53_000, "bellevue": 16_000, "gare": 31_000}
    assert missing_sectors(counts, SHARES, LABELS) == ()


@given(
    st.lists(st.integers(0, 400), min_size=3, max_size=3),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_who_is_missing_is_below_its_share_and_below_chance(answers: list[int], shares: list[float]) -> None:
    counts = dict(zip(SHARES, answers, strict=True))
    share_of = dict(zip(SHARES, shares, strict=True))
    n = sum(answers)
    found = missing_sectors(counts, share_of, LABELS)
    assert n >= ENOUGH_ANSWERS or not found
    for each in found:
        expected = n * each.of_people
        assert counts[each.sector] < 0.75 * expected
        assert counts[each.sector] < expected - 2 * sqrt(expected * (1 - each.of_people)) + 1e-6


# ── topics and quotes ────────────────────────────────────────────────────────────────────────────────────────────────


def test_topics_come_by_size_and_say_what_is_new() -> None:
    found = topics_by_size(
        {"prices": 31, "hours": 52, "access": 14, "water": 0}, {"hours": 19, "access": 14}, {}, first_week=False
    )
    assert [(each.topic, each.contributions, each.this_week, each.new) for each in found] == [
        ("hours", 52, 19, False),
        ("prices", 31, 0, False),
        ("access", 14, 14, True),
    ]


def test_nothing_is_new_in_the_first_week() -> None:
    assert not any(each.new for each in topics_by_size({"hours": 3}, {"hours": 3}, {}, first_week=True))


def test_one_quote_a_topic_and_none_twice() -> None:
    candidates = [
        ("a", "ouvrir plus tard le soir", ["hours"]),
        ("b", "ouvrir le dimanche matin", ["hours", "prices"]),
        ("c", "non", ["prices"]),
        ("d", "moins cher pour les familles", ["prices"]),
        ("e", "Moins  cher pour les familles", ["access"]),
        ("f", "une rampe à l’entrée", ["access"]),
        ("g", "je ne sais pas trop", []),
    ]
    assert chosen_quotes(candidates) == ("a", "d", "f")


def test_what_has_no_topic_is_heard_once() -> None:
    assert chosen_quotes([("a", "je ne sais pas trop", ()), ("b", "je ne sais pas non plus", ())]) == ("a",)


@given(
    st.lists(
        st.tuples(st.integers().map(str), st.text(max_size=40), st.lists(st.sampled_from("abcd"))),
        max_size=30,
        unique_by=lambda candidate: candidate[0],
    )
)
def test_quotes_are_few_and_not_too_short(candidates: list[tuple[str, str, list[str]]]) -> None:
    texts = {contribution: text for contribution, text, _ in candidates}
    found = chosen_quotes(candidates)
    assert len(found) <= 3
    assert all(len(" ".join(texts[each].split())) >= SHORTEST_QUOTE for each in found)


@given(st.text(), st.integers(2, 60))
def test_a_cut_text_is_one_line_within_its_room(text: str, room: int) -> None:
    short = cut(text, room)
    assert len(short) <= room
    assert "\n" not in short
    assert short == " ".join(text.split()) or short.endswith("…")
