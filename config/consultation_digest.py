"""`digest` in a consultation file: when and where staff read, in one channel or several, each at its own times."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from zoneinfo import available_timezones

from config import consultation_schema as schema
from config import people_words
from config.consultation_parts import number, yes_or_no
from config.yaml_entries import Section
from core.model.consultations import LONGEST_EMAIL, MOST_EMAILS, DigestPlan, QuotePolicy
from core.model.people import MAILBOX

_SLACK_ID = re.compile(r"[CG][A-Z0-9]{6,20}")
_SLACK_NAME = re.compile(r"#?([\w-]{1,79})")


def digest(file: Section, languages: tuple[str, ...]) -> DigestPlan:
    plan = file.section("digest", schema.DIGEST)
    usual = DigestPlan(language=languages[0] if languages else "")
    days, hour = _digest_days(plan, usual)
    whole = DigestPlan(
        weekdays=days,
        at=hour,
        language=_language(plan, usual.language, languages),
        slack_channel=_slack_channel(plan),
        emails=_emails(plan),
        quotes=plan.choice("quotes", schema.QUOTES, QuotePolicy.REVIEWED, "file.not_a_quote_policy"),
        read_within=number(plan, "read_within", usual.read_within, low=1, high=720),
        zone=_zone(plan),
        follows=plan.words("topics"),
        quiet_line=yes_or_no(plan, "quiet_line", default=False),
    )
    return replace(whole, rooms=tuple(_rooms(plan, whole, languages)))


def _rooms(plan: Section, first: DigestPlan, languages: tuple[str, ...]) -> Iterator[DigestPlan]:
    """Other channels, each a plan of its own. What one leaves out is as in the first, but for what it follows."""
    for place, node in enumerate(plan.items("rooms"), 1):
        room = Section.of(node, schema.ROOM, plan.document, f"digest.rooms[{place}]")
        days, hour = _digest_days(room, first)
        yield DigestPlan(
            weekdays=days,
            at=hour,
            language=_language(room, first.language, languages),
            slack_channel=_slack_channel(room),
            quotes=first.quotes,
            zone=_zone(room) or first.zone,
            follows=room.words("topics"),
            quiet_line=yes_or_no(room, "quiet_line", default=False),
        )


def _language(plan: Section, usual: str, languages: tuple[str, ...]) -> str:
    language = plan.word("language") or usual
    if languages and language not in languages:
        plan.wrong("language", "file.unknown_language", found=language, languages=", ".join(languages))
    return language


def _zone(plan: Section) -> str:
    zone = plan.word("zone")
    if zone and zone not in available_timezones():
        plan.wrong("zone", "file.not_a_zone", found=zone, close="Europe/Paris")
        return ""
    return zone


def _digest_days(plan: Section, usual: DigestPlan) -> tuple[tuple[int, ...], time]:
    """`when: lundi 8h45`, or `days:` and `at:`."""
    if "when" in plan:
        for key in ("days", "at"):
            if key in plan:
                plan.wrong(key, "file.when_or_days")
        found = plan.value("when", people_words.weekday_and_clock, None, "file.not_a_weekday_and_hour")
        return ((found[0],), found[1]) if found else (usual.weekdays, usual.at)
    weekdays: list[int] = []
    for word in plan.words("days"):
        weekday = people_words.weekday(word)
        if weekday is None:
            plan.wrong("days", "file.not_a_weekday", found=word)
        else:
            weekdays.append(weekday)
    hour = plan.value("at", people_words.clock, usual.at, "file.not_an_hour")
    return tuple(sorted(set(weekdays))) or usual.weekdays, hour


def _slack_channel(plan: Section) -> str:
    """An id ("C024BE91L") or a name ("#piscine"). Unquoted, # begins a comment: YAML then sees nothing."""
    if "slack_channel" in plan.nodes and "slack_channel" not in plan:
        plan.wrong("slack_channel", "file.channel_is_a_comment")
    found = plan.word("slack_channel")
    if not found or _SLACK_ID.fullmatch(found):
        return found
    name = _SLACK_NAME.fullmatch(found.lower())
    if name is None:
        plan.wrong("slack_channel", "file.not_a_channel", found=found)
        return ""
    return f"#{name[1]}"


def is_an_email(word: str) -> bool:
    return len(word) <= LONGEST_EMAIL and MAILBOX.fullmatch(word.lower()) is not None and "." in word.partition("@")[2]


def _emails(plan: Section) -> tuple[str, ...]:
    """Addresses as every mail server takes them, in small letters, each once."""
    found = tuple(dict.fromkeys(word.lower() for word in plan.words("emails")))
    for word in found:
        if not is_an_email(word):
            plan.wrong("emails", "file.not_an_email", found=word, longest=LONGEST_EMAIL)
    if len(found) > MOST_EMAILS:
        plan.wrong("emails", "file.too_many_emails", most=MOST_EMAILS)
    return found
