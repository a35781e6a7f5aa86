"""A post in a group or a channel: one message with a button that opens the private chat, with its source.

    `campaign post` ─▶ [delivery]      `posts` of the file ─ its moment ─▶ [delivery] ─▶ outbox, once

Nobody is written to who did not come: the post stands where the partner put the bot, and the bot says nothing else
there.
"""

from datetime import datetime, timedelta

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Post
from core.model.deliveries import POST_STEP, Delivery, Lane, State
from core.model.errors import NotAllowed, NotFound
from core.model.ids import ConsultationId, delivery_id
from core.model.people import Room
from core.rules.calendar import Skipped, on_wall
from core.rules.posts import post_due
from core.rules.specs.steps import post_spec
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.ports import Chance, Clock
from core.work.staff_rooms import addresses_of


def post_key(own: ConsultationId, post: str) -> str:
    """The key of the delivery of a post of the file: whatever its revision, it is owed once."""
    return f"{POST_STEP}{own}:{post}"


async def owe_planned(
    unit: Unit, running: Running, asked: Consultation, planned: Post, bot: str, chance: Chance, *, now: datetime
) -> bool:
    """Owes a post of the file whose moment has come, or notes why it will not leave. `bot`: the username of the
    partner's. False: it was owed already, or the partner has no Telegram bot."""
    accounts = [each for each in await unit.people.accounts(running.partner) if each.channel == "telegram"]
    if not accounts:
        return False
    due = post_due(asked, planned, start=running.begins_at, closes_at=running.closes_at, now=now)
    (address,) = await addresses_of(unit, accounts[0].id, [planned.room], chance)
    language, link = asked.languages[0], f"https://t.me/{bot}?start={planned.source}"
    owed = Delivery(
        id=delivery_id(now, chance.token()),
        key=post_key(running.id, planned.id),
        account=accounts[0].id,
        address=address.id,
        lane=Lane.STAFF,
        body=post_spec(asked, language, link, planned.text),
        language=language,
        due_at=now,
        planned_at=now,
        consultation=running.id,
        revision=running.revision,
        step=planned.id,
        use_by=running.closes_at,
        state=State.SKIPPED if isinstance(due, Skipped) else State.PLANNED,
        reason=due.reason if isinstance(due, Skipped) else None,
    )
    return await unit.deliveries.plan([owed]) == 1


BETWEEN = timedelta(seconds=3)
"""Telegram takes some twenty messages a minute in one group."""


async def post(
    unit: Unit, own: ConsultationId, room: Room, token: str, link: str, chance: Chance, clock: Clock
) -> bool:
    """Owes the post with the `link` of source `token`; False: it stands there since today already.

    `NotAllowed` while the campaign does not run, `NotFound` without a Telegram bot of this partner.
    """
    now = clock.now()
    running = await unit.consultations.running(own)
    if (
        running is None
        or running.state is not CampaignState.RUNNING
        or not running.begins_at <= now < running.closes_at
    ):
        raise NotAllowed(
            f"{own!r} is not open now: nobody could answer. `campaign status` says when it is",
            "error.not_open",
            consultation=own,
        )
    bots = [each for each in await unit.people.accounts(running.partner) if each.channel == "telegram"]
    if not bots:
        raise NotFound(
            "this partner has no Telegram bot: put TELEGRAM_BOT_TOKEN into .env, then start the campaign again",
            "error.no_bot",
        )
    consultation = (await unit.consultations.revisions([(own, running.revision)]))[own, running.revision]
    (address,) = await addresses_of(unit, bots[0].id, [room.external_id], chance)
    last = await unit.deliveries.last_owed_to(address.id)
    language = consultation.languages[0]
    owed = Delivery(
        id=delivery_id(now, chance.token()),
        key=f"{POST_STEP}{own}:{address.id}:{token}:{on_wall(now, consultation.zone).date()}",
        account=bots[0].id,
        address=address.id,
        lane=Lane.STAFF,
        body=post_spec(consultation, language, link),
        language=language,
        due_at=max(now, last + BETWEEN) if last else now,
        planned_at=now,
        consultation=own,
        revision=running.revision,
        step=POST_STEP,
        use_by=running.closes_at,
    )
    return await unit.deliveries.plan([owed]) == 1
