"""Starting, pausing, resuming and stopping a campaign, and giving a running consultation a new revision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.model.campaigns import CampaignState, campaign_moved
from core.model.consultations import Consultation
from core.model.deliveries import Reason
from core.model.errors import FileError, NotAllowed, no_consultation
from core.model.ids import AccountId, ConsultationId, PartnerId, SourceId
from core.model.people import Account, Source
from core.model.staff import NOBODY_KNOWN, Colleague
from core.rules.specs.events import with_news, without_news
from core.storage.unit import Unit
from core.work.events.agenda import with_kept
from core.work.ports import Chance
from core.work.staff import approvals

NAMELESS = ("slack", "web")
"""Channels whose account is named after the partner, not after what the platform calls it."""


@dataclass(frozen=True, slots=True)
class Started:
    """What `start` did. `revised`: the file had changed and became this revision."""

    revision: int
    revised: bool
    was: CampaignState


async def start(
    unit: Unit,
    consultation: Consultation,
    accounts: Sequence[tuple[str, str]],
    chance: Chance,
    *,
    now: datetime,
    file: str | None = None,
    by: Colleague = NOBODY_KNOWN,
) -> Started:
    """Stores the consultation as its file says it now and lets its campaign run. `file`: the text of that file.

    `accounts`: (channel, external id) that the environment's tokens speak for: from now on they are this partner's.
    `by`: whom the staff rooms name, where something waited for this.
    A file that changed becomes the next revision; dialogues that run keep theirs, pushes not yet sent take the new
    words. Starting twice is harmless. Raises `FileError` when the name or an account is another partner's, and
    `NotAllowed` when the campaign was stopped.
    """
    partner = PartnerId(consultation.partner.id)
    consultation = await with_kept(unit, consultation)
    await unit.people.put_partner(partner, consultation.partner.name, now)
    for channel, external_id in accounts:
        await own_account(unit, partner, channel, external_id, chance, now=now)
    own = ConsultationId(consultation.id)
    running = await unit.consultations.running(own)
    if running is None:
        await unit.consultations.add(consultation, now, file=file)
        started = Started(1, revised=False, was=CampaignState.DRAFT)
    else:
        if running.partner != partner:
            raise FileError(
                f"the name {consultation.id!r} is another partner's consultation: choose another `id`",
                "error.id_taken",
                name=consultation.id,
            )
        started = await _revised(unit, consultation, running.revision, running.state, chance, now, file, by)
    if started.was is not CampaignState.RUNNING:
        await unit.consultations.set_state(own, campaign_moved(started.was, CampaignState.RUNNING), now)
    if started.was is CampaignState.DRAFT:
        await approvals.over(unit, own, approvals.Became.STARTED, chance, since=None, by=by, now=now)
    await _put_sources(unit, partner, consultation, chance, now)
    return started


async def revise(
    unit: Unit, seen: Consultation, changed: Consultation, chance: Chance, *, now: datetime, file: str
) -> int:
    """The consultation as it was `seen` gets its next revision, in whatever state its campaign is. Returns its number.

    Raises `NotAllowed` when somebody gave it another one meanwhile, or the campaign was stopped."""
    running = await unit.consultations.running(ConsultationId(seen.id))
    if running is None or running.revision != seen.revision:
        raise NotAllowed(
            f"the consultation {seen.id!r} was changed meanwhile: look again",
            "error.changed_meanwhile",
            consultation=seen.id,
        )
    if running.state in (CampaignState.STOPPED, CampaignState.FINISHED):
        raise NotAllowed(
            f"the campaign {seen.id!r} is over: its topics stay as they are",
            "error.campaign_over",
            consultation=seen.id,
        )
    return (await _revised(unit, changed, running.revision, running.state, chance, now, file)).revision


async def _revised(
    unit: Unit,
    consultation: Consultation,
    revision: int,
    state: CampaignState,
    chance: Chance,
    now: datetime,
    file: str | None,
    by: Colleague = NOBODY_KNOWN,
) -> Started:
    own = ConsultationId(consultation.id)
    known = (await unit.consultations.revisions([(own, revision)]))[own, revision]
    if replace(consultation, revision=revision) == without_news(known):
        if file is not None:
            await unit.consultations.put_file(own, revision, file)
        return Started(revision, revised=False, was=state)
    consultation = with_news(known, consultation, now=now)
    await unit.consultations.revise(consultation, revision + 1, now, file=file)
    await unit.deliveries.replan(own)
    await unit.experiments.thaw(own)
    await approvals.overtaken(unit, own, chance, by=by, now=now)
    return Started(revision + 1, revised=True, was=state)


async def own_account(
    unit: Unit, partner: PartnerId, channel: str, external_id: str, chance: Chance, *, now: datetime
) -> Account:
    """The partner's account on a channel, made if it is new. Raises `FileError` when it is another partner's."""
    await unit.people.add_account(Account(AccountId(chance.token()), partner, channel, external_id), now)
    account = await unit.people.account(channel, external_id)
    assert account is not None, "it was just added"
    if account.partner != partner:
        raise FileError(
            f"this {channel} account already belongs to another partner: give this partner a token of its own, "
            "or run it as an installation of its own",
            "error.account_taken",
            channel=channel,
        )
    return account


async def nameless_owner(unit: Unit) -> PartnerId | None:
    """Whose are tokens that do not say whose they are (Slack's): the only partner there is, else the one who had such
    an account first. None when that is not clear: one partner's digest must never be posted to another's workspace."""
    started = {each.partner for each in await unit.consultations.all()}
    if len(started) == 1:
        return started.pop()
    had = {each.partner for each in await unit.people.accounts() if each.channel in NAMELESS}
    return had.pop() if len(had) == 1 else None


async def _put_sources(
    unit: Unit, partner: PartnerId, consultation: Consultation, chance: Chance, now: datetime
) -> None:
    taken = await unit.sources.holders(partner)
    elsewhere = [token for token in consultation.sources if taken.get(token, consultation.id) != consultation.id]
    if elsewhere:
        raise FileError(
            f"these sources already belong to another consultation of this partner: {', '.join(elsewhere)}: choose "
            f"other words, such as {elsewhere[0]}-{consultation.id}",
            "error.source_taken",
            n=len(elsewhere),
            tokens=", ".join(elsewhere),
            other=f"{elsewhere[0]}-{consultation.id}",
        )
    rows = [
        (Source(SourceId(chance.token()), ConsultationId(consultation.id), token, ""), label)
        for token, label in consultation.sources.items()
    ]
    await unit.people.put_sources(partner, rows, now)


async def move(
    unit: Unit,
    consultation: ConsultationId,
    to: CampaignState,
    chance: Chance,
    *,
    now: datetime,
    by: Colleague = NOBODY_KNOWN,
) -> int:
    """Pauses, resumes or stops. Stopping cancels every push not yet sent; returns how many. `by`: as above."""
    running = await unit.consultations.running(consultation)
    if running is None:
        raise no_consultation(consultation)
    await unit.consultations.set_state(consultation, campaign_moved(running.state, to), now)
    if to is CampaignState.STOPPED:
        await approvals.overtaken(unit, consultation, chance, by=by, now=now)
        return await unit.deliveries.withdraw(Reason.CAMPAIGN_STOPPED, consultation=consultation)
    return 0
