"""What goes through the pipes of the tagger's process, as plain JSON. Light: whoever asks needs no spaCy for it."""

import json
from collections.abc import Mapping
from typing import Any

from core.model.consultations import Taxonomy, Topic
from core.work.ports import Tagged, TagJob, TopicScore, Untaggable


def pack(jobs: list[TagJob], batch: int) -> bytes:
    """A batch as one line; each taxonomy stands in it once."""
    known: dict[str, int] = {}
    taxonomies: list[dict[str, Any]] = []
    rows = []
    for job in jobs:
        key = repr(job.taxonomy)
        if key not in known:
            known[key] = len(taxonomies)
            taxonomies.append(to_json(job.taxonomy))
        rows.append([job.text, job.language, known[key], job.question, job.model])
    return json.dumps({"batch": batch, "taxonomies": taxonomies, "jobs": rows}).encode("ascii") + b"\n"


def pack_texts(texts: list[str], batch: int) -> bytes:
    """The question which of these say the same."""
    return json.dumps({"batch": batch, "alike": texts}).encode("ascii") + b"\n"


def unpack(request: Mapping[str, Any]) -> list[TagJob]:
    """What `pack` packed."""
    taxonomies = [from_json(value) for value in request["taxonomies"]]
    return [
        TagJob(text, language, taxonomies[place], question, model)
        for text, language, place, question, model in request["jobs"]
    ]


def read_answer(reply: Mapping[str, Any]) -> Tagged | Untaggable:
    """One reply's answer."""
    if "untaggable" in reply:
        return Untaggable(reply["untaggable"])
    tagged = reply["tagged"]
    return Tagged(
        masked=tagged["masked"],
        language=tagged["language"],
        topics=tuple(TopicScore(**{**topic, "words": tuple(topic["words"])}) for topic in tagged["topics"]),
        kinds=tuple(tagged["kinds"]),
        flags=tuple(tagged["flags"]),
    )


def to_json(taxonomy: Taxonomy) -> dict[str, Any]:
    """Plain values, for a pipe or a file."""
    return {
        "topics": [
            {"id": topic.id, "name": dict(topic.name), "description": topic.description, "words": list(topic.words)}
            for topic in taxonomy.topics
        ]
    }


def from_json(value: Mapping[str, Any]) -> Taxonomy:
    """What `to_json` wrote."""
    return Taxonomy(
        tuple(
            Topic(topic["id"], dict(topic["name"]), topic.get("description", ""), tuple(topic.get("words", ())))
            for topic in value["topics"]
        )
    )
