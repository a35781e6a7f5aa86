"""A first consultation file, made of a few plain answers: what a partner's last file gives is not there yet.

    answers ─▶ who asks, the notice ─▶ the short form (consultation_draft.py) ─▶ a line of explanation above each part

What was left for later stands in the file as `TO COMPLETE`, in the file's language: `campaign check` names each such
place with its line.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from config import people_words
from config.consultation_digest import is_an_email
from config.consultation_draft import draft_file, written
from config.locale import Catalogue

ZONE = "Europe/Paris"
OPEN_FOR = timedelta(weeks=6)
OWED = (
    "partner", "contact", "title", "why", "decided", "open", "opens", "closes", "decider", "decided_on", "readers",
    "reply_by", "question_1",
)  # fmt: skip
"""Without these, nothing can start."""
EXPLAINED = frozenset(
    {"consultation", "partner", "title", "notice", "questions", "taxonomy", "sources", "steps", "digest"}
)
_STEPS_PICKED = ("reminder", "last_call")
_LONGEST_ID = 40


def first_file(answers: Mapping[str, str], language: str, words: Catalogue) -> str:
    """The text of the file. `answers`: those of the short form, and `partner`, `counter`, `contact`, `zone`,
    `slack_channel`, `emails`; what is missing or blank was left for later."""
    later = words.say("terminal.new.later", language)
    given = {name: answer for name, answer in answers.items() if answer.strip()}
    fields = {name: later for name in OWED} | {"topics": later} | given
    places = {name: fields[name] for name in ("partner", "readers")}
    fields["notice"] = later if later in places.values() else words.say("terminal.new.notice", language, places)
    if fields["title"] == later:
        fields["id"] = later
    fields |= {kind: "yes" if people_words.yes_or_no(fields.get(kind, "yes")) else "no" for kind in _STEPS_PICKED}
    file = draft_file(fields, _before(fields, language, later), language, ())
    if not file["sources"]:
        del file["sources"]
    if people_words.day(fields["reply_by"]) is None:
        file["steps"].append({"kind": "results", "when": later})
    return "\n".join(_explained(written(file), language, words))


def usual(name: str, before: Mapping[str, str], now: datetime, language: str, words: Catalogue) -> str:
    """What no answer means; "" is nothing. `before`: the answers so far."""
    match name:
        case "zone":
            return ZONE
        case "opens":
            return f"{(now + timedelta(days=1)).date()} 08:00"
        case "closes":
            opens = people_words.wall(before.get("opens", ""))
            return f"{(opens[0] if opens else now.date()) + OPEN_FOR}"
        case "reminder" | "last_call":
            return words.say("terminal.new.yes", language)
        case _:
            return ""


def mistaken(name: str, answer: str, before: Mapping[str, str], language: str, words: Catalogue) -> str:
    """Why `answer` cannot stand, in a sentence; "" when it can. `before`: the answers so far."""
    wrong = ""
    match name:
        case "zone" if answer not in available_timezones():
            wrong = "not_a_zone"
        case "opens" | "closes" if people_words.wall(answer) is None:
            wrong = "not_a_moment"
        case "decided_on" | "reply_by" if people_words.day(answer) is None:
            wrong = "not_a_day"
        case "closes" if _earlier(answer, before.get("opens", "")):
            wrong = "closes_before_opens"
        case "reply_by" if _earlier(answer, before.get("decided_on", "")):
            wrong = "reply_before_decision"
        case "reminder" | "last_call" if people_words.yes_or_no(answer) is None:
            wrong = "not_yes_or_no"
        case "emails" if not all(is_an_email(each) for each in _addresses(answer)):
            wrong = "not_an_email"
        case "options_1" | "options_2" | "options_3" if len(answer.splitlines()) == 1:
            wrong = "one_option"
    return words.say(f"terminal.new.wrong.{wrong}", language) if wrong else ""


def _earlier(answer: str, than: str) -> bool:
    end, start = people_words.wall(answer), people_words.wall(than)
    return bool(start and end) and _moment(end) < _moment(start)


def _moment(wall: tuple[date, time | None] | None) -> datetime:
    day, hour = wall or (date.max, None)
    return datetime.combine(day, hour or time(23, 59))


def _before(fields: Mapping[str, str], language: str, later: str) -> dict[str, Any]:
    """What the partner's last file would say."""
    name = fields["partner"]
    partner = {"id": later if name == later else people_words.slug(name, _LONGEST_ID) or later, "name": name}
    if fields.get("counter"):
        partner["counter"] = fields["counter"]
    digest: dict[str, Any] = {"when": "monday 08:45", "quotes": "reviewed"}
    if room := fields.get("slack_channel"):
        digest["slack_channel"] = "#" + room.removeprefix("#")
    if emails := _addresses(fields.get("emails", "")):
        digest["emails"] = emails
    return {
        "partner": partner,
        "languages": [language],
        "zone": fields.get("zone", ZONE),
        "notice": {"contact": fields["contact"], "more": ""},
        "quiet_hours": "21:00–8:30",
        "digest": digest,
    }


def _addresses(answer: str) -> list[str]:
    return [each for each in re.split(r"[,;\s]+", answer) if each]


def _explained(file: str, language: str, words: Catalogue) -> Iterator[str]:
    """The lines of `file`, with what each part is for above it."""

    def about(part: str) -> Iterator[str]:
        said = words.say(f"terminal.new.about.{part}", language)
        yield from (f"# {line}".rstrip() for line in said.split("\n"))

    yield from about("file")
    for line in file.rstrip("\n").split("\n"):
        key = line.partition(":")[0]
        if key in EXPLAINED:
            yield ""
            yield from about(key)
        yield line
    yield ""
    yield from about("redirects")
    yield ""
