"""`posts` in a consultation file: messages in the partner's Telegram groups and channels, each at its moment.

posts:
  - in: "@valbrune"                                     or the number that Telegram gave a private group
    when: {after: 2 days, from: start, at: "18:00"}     or a day and an hour, or every week, as for a step
    source: affiche-gare                                one of `sources`; without it, the group is a source of its own
"""

import re
from collections.abc import Sequence
from datetime import datetime

from config import consultation_schema as schema
from config import people_words
from config.consultation_moments import moments
from config.yaml_entries import Section
from core.model.consultations import Anchor, Post, Text

ROOM = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-\d{4,20}")
"""A public name, or the number of a group, which is below zero: nobody is written to who did not come."""
_ID = re.compile(r"[a-z0-9_-]{1,16}")
_LONGEST_ID, _LONGEST_TOKEN = 13, 64


def posts(
    file: Section, own: str, opens: datetime, closes: datetime, zone: str, sources: dict[str, Text]
) -> tuple[Post, ...]:
    """`own`: the consultation's id. A group that names none of the `sources` is added to them."""
    found: list[Post] = []
    taken = {"post"}
    for place, node in enumerate(file.items("posts") if "posts" in file else (), 1):
        section = Section.of(node, schema.POST, file.document, f"posts[{place}]")
        room, text = section.word("in"), section.text("text")
        if room and not ROOM.fullmatch(room):
            section.wrong("in", "file.not_a_room", found=room)
        named = section.word("id")
        if named and (not _ID.fullmatch(named) or named in taken):
            section.wrong("id", "file.not_a_short_id", found=named, close=people_words.slug(named, 16) or "post-1")
        made = named or _free(people_words.slug(room, _LONGEST_ID) or "post", taken)
        source = _source(section, room, own, sources, file.document.languages)
        when = moments(section, opens, closes, zone)
        if any(each.at is None and each.anchor is not Anchor.START for each in when):
            section.wrong("when", "file.post_for_all")
        for number, moment in enumerate(when, 1):
            each = made if len(when) == 1 else f"{made[:_LONGEST_ID]}-{number}"
            found.append(Post(each, room, moment, source, text))
        taken.add(made)
    return tuple(found)


def _source(section: Section, room: str, own: str, sources: dict[str, Text], languages: Sequence[str]) -> str:
    named = section.word("source")
    if named:
        if named not in sources:
            section.wrong("source", "file.post_source", found=named, known=", ".join(sources) or "-")
        return named
    token = f"{people_words.slug(room, 20) or 'post'}-{own}"[:_LONGEST_TOKEN].strip("-")
    sources.setdefault(token, dict.fromkeys(languages, room))
    return token


def _free(made: str, taken: set[str]) -> str:
    return made if made not in taken else next(f"{made}-{n}" for n in range(2, 99) if f"{made}-{n}" not in taken)
