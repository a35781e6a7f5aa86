"""What a consultation owes before it starts: each thing that is refused or warned about, and words for all of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from config.locale import Catalogue
from config.plain_words import read_plain_words
from core.model.audience import Who
from core.model.consultations import (
    WAVES,
    Anchor,
    Consultation,
    Moment,
    Option,
    Post,
    Question,
    QuestionKind,
    QuietHours,
    Redirect,
    Step,
    StepKind,
    Taxonomy,
    Topic,
)
from core.rules.commitments import check
from core.rules.findings import Finding, Severity, refused
from core.rules.plain_language import PlainWord, PlainWords, hard_words
from tests.samples import sample

POOL = sample("piscine")
WORKSHOP = sample("atelier")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLAIN = read_plain_words()
NOTHING: dict[str, str] = {"fr": "", "en": " … "}


def found(consultation: Consultation, *, now: datetime = NOW) -> dict[str, Finding]:
    return {finding.key: finding for finding in check(consultation, now=now, plain_words=PLAIN)}


def meeting(**changes: Any) -> Consultation:
    """The sample workshop, with an event that cannot be."""
    *asked, event = WORKSHOP.questions
    assert event.event is not None
    return replace(WORKSHOP, questions=(*asked, replace(event, event=replace(event.event, **changes))))


def both(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


def asking(*questions: Question) -> Consultation:
    return replace(POOL, questions=questions)


def posting(moment: Moment) -> Consultation:
    return replace(POOL, posts=(Post("fair", "@valbrune", moment, "site"),))


def calm(known: Consultation) -> Consultation:
    """Where Sundays and public holidays are quiet."""
    return replace(known, quiet=replace(known.quiet, sundays=True, holidays=True))


def question(kind: QuestionKind, **more: Any) -> Question:
    return Question(kind.value, kind, both("Et ?"), **more)


def step(kind: StepKind, **moment: Any) -> Consultation:
    """The pool with one step changed."""
    steps = tuple(replace(each, moment=Moment(**moment)) if each.kind is kind else each for each in POOL.steps)
    return replace(POOL, steps=steps)


def wall(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    """A wall time, as a file says it."""
    return datetime.combine(date(year, month, day), time(hour, minute))


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", both(label)) for place, label in enumerate(labels))


REFUSED: list[tuple[str, Callable[[], Consultation]]] = [
    ("check.post_never_leaves", lambda: posting(Moment(after=timedelta(400), anchor=Anchor.START))),
    ("check.no_title", lambda: replace(POOL, title={})),
    ("check.no_why", lambda: replace(POOL, why=NOTHING)),
    ("check.no_decided", lambda: replace(POOL, decided=NOTHING)),
    ("check.no_open", lambda: replace(POOL, open=NOTHING)),
    ("check.nothing_open", lambda: replace(POOL, open={"fr": "Rien.", "en": "The hours."})),
    ("check.nothing_open", lambda: replace(POOL, open={"fr": "Les horaires.", "en": "N/A"})),
    ("check.nothing_open", lambda: replace(POOL, open={"fr": "Rien, tout est décidé.", "en": "The hours."})),
    ("check.no_decider", lambda: replace(POOL, decision=replace(POOL.decision, who=NOTHING))),
    ("check.no_readers", lambda: replace(POOL, readers=replace(POOL.readers, who=NOTHING))),
    ("check.no_reply_service", lambda: replace(POOL, reply=replace(POOL.reply, service=NOTHING))),
    ("check.no_contact", lambda: replace(POOL, notice=replace(POOL.notice, contact={}))),
    ("check.no_notice", lambda: replace(POOL, notice=replace(POOL.notice, more={}))),
    ("check.closes_before_opens", lambda: replace(POOL, closes_at=POOL.opens_at)),
    ("check.decided_before_opening", lambda: replace(POOL, decision=replace(POOL.decision, on=date(2026, 11, 1)))),
    ("check.reply_before_decision", lambda: replace(POOL, reply=replace(POOL.reply, by=date(2027, 3, 11)))),
    (
        "check.held_too_long",
        lambda: replace(POOL, retention=replace(POOL.retention, held_text=timedelta(hours=25))),
    ),
    ("check.no_question", asking),
    ("check.no_sectors", lambda: asking(question(QuestionKind.SECTOR))),
    ("check.few_options", lambda: asking(question(QuestionKind.SINGLE, options=options("Oui")))),
    ("check.more_dots_than_options", lambda: asking(question(QuestionKind.SEVERAL, options=options("A", "B"), most=3))),
    ("check.event_without_time", lambda: meeting(ends=POOL.opens_at)),
    ("check.event_before_opening", lambda: meeting(starts=POOL.opens_at)),
    ("check.empty_range", lambda: asking(question(QuestionKind.SCALE, low=3, high=3))),
    (
        "check.too_many_buttons",
        lambda: asking(question(QuestionKind.SEVERAL, options=options(*map(str, range(81))))),
    ),
    (
        "check.audience_unknown",
        lambda: replace(
            POOL, steps=(replace(POOL.steps[1], who=Who(none=(Who(sectors=("atlantis",)),))), POOL.steps[-1])
        ),
    ),
    ("check.always_quiet", lambda: replace(POOL, quiet=QuietHours(time(8, 30), time(8, 0)))),
    ("check.step_never_leaves", lambda: step(StepKind.REMINDER, at=wall(2027, 2, 1, 18, 0))),
    ("check.step_never_leaves", lambda: step(StepKind.REMINDER, after=timedelta(days=90), anchor=Anchor.ARRIVAL)),
    ("check.step_never_leaves", lambda: step(StepKind.LAST_CALL, at=wall(2027, 1, 31, 22, 0))),
    ("check.digest_unknown", lambda: replace(POOL, digest=replace(POOL.digest, follows=("moon",)))),
    ("check.too_long", lambda: replace(POOL, why=both("Bien. " * 700))),
    ("check.too_long", lambda: replace(POOL, redirects=(Redirect("a", ("a",), both("🙂" * 2000)),))),
]

WARNED: list[tuple[str, Callable[[], Consultation]]] = [
    ("check.post_on_quiet_day", lambda: calm(posting(Moment(at=wall(2026, 12, 6, 12, 0))))),
    ("check.step_on_quiet_day", lambda: calm(step(StepKind.REMINDER, at=wall(2026, 12, 6, 12, 0)))),
    ("check.post_in_quiet", lambda: posting(Moment(after=timedelta(2), anchor=Anchor.START, at_time=time(23)))),
    ("check.decided_before_closing", lambda: replace(POOL, closes_at=datetime(2027, 3, 20, tzinfo=UTC))),
    ("check.gone_before_reply", lambda: replace(POOL, retention=replace(POOL.retention, contributions=timedelta(30)))),
    ("check.young", lambda: replace(POOL, notice=replace(POOL.notice, minimum_age=13))),
    ("check.many_questions", lambda: asking(*POOL.questions, question(QuestionKind.NUMBER))),
    ("check.no_open_question", lambda: asking(POOL.questions[0])),
    ("check.open_in_a_row", lambda: asking(POOL.questions[1], POOL.questions[1])),
    ("check.long_scale", lambda: asking(question(QuestionKind.SCALE, low=0, high=20))),
    ("check.many_options", lambda: asking(question(QuestionKind.SINGLE, options=options(*map(str, range(13)))))),
    ("check.long_label", lambda: asking(question(QuestionKind.SINGLE, options=options("Oui", "O" * 41)))),
    ("check.long_label", lambda: replace(POOL, taxonomy=Taxonomy((Topic("a", both("A" * 41), "A."),)))),
    ("check.no_topics", lambda: replace(POOL, taxonomy=Taxonomy(()))),
    ("check.mute_topic", lambda: replace(POOL, taxonomy=Taxonomy((Topic("a", both("Horaires")),)))),
    ("check.nearly_always_quiet", lambda: replace(POOL, quiet=QuietHours(time(12, 0), time(9, 0)))),
    ("check.no_results", lambda: replace(POOL, steps=POOL.steps[:-1])),
    ("check.no_prompt", lambda: replace(POOL, steps=POOL.steps[1:])),
    ("check.many_reminders", lambda: replace(POOL, steps=(*POOL.steps, replace(POOL.steps[1], id="again")))),
    ("check.paid", lambda: replace(POOL, steps=tuple(replace(each, paid=20_000) for each in POOL.steps))),
    ("check.step_before_opening", lambda: step(StepKind.PROMPT, at=wall(2026, 11, 1, 12, 0))),
    ("check.step_in_quiet", lambda: step(StepKind.REMINDER, at=wall(2026, 12, 1, 22, 0))),
    (
        "check.step_in_quiet",
        lambda: step(StepKind.REMINDER, after=timedelta(1), anchor=Anchor.ARRIVAL, at_time=time(6)),
    ),
    (
        "check.second_wave_too_late",
        lambda: replace(
            POOL,
            steps=(Step("r", StepKind.REMINDER, Moment(at=wall(2027, 1, 30, 12, 0)), experiment=WAVES), POOL.steps[-1]),
        ),
    ),
    ("check.results_before_closing", lambda: step(StepKind.RESULTS, at=wall(2027, 1, 20, 12, 0))),
    ("check.results_after_promise", lambda: step(StepKind.RESULTS, at=wall(2027, 3, 31, 12, 0))),
    ("check.no_channel", lambda: replace(POOL, digest=replace(POOL.digest, slack_channel="", emails=()))),
    ("check.no_sources", lambda: replace(POOL, sources={})),
    ("check.shares", lambda: replace(POOL, shares={"centre": 0.8, "gare": 0.3})),
    ("check.long_question", lambda: asking(replace(POOL.questions[1], text=both("Bien. " * 60)))),
    ("check.long_sentence", lambda: replace(POOL, why=both("un " * 21))),
    ("check.long_on_average", lambda: replace(POOL, why=both("un " * 15))),
    ("check.several_questions", lambda: asking(replace(POOL.questions[1], text=both("Où ? Quand ?")))),
    ("check.passive", lambda: replace(POOL, why={"fr": "Le prix a été fixé.", "en": "The price will be fixed."})),
    ("check.two_denials", lambda: replace(POOL, why={"fr": "Ce n'est pas impossible.", "en": "It is not unlikely."})),
    ("check.short_name", lambda: replace(POOL, why=both("Le PCAET change."))),
    ("check.hard_word", lambda: replace(POOL, title={"fr": "Concertation préalable", "en": "The pool"})),
]


def test_the_pool_has_nothing_to_be_told() -> None:
    assert found(POOL) == {}


def test_the_library_is_told_of_its_fourth_question_only() -> None:
    findings = found(sample("bibliotheque"))
    assert list(findings) == ["check.many_questions"]
    assert findings["check.many_questions"].params == {"n": 4, "most": 3}


@pytest.mark.parametrize(("key", "made"), REFUSED)
def test_what_is_refused(key: str, made: Callable[[], Consultation]) -> None:
    findings = check(made(), now=NOW, plain_words=PLAIN)
    assert key in {finding.key for finding in findings if finding.severity is Severity.REFUSE}
    assert findings[0].severity is Severity.REFUSE
    assert refused(findings)


@pytest.mark.parametrize(("key", "made"), WARNED)
def test_what_is_warned_about(key: str, made: Callable[[], Consultation]) -> None:
    findings = check(made(), now=NOW, plain_words=PLAIN)
    assert key in {finding.key for finding in findings if finding.severity is Severity.WARN}
    assert not refused(findings)


def test_a_name_that_is_not_known_comes_with_those_of_its_kind() -> None:
    steps = (replace(POOL.steps[1], who=Who(sectors=("atlantis",))), POOL.steps[-1])
    finding = found(replace(POOL, steps=steps))["check.audience_unknown"]
    assert (finding.params["found"], finding.params["known"]) == ("atlantis", "bellevue, centre, gare")


def test_a_clause_that_opens_something_is_enough() -> None:
    assert "check.nothing_open" not in found(replace(POOL, open=both("Rien, sauf les horaires.")))


def test_a_closing_before_the_opening_is_said_once_even_when_it_has_passed() -> None:
    said = found(replace(POOL, closes_at=POOL.opens_at - timedelta(days=1)), now=POOL.opens_at)
    assert "check.closes_before_opens" in said
    assert "check.closed_already" not in said


def test_time_that_has_passed() -> None:
    assert set(found(POOL, now=datetime(2027, 2, 1, tzinfo=UTC))) == {"check.closed_already"}
    assert set(found(POOL, now=datetime(2027, 4, 1, tzinfo=UTC))) == {"check.closed_already", "check.reply_is_past"}


def test_a_number_or_a_scale_of_its_own_is_fine() -> None:
    asked = asking(question(QuestionKind.NUMBER, low=0, high=9), POOL.questions[1], question(QuestionKind.SCALE))
    assert found(asked) == {}


def test_a_reminder_counted_from_the_arrival_has_until_the_closing() -> None:
    whole = POOL.closes_at - POOL.opens_at
    just = step(StepKind.REMINDER, after=timedelta(days=whole.days - 1), anchor=Anchor.ARRIVAL)
    assert "check.step_never_leaves" not in found(just)


def test_an_empty_commitment_names_the_languages_that_lack_it() -> None:
    finding = found(replace(POOL, open={"fr": "Les horaires.", "en": ""}))["check.no_open"]
    assert finding.params == {"languages": "en"}
    assert finding.where == "open"


def test_a_hard_word_gets_its_replacement_where_it_stands() -> None:
    hard = replace(POOL.questions[1], text={"fr": "Que dire de cette concertation préalable ?", "en": "And?"})
    finding = found(asking(POOL.questions[0], hard))["check.hard_word"]
    assert finding.where == "questions[2].text"
    assert finding.params["found"] == "concertation préalable"
    assert finding.params["instead"] == "nous vous demandons votre avis avant de décider"


@pytest.mark.parametrize(
    ("said", "hard"),
    [
        ("Le PLU change.", True),
        ("Venez plus souvent.", False),
        ("Les BAILLEURS sociaux.", True),
        ("Deux délibérations ont eu lieu.", True),
        ("Il délibère.", True),
        ("Un bassin, de vie ou non.", True),
    ],
)
def test_words_are_met_whole_in_any_capitals_and_number(said: str, hard: bool) -> None:
    assert ("check.hard_word" in found(replace(POOL, title={"fr": said, "en": "x"}))) is hard


def test_without_words_to_avoid_sentences_are_still_counted() -> None:
    long = replace(POOL, title=both("un " * 30))
    assert [finding.key for finding in check(long, now=NOW)] == ["check.long_sentence"] * 2


def test_the_lists_of_hard_words_are_not_made_of_hard_words() -> None:
    for language, plain in PLAIN.items():
        assert len(plain.words) >= {"fr": 300, "en": 150}[language]
        for entry in plain.words:
            assert not list(hard_words(entry.instead, plain)), entry


def test_every_finding_has_words_in_both_languages() -> None:
    catalogue = Catalogue()
    sample = [
        finding
        for _, made in [*REFUSED, *WARNED]
        for finding in check(made(), now=datetime(2027, 4, 1, tzinfo=UTC), plain_words=PLAIN)
    ]
    keys = {finding.key for finding in sample}
    assert keys == {key for key in catalogue.keys if key.startswith("check.")}
    for finding in sample:
        for language in catalogue.languages:
            assert catalogue.say(finding.key, language, finding.params)


def test_expressions_of_several_words_stand_side_by_side() -> None:
    plain = {"fr": PlainWords((PlainWord(("au préalable",), "avant"),))}
    for said, hard in (("Au préalable, venez.", True), ("Au service préalable.", False), ("au", False)):
        findings = check(replace(POOL, title={"fr": said, "en": "x"}), now=NOW, plain_words=plain)
        assert bool(findings) is hard


def test_the_topics_of_a_question_are_looked_at_too_and_they_are_enough() -> None:
    own = Taxonomy((Topic("a", both("Horaires")),))
    asked = tuple(replace(each, taxonomy=own) if each.kind is QuestionKind.OPEN else each for each in POOL.questions)
    whole = replace(POOL, questions=asked, taxonomy=Taxonomy(()))
    found = {each.key: each.where for each in check(whole, now=NOW, plain_words=PLAIN)}
    assert "check.no_topics" not in found
    assert found["check.mute_topic"] == "questions[2].taxonomy"
