"""Whom a step is for, as a consultation file says it: `for: {sector: Bellevue, not: {topic: tarifs}}`."""

import re
from collections.abc import Sequence

from ruamel.yaml.nodes import MappingNode, Node

from config import consultation_schema as schema
from config.consultation_reference import answers_of
from config.people_words import slug, yes_or_no
from config.yaml_entries import Document, Key, Section
from core.model.audience import EVERYBODY, Who
from core.model.consultations import COMPARABLE, Question
from core.rules.plain_text import plain as bare

LONGEST_ID = 16
_ID = re.compile(r"[a-z0-9_-]{1,16}")


def audience(step: Section, asked: Sequence[Question]) -> Who:
    return _who(step.nodes["for"], step.document, step.named("for"), asked) if "for" in step else EVERYBODY


def _who(node: Node, document: Document, path: str, asked: Sequence[Question]) -> Who:
    section = Section.of(node, schema.AUDIENCE, document, path)
    return Who(
        sources=section.words("source"),
        languages=section.words("language"),
        sectors=_ids(section, "sector"),
        topics=_ids(section, "topic"),
        answers=_answers(section, asked),
        finished=section.value("finished", yes_or_no, None, "file.not_yes_or_no"),
        took_part_before=section.value("took_part_before", yes_or_no, None, "file.not_yes_or_no"),
        all=_several(section, "all", asked),
        any=_several(section, "any", asked),
        none=_several(section, "not", asked),
    )


def _several(section: Section, key: str, asked: Sequence[Question]) -> tuple[Who, ...]:
    """One section alone is a list of one."""
    if key not in section:
        return ()
    node = section.nodes[key]
    nodes = (node,) if isinstance(node, MappingNode) else section.items(key)
    return tuple(_who(each, section.document, section.named(key), asked) for each in nodes)


def _answers(section: Section, asked: Sequence[Question]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """By question; an answer by its id or its words."""
    if "answer" not in section:
        return ()
    known = [each for each in asked if each.kind in COMPARABLE]
    of_each = section.section("answer", [Key(each.id) for each in known])
    found: list[tuple[str, tuple[str, ...]]] = []
    for question in (each for each in known if each.id in of_each):
        answers = answers_of(question)
        named = {word: answers.get(bare(word)) for word in of_each.words(question.id)}
        for word in (word for word, own in named.items() if own is None):
            listed = ", ".join(option.id for option in question.options)
            of_each.wrong(question.id, "file.reference_answer", found=word, known=listed)
        found.append((question.id, tuple(own for own in named.values() if own is not None)))
    return tuple(found)


def _ids(section: Section, key: str) -> tuple[str, ...]:
    """By name or by id: an id is its own."""
    return tuple(word if _ID.fullmatch(word) else slug(word, LONGEST_ID) or word for word in section.words(key))
