"""The end of the story: what most people asked for is answered, and those who wanted to know are told."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bots.terminal.rehearsal.story import REHEARSAL, Cast, Rehearsal, Told
from core.model.deliveries import State
from core.model.follow_ups import FOLLOW_UP_STEP, Progress
from core.model.ids import ConsultationId
from core.work import follow_up
from core.work.follow_up import Answered
from core.work.house import House

BEFORE_PROMISE = timedelta(days=2)
MOST_DAYS = 5
"""A day on which nobody is written to (a Sunday, a holiday) is followed by one on which they are."""


async def answer_largest(house: House, planned: Rehearsal, cast: Cast, *, decided: bool = True) -> Told | None:
    """Two days before the promised date the largest topic is answered; not `decided`: at once, that it is studied.
    None: nobody asked for anything, or nobody who did wanted to know."""
    own, consultation = ConsultationId(planned.consultation.id), planned.consultation
    zone = ZoneInfo(consultation.zone)
    async with house.storage.reading() as unit:
        spoken, _ = await unit.readouts.topic_counts(own)
    known = [topic.id for topic in consultation.topics if spoken.get(topic.id)]
    if not known:
        return None
    after = planned.until.astimezone(zone).date()
    if decided:
        after = max(after, consultation.reply.by - BEFORE_PROMISE)
    progress = Progress.KEPT if decided else Progress.UNDER_STUDY
    largest = max(known, key=lambda topic: spoken[topic])
    spoken_in = house.words.languages if decided else ()
    text = {each: house.words.say("terminal.demo.decided", each, {}) for each in spoken_in}
    for day in (after + timedelta(days=number) for number in range(MOST_DAYS)):
        planned.clock.advance_to(datetime.combine(day, time(10), zone))
        if day == after:
            async with house.storage.unit() as unit:
                made = await follow_up.draft(
                    unit, own, Answered(progress, text, largest), REHEARSAL, planned.chance, now=house.clock.now()
                )
                await follow_up.publish(unit, made.id, None, now=house.clock.now())
            await house.telling.tell_due()
        await house.settle()
        async with house.storage.reading() as unit:
            told = (await unit.readouts.steps(own)).get(FOLLOW_UP_STEP, {}).get(State.SENT.value, 0)
        if told and cast.street.last:
            return Told(house.clock.now(), cast.street.last, told)
    return None
