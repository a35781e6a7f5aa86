"""A consultation file written from a short form: the essentials are new, the rest stays as in the partner's last file.

    what was filled in + last file ─▶ text of a file ─▶ read, checked and kept like any other

The form speaks one language, so the file does too: texts that the last file has in several languages are taken in that
one. What was filled in is copied as it was written; whether it is a date or a question is judged when the file is read.
"""

import io
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from config import people_words

KEPT = ("partner", "zone", "notice", "retention", "redirects", "quiet_hours", "digest")
"""Sections that a new consultation of the same partner takes over."""
LONGEST_ID, LONGEST_TOKEN, LONGEST_SOURCE = 40, 64, 20
MOST_QUESTIONS = 3
CALLED = timedelta(days=3)
"""The last call leaves so long before the end."""


def drafted(fields: Mapping[str, str], last: str, language: str, taken: Collection[str]) -> str:
    """The text of the new file. `last`: the text of the partner's last file; `taken`: ids that are in use. An `id`
    among the fields is kept."""
    return written(draft_file(fields, YAML(typ="safe", pure=True).load(last), language, taken))


def draft_file(
    fields: Mapping[str, str], before: Mapping[str, Any], language: str, taken: Collection[str]
) -> dict[str, Any]:
    """The same as keys and values. `before`: those of the last file."""
    spoken = before.get("languages") or [language]
    kept = _in_one(before, language, spoken if isinstance(spoken, list) else [spoken])
    own = fields.get("id") or _free(fields.get("title", ""), taken)
    file: dict[str, Any] = {"consultation": own, "languages": [language]}
    file |= {key: kept[key] for key in KEPT if key in kept}
    if isinstance(digest := file.get("digest"), dict):
        file["digest"] = _read_anew(digest, followed=not fields.get("topics"))
    for key in ("opens", "closes", "title", "why", "decided", "open"):
        file[key] = fields.get(key, "")
    file["decision"] = {"who": fields.get("decider", ""), "on": fields.get("decided_on", "")}
    file["readers"] = fields.get("readers", "")
    file["reply"] = {"by": fields.get("reply_by", ""), "service": fields.get("service") or fields.get("readers", "")}
    file["questions"] = [made for place in range(1, MOST_QUESTIONS + 1) if (made := _question(fields, place))]
    if fields.get("notice") and isinstance(file.get("notice"), dict):
        file["notice"] = {**file["notice"], "more": fields["notice"]}
    topics = _lines(fields.get("topics", ""))
    file["taxonomy"] = {"topics": [_topic(each) for each in topics]} if topics else kept.get("taxonomy", {})
    file["sources"] = {_token(each, own): each for each in _lines(fields.get("places", ""))}
    file["steps"] = _steps(fields)
    return file


def _read_anew(digest: Mapping[str, Any], *, followed: bool) -> dict[str, Any]:
    """The digest of the last file, in the language of the new one. `followed`: the topics that a room follows are
    still there."""
    gone = {"language", "langue"} if followed else {"language", "langue", "topics", "themes", "thèmes"}
    made = {key: value for key, value in digest.items() if key not in gone}
    return {
        key: [_read_anew(each, followed=followed) if isinstance(each, dict) else each for each in value]
        if isinstance(value, list)
        else value
        for key, value in made.items()
    }


def _question(fields: Mapping[str, str], place: int) -> dict[str, Any]:
    text = fields.get(f"question_{place}", "")
    if not text:
        return {}
    options = _lines(fields.get(f"options_{place}", ""))
    made: dict[str, Any] = {"kind": "single" if options else "open", "text": text}
    return {"id": f"question-{place}", **made, **({"options": options} if options else {})}


def _topic(line: str) -> dict[str, Any]:
    """ "Prices: ticket, cheap": a name, and words that speak for it."""
    name, _, words = line.partition(":")
    said = [each.strip() for each in words.split(",") if each.strip()]
    return {"name": name.strip(), **({"words": said} if said else {})}


def _steps(fields: Mapping[str, str]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [{"kind": "prompt", "when": {"from": "start", "at": "12:00"}}]
    if fields.get("reminder") == "yes":
        steps.append({"kind": "reminder", "when": {"after": "1 day", "from": "arrival", "at": "18:00"}})
    closes = people_words.wall(fields.get("closes", ""))
    if fields.get("last_call") == "yes" and closes:
        steps.append({"kind": "last_call", "when": f"{closes[0] - CALLED} 18:00"})
    if (reply := people_words.day(fields.get("reply_by", ""))) is not None:
        steps.append({"kind": "results", "when": f"{reply} 11:00"})
    return steps


def _free(title: str, taken: Collection[str]) -> str:
    """An id made of the title that nothing else has."""
    stem = people_words.slug(title, LONGEST_ID - 4).strip("-_") or "consultation"
    stem = stem.replace("_", "-")
    names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    return next(each for each in names if each not in taken)


def _token(place: str, own: str) -> str:
    """A source of this consultation alone: a partner's tokens lead to one consultation each."""
    return f"{people_words.slug(place, LONGEST_SOURCE) or 'source'}-{own}"[:LONGEST_TOKEN].strip("-")


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _in_one(node: Any, language: str, spoken: Collection[str]) -> Any:
    """The same with every text in one language: that of the form, or else the first there is."""
    if isinstance(node, list):
        return [_in_one(each, language, spoken) for each in node]
    if not isinstance(node, dict):
        return LiteralScalarString(node) if isinstance(node, str) and "\n" in node else node
    if node and spoken and set(node) <= set(spoken):
        return node.get(language, next(iter(node.values())))
    return {key: _in_one(value, language, spoken) for key, value in node.items()}


def written(file: Mapping[str, Any]) -> str:
    yaml = YAML()
    yaml.width = 118
    yaml.default_flow_style = False
    stream = io.StringIO()
    yaml.dump({key: _in_one(value, "", ()) for key, value in file.items()}, stream)
    return stream.getvalue()
