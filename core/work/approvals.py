"""What waits for a second person, said in the staff rooms when it comes, and again when it is over.

    draft ─────┐                                              ┌─ started
    change ────┴─▶ [delivery: asks] ─▶ room ─ [See it] ─▶ desk ┼─ in force │ withdrawn │ replaced
                                                              └─ overtaken: the campaign changed or ended meanwhile
                                                                     └─▶ [delivery: edit of the message]

A letter cannot be changed: what it leads to says how things stand.
"""

from datetime import datetime
from enum import StrEnum

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.deliveries import ApprovalRef
from core.model.ids import ConsultationId
from core.model.messages import Button, Card, Line, Note
from core.storage.staff import approval_edit_key, approval_key
from core.storage.unit import Unit
from core.work.campaign_forms import CAMPAIGN
from core.work.digest_layout import CHANGE, Voice
from core.work.digests import refresh_digests
from core.work.ports import Chance, Words
from core.work.staff_rooms import staff_edit, tell_rooms


class Became(StrEnum):
    """What a change or a draft became that waited for a second person."""

    STARTED = "started"
    IN_FORCE = "in_force"
    DROPPED = "dropped"
    REPLACED = "replaced"
    OVERTAKEN = "overtaken"


async def ask(unit: Unit, consultation: Consultation, chance: Chance, *, since: datetime | None, now: datetime) -> bool:
    """Owes each staff room a message about the change that was given at `since`; None: about the draft, once, however
    often it is written again. False: no room is known."""
    own = ConsultationId(consultation.id)
    told = await tell_rooms(
        unit,
        consultation,
        chance,
        key=lambda letter: approval_key(own, since, letter),
        body=lambda letter: ApprovalRef(own, since, letter=letter),
        now=now,
    )
    await refresh_digests(unit, own, chance, now)
    return told


async def over(
    unit: Unit, own: ConsultationId, became: Became, chance: Chance, *, since: datetime | None, now: datetime
) -> None:
    """The messages about it are owed an edit that says what it became."""
    asked = approval_key(own, since)
    await unit.deliveries.plan(
        [
            staff_edit(
                each,
                f"{approval_edit_key(asked)}{chance.token()}",
                ApprovalRef(own, since, became.value, edits=each.external_id),
                own,
                chance,
                now,
            )
            for each in await unit.staff.posted_as(asked)
            if each.key == asked
        ]
    )
    await refresh_digests(unit, own, chance, now)


async def overtaken(unit: Unit, own: ConsultationId, chance: Chance, *, now: datetime) -> None:
    """Whatever change waited was for a campaign that is no longer as it was."""
    change = await unit.consultations.take_proposed(own)
    if change is not None:
        await over(unit, own, Became.OVERTAKEN, chance, since=change.given_at, now=now)


async def approval_card(unit: Unit, ref: ApprovalRef, words: Words, language: str, *, now: datetime) -> Card | None:
    """What waits, or what it became; None when it is over before anybody was told."""
    own = ConsultationId(ref.approves)
    running, consultation = await unit.consultations.running(own), await unit.consultations.current(own)
    if running is None or consultation is None:
        return None
    voice, kind = Voice(words, language), "change" if ref.since else "draft"
    title = voice.text(consultation.title)
    if ref.became:
        return Card((Line(voice(f"approval.{kind}.{Became(ref.became).value}", title=title)),))
    if ref.since is None:
        if running.state is not CampaignState.DRAFT:
            return None
        button = Button(voice("campaign.button.look"), f"{CAMPAIGN}:look:{own}")
        said = voice("approval.draft", title=title)
    else:
        change = await unit.consultations.change(own)
        if change is None or change.given_at != ref.since:
            return None
        button = Button(voice("campaign.button.change"), f"{CHANGE}{own}")
        said = voice("approval.change", title=title, since=voice.when(ref.since, consultation.zone, now))
    stop = (Note(voice("letter.stop")),) if ref.letter else ()
    return Card((Line(said, (button,)), Note(voice("approval.who")), *stop))
