"""A topic written into the text of a consultation file: after the last of its list, all else stays as it was."""

import json
from collections.abc import Sequence

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.consultation_files import consultation_in, parse_consultation
from config.yaml_entries import Mistakes, compose, plain
from core.model.consultations import Consultation, Taxonomy
from core.model.errors import FileError

_NAME = "consultation.yaml"


def with_topic(
    file: str, name: str, words: Sequence[str], question: str | None = None, *, language: str = "en"
) -> tuple[str, Consultation]:
    """The new text, and what it says. `question`: into the list of this question. Raises `FileError` when the file
    has no such list of its own, or would say anything else but the new topic."""
    mistakes = Mistakes(_NAME, language)
    root = compose(file, mistakes)
    node = _list_of(root, question)  # first: of a list that stands elsewhere, reading the text would say less
    before = consultation_in(root, mistakes)
    names = {spoken: name for spoken in before.languages} if len(before.languages) > 1 else name
    entry = f"name: {_written(names)}"
    said = f"words: {_written(list(words))}"
    text = _into_line(file, node, f"{{{entry}, {said}}}") if node.flow_style else _below(file, node, entry, said)
    after = parse_consultation(text, name=_NAME, language=language)
    if [len(each.topics) - len(old.topics) for each, old in _changed(before, after)] != [1]:
        raise FileError(f"the topic {name!r} could not be written into the file: add it by hand")
    return text, after


def _list_of(root: Node | None, question: str | None) -> SequenceNode:
    """Of the question, or of them all. Where one list stands in another file, nothing can be said of the whole."""
    asked = _under(root, "questions")
    lists: dict[str | None, Node | None] = {None: _under(root, "taxonomy")}
    lists |= {_id(each): _under(each, "taxonomy") for each in (asked.value if isinstance(asked, SequenceNode) else ())}
    node = lists.get(question)
    if isinstance(node, MappingNode):
        node = _under(node, "topics")
    elsewhere = any(each is not None and plain(each) for each in lists.values())
    if elsewhere or not isinstance(node, SequenceNode) or not node.value:
        raise FileError(
            "the topics do not stand in the consultation file itself: add the new one to the file that holds them, then"
            " `python main.py campaign start FILE`",
            "error.theme_elsewhere",
        )
    return node


def _under(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if plain(name) == key), None)


def _id(node: Node) -> str | None:
    found = _under(node, "id")
    return plain(found) if found is not None else None


def _into_line(file: str, node: SequenceNode, entry: str) -> str:
    """Before the bracket that closes the list."""
    place = int(node.end_mark.index) - 1
    return f"{file[:place].rstrip().removesuffix(',')}, {entry}{file[place:]}"


def _below(file: str, node: SequenceNode, *entries: str) -> str:
    """On lines of their own, as far in as the other topics."""
    lines = file.splitlines(keepends=True)
    last = _last(node)
    end = int(last.end_mark.line)
    if isinstance(last, ScalarNode) and last.style in ("|", ">"):
        end -= 1
        while not lines[end].strip():
            end -= 1
    margin = " " * int(node.start_mark.column)
    made = [f"{margin}{'- ' if place == 0 else '  '}{entry}\n" for place, entry in enumerate(entries)]
    if not lines[end].endswith("\n"):
        lines[end] += "\n"
    return "".join([*lines[: end + 1], *made, *lines[end + 1 :]])


def _last(node: Node) -> Node:
    """What ends where the node ends: a list or section in lines of its own reaches to the beginning of what follows."""
    while isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    return node


def _changed(before: Consultation, after: Consultation) -> list[tuple[Taxonomy, Taxonomy]]:
    """The lists that differ, as (after, before)."""
    old, new = _named(before), _named(after)
    return [(new[key], old[key]) for key in old if new.get(key) != old[key] and key in new]


def _named(consultation: Consultation) -> dict[str, Taxonomy]:
    own = {f"question {each.id}": each.taxonomy for each in consultation.questions if each.taxonomy is not None}
    return {"": consultation.taxonomy, **own}


def _written(value: object) -> str:
    """JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)
