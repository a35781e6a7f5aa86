"""`reference` in a consultation file: how many of the people there are of each group, by the partner's own figures.

reference:
  age: {18-25: 22 %, 26-64: 55 %, 65 or more: 23 %}     a question, its answers, their shares of the people
  language: {fr: 90 %, en: 10 %}
"""

from collections.abc import Iterator, Mapping, Sequence

from ruamel.yaml.nodes import MappingNode, Node

from config import people_words
from config.yaml_entries import Section, line_of, plain
from core.model.consultations import COMPARABLE, LANGUAGE, Question
from core.rules.plain_text import plain as bare

NEAR = 0.03
"""How far the shares of one question may be from the whole: they are rounded."""


def reference(file: Section, asked: Sequence[Question]) -> dict[str, dict[str, float]]:
    """By question id (or `LANGUAGE`) and by answer id, the share of the people, in [0, 1]."""
    if "reference" not in file:
        return {}
    found: dict[str, dict[str, float]] = {}
    known = {each.id: each for each in asked if each.kind in COMPARABLE}
    for key, node in _pairs(file.nodes["reference"], file):
        name = plain(key) or ""
        if name != LANGUAGE and name not in known:
            listed = ", ".join([*known, LANGUAGE])
            file.document.mistakes.add(line_of(key), "file.reference_question", found=name, known=listed)
            continue
        answers = answers_of(known.get(name))
        shares: dict[str, float] = {}
        for said, value in _pairs(node, file):
            answer, share = plain(said) or "", people_words.share(plain(value) or "")
            own = answer.lower() if name == LANGUAGE else answers.get(bare(answer))
            if own is None:
                listed = ", ".join(dict.fromkeys(answers.values()))
                file.document.mistakes.add(line_of(said), "file.reference_answer", found=answer, known=listed)
            elif share is None:
                said_share = plain(value) or ""
                file.document.mistakes.add(line_of(value), "file.not_a_share", key=name, found=said_share)
            else:
                shares[own] = share
        if shares and abs(sum(shares.values()) - 1) > NEAR:
            whole = round(100 * sum(shares.values()))
            file.document.mistakes.add(line_of(key), "file.reference_sum", found=name, n=whole)
        found[name] = shares
    return found


def answers_of(question: Question | None) -> Mapping[str, str]:
    """The id of an answer, by its id and by its words in each language."""
    options = question.options if question else ()
    return {bare(said): option.id for option in options for said in (option.id, *option.label.values())}


def _pairs(node: Node, file: Section) -> Iterator[tuple[Node, Node]]:
    if isinstance(node, MappingNode):
        yield from node.value
    else:
        file.document.mistakes.add(line_of(node), "file.reference")
