"""What waits for a person: flagged messages, topics that are owed an answer, contributions to sort, answers to review,
messages that may have arrived or not, a change that takes a second person. The same list in Slack and on the
organisers' pages, and the reminder of it.

    waiting_now ─▶ in_order (pure) ─▶ card        something waits too long ─▶ [delivery: one reminder a day] ─▶ card
"""

from datetime import date, datetime, timedelta

from core.model.charges import Charge, Heap, alert_subject, topic_subject
from core.model.consultations import Consultation, QuotePolicy
from core.model.deliveries import WaitingRef
from core.model.ids import ConsultationId
from core.model.messages import Block, Button, Card, Heading, Line, Note
from core.model.staff import Actor
from core.rules.calendar import on_wall
from core.rules.waiting import Waiting, in_order, reply_watched_from, too_long
from core.storage.shelf import UNSORTED
from core.storage.unit import Unit
from core.work.cards.deed_cards import charge_button
from core.work.cards.digest_layout import ALL, ANSWER, CHANGE, OPEN, REVIEW, Voice, action, in_charge, take_button
from core.work.follow_up import published
from core.work.ports import Chance, Words
from core.work.staff_rooms import owe_to, staff_rooms

MOST_SHOWN = 12


async def waiting_now(unit: Unit, consultation: Consultation, *, now: datetime) -> list[Waiting]:
    """Everything that waits, in the order in which it should be done."""
    own = ConsultationId(consultation.id)
    found = [
        Waiting(alert_subject(each.id), 1, each.created_at, kind=each.kind, serious=each.serious)
        for each in await unit.staff.waiting_alerts(own)
    ]
    for heap, (n, since) in (await unit.readouts.heaps(own)).items():
        if n and since is not None and (heap is not Heap.REVIEW or consultation.digest.quotes is QuotePolicy.REVIEWED):
            found.append(Waiting(heap.value, n, since))
    change = await unit.consultations.change(own)
    if change is not None:
        found.append(Waiting(Heap.CHANGE, 1, change.given_at))
    begun = reply_watched_from(consultation.reply.by, consultation.zone)
    if begun <= now:
        counts, _ = await unit.readouts.topic_counts(own)
        answers = (await published(unit, own)).by_topic()
        found += [Waiting(topic_subject(topic), n, begun) for topic, n in counts.items() if topic not in answers]
    return in_order(found)


async def waiting_card(
    unit: Unit, consultation: Consultation, voice: Voice, who: Actor | None, *, now: datetime
) -> Card:
    """The list with what can be done about each line, and who took it. `who` None: everybody in the room reads it."""
    listed = await waiting_now(unit, consultation, now=now)
    charges = await unit.charges.of(ConsultationId(consultation.id))
    title = Heading(voice("waiting.title", title=voice.text(consultation.title)))
    if not listed:
        return Card((title, Line(voice("waiting.nothing"))))
    blocks: list[Block] = [title]
    blocks += [_line(each, consultation, charges.get(each.subject), who, voice, now) for each in listed[:MOST_SHOWN]]
    if len(listed) > MOST_SHOWN:
        blocks.append(Line(voice("more", n=len(listed) - MOST_SHOWN)))
    blocks.append(Note(voice("waiting.promise", n=consultation.digest.read_within)))
    return Card(tuple(blocks))


def _line(
    each: Waiting, consultation: Consultation, taken: Charge | None, who: Actor | None, voice: Voice, now: datetime
) -> Line:
    since = voice.when(each.since, consultation.zone, now)
    _, _, name = each.subject.partition(":")
    if each.kind:
        said = voice("waiting.alert", kind=voice.kind(each.kind), since=since)
        do = [Button(voice("button.open"), f"{OPEN}{name}")]
    elif name:
        names = {topic.id: topic.name for topic in consultation.topics}
        said = voice("waiting.topic", topic=voice.text(names.get(name, {}), name), n=each.n)
        do = [Button(voice("button.answer"), action(ANSWER, consultation.id, name))]
    else:
        said = voice(f"waiting.{each.subject}", n=each.n, since=since)
        do = {
            Heap.REVIEW: [Button(voice("button.review"), f"{REVIEW}{consultation.id}")],
            Heap.CHANGE: [Button(voice("campaign.button.change"), f"{CHANGE}{consultation.id}")],
            Heap.UNSORTED: [Button(voice("button.all"), action(ALL, consultation.id, UNSORTED))],
        }.get(Heap(each.subject), [])
    if taken is None:
        do.append(take_button(consultation.id, each.subject, voice))
        return Line(f"{said} · {voice('charge.nobody')}", tuple(do))
    if who is not None:
        do.append(charge_button(consultation.id, each.subject, taken, who, voice))
    return Line(f"{said} · {in_charge(taken.name, voice)}", tuple(do))


# ── the reminder ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def overdue(unit: Unit, consultation: Consultation, *, open_: bool, now: datetime) -> bool:
    """Something waits longer than the partner promised. `open_`: people may still answer."""
    taken = {subject: each.at for subject, each in (await unit.charges.of(ConsultationId(consultation.id))).items()}
    return too_long(
        await waiting_now(unit, consultation, now=now),
        taken,
        timedelta(hours=consultation.digest.read_within),
        reply_late=on_wall(now, consultation.zone).date() > consultation.reply.by,
        open_=open_,
        now=now,
    )


async def remind(unit: Unit, consultation: Consultation, day: date, chance: Chance, *, now: datetime) -> int:
    """Owes each staff room the reminder of this day. Returns how many."""
    rooms = await staff_rooms(unit, consultation, chance)
    own = ConsultationId(consultation.id)
    return await owe_to(
        unit,
        rooms,
        consultation,
        chance,
        key=lambda letter: f"waiting:{own}:{day.isoformat()}/{letter}",
        body=lambda letter: WaitingRef(own, letter=letter),
        now=now,
    )


async def reminder_card(unit: Unit, ref: WaitingRef, words: Words, language: str, *, now: datetime) -> Card | None:
    """What waits at the moment of sending; None when everything was done meanwhile."""
    consultation = await unit.consultations.current(ConsultationId(ref.waits_at))
    if consultation is None or not await waiting_now(unit, consultation, now=now):
        return None
    voice = Voice(words, language)
    card = await waiting_card(unit, consultation, voice, None, now=now)
    stop = (Note(voice("letter.stop")),) if ref.letter else ()
    return Card((*card.blocks, *stop))
