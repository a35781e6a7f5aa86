"""A campaign as staff look at it before they press anything: what the check says, who would get what, every message,
and what a change that waits for a second person would change."""

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from core.model.consultations import Consultation
from core.model.messages import Block, Button, Card, Heading, Line, Note
from core.rules.findings import Finding, Severity, refused
from core.rules.preview import preview
from core.rules.readout import cut
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.ports import Words
from core.work.pushes.dry_run import dry_run
from core.work.staff.campaign_forms import CAMPAIGN, MOST_REMARKS, campaign_buttons, campaign_day
from core.work.wording import shown_message

MOST_LINES = 14
LINE_ROOM = 160


async def checked_card(
    unit: Unit,
    running: Running,
    consultation: Consultation,
    findings: Sequence[Finding],
    words: Words,
    voice: Voice,
    *,
    waits: bool = False,
    now: datetime,
) -> Card:
    """What the check says, when what leaves, who would get it now, and what can be done. `waits`: a change does."""
    change = Button(voice("campaign.button.change"), f"{CAMPAIGN}:change:{running.id}")
    waiting = (Line(voice("campaign.change_waits"), (change,)),) if waits else ()
    title = cut(voice.text(consultation.title), 120)
    return Card(
        (
            Heading(voice("campaign.draft", title=title, state=voice(f"state.{running.state}"))),
            *waiting,
            *await _looked_at(unit, consultation, findings, words, voice, now=now),
            Line(voice("campaign.then"), tuple(campaign_buttons(running, refuses=refused(findings), voice=voice))),
        )
    )


async def change_card(
    unit: Unit,
    running: Running,
    known: tuple[Consultation, str],
    changed: tuple[Consultation, str],
    findings: Sequence[Finding],
    words: Words,
    voice: Voice,
    *,
    own: bool,
    now: datetime,
) -> Card:
    """A change that waits for a second person: its lines, what the check says of it, and who would get what then.
    `known`, `changed`: the consultation and its file. `own`: whoever looks gave it themselves."""
    title = cut(voice.text(known[0].title), 120)
    action = f"{CAMPAIGN}:%s:{running.id}:{change_mark(changed[1])}"
    approve = Button(voice("campaign.button.approve"), action % "approve")
    drop = Button(voice("campaign.button.drop"), action % "drop")
    ready = not own and not refused(findings)
    return Card(
        (
            Heading(voice("campaign.change_title", title=title)),
            Line(voice("campaign.change_lines")),
            Line("\n".join(_different(known[1], changed[1], voice))),
            *await _looked_at(unit, changed[0], findings, words, voice, now=now),
            Line(voice("campaign.change_second" if own else "campaign.then"), (approve, drop) if ready else (drop,)),
        )
    )


def change_mark(file: str) -> str:
    """Which change somebody saw."""
    return hashlib.sha256(file.encode()).hexdigest()[:12]


def _different(before: str, after: str, voice: Voice) -> Iterator[str]:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    said = [f"{'−' if each[0] == '-' else '+'} {each[1:].strip()}" for each in lines if each[0] in "-+"]
    yield from (cut(each, LINE_ROOM) for each in said[:MOST_LINES])
    if len(said) > MOST_LINES:
        yield voice("more", n=len(said) - MOST_LINES)


async def _looked_at(
    unit: Unit, consultation: Consultation, findings: Sequence[Finding], words: Words, voice: Voice, *, now: datetime
) -> list[Block]:
    """What the check says, when what leaves, and who would get it now."""
    listed = sorted(findings, key=lambda each: each.severity is Severity.WARN)
    remarks = [
        Line(voice(f"campaign.{each.severity}", text=words.say(each.key, voice.language, each.params)))
        for each in listed[:MOST_REMARKS]
    ]
    if len(listed) > MOST_REMARKS:
        remarks.append(Line(voice("more", n=len(listed) - MOST_REMARKS)))
    plans = await dry_run(unit, consultation, now=now)
    steps = [Line("  " + voice("campaign.step", step=voice.step(each.step.id), n=each.people)) for each in plans]
    opens, closes = campaign_day(consultation, True), campaign_day(consultation, False)
    return [
        *(remarks or [Line(voice("campaign.all_right"))]),
        Line(voice("campaign.from_to", opens=opens, closes=closes)),
        *steps,
        *(Line("  " + voice("campaign.post", room=each.room)) for each in consultation.posts),
        Note(voice("campaign.first_come")),
    ]


def messages_card(consultation: Consultation, words: Words, voice: Voice) -> Card:
    """Every message that people will read, in the order of its life."""
    spoken = voice.language if voice.language in consultation.languages else consultation.languages[0]
    blocks: list[Block] = [Heading(voice("campaign.messages", title=voice.text(consultation.title)))]
    heading = ""
    for each in preview(consultation, spoken):
        said = voice.heading(each.heading, moved=each.moved)
        if said != heading:
            blocks.append(Line(said))
        heading = said
        blocks.append(shown_message(each.spec, spoken, words))
    return Card(tuple(blocks))
