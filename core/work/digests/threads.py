"""The detail of a topic in the thread below the digest, so that the room's own page stays short.

    a press under *Topics* ─▶ [delivery: below the newest digest in the room] ─▶ card ─▶ the thread
    taken, answered, sorted ─▶ [delivery: edit] ──────────────────────────────────────────┘

It counts and says where the topic stands; it quotes nobody, so that no erasure needs to reach it.
"""

from collections.abc import Sequence
from datetime import datetime

from core.model.charges import topic_subject
from core.model.consultations import Consultation
from core.model.deliveries import Day, Delivery, ThreadRef
from core.model.ids import ConsultationId, DigestId
from core.model.messages import Block, Button, Card, Heading, Line, Note
from core.rules.readout import percent
from core.storage.staff import Posted, thread_edit_key, thread_key
from core.storage.unit import Unit
from core.work.cards.digest_layout import ALL, ANSWER, Voice, action, in_charge, take_button
from core.work.follow_up import published
from core.work.ports import Chance, Words
from core.work.staff_rooms import staff_edit


async def owe_topic(unit: Unit, own: Consultation, topic: str, chance: Chance, now: datetime) -> bool:
    """The detail of the topic below the newest digest of each room, once. False: no digest stands in a room."""
    which = ConsultationId(own.id)
    places = await unit.staff.newest_posted(which)
    await unit.deliveries.plan(
        [
            staff_edit(
                each,
                thread_key(each.digest, topic),
                ThreadRef(each.digest, topic, each.external_id),
                which,
                chance,
                now,
            )
            for each in places
        ]
    )
    return bool(places)


async def edited_threads(
    unit: Unit, places: Sequence[Posted], consultation: ConsultationId, chance: Chance, now: datetime
) -> list[Delivery]:
    """An edit of each detail that stands below these digests, unless one waits already."""
    owed = []
    for place in places:
        for each in await unit.staff.posted_as(thread_key(place.digest)):
            if await unit.staff.edit_waits(begins := thread_edit_key(each.key)):
                continue
            topic = each.key.removeprefix(thread_key(place.digest))
            body = ThreadRef(place.digest, topic, place.external_id, edits=each.external_id)
            owed.append(staff_edit(each, f"{begins}{chance.token()}", body, consultation, chance, now))
    return owed


async def topic_card(unit: Unit, ref: ThreadRef, words: Words, language: str) -> Card | None:
    """What can be said of the topic now; None when its digest or the topic is gone."""
    digest = await unit.staff.digest(DigestId(ref.below))
    own = await unit.consultations.current(digest.consultation) if digest else None
    if digest is None or own is None or not own.knows(ref.topic):
        return None
    voice, which = Voice(words, language), ConsultationId(own.id)
    counts, _ = await unit.readouts.topic_counts(which)
    n, everything = counts.get(ref.topic, 0), await unit.readouts.contribution_count(which)
    charge = (await unit.charges.of(which)).get(topic_subject(ref.topic))
    name = next(voice.text(each.name, each.id) for each in own.topics if each.id == ref.topic)
    who = in_charge(charge.name, voice) if charge else voice("charge.nobody")
    buttons = [Button(voice("button.answer"), action(ANSWER, own.id, ref.topic))]
    if charge is None:
        buttons.insert(0, take_button(which, topic_subject(ref.topic), voice))
    buttons.append(Button(voice("button.all"), action(ALL, own.id, ref.topic)))
    blocks: list[Block] = [
        Heading(name),
        Line(voice("thread.counts", n=n, percent=percent(n / everything) if everything else 0, whole=everything)),
        Line(await topic_standing(unit, own, ref.topic, voice)),
        Line(who[:1].upper() + who[1:], tuple(buttons)),
        Note(voice("thread.words")),
    ]
    return Card(tuple(blocks))


async def topic_standing(unit: Unit, consultation: Consultation, topic: str, voice: Voice) -> str:
    """What was answered to the topic, or by when an answer was promised."""
    answer = (await published(unit, ConsultationId(consultation.id))).by_topic().get(topic)
    if answer is None:
        promised = consultation.reply
        return voice("lookup.promised", on=Day(promised.by), service=voice.text(promised.service))
    return voice("lookup.answered", progress=voice(f"progress.{answer.progress}"), on=Day(answer.on))
