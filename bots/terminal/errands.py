"""What a command asks of whoever holds the pen: the running service (by bots/terminal/pipe.py), or else itself.

So there are never two writers, and a command works whether the service runs or not. `served` in an answer says which
of the two it was.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from core.model.audit import TERMINAL, Act
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.errors import no_consultation
from core.model.ids import AccountId, ConsultationId, ContributionId, FollowUpId
from core.model.people import Room
from core.model.staff import Member, Role
from core.rules.calendar import on_wall
from core.storage.consultations import STORED
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work import follow_up, sources
from core.work.evaluation import exchange
from core.work.events import agenda, meetings
from core.work.ports import Chance, Clock, Version
from core.work.pushes import posts
from core.work.staff import campaigns, members
from core.work.staff.themes import Accepted, Themes
from core.work.teaching import Teaching

GATHERED = TypeAdapter(list[exchange.Gathered])
ANSWERED = TypeAdapter(follow_up.Answered)
VERSIONS = TypeAdapter(list[Version])
ACCEPTED = TypeAdapter(Accepted)

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who holds the pen. `changed` is called after each errand: campaigns, accounts or contributions changed.
    `teaching`, `themes`: loaded when they are asked for. `serves`: this is the running service, not a command.
    """

    storage: Storage
    clock: Clock
    chance: Chance
    changed: Callable[[], None]
    teaching: Callable[[], Teaching]
    themes: Callable[[], Themes]
    serves: bool = False

    async def run(self, errand: str, arguments: Mapping[str, Any]) -> Answer:
        """Raises our own errors, as sentences; `KeyError` for an errand that does not exist."""
        answer = await _ERRANDS[errand](self, arguments)
        self.changed()
        return {**answer, "served": self.serves}


async def _start(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation = STORED.validate_python(arguments["consultation"])
    accounts = [(str(channel), str(external_id)) for channel, external_id in arguments["accounts"]]
    async with writer.storage.unit() as unit:
        file = arguments.get("file")
        started = await campaigns.start(unit, consultation, accounts, writer.chance, now=writer.clock.now(), file=file)
        await _note(writer, unit, Act.CAMPAIGN_STARTED, consultation.partner.id, consultation.id)
    return {"revision": started.revision, "revised": started.revised, "was": started.was.value}


async def _move(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        cancelled = await campaigns.move(
            unit,
            ConsultationId(arguments["consultation"]),
            CampaignState(arguments["to"]),
            writer.chance,
            now=writer.clock.now(),
        )
        await _note_about(writer, unit, Act(f"campaign.{arguments['to']}"), ConsultationId(arguments["consultation"]))
    return {"cancelled": cancelled}


async def _post(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    own, room = ConsultationId(arguments["consultation"]), Room(str(arguments["room"]), str(arguments["title"]))
    token, link = str(arguments["source"]), str(arguments["link"])
    async with writer.storage.unit() as unit:
        new = await posts.post(unit, own, room, token, link, writer.chance, writer.clock)
        if new:
            await _note_about(writer, unit, Act.CAMPAIGN_POSTED, own)
    return {"new": new}


async def _import(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    rows, own = GATHERED.validate_python(arguments["rows"]), ConsultationId(arguments["consultation"])
    async with writer.storage.unit() as unit:
        new = await exchange.import_rows(unit, own, rows, writer.chance, now=writer.clock.now())
        if new:
            await _note_about(writer, unit, Act.IMPORTED, own)
    return {"new": new}


async def _release(writer: Writer, _arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        released = await unit.inbox.release_quarantined()
        await _note_accounts(writer, unit, Act.UPDATES_AGAIN, released)
    return {"released": released.total()}


async def _retry_failed(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    own = ConsultationId(arguments["consultation"]) if arguments["consultation"] else None
    async with writer.storage.unit() as unit:
        retried = await unit.deliveries.retry_failed(writer.clock.now(), own)
        for consultation in sorted({each for _, each in retried if each}):
            await _note_about(writer, unit, Act.DELIVERIES_AGAIN, consultation)
        await _note_accounts(writer, unit, Act.DELIVERIES_AGAIN, [own for own, each in retried if each is None])
    return {"retried": retried.total()}


async def _add_source(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    label = {str(language): str(text) for language, text in arguments["label"].items()}
    async with writer.storage.unit() as unit:
        own = ConsultationId(arguments["consultation"])
        token = await sources.add_source(unit, own, label, writer.chance, now=writer.clock.now())
        await _note_about(writer, unit, Act.SOURCE_ADDED, own)
    return {"token": token}


async def _retire_source(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        own = ConsultationId(arguments["consultation"])
        await sources.retire_source(unit, own, str(arguments["token"]), now=writer.clock.now())
        await _note_about(writer, unit, Act.SOURCE_RETIRED, own)
    return {}


async def _add_member(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    name, email, role = str(arguments["name"]), str(arguments["email"]), Role(arguments["role"])
    async with writer.storage.unit() as unit:
        partner = await members.partner_of_staff(unit, str(arguments["partner"]))
        added = await members.add_member(unit, partner, name, email, role, writer.chance, now=writer.clock.now())
        await _note(writer, unit, Act.STAFF_ADDED, partner, added.id)
    return {"id": added.id, "name": added.name}


async def _set_role(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        member = await _member(unit, arguments)
        await members.set_role(unit, member, Role(arguments["role"]))
        await _note(writer, unit, Act.STAFF_ROLE, member.partner, member.id)
    return {"name": member.name}


async def _remove_member(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        member = await _member(unit, arguments)
        await members.remove_member(unit, member, now=writer.clock.now())
        await _note(writer, unit, Act.STAFF_REMOVED, member.partner, member.id)
    return {"name": member.name}


async def _make_link(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    lasts = members.FROM_TERMINAL
    async with writer.storage.unit() as unit:
        member = await _member(unit, arguments)
        secret = await members.make_link(unit, member.id, writer.chance, now=writer.clock.now(), lasts=lasts)
        await _note(writer, unit, Act.SIGN_IN_LINK, member.partner, member.id)
    return {"name": member.name, "secret": secret, "minutes": int(lasts.total_seconds() // 60)}


async def _add_follow_up(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    """Kept as a draft; `publish` true: published too, at once or at the moment `at`."""
    answered = ANSWERED.validate_python(arguments["answered"])
    own, now = ConsultationId(arguments["consultation"]), writer.clock.now()
    async with writer.storage.unit() as unit:
        made = await follow_up.draft(unit, own, answered, TERMINAL, writer.chance, now=now)
        await _note_about(writer, unit, Act.FOLLOW_UP_WRITTEN, own, made.id)
        if arguments["publish"]:
            await follow_up.publish(unit, made.id, _instant(arguments["at"]), now=now)
            await _note_about(writer, unit, Act.FOLLOW_UP_PUBLISHED, own, made.id)
    return await _follow_up_answer(writer, made.id)


async def _publish_follow_up(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    own = FollowUpId(arguments["id"])
    async with writer.storage.unit() as unit:
        was = await follow_up.publish(unit, own, _instant(arguments["at"]), now=writer.clock.now())
        await _note_about(writer, unit, Act.FOLLOW_UP_PUBLISHED, was.consultation, own)
    return await _follow_up_answer(writer, own)


async def _follow_up_answer(writer: Writer, own: FollowUpId) -> Answer:
    """Read after it was kept: counting those who asked takes a while, and others write meanwhile."""
    async with writer.storage.reading() as unit:
        made = await unit.follow_ups.get(own)
        assert made is not None, "it was just written"
        people = await follow_up.asking(unit, made)
    return {"id": made.id, "state": made.publication.value, "people": people}


async def _note_came(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation, came = await _current(writer, arguments), int(arguments["came"])
    async with writer.storage.unit() as unit:
        asked, now = str(arguments["event"]), writer.clock.now()
        event = await meetings.note_came(unit, consultation, asked, came, now=now)
        await _note_about(writer, unit, Act.MEETING_CAME, ConsultationId(consultation.id))
    return {"event": event}


async def _keep_proposal(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation, into = await _current(writer, arguments), arguments["into"]
    ids = [ContributionId(str(each)) for each in arguments["contributions"]]
    label = {str(language): str(text) for language, text in arguments["label"].items()}
    async with writer.storage.unit() as unit:
        number = await agenda.keep(unit, consultation, label, ids, into=into, now=writer.clock.now())
        await _note_about(writer, unit, Act.PROPOSAL_KEPT, ConsultationId(consultation.id))
    return {"number": number}


async def _treat_proposals(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation = await _current(writer, arguments)
    own, today = ConsultationId(consultation.id), on_wall(writer.clock.now(), consultation.zone).date()
    async with writer.storage.unit() as unit:
        await agenda.treat(unit, own, arguments["numbers"], None if arguments["back"] else today)
        await _note_about(writer, unit, Act.PROPOSAL_TREATED, own)
    return {}


def _instant(given: Any) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


async def _learn_topics(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation = await _current(writer, arguments)
    made = await writer.teaching().learn_now(consultation)
    await _note_topics(writer, Act.TOPICS_LEARNT, consultation)
    return {"versions": VERSIONS.dump_python(made, mode="json")}


async def _topics_back(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation = await _current(writer, arguments)
    version = writer.teaching().back(consultation)
    await _note_topics(writer, Act.TOPICS_BACK, consultation)
    return {"version": version}


async def _recount(writer: Writer, _arguments: Mapping[str, Any]) -> Answer:
    async with writer.storage.unit() as unit:
        await unit.readouts.recount()
    return {}


async def _accept_theme(writer: Writer, arguments: Mapping[str, Any]) -> Answer:
    consultation = await _current(writer, arguments)
    number, name = int(arguments["number"]), str(arguments["name"])
    accepted = await writer.themes().accept(consultation, number, name, TERMINAL)
    made: Answer = ACCEPTED.dump_python(accepted, mode="json")
    return made


async def _current(writer: Writer, arguments: Mapping[str, Any]) -> Consultation:
    asked = str(arguments["consultation"])
    async with writer.storage.reading() as unit:
        found = await unit.consultations.current(ConsultationId(asked))
    if found is None:
        raise no_consultation(asked)
    return found


async def _note_topics(writer: Writer, act: Act, consultation: Consultation) -> None:
    async with writer.storage.unit() as unit:
        await _note_about(writer, unit, act, ConsultationId(consultation.id))


async def _note(writer: Writer, unit: Unit, act: Act, partner: str, subject: str) -> None:
    await unit.audit.note(act, partner=partner, actor=TERMINAL, subject=subject, now=writer.clock.now())


async def _note_about(
    writer: Writer, unit: Unit, act: Act, consultation: ConsultationId, subject: str | None = None
) -> None:
    """Of a consultation that is known; `subject` None: of itself."""
    running = await unit.consultations.running(consultation)
    assert running is not None, "it was just changed"
    await _note(writer, unit, act, running.partner, subject or consultation)


async def _note_accounts(writer: Writer, unit: Unit, act: Act, accounts: Collection[AccountId]) -> None:
    """One line for each account: of what belongs to no consultation."""
    for account in await unit.people.accounts() if accounts else ():
        if account.id in accounts:
            await _note(writer, unit, act, account.partner, account.id)


async def _member(unit: Unit, arguments: Mapping[str, Any]) -> Member:
    partner = await members.partner_of_staff(unit, str(arguments["partner"]))
    return await members.named(unit, partner, str(arguments["name"]))


_ERRANDS: Mapping[str, Callable[[Writer, Mapping[str, Any]], Awaitable[Answer]]] = {
    "campaign.start": _start,
    "campaign.move": _move,
    "campaign.post": _post,
    "import": _import,
    "inbox.release": _release,
    "deliveries.retry": _retry_failed,
    "figures.recount": _recount,
    "source.add": _add_source,
    "source.retire": _retire_source,
    "meeting.came": _note_came,
    "meeting.keep": _keep_proposal,
    "meeting.treated": _treat_proposals,
    "follow_up.add": _add_follow_up,
    "follow_up.publish": _publish_follow_up,
    "staff.add": _add_member,
    "staff.role": _set_role,
    "staff.remove": _remove_member,
    "staff.link": _make_link,
    "topics.learn": _learn_topics,
    "topics.back": _topics_back,
    "topics.accept": _accept_theme,
}
