"""What waits for a second person, said in the staff rooms when it comes, and again when it is over.

    draft ─────┐                                              ┌─ started
    change ────┴─▶ [delivery: asks] ─▶ room ─ [See it] ─▶ desk ┼─ in force │ withdrawn │ replaced
                                                              └─ overtaken: the campaign changed or ended meanwhile
                                                                     └─▶ [delivery: edit of the message]
    paused │ running │ stopped ─▶ [delivery: tells] ─▶ room      (one person may, and the others hear who it was)

A letter cannot be changed: what it leads to says how things stand. Each message names the colleagues who did it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.deliveries import ApprovalRef
from core.model.ids import ConsultationId, MemberId, PartnerId
from core.model.messages import Button, Card, Line, Note
from core.model.staff import NOBODY_KNOWN, Actor, Colleague
from core.rules.readout import cut
from core.storage.staff import approval_edit_key, approval_key, moved_key
from core.storage.unit import Unit
from core.work.cards.digest_layout import CHANGE, Voice
from core.work.digests.digest import refresh_digests
from core.work.ports import Chance, Words
from core.work.staff.campaign_forms import CAMPAIGN
from core.work.staff.members import LONGEST_NAME
from core.work.staff_rooms import staff_edit, tell_rooms


class Became(StrEnum):
    """What a change or a draft became that waited for a second person; how a campaign was moved by one."""

    STARTED = "started"
    IN_FORCE = "in_force"
    DROPPED = "dropped"
    REPLACED = "replaced"
    OVERTAKEN = "overtaken"
    PAUSED = "paused"
    RUNNING = "running"
    STOPPED = "stopped"


_LIVE = (CampaignState.RUNNING, CampaignState.PAUSED)
_MOVED = (Became.PAUSED, Became.RUNNING, Became.STOPPED)


async def takes_two(unit: Unit, draft: Consultation) -> bool:
    """Whoever writes it cannot start it. Its own file says so, or one that runs (while none does, the last that began):
    nobody writes the rule out of a draft and starts it alone."""
    partner = PartnerId(draft.partner.id)
    begun = [each for each in await unit.consultations.all(partner) if each.state is not CampaignState.DRAFT]
    begun.sort(key=lambda each: each.begins_at)
    asked = [each for each in begun if each.state in _LIVE] or begun[-1:]
    known = await unit.consultations.revisions([(each.id, each.revision) for each in asked])
    return any(each.partner.second_person for each in (draft, *known.values()))


async def colleague(unit: Unit, who: Actor) -> Colleague:
    """Whoever does something now, as a message to the room keeps them."""
    member = await unit.members.get(MemberId(who.id))
    return Colleague(member=member.id) if member else Colleague(name=cut(who.name, LONGEST_NAME))


async def ask(
    unit: Unit, consultation: Consultation, gave: Colleague, chance: Chance, *, since: datetime | None, now: datetime
) -> bool:
    """Owes each staff room a message about the change that was given at `since`; None: about the draft, once, however
    often it is written again. False: no room is known."""
    own = ConsultationId(consultation.id)
    told = await tell_rooms(
        unit,
        consultation,
        chance,
        key=lambda letter: approval_key(own, since, letter),
        body=lambda letter: ApprovalRef(own, since, letter=letter, gave=gave),
        now=now,
    )
    await refresh_digests(unit, own, chance, now)
    return told


async def over(
    unit: Unit,
    own: ConsultationId,
    became: Became,
    chance: Chance,
    *,
    since: datetime | None,
    by: Colleague,
    now: datetime,
) -> None:
    """The messages about it are owed an edit that says what it became, and who made it that."""
    asked = approval_key(own, since)
    body = await unit.deliveries.body(asked)
    ref = body if isinstance(body, ApprovalRef) else ApprovalRef(own, since)
    await unit.deliveries.plan(
        [
            staff_edit(
                each,
                f"{approval_edit_key(asked)}{chance.token()}",
                replace(ref, became=became.value, edits=each.external_id, by=by),
                own,
                chance,
                now,
            )
            for each in await unit.staff.posted_as(asked)
            if each.key == asked
        ]
    )
    await refresh_digests(unit, own, chance, now)


async def overtaken(
    unit: Unit, own: ConsultationId, chance: Chance, *, by: Colleague = NOBODY_KNOWN, now: datetime
) -> None:
    """Whatever change waited was for a campaign that is no longer as it was."""
    change = await unit.consultations.take_proposed(own)
    if change is not None:
        await over(unit, own, Became.OVERTAKEN, chance, since=change.given_at, by=by, now=now)


async def moved(
    unit: Unit, consultation: Consultation, to: CampaignState, by: Colleague, chance: Chance, *, now: datetime
) -> None:
    """Where the partner asks for two people, the rooms hear of what one of them may do alone."""
    if not consultation.partner.second_person:
        return
    own = ConsultationId(consultation.id)
    await tell_rooms(
        unit,
        consultation,
        chance,
        key=lambda letter: moved_key(own, to, now, letter),
        body=lambda letter: ApprovalRef(own, None, Became(to).value, letter=letter, by=by),
        now=now,
    )


async def approval_card(unit: Unit, ref: ApprovalRef, words: Words, language: str, *, now: datetime) -> Card | None:
    """What waits, or what it became, and who did it; None when it is over before anybody was told."""
    own = ConsultationId(ref.approves)
    running, consultation = await unit.consultations.running(own), await unit.consultations.current(own)
    if running is None or consultation is None:
        return None
    voice, kind = Voice(words, language), "change" if ref.since else "draft"
    title = voice.text(consultation.title)
    stop = (Note(voice("letter.stop")),) if ref.letter else ()
    named = await _named(unit, ref, kind, voice)
    if ref.became:
        became = Became(ref.became)
        kind = "campaign" if became in _MOVED else kind
        return Card((Line(voice(f"approval.{kind}.{became.value}", title=title)), *named, *stop))
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
    return Card((Line(said, (button,)), *named, Note(voice("approval.who")), *stop))


async def _named(unit: Unit, ref: ApprovalRef, kind: str, voice: Voice) -> Sequence[Note]:
    """Who gave it and who made of it what it became, those who are known."""
    roles = ((f"approval.{kind}.by", ref.gave), (f"approval.by.{ref.became}", ref.by))
    names = [(key, await _name(unit, each)) for key, each in roles]
    said = " ".join(voice(key, name=name) for key, name in names if name)
    return (Note(said),) if said else ()


async def _name(unit: Unit, who: Colleague) -> str:
    if not who.member:
        return who.name
    member = await unit.members.get(MemberId(who.member))
    return member.name if member else ""
