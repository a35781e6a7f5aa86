"""Whom a step is for, as a consultation file says it: `for: {sector: Bellevue, not: {topic: tarifs}}`."""

import re

from ruamel.yaml.nodes import MappingNode, Node

from config import consultation_schema as schema
from config.people_words import slug, yes_or_no
from config.yaml_entries import Document, Section
from core.model.audience import EVERYBODY, Who

LONGEST_ID = 16
_ID = re.compile(r"[a-z0-9_-]{1,16}")


def audience(step: Section) -> Who:
    return _who(step.nodes["for"], step.document, step.named("for")) if "for" in step else EVERYBODY


def _who(node: Node, document: Document, path: str) -> Who:
    section = Section.of(node, schema.AUDIENCE, document, path)
    return Who(
        sources=section.words("source"),
        languages=section.words("language"),
        sectors=_ids(section, "sector"),
        topics=_ids(section, "topic"),
        finished=section.value("finished", yes_or_no, None, "file.not_yes_or_no"),
        took_part_before=section.value("took_part_before", yes_or_no, None, "file.not_yes_or_no"),
        all=_several(section, "all"),
        any=_several(section, "any"),
        none=_several(section, "not"),
    )


def _several(section: Section, key: str) -> tuple[Who, ...]:
    """One section alone is a list of one."""
    if key not in section:
        return ()
    node = section.nodes[key]
    nodes = (node,) if isinstance(node, MappingNode) else section.items(key)
    return tuple(_who(each, section.document, section.named(key)) for each in nodes)


def _ids(section: Section, key: str) -> tuple[str, ...]:
    """By name or by id: an id is its own."""
    return tuple(word if _ID.fullmatch(word) else slug(word, LONGEST_ID) or word for word in section.words(key))
