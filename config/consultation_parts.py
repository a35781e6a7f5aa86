"""The parts of a consultation file that repeat: sectors, questions, topics, redirects, steps; and its moments.

Ids that the organiser does not give are made of the label alone (first language), so that moving a line changes none.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config import consultation_schema as schema
from config import people_words
from config.consultation_audience import audience
from config.consultation_events import EVENT_KEYS, event, event_options
from config.consultation_experiments import experiment
from config.consultation_moments import moments
from config.people_words import folded
from config.yaml_entries import Document, Key, Section, line_of, not_listed, plain, read_text
from core.model.consultations import (
    Option,
    Question,
    QuestionKind,
    QuietHours,
    Redirect,
    Step,
    StepKind,
    Taxonomy,
    Text,
    Topic,
)

_LONG_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SHORT_ID = re.compile(r"[a-z0-9_-]{1,16}")

_WEEKLY_ID = 13
"""Characters that an id keeps before the number of the week."""

_WITH_OPTIONS = frozenset({QuestionKind.SINGLE, QuestionKind.SEVERAL})
_WITH_ENDS = frozenset({QuestionKind.SCALE, QuestionKind.NUMBER})
_NUMBER_ENDS = (0, 1000)
_SCALE_ENDS = (1, 5)


# ── one value ────────────────────────────────────────────────────────────────────────────────────────────────────────


def identifier(section: Section, key: str) -> str:
    """The id of a partner or a consultation."""
    found = section.word(key)
    if found and not _LONG_ID.fullmatch(found):
        section.wrong(key, "file.not_an_id", found=found, close=people_words.slug(found, 40) or "piscine")
    return found


def day(section: Section, key: str) -> date:
    return section.value(key, people_words.day, date.max, "file.not_a_day")


def number(section: Section, key: str, default: int, *, low: int, high: int) -> int:
    found = section.value(key, people_words.whole_number, default, "file.not_a_number")
    if not low <= found <= high:
        section.wrong(key, "file.out_of_range", low=low, high=high)
    return found


def yes_or_no(section: Section, key: str, *, default: bool) -> bool:
    return section.value(key, people_words.yes_or_no, default, "file.not_yes_or_no")


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sectors(file: Section) -> tuple[tuple[Option, ...], dict[str, float]]:
    """The partner's own areas, and the share of the people who live in each, where the file says it."""
    options: list[Option] = []
    shares: dict[str, float] = {}
    for place, node in enumerate(file.items("sectors"), 1):
        option, section = _option(node, schema.SECTOR, file, f"sectors[{place}]", name=True)
        options.append(option)
        if section is not None and (share := section.value("share", people_words.share, None, "file.not_a_share")):
            shares[option.id] = share
    _distinct(((option.id, node) for option, node in zip(options, file.items("sectors"), strict=True)), file.document)
    return tuple(options), shares


TopicsOf = Callable[[Section], Taxonomy]
"""The list that stands in a section under `taxonomy`, there or in a file of its own."""


def questions(file: Section, areas: tuple[Option, ...], zone: str, topics_of: TopicsOf) -> tuple[Question, ...]:
    nodes = file.items("questions")
    found = [
        _question(node, file, f"questions[{place}]", areas, zone, topics_of) for place, node in enumerate(nodes, 1)
    ]
    _distinct(((question.id, node) for question, node in zip(found, nodes, strict=True)), file.document)
    return tuple(found)


def _question(
    node: Node, file: Section, path: str, areas: tuple[Option, ...], zone: str, topics_of: TopicsOf
) -> Question:
    section = Section.of(node, schema.QUESTION, file.document, path)
    kind = section.choice("kind", schema.QUESTION_KINDS, QuestionKind.OPEN, "file.not_a_question_kind")
    for key, kinds in (
        ("options", _WITH_OPTIONS),
        ("most", {QuestionKind.SEVERAL}),
        ("kept_from", {QuestionKind.SEVERAL}),
        ("low", _WITH_ENDS),
        ("high", _WITH_ENDS),
        ("low_label", {QuestionKind.SCALE}),
        ("high_label", {QuestionKind.SCALE}),
        ("taxonomy", {QuestionKind.OPEN}),
        *((key, {QuestionKind.EVENT}) for key in EVENT_KEYS),
    ):
        if key in section and kind not in kinds and "kind" in section:
            section.wrong(key, "file.not_for_this_kind", kind=kind.value)
    text = section.text("text")
    if kind is QuestionKind.EVENT:
        happens = event(section, zone)
        return Question(
            _short_id(section, text), kind, text, section.text("hint"), event_options(section.document), event=happens
        )
    low, high = _NUMBER_ENDS if kind is QuestionKind.NUMBER else _SCALE_ENDS
    return Question(
        id=_short_id(section, text),
        kind=kind,
        text=text,
        hint=section.text("hint"),
        options=areas if kind is QuestionKind.SECTOR else _options(section),
        low=number(section, "low", low, low=-1_000_000, high=1_000_000),
        high=number(section, "high", high, low=-1_000_000, high=1_000_000),
        low_label=section.text("low_label"),
        high_label=section.text("high_label"),
        taxonomy=topics_of(section) if "taxonomy" in section else None,
        most=number(section, "most", 0, low=0, high=100),
        kept_from=section.word("kept_from") or "",
    )


def _options(question: Section) -> tuple[Option, ...]:
    nodes = question.items("options")
    options = [
        _option(node, schema.OPTION, question, f"{question.path}.options[{place}]")[0]
        for place, node in enumerate(nodes, 1)
    ]
    _distinct(((option.id, node) for option, node in zip(options, nodes, strict=True)), question.document)
    return tuple(options)


def _option(
    node: Node, keys: tuple[Key, ...], owner: Section, path: str, *, name: bool = False
) -> tuple[Option, Section | None]:
    """A label alone (one word, or one for each language), or a section with a label."""
    document = owner.document
    if not isinstance(node, MappingNode) or all(
        plain(key) in document.languages or not_listed(key, document) for key, _ in node.value
    ):
        label = read_text(node, document, path, name=name)
        return Option(_made_id(label, line_of(node), document), label), None
    section = Section.of(node, keys, document, path)
    label = section.text("label", name=name)
    return Option(_short_id(section, label), label), section


# ── topics, redirects ────────────────────────────────────────────────────────────────────────────────────────────────


def topics(node: Node, document: Document, *, named: bool = False) -> Taxonomy:
    """A list of topics, bare or under `topics:`. `named`: a topic without an id is known by its name, whole."""
    if isinstance(node, SequenceNode):
        nodes: tuple[Node, ...] = tuple(node.value)
    else:
        nodes = Section.of(node, schema.TAXONOMY, document, "taxonomy").items("topics")
    found: list[Topic] = []
    for place, item in enumerate(nodes, 1):
        section = Section.of(item, schema.TOPIC, document, f"topics[{place}]")
        name = section.text("name")
        description = " ".join(_in_each_language(section, "description", _sentence))
        words = tuple(dict.fromkeys(_in_each_language(section, "words", Section.words)))
        known_as = section.word("id") or next(iter(name.values()), "") if named else _short_id(section, name)
        found.append(Topic(known_as, name, description, words))
    _distinct(((topic.id, item) for topic, item in zip(found, nodes, strict=True)), document)
    return Taxonomy(tuple(found))


def redirects(file: Section) -> tuple[Redirect, ...]:
    found: list[Redirect] = []
    nodes = file.items("redirects")
    for place, node in enumerate(nodes, 1):
        section = Section.of(node, schema.REDIRECT, file.document, f"redirects[{place}]")
        words = tuple(dict.fromkeys(_in_each_language(section, "words", Section.words)))
        made = _short_id(section, {"": words[0]} if words else {})
        serious = yes_or_no(section, "serious", default=True)
        found.append(Redirect(made, words, section.text("answer"), serious))
    _distinct(((redirect.id, node) for redirect, node in zip(found, nodes, strict=True)), file.document)
    return tuple(found)


def _sentence(section: Section, key: str) -> tuple[str, ...]:
    return (section.word(key),) if key in section else ()


def _in_each_language(section: Section, key: str, read: Callable[[Section, str], tuple[str, ...]]) -> tuple[str, ...]:
    """What helps the machine only (words, descriptions) may stand once, or once for each language."""
    if key not in section or not isinstance(section.nodes[key], MappingNode):
        return read(section, key)
    left_behind = [plain(code) or "" for code, _ in section.nodes[key].value if not_listed(code, section.document)]
    languages = section.section(key, [Key(code) for code in (*section.document.languages, *left_behind)])
    return tuple(word for code in section.document.languages for word in read(languages, code))


# ── moments ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def steps(file: Section, opens: datetime, closes: datetime, zone: str, asked: Sequence[Question]) -> tuple[Step, ...]:
    """`opens`, `closes`: between which a weekly step comes. Each of its weeks is a step of its own; those after the
    first stand at the end, so that a step keeps its place in the file."""
    nodes = file.items("steps")
    found: list[Step] = []
    later: list[Step] = []
    ids: list[tuple[str, Node]] = []
    for place, node in enumerate(nodes, 1):
        section = Section.of(node, schema.STEP, file.document, f"steps[{place}]")
        kind = section.choice("kind", schema.STEP_KINDS, StepKind.PROMPT, "file.not_a_step_kind")
        made = _short_id(section, {}) or kind.value
        when = moments(section, opens, closes, zone)
        drawn, who, text = experiment(section, kind, when), audience(section, asked), section.text("text")
        paid = section.value("paid", people_words.paid_messages, 0, "file.not_paid")
        for number, moment in enumerate(when, 1):
            named = made if len(when) == 1 else f"{made[:_WEEKLY_ID]}-{number}"
            (found if number == 1 else later).append(Step(named, kind, moment, text, drawn, who, paid))
            ids.append((named, node))
    _distinct(ids, file.document)
    return (*found, *later)


def quiet_hours(file: Section) -> QuietHours:
    usual = QuietHours()
    if "quiet_hours" not in file:
        return usual
    if isinstance(file.nodes["quiet_hours"], ScalarNode):
        ends = file.value("quiet_hours", people_words.between, None, "file.not_quiet_hours")
        return usual if ends is None else QuietHours(*ends)
    quiet = file.section("quiet_hours", schema.QUIET)
    return QuietHours(
        quiet.value("from", people_words.clock, usual.start, "file.not_an_hour"),
        quiet.value("to", people_words.clock, usual.end, "file.not_an_hour"),
        **_quiet_days(quiet),
    )


def _quiet_days(quiet: Section) -> dict[str, bool]:
    found = {}
    for word in quiet.words("days"):
        kind = schema.QUIET_DAYS.get(folded(word))
        if kind is None:
            quiet.wrong("days", "file.not_quiet_days", found=word)
        else:
            found[kind] = True
    return found


# ── ids ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _short_id(section: Section, label: Text) -> str:
    """The id that the section gives, or the one that its label makes."""
    found = section.word("id")
    if not found:
        return _made_id(label, section.line, section.document)
    if not _SHORT_ID.fullmatch(found):
        section.wrong("id", "file.not_a_short_id", found=found, close=people_words.slug(found, 16) or "horaires")
    return found


def _made_id(label: Text, line: int, document: Document) -> str:
    made = people_words.slug(next(iter(label.values()), ""), 16)
    if label and not made:
        document.mistakes.add(line, "file.needs_an_id")
    return made


def _distinct(ids: Iterable[tuple[str, Node]], document: Document) -> None:
    seen: set[str] = set()
    for made, node in ids:
        if made and made in seen:
            document.mistakes.add(line_of(node), "file.same_id", id=made)
        seen.add(made)
