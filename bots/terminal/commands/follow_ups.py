"""`follow-up add|list|publish`: the official answer to a topic, told to everyone who asked for it."""

import asyncio
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument, group, json_option
from bots.terminal.errands import ANSWERED
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.deliveries import Day, State
from core.model.errors import NotAllowed
from core.model.follow_ups import FollowUp, Progress
from core.model.ids import ConsultationId, ContributionId, FollowUpId
from core.model.publications import Publication
from core.model.satisfaction import Rating
from core.rules.calendar import to_utc
from core.rules.specs.course import topic_name
from core.work.cards.digest_layout import Voice, rating_counts
from core.work.follow_up import Answered
from core.work.pushes.satisfaction import satisfaction

DAY = ["%Y-%m-%d"]
_WAITING = (State.PLANNED, State.CLAIMED, State.SENDING)
MOMENT = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]


@dataclass(frozen=True, slots=True)
class _Written:
    """What was typed."""

    progress: Progress
    topic: str
    contributions: list[str]
    text: str
    english: str
    service: str
    on: datetime | None
    at: datetime | None
    publish: bool


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    follow_up = group(screen, "follow_up")
    app.add_typer(follow_up, name="follow-up")
    at_option = typer.Option("--at", metavar="MOMENT", formats=MOMENT, help=screen.text("help.follow_up.at"))

    @command(follow_up, screen, "add", "follow_up.add")
    def add_command(
        consultation: Annotated[str, consultation_argument(screen)],
        state: Annotated[Progress, typer.Option("--state", help=screen.text("help.follow_up.state"))],
        topic: Annotated[
            str, typer.Option(metavar=screen.text("help.word.name"), help=screen.text("help.follow_up.topic"))
        ] = "",
        contribution: Annotated[
            list[str] | None, typer.Option(metavar="ID", help=screen.text("help.follow_up.contribution"))
        ] = None,
        text: Annotated[
            str, typer.Option(metavar=screen.text("help.word.text"), help=screen.text("help.follow_up.text"))
        ] = "",
        english: Annotated[
            str, typer.Option(metavar=screen.text("help.word.text"), help=screen.text("help.follow_up.english"))
        ] = "",
        service: Annotated[
            str, typer.Option(metavar=screen.text("help.word.name"), help=screen.text("help.follow_up.service"))
        ] = "",
        on: Annotated[
            datetime | None, typer.Option(metavar="DATE", formats=DAY, help=screen.text("help.follow_up.on"))
        ] = None,
        at: Annotated[datetime | None, at_option] = None,
        draft: Annotated[bool, typer.Option("--draft", help=screen.text("help.follow_up.draft"))] = False,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        if draft and at:
            raise NotAllowed(screen.text("follow_up.one_of"))
        written = _Written(state, topic, contribution or [], text, english, service, on, at, publish=not draft)
        asyncio.run(_add(consultation, written, parts, screen, as_json=as_json))

    @command(follow_up, screen, "list", "follow_up.list")
    def list_command(
        consultation: Annotated[str, consultation_argument(screen)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_list(consultation, parts, screen, as_json=as_json))

    @command(follow_up, screen, "publish", "follow_up.publish")
    def publish_command(
        follow_up_id: Annotated[str, typer.Argument(metavar="ID", help=screen.text("help.follow_up.id"))],
        at: Annotated[datetime | None, at_option] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_publish(follow_up_id, at, parts, screen, as_json=as_json))


async def _add(consultation: str, written: _Written, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
    first = known.languages[0]
    answered = Answered(
        written.progress,
        {first: written.text} | ({"en": written.english} if written.english else {}),
        written.topic,
        tuple(ContributionId(each) for each in written.contributions),
        {first: written.service} if written.service else None,
        written.on.date() if written.on else None,
    )
    asked = {
        "consultation": known.id,
        "answered": ANSWERED.dump_python(answered, mode="json"),
        "publish": written.publish,
        "at": _instant(written.at, known),
    }
    _tell(await parts.errand("follow_up.add", asked), screen, as_json=as_json)


async def _publish(follow_up: str, at: datetime | None, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        found = await unit.follow_ups.get(FollowUpId(follow_up))
        known = await unit.consultations.current(found.consultation) if found else None
    asked = {"id": follow_up, "at": _instant(at, known) if known else None}
    _tell(await parts.errand("follow_up.publish", asked), screen, as_json=as_json)


def _instant(at: datetime | None, consultation: Consultation) -> str | None:
    """A time as the clocks of the consultation show it."""
    return to_utc(at, consultation.zone).isoformat() if at else None


def _tell(done: dict[str, Any], screen: Screen, *, as_json: bool) -> None:
    if as_json:
        screen.json({name: done[name] for name in ("id", "state", "people")})
        return
    screen.say(f"follow_up.now.{done['state']}", id=done["id"], n=done["people"])
    if done["state"] == Publication.PUBLISHED and not done["served"]:
        screen.remark("follow_up.not_running")


async def _list(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
        found = await unit.follow_ups.of(ConsultationId(known.id))
        said = {each.topic: each for each in await satisfaction(unit, ConsultationId(known.id))}
        messages = await unit.follow_ups.messages(ConsultationId(known.id))
    told = {each.id: _told(messages.get(each.id, Counter())) for each in found}
    if as_json:
        screen.json([{**asdict(each), **told[each.id], "satisfied": _counts(said.get(each.topic))} for each in found])
        return
    for each in found:
        screen.show(_line(each, told[each.id], known, screen))
    for rating in said.values():
        name = topic_name(known, rating.topic, screen.language) if rating.topic else screen.text("follow_up.some")
        screen.say("follow_up.satisfied", topic=name, **_counts(rating))
    if not found:
        screen.say("follow_up.none", id=known.id)


def _told(messages: Counter[State]) -> dict[str, int]:
    """Who was written to, and who will be: when their night is over, or when a platform takes more."""
    return {"told": messages[State.SENT], "waiting": sum(messages[each] for each in _WAITING)}


def _counts(rating: Rating | None) -> dict[str, int]:
    """Of the answers to that topic."""
    return rating_counts(rating or Rating(""))


def _line(follow_up: FollowUp, told: dict[str, int], consultation: Consultation, screen: Screen) -> str:
    voice = Voice(screen.words, screen.language)
    at = voice.coming(follow_up.publish_at, consultation.zone) if follow_up.publish_at else ""
    stands = follow_up.publication.value
    if follow_up.publication is Publication.TOLD and told["waiting"]:
        stands = "waiting"
    return screen.text(
        "follow_up.line",
        id=follow_up.id,
        topic=topic_name(consultation, follow_up.topic, screen.language)
        if follow_up.topic
        else screen.text("follow_up.some"),
        progress=voice(f"progress.{follow_up.progress.value}"),
        on=Day(follow_up.on, year=True),
        publication=screen.text(f"follow_up.publication.{stands}", at=at, n=told["told"], waiting=told["waiting"]),
        people=follow_up.people,
    )
