"""What a consultation owes to the people it asks, judged before it starts: refused, or warned about.

Refused: an empty commitment (nothing open, nobody decides, no reply …), dates that contradict each other, a step that
can never leave, a question that cannot be answered, a message no phone would show. Warned: all that costs answers or
trust, and words that most readers do not know. Pure: the words to avoid are given as data.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from core.model.audience import Who
from core.model.consultations import (
    Consultation,
    Event,
    Moment,
    Question,
    QuestionKind,
    QuietHours,
    Step,
    StepKind,
    Taxonomy,
    Text,
)
from core.model.deliveries import Day, Param
from core.rules.calendar import Due, Skipped, due_at_opening, in_quiet, is_quiet_day, on_wall
from core.rules.experiments import second_wave
from core.rules.findings import Finding, Severity, refuse, warn
from core.rules.paid import stars
from core.rules.plain_language import PlainWords
from core.rules.plain_sentences import Kind, Remark, remarks
from core.rules.plain_text import plain
from core.rules.posts import post_due

MOST_QUESTIONS = 3
LONGEST_LABEL = 40
LONGEST_QUESTION = 300
LONGEST_MESSAGE = 3500
"""UTF-16 units of the organiser's own words in one message: a platform takes 4096, ours need the rest."""

MOST_OPTIONS = 12
MOST_BUTTONS = 80
MOST_POINTS = 11
LAWFUL_AGE = 15
LEAST_AWAKE = timedelta(hours=1)
_CLAUSE = re.compile(r"[,;:.!]")
_WARN_AWAKE = timedelta(hours=4)


def check(
    consultation: Consultation, *, now: datetime, plain_words: Mapping[str, PlainWords] | None = None
) -> tuple[Finding, ...]:
    """Everything there is to say about this consultation, refusals first, in the order of the file."""
    given = plain_words or {}
    findings = [
        *_commitments(consultation, given),
        *_dates(consultation, now),
        *_notice(consultation),
        *_questions(consultation),
        *_topics(consultation),
        *_steps(consultation),
        *_staff(consultation),
        *_lengths(consultation),
        *_plain_language(consultation, given),
    ]
    return tuple(sorted(findings, key=lambda finding: finding.severity is Severity.WARN))


# ── what is owed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _commitments(consultation: Consultation, given: Mapping[str, PlainWords]) -> Iterator[Finding]:
    owed: tuple[tuple[str, Text, str], ...] = (
        ("check.no_title", consultation.title, "title"),
        ("check.no_why", consultation.why, "why"),
        ("check.no_decided", consultation.decided, "decided"),
        ("check.no_open", consultation.open, "open"),
        ("check.no_decider", consultation.decision.who, "decision.who"),
        ("check.no_readers", consultation.readers.who, "readers"),
        ("check.no_reply_service", consultation.reply.service, "reply.service"),
        ("check.no_contact", consultation.notice.contact, "notice.contact"),
        ("check.no_notice", consultation.notice.more, "notice.more"),
    )
    for key, text, where in owed:
        empty = [code for code in consultation.languages if not plain(text.get(code, ""))]
        if empty:
            yield refuse(key, where, languages=", ".join(empty))
    for code in consultation.languages:
        nothing = {plain(word) for word in given.get(code, PlainWords()).nothing}
        said = consultation.open.get(code, "")
        parts = [part for each in (said, *_CLAUSE.split(said)) if (part := plain(each))]
        if parts and (parts[0] in nothing or set(parts[1:]) <= nothing):
            yield refuse("check.nothing_open", "open", said=said)


def _dates(consultation: Consultation, now: datetime) -> Iterator[Finding]:
    decision, reply = consultation.decision.on, consultation.reply.by
    closes = on_wall(consultation.closes_at, consultation.zone).date()
    today = on_wall(now, consultation.zone).date()
    if consultation.closes_at <= consultation.opens_at:
        yield refuse("check.closes_before_opens", "closes")
    elif consultation.closes_at <= now:
        yield warn("check.closed_already", "closes", closes=_day(closes))
    if reply < decision:
        yield refuse("check.reply_before_decision", "reply.by", by=_day(reply), on=_day(decision))
    opens = on_wall(consultation.opens_at, consultation.zone).date()
    if decision < opens:
        yield refuse("check.decided_before_opening", "decision.on", on=_day(decision), opens=_day(opens))
    elif decision < closes:
        yield warn("check.decided_before_closing", "decision.on", on=_day(decision), closes=_day(closes))
    if reply < today:
        yield warn("check.reply_is_past", "reply.by", by=_day(reply))
    if closes + consultation.retention.contributions < reply:
        yield warn("check.gone_before_reply", "retention.contributions", by=_day(reply))


def _notice(consultation: Consultation) -> Iterator[Finding]:
    if consultation.notice.minimum_age < LAWFUL_AGE:
        yield warn("check.young", "notice.minimum_age", age=consultation.notice.minimum_age, lawful=LAWFUL_AGE)
    if consultation.retention.held_text > timedelta(hours=24):
        yield refuse("check.held_too_long", "retention.held_text")


# ── questions and topics ─────────────────────────────────────────────────────────────────────────────────────────────


def _questions(consultation: Consultation) -> Iterator[Finding]:
    questions = consultation.questions
    if not questions:
        yield refuse("check.no_question", "questions")
        return
    asked = sum(question.kind is not QuestionKind.EVENT for question in questions)
    if asked > MOST_QUESTIONS:
        yield warn("check.many_questions", "questions", n=asked, most=MOST_QUESTIONS)
    kinds = [question.kind for question in questions]
    if QuestionKind.OPEN not in kinds:
        yield warn("check.no_open_question", "questions")
    for place, (one, following) in enumerate(pairwise(kinds), 2):
        if one is following is QuestionKind.OPEN:
            yield warn("check.open_in_a_row", f"questions[{place}]", first=place - 1, second=place)
    for place, question in enumerate(questions, 1):
        yield from _question(question, place)
        if question.event is not None and not question.event.cancelled:
            yield from _event(question.event, consultation, place)


def _question(question: Question, place: int) -> Iterator[Finding]:
    where = f"questions[{place}]"
    match question.kind:
        case QuestionKind.SECTOR if not question.options:
            yield refuse("check.no_sectors", where, place=place)
        case QuestionKind.SEVERAL if question.kept_from:
            pass  # how many options it has is known when it starts
        case QuestionKind.SINGLE | QuestionKind.SEVERAL if len(question.options) < 2:
            yield refuse("check.few_options", where, place=place)
        case QuestionKind.SEVERAL if question.most > len(question.options):
            yield refuse("check.more_dots_than_options", where, place=place, n=question.most)
        case QuestionKind.SCALE | QuestionKind.NUMBER if question.low >= question.high:
            yield refuse("check.empty_range", where, place=place, low=question.low, high=question.high)
        case QuestionKind.SCALE if question.high - question.low >= MOST_POINTS:
            yield warn("check.long_scale", where, place=place, n=question.high - question.low + 1)
        case _:
            pass
    if len(question.options) > MOST_BUTTONS:
        yield refuse("check.too_many_buttons", where, place=place, most=MOST_BUTTONS)
    elif len(question.options) > MOST_OPTIONS:
        yield warn("check.many_options", where, place=place, n=len(question.options))
    for option in question.options:
        yield from _label(option.label, where)


def _event(event: Event, consultation: Consultation, place: int) -> Iterator[Finding]:
    """People must be asked before it begins, and it must end after that."""
    where = f"questions[{place}]"
    if event.starts >= event.ends:
        yield refuse("check.event_without_time", where, place=place)
    if event.starts <= consultation.opens_at:
        yield refuse("check.event_before_opening", where, place=place)


def _topics(consultation: Consultation) -> Iterator[Finding]:
    open_ones = [each for each in consultation.questions if each.kind is QuestionKind.OPEN]
    if not consultation.taxonomy.topics and any(each.taxonomy is None for each in open_ones):
        yield warn("check.no_topics", "taxonomy")
    yield from _topics_of(consultation.taxonomy, "taxonomy", consultation)
    for place, question in enumerate(consultation.questions, 1):
        if question.taxonomy is not None:
            yield from _topics_of(question.taxonomy, f"questions[{place}].taxonomy", consultation)


def _topics_of(taxonomy: Taxonomy, where: str, consultation: Consultation) -> Iterator[Finding]:
    for topic in taxonomy.topics:
        name = consultation.in_language(topic.name, consultation.languages[0])
        if not topic.words and not topic.description:
            yield warn("check.mute_topic", where, topic=name)
        yield from _label(topic.name, where)


def _label(label: Text, where: str) -> Iterator[Finding]:
    for said in dict.fromkeys(label.values()):
        if _units(said) > LONGEST_LABEL:
            yield warn("check.long_label", where, label=said, most=LONGEST_LABEL)


# ── steps, quiet hours, staff ────────────────────────────────────────────────────────────────────────────────────────


def _steps(consultation: Consultation) -> Iterator[Finding]:
    awake = _awake(consultation.quiet)
    if awake < LEAST_AWAKE:
        yield refuse("check.always_quiet", "quiet_hours")
        return
    if awake < _WARN_AWAKE:
        yield warn("check.nearly_always_quiet", "quiet_hours")
    kinds = [step.kind for step in consultation.steps]
    if StepKind.RESULTS not in kinds:
        yield warn("check.no_results", "steps")
    if StepKind.PROMPT not in kinds:
        yield warn("check.no_prompt", "steps")
    if kinds.count(StepKind.REMINDER) > 1:
        yield warn("check.many_reminders", "steps", n=kinds.count(StepKind.REMINDER))
    if consultation.closes_at <= consultation.opens_at:
        return
    yield from _posts(consultation)
    for place, step in enumerate(consultation.steps, 1):
        if step.kind is not StepKind.EVENT:  # made from its event, which was judged
            yield from _step(consultation, step, place)


def _step(consultation: Consultation, step: Step, place: int) -> Iterator[Finding]:
    """Judged for the first person who could come, at the opening: whoever comes later has less time."""
    where = f"steps[{place}].when"
    due, moment = due_at_opening(step, consultation), step.moment
    if (
        moment.at is not None
        and moment.at.tzinfo is None
        and moment.at < on_wall(consultation.opens_at, consultation.zone)
    ):
        yield warn("check.step_before_opening", where, place=place)
    elif isinstance(due, Skipped):
        closes = on_wall(consultation.closes_at, consultation.zone).date()
        yield refuse("check.step_never_leaves", where, place=place, closes=_day(closes))
        return
    for found, known in _unknown_in(step.who, consultation):
        names = ", ".join(sorted(known)) or "—"
        yield refuse("check.audience_unknown", f"steps[{place}].for", place=place, found=found, known=names)
    if step.paid:
        yield warn("check.paid", f"steps[{place}].paid", place=place, n=step.paid, stars=stars(step.paid))
    second = second_wave(step)
    if second is not None and isinstance(due_at_opening(second, consultation), Skipped):
        yield warn("check.second_wave_too_late", f"steps[{place}].experiment", place=place)
    yield from _waiting("step", moment, due, where, place, consultation)
    if step.kind is StepKind.RESULTS and not isinstance(due, Skipped):
        if due.at < consultation.closes_at:
            yield warn("check.results_before_closing", where, place=place)
        if on_wall(due.at, consultation.zone).date() > consultation.reply.by:
            yield warn("check.results_after_promise", where, place=place, by=_day(consultation.reply.by))


def _posts(consultation: Consultation) -> Iterator[Finding]:
    opens, closes = consultation.opens_at, consultation.closes_at
    for place, post in enumerate(consultation.posts, 1):
        due = post_due(consultation, post, start=opens, closes_at=closes, now=opens)
        where = f"posts[{place}].when"
        if isinstance(due, Skipped):
            day = _day(on_wall(closes, consultation.zone).date())
            yield refuse("check.post_never_leaves", where, place=place, closes=day)
        else:
            yield from _waiting("post", post.moment, due, where, place, consultation)


def _waiting(
    what: str, moment: Moment, due: Due | Skipped, where: str, place: int, consultation: Consultation
) -> Iterator[Finding]:
    """Its hour, as far as it has one, is a quiet one, or its day is: it leaves later than is written."""
    quiet, zone = consultation.quiet, consultation.zone
    written = moment.at if moment.at is None or moment.at.tzinfo is None else on_wall(moment.at, zone)
    hour = moment.at_time if written is None else written.time()
    if hour is not None and in_quiet(hour, quiet):
        yield warn(f"check.{what}_in_quiet", where, place=place, end=_hour(quiet.end))
    elif written is not None and isinstance(due, Due) and is_quiet_day(written.date(), zone, quiet):
        day, leaves = _day(written.date()), _day(on_wall(due.at, zone).date())
        yield warn(f"check.{what}_on_quiet_day", where, place=place, day=day, leaves=leaves)


def _unknown_in(who: Who, consultation: Consultation) -> Iterator[tuple[str, set[str]]]:
    """The names in a `for` that the consultation does not have, each with those of its kind that it has."""
    areas = {each.id for asked in consultation.questions if asked.kind is QuestionKind.SECTOR for each in asked.options}
    themes = {topic.id for topic in consultation.topics}
    for wanted, known in (
        (who.sources, set(consultation.sources)),
        (who.languages, set(consultation.languages)),
        (who.sectors, areas),
        (who.topics, themes),
    ):
        yield from ((name, known) for name in wanted if name not in known)
    for each in (*who.all, *who.any, *who.none):
        yield from _unknown_in(each, consultation)


def _staff(consultation: Consultation) -> Iterator[Finding]:
    if not consultation.digest.slack_channel and not consultation.digest.emails:
        yield warn("check.no_channel", "digest.slack_channel")
    if not consultation.sources:
        yield warn("check.no_sources", "sources")
    known = {topic.id for topic in consultation.topics}
    for plan in (consultation.digest, *consultation.digest.rooms):
        for found in (each for each in plan.follows if each not in known):
            yield refuse("check.digest_unknown", "digest", found=found, known=", ".join(sorted(known)))
    if sum(consultation.shares.values()) > 1.005:
        yield warn("check.shares", "sectors")


# ── lengths and plain words ──────────────────────────────────────────────────────────────────────────────────────────


def _lengths(consultation: Consultation) -> Iterator[Finding]:
    """Each message with all that the organiser puts into it, in every language."""
    notice, redirects = consultation.notice, consultation.redirects
    messages: list[tuple[str, tuple[Text, ...], int]] = [
        ("why", (consultation.why, consultation.decided, consultation.open, consultation.why_you), LONGEST_MESSAGE),
        ("notice.more", (notice.more, notice.contact, consultation.partner.counter), LONGEST_MESSAGE),
        *((f"redirects[{place}]", (each.answer,), LONGEST_MESSAGE) for place, each in enumerate(redirects, 1)),
        *((f"posts[{place}]", (post.text,), LONGEST_MESSAGE) for place, post in enumerate(consultation.posts, 1)),
        *((f"steps[{place}]", (step.text,), LONGEST_MESSAGE) for place, step in enumerate(consultation.steps, 1)),
        *(
            (f"steps[{place}].experiment", (step.experiment.text,), LONGEST_MESSAGE)
            for place, step in enumerate(consultation.steps, 1)
            if step.experiment
        ),
    ]
    for place, question in enumerate(consultation.questions, 1):
        messages.append((f"questions[{place}].text", (question.text, question.hint), LONGEST_QUESTION))
    for where, texts, most in messages:
        longest = max(sum(_units(text.get(code, "")) for text in texts) for code in consultation.languages)
        if longest > LONGEST_MESSAGE:
            yield refuse("check.too_long", where, n=longest, most=LONGEST_MESSAGE)
        elif longest > most:
            yield warn("check.long_question", where, n=longest, most=most)


def _plain_language(consultation: Consultation, given: Mapping[str, PlainWords]) -> Iterator[Finding]:
    """Few and useful: a hard word is told once, and what is met in many places once with how many."""
    met: dict[tuple[Kind, str, str], list[tuple[str, Remark]]] = {}
    for where, text in _read_by_people(consultation):
        for code, said in text.items():
            for remark in remarks(said, code, given.get(code, PlainWords())):
                if remark.kind is Kind.SEVERAL_QUESTIONS and not where.endswith("].text"):
                    continue
                apart = {Kind.HARD_WORD: remark.instead, Kind.LONG_SENTENCE: where, Kind.SEVERAL_QUESTIONS: where}
                met.setdefault((remark.kind, code, apart.get(remark.kind, "")), []).append((where, remark))
    for (kind, code, _), places in met.items():
        where, remark = max(places, key=lambda place: place[1].n) if kind is Kind.LONG_ON_AVERAGE else places[0]
        params: dict[str, Param] = {"language": code, "n": remark.n, "most": remark.most, "places": len(places)}
        yield warn(f"check.{kind.value}", where, found=remark.found, instead=remark.instead, **params)


def _read_by_people(consultation: Consultation) -> Iterator[tuple[str, Text]]:
    yield "title", consultation.title
    yield "why", consultation.why
    yield "decided", consultation.decided
    yield "open", consultation.open
    yield "why_you", consultation.why_you
    yield "notice.more", consultation.notice.more
    for place, question in enumerate(consultation.questions, 1):
        yield f"questions[{place}].text", question.text
        yield f"questions[{place}].hint", question.hint
        for number, option in enumerate(question.options, 1):
            yield f"questions[{place}].options[{number}]", option.label
    for place, redirect in enumerate(consultation.redirects, 1):
        yield f"redirects[{place}].answer", redirect.answer
    for place, post in enumerate(consultation.posts, 1):
        yield f"posts[{place}].text", post.text
    for place, step in enumerate(consultation.steps, 1):
        yield f"steps[{place}].text", step.text
        if step.experiment is not None:
            yield f"steps[{place}].experiment.text", step.experiment.text


def _awake(quiet: QuietHours) -> timedelta:
    """How long a day pushes may leave."""
    day = timedelta(days=1)
    asleep = (datetime.combine(date.min, quiet.end) - datetime.combine(date.min, quiet.start)) % day
    return day - asleep


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _day(day: date) -> Day:
    return Day(day, year=True)


def _hour(hour: time) -> str:
    return hour.strftime("%H:%M")
