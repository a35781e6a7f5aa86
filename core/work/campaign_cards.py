"""A campaign as staff look at it before they press anything: what the check says, who would get what, every message."""

from collections.abc import Sequence
from datetime import datetime

from core.model.consultations import Consultation
from core.model.messages import Block, Card, Heading, Line, Note
from core.rules.commitments import Finding, Severity, refused
from core.rules.preview import preview
from core.rules.readout import cut
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.campaign_forms import MOST_REMARKS, campaign_buttons, campaign_day
from core.work.composing import shown_message
from core.work.digest_layout import Voice
from core.work.dry_run import dry_run
from core.work.ports import Words


async def checked_card(
    unit: Unit,
    running: Running,
    consultation: Consultation,
    findings: Sequence[Finding],
    words: Words,
    voice: Voice,
    *,
    now: datetime,
) -> Card:
    """What the check says, when what leaves, who would get it now, and what can be done."""
    listed = sorted(findings, key=lambda each: each.severity is Severity.WARN)
    remarks = [
        Line(voice(f"campaign.{each.severity}", text=words.say(each.key, voice.language, each.params)))
        for each in listed[:MOST_REMARKS]
    ]
    if len(listed) > MOST_REMARKS:
        remarks.append(Line(voice("more", n=len(listed) - MOST_REMARKS)))
    plans = await dry_run(unit, consultation, now=now)
    steps = [Line("  " + voice("campaign.step", step=voice.step(each.step.id), n=each.people)) for each in plans]
    title = cut(voice.text(consultation.title), 120)
    opens, closes = campaign_day(consultation, True), campaign_day(consultation, False)
    return Card(
        (
            Heading(voice("campaign.draft", title=title, state=voice(f"state.{running.state}"))),
            *(remarks or [Line(voice("campaign.all_right"))]),
            Line(voice("campaign.from_to", opens=opens, closes=closes)),
            *steps,
            Note(voice("campaign.first_come")),
            Line(voice("campaign.then"), tuple(campaign_buttons(running, refuses=refused(findings), voice=voice))),
        )
    )


def messages_card(consultation: Consultation, words: Words, voice: Voice) -> Card:
    """Every message that people will read, in the order of its life."""
    spoken = voice.language if voice.language in consultation.languages else consultation.languages[0]
    blocks: list[Block] = [Heading(voice("campaign.messages", title=voice.text(consultation.title)))]
    heading = ""
    for each in preview(consultation, spoken):
        said = words.say(each.heading.key, voice.language, each.heading.params)
        if said != heading:
            blocks.append(Line(said))
        heading = said
        blocks.append(shown_message(each.spec, spoken, words))
    return Card(tuple(blocks))
