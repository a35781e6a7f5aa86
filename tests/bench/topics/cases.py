"""The real contributions as cases to learn from and to score, by the rules that keep figures honest."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML

from core.model.consultations import Taxonomy, Topic
from tests.bench.text.data import DATA
from tests.bench.text.data import rows_of as _rows_of

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A text with its topics; `near`: it has a near neighbour in train; `nowhere`: its theme is its question's, it says
    nothing of it."""

    text: str
    topics: tuple[int, ...]
    question: str = ""
    near: bool = False
    nowhere: bool = False


def read_taxonomy(name: str) -> Taxonomy:
    listed = YAML(typ="safe").load(DATA / "taxonomies" / f"{name}.yaml")["topics"]
    return Taxonomy(
        tuple(
            Topic(each["name"], {"fr": each["name"]}, each["description"], tuple(map(str, each["words"])))
            for each in listed
        )
    )


def themes(name: str, taxonomy: Taxonomy, split: str) -> list[Case]:
    """Distinct texts whose one theme is in the taxonomy; the question hidden."""
    places = {topic.id: place for place, topic in enumerate(taxonomy.topics)}
    found: dict[str, Case] = {}
    for row in rows_of(name):
        if row["split"] == split and row["topic"] in places:
            near, nowhere = bool(row.get("near_train")), bool(row.get("unclassified"))
            found.setdefault(row["text"], Case(row["text"], (places[row["topic"]],), "", near, nowhere))
    return list(found.values())


def fine(name: str, tags: Callable[[Mapping[str, Any]], Sequence[str]]) -> tuple[Taxonomy, dict[str, list[Case]]]:
    """Fine tags: questions with 200 labelled train rows, "question:label" with 16 of them, the question known."""
    rows = list({(row["text"], row.get("question_id")): row for row in rows_of(name) if tags(row)}.values())
    asked = Counter(row["question_id"] for row in rows if row["split"] == "train")
    rows = [row for row in rows if asked[row["question_id"]] >= 200]
    counts = Counter(f"{row['question_id']}:{tag}" for row in rows if row["split"] == "train" for tag in set(tags(row)))
    names = sorted(name for name, count in counts.items() if count >= 16)
    places = {name: place for place, name in enumerate(names)}
    cases: dict[str, list[Case]] = {"train": [], "dev": []}
    for row in rows:
        found = sorted({places[key] for tag in tags(row) if (key := f"{row['question_id']}:{tag}") in places})
        if found:
            case = Case(row["text"], tuple(found), row["question_id"], bool(row.get("near_train")))
            cases[row["split"]].append(case)
    topics = (Topic(name, {"fr": name.partition(":")[2]}) for name in names)
    return Taxonomy(tuple(topics)), cases


def filed_or_not(name: str, known: Taxonomy, split: str) -> list[Case]:
    """As `fine`, and also what belongs nowhere: off topic, no answer, or a tag too rare to be learnt."""
    places = {topic.id: place for place, topic in enumerate(known.topics)}
    asked = {topic.id.partition(":")[0] for topic in known.topics}
    found: dict[tuple[str, str], Case] = {}
    for row in rows_of(name):
        question = str(row.get("question_id"))
        if row["split"] == split and question in asked:
            topics = {places[key] for tag in row["topics"] if (key := f"{question}:{tag}") in places}
            found[row["text"], question] = Case(row["text"], tuple(sorted(topics)), row["question_id"])
    return list(found.values())


def consensus(row: Mapping[str, Any]) -> list[str]:
    """Tags that at least two readers chose."""
    return [tag for tag, count in (row.get("tag_counts") or {}).items() if count >= 2]


def truth(cases: Sequence[Case], size: int) -> Matrix:
    matrix = np.zeros((len(cases), size))
    for row, case in enumerate(cases):
        matrix[row, list(case.topics)] = 1
    return matrix


def rows_of(name: str) -> list[dict[str, Any]]:
    return _rows_of(DATA / "topics" / f"{name}.jsonl")
