"""*Prepare a sending*, as staff see it in Slack and on the pages: who is missing, whom of them we may write to, how.

Nothing leaves by it: a person puts the lines into the file and starts it again.
"""

from collections.abc import Iterator
from datetime import datetime

from core.model.consultations import Consultation
from core.model.deliveries import Day
from core.model.messages import Block, Card, Heading, Line, Note, Quote
from core.rules.calendar import on_wall
from core.rules.readout import percent
from core.rules.specs.steps import step_spec
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.ports import Words
from core.work.pushes.dry_run import StepPlan
from core.work.staff.preparing import Prepared, file_lines, prepare
from core.work.wording import shown_message

MOST_GROUPS = 6


async def prepared_card(unit: Unit, consultation: Consultation, words: Words, voice: Voice, *, now: datetime) -> Card:
    """By the shares that the consultation's file names."""
    found = await prepare(unit, consultation, {}, now=now)
    blocks: list[Block] = [Heading(voice("prepare.title", title=voice.text(consultation.title)))]
    for each in found[:MOST_GROUPS]:
        blocks += _group(each, consultation, words, voice)
    if not found:
        blocks += [Line(voice("prepare.nobody")), Note(voice("prepare.shares"))]
    elif any(each.plans for each in found):
        blocks.append(Note(voice("prepare.how")))
    return Card(tuple(blocks))


def _group(found: Prepared, consultation: Consultation, words: Words, voice: Voice) -> Iterator[Block]:
    share = found.share
    name = voice.group(found.question, share.label, share.group)
    yield Line(voice("prepare.missing", name=name, n=percent(share.of_answers), people=percent(share.of_people)))
    for plan in found.plans:
        yield Line("  " + _told(plan, consultation, voice))
        for reason, some in plan.left_out.items():
            yield Line("  " + voice("prepare.left_out", n=len(some), why=voice(f"reason.{reason.value}")))
        if plan.once:
            yield Line("  " + voice("prepare.left_out", n=len(plan.once), why=voice("once_only")))
        spoken = voice.language if voice.language in consultation.languages else consultation.languages[0]
        yield shown_message(step_spec(consultation, plan.step, spoken), spoken, words)
        yield Quote("\n".join(file_lines(plan.step)), voice("prepare.into_the_file"))
    if not found.plans:
        yield Line("  " + voice("prepare.nobody_known" if found.at else "prepare.too_late"))
    yield Line("  " + voice("prepare.kit", name=name))


def _told(plan: StepPlan, consultation: Consultation, voice: Voice) -> str:
    assert plan.step.moment.at is not None, "a prepared step has one moment for all"
    first = min(wave.first for wave in plan.waves)
    wall = on_wall(first, consultation.zone)
    kind, when = voice(f"moment.{plan.step.kind}"), voice.hour(wall)
    return voice("prepare.step", kind=kind, n=plan.people, day=Day(wall.date()), time=when)
