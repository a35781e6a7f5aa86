"""What staff look up from their own room: words, one topic, and files to take along; nothing of another partner.

    search WORDS, topic NAME, waiting, meeting ─▶ card       export, note, report ─▶ a file, for whoever asked alone

Texts are the masked ones. What was urgent and not for this consultation is never among them: its alert opens it.
"""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.model.audit import Act
from core.model.consultations import Consultation, Topic
from core.model.contributions import Contribution, effective
from core.model.ids import AccountId, ConsultationId
from core.model.messages import Block, Button, Card, Heading, Line, Note, Quote, sentence
from core.model.staff import Actor
from core.model.words import asked_for
from core.rules.permissions import Deed
from core.rules.plain_text import plain, quoted
from core.rules.readout import cut
from core.storage.shelf import Kept, Status, Wanted
from core.work.cards.deed_cards import read_buttons
from core.work.cards.digest_layout import ALL, ANSWER, EXPORT, MEETING, NAME_ROOM, NOTE, Voice, action
from core.work.digests.digest import WEEK, Alike, nobody_else
from core.work.digests.threads import topic_standing
from core.work.digests.waiting import waiting_card
from core.work.evaluation.cells import COLUMNS, cells
from core.work.evaluation.exchange import export_rows
from core.work.evaluation.report import Report, report_of
from core.work.events.meetings import has_meetings
from core.work.shelf import find
from core.work.staff.desk import Desk, Owned, holds, meant
from core.work.staff.guard import own_consultation

SHOWN = 5
QUOTE_ROOM = 400
MOST_CONSULTATIONS = 3
MOST_TOPICS = 20

FILES: Mapping[str, Deed] = {NOTE: Deed.LOOK, EXPORT: Deed.TAKE_ALONG}
"""What each button that leads to a file takes."""

MakeFile = Callable[[Report, Consultation, str], bytes]


@dataclass(frozen=True, slots=True)
class Taken:
    """A file for one person. `about`: the sentence that goes with it."""

    name: str
    content: bytes
    about: str


@dataclass(slots=True)
class Lookups:
    """`make_note`, `make_report`: the one-page note and the whole report of an evaluation as PDFs, in a language.
    `alike`: how many others said what is shown."""

    desk: Desk
    make_note: MakeFile
    make_report: MakeFile
    alike: Alike = nobody_else

    async def search(self, account: AccountId, asked: str, language: str) -> Card:
        """The newest contributions in which all these words occur, in each consultation that has some."""
        voice, wanted = self._voice(language), asked_for(asked)
        if not wanted:
            return sentence(voice("lookup.search_what"))
        blocks: list[Block] = []
        for consultation in await self._alive(account):
            found = await find(self.desk.storage, ConsultationId(consultation.id), Wanted(words=wanted))
            if found.count:
                title = voice.text(consultation.title)
                blocks.append(Heading(voice("lookup.found", n=found.count, title=title)))
                blocks += await self._quotes(found.kept, consultation, voice)
            if len(blocks) > MOST_CONSULTATIONS * (SHOWN + 1):
                break
        if not blocks:
            return sentence(voice("lookup.nothing", words=cut(" ".join(asked.split()), NAME_ROOM)))
        return Card((*blocks, Note(voice("lookup.masked"))))

    async def topic(self, account: AccountId, asked: str, language: str) -> Card:
        """One topic: how many speak of it, what was answered, the newest words. No name: the topics there are."""
        voice, own = self._voice(language), await self._alive(account)
        wanted = plain(asked).split()
        named = [(each, topic) for each in own for topic in each.topics if _is_called(topic, wanted)]
        if not named:
            return _topics(own, asked, voice)
        blocks: list[Block] = []
        for consultation, topic in named[:MOST_CONSULTATIONS]:
            blocks += await self._topic(consultation, topic, voice)
        return Card((*blocks, Note(voice("lookup.masked"))))

    async def export(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | Taken:
        """Every contribution as a table, as `python main.py export` writes it. That `who` took it is recorded."""
        return await self.desk.deeds.guard.lets(
            Deed.TAKE_ALONG, account, who, self._voice(language), lambda: self._export(account, asked, who, language)
        )

    async def _export(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | Taken:
        found = await self._meant(Deed.TAKE_ALONG, account, asked, who, language)
        return found if isinstance(found, Card) else await self._table(account, found, who, language)

    async def taken(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Taken | None:
        """The file that a button of the digest leads to; None when it is another button."""
        verb, _, which = action.partition(":")
        if verb not in FILES:
            return None
        voice = self._voice(language)
        return await self.desk.deeds.guard.lets(
            FILES[verb], account, who, voice, lambda: self._taken(account, verb, ConsultationId(which), who, language)
        )

    async def _taken(
        self, account: AccountId, verb: str, which: ConsultationId, who: Actor, language: str
    ) -> Card | Taken:
        async with self.desk.storage.reading() as unit:
            own = await own_consultation(unit, account, which)
        if verb == EXPORT:
            return await self._table(account, own, who, language)
        return await self._paper(own, language, "note", self.make_note)

    async def _table(self, account: AccountId, found: Consultation, who: Actor, language: str) -> Taken:
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        count = 0
        async for row in export_rows(self.desk.storage, ConsultationId(found.id)):
            writer.writerow(cells(row))
            count += 1
        async with self.desk.storage.unit() as unit:
            await self.desk.deeds.guard.note(unit, Act.EXPORTED, account, who, found.id)
        voice = self._voice(language)
        about = voice("lookup.export", n=count, title=voice.text(found.title))
        return Taken(f"{found.id}.csv", stream.getvalue().encode("utf-8-sig"), about)

    async def waiting(self, account: AccountId, asked: str, who: Actor, language: str) -> Card:
        """What waits for a person, with what can be done about each."""
        voice = self._voice(language)
        return await self.desk.deeds.guard.lets(
            Deed.LOOK, account, who, voice, lambda: self._waiting(account, asked, who, voice)
        )

    async def _waiting(self, account: AccountId, asked: str, who: Actor, voice: Voice) -> Card:
        found = await self._meant(Deed.LOOK, account, asked, who, voice.language)
        if isinstance(found, Card):
            return found
        async with self.desk.storage.reading() as unit:
            return await waiting_card(unit, found, voice, who, now=self.desk.clock.now())

    async def meeting(self, account: AccountId, asked: str, who: Actor, language: str) -> Card:
        """Events, votes and the agenda, with what can be done; several consultations have some: a button for each."""
        voice = self._voice(language)
        return await self.desk.deeds.guard.lets(
            Deed.LOOK, account, who, voice, lambda: self._meeting(account, asked, who, voice)
        )

    async def _meeting(self, account: AccountId, asked: str, who: Actor, voice: Voice) -> Card:
        async with self.desk.storage.reading() as unit:
            own = [each for each in await self.desk.own(unit, account) if has_meetings(each.consultation)]
        if not own:
            await self.desk.deeds.guard.named(Deed.LOOK, account, who, asked)
            return sentence(voice("meeting.nowhere"))
        found = own[0].consultation if len(own) == 1 and not asked else meant(asked, own) if asked else None
        if found is not None:
            return await self.desk.meetings.card(found, who, voice)
        await self.desk.deeds.guard.named(Deed.LOOK, account, who, asked)
        look = voice("meeting.button.look")
        lines = [
            Line(voice.text(each.consultation.title), (Button(look, action(MEETING, each.consultation.id)),))
            for each in own[:MOST_TOPICS]
        ]
        return Card((Line(voice("meeting.which")), *lines))

    async def note(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | Taken:
        """One page for elected officials, as a PDF."""
        return await self._evaluated(account, asked, who, language, "note", self.make_note)

    async def report(self, account: AccountId, asked: str, who: Actor, language: str) -> Card | Taken:
        """The whole evaluation, as a PDF: small numbers stand in it, so it is for the partner's own people."""
        return await self.desk.deeds.guard.lets(
            Deed.LOOK,
            account,
            who,
            self._voice(language),
            lambda: self._evaluated(account, asked, who, language, "report", self.make_report),
        )

    async def _evaluated(
        self, account: AccountId, asked: str, who: Actor, language: str, what: str, make: MakeFile
    ) -> Card | Taken:
        found = await self._meant(Deed.LOOK, account, asked, who, language)
        return found if isinstance(found, Card) else await self._paper(found, language, what, make)

    async def _paper(self, found: Consultation, language: str, what: str, make: MakeFile) -> Taken:
        async with self.desk.storage.reading() as unit:
            report = await report_of(unit, found, now=self.desk.clock.now())
        content = await asyncio.to_thread(make, report, found, language)
        voice = self._voice(language)
        about = voice(f"lookup.{what}", title=voice.text(found.title))
        return Taken(f"{found.id}-{what}.{language}.pdf", content, about)

    async def _topic(self, consultation: Consultation, topic: Topic, voice: Voice) -> list[Block]:
        own = ConsultationId(consultation.id)
        async with self.desk.storage.reading() as unit:
            total, _ = await unit.readouts.topic_counts(own)
            week, _ = await unit.readouts.topic_counts(own, self.desk.clock.now() - WEEK)
            standing = await topic_standing(unit, consultation, topic.id, voice)
        found = await find(self.desk.storage, own, Wanted(topic=topic.id, status=Status.READ))
        name, title = voice.text(topic.name, topic.id), voice.text(consultation.title)
        buttons = (
            Button(voice("button.reply"), action(ANSWER, consultation.id, topic.id)),
            Button(voice("button.all"), action(ALL, consultation.id, topic.id)),
        )
        return [
            Heading(voice("lookup.topic", topic=name, title=title)),
            Line(voice("lookup.counts", n=total.get(topic.id, 0), week=week.get(topic.id, 0))),
            Line(standing, buttons),
            *await self._quotes(found.kept, consultation, voice),
        ]

    async def _quotes(self, kept: Sequence[Kept], consultation: Consultation, voice: Voice) -> list[Block]:
        """The newest, each text once: many people say the same in the same words; and how many others nearly do."""
        shown: dict[str, Contribution] = {}
        for each in (one.contribution for one in kept):
            if each.text and not each.redirected:
                shown.setdefault(plain(each.text), each)
        chosen = list(shown.values())[:SHOWN]
        others = await self.alike(consultation, [each.id for each in chosen])
        names = {topic.id: voice.text(topic.name, topic.id) for topic in consultation.topics}
        blocks: list[Block] = []
        for each in chosen:
            notes = list(dict.fromkeys(names[tag.topic] for tag in effective(each.tags) if tag.topic in names))
            buttons = read_buttons(each, voice, sorted_=bool(notes))
            if each.id in others:
                notes.append(voice("quote.others", n=others[each.id]))
            blocks.append(Quote(quoted(each.text or "", longest=QUOTE_ROOM), " · ".join(notes), buttons))
        return blocks

    async def _alive(self, account: AccountId) -> list[Consultation]:
        """The partner's consultations, those that run first."""
        async with self.desk.storage.reading() as unit:
            return [each.consultation for each in await self.desk.own(unit, account)]

    async def _meant(
        self, deed: Deed, account: AccountId, asked: str, who: Actor, language: str
    ) -> Consultation | Card:
        async with self.desk.storage.reading() as unit:
            own: list[Owned] = await self.desk.own(unit, account)
        if (found := meant(asked, own)) is not None:
            return found
        await self.desk.deeds.guard.named(deed, account, who, asked)
        return self.desk.which(own, asked, language)

    def _voice(self, language: str) -> Voice:
        return Voice(self.desk.words, language)


def _topics(own: Sequence[Consultation], asked: str, voice: Voice) -> Card:
    """No topic is called that: here are those that there are."""
    first = voice("lookup.no_topic", words=cut(" ".join(asked.split()), NAME_ROOM)) if asked else voice("lookup.topics")
    lines = [
        Line(
            voice(
                "lookup.topics_of",
                title=voice.text(each.title),
                list=" · ".join(voice.text(topic.name, topic.id) for topic in each.topics[:MOST_TOPICS]),
            )
        )
        for each in own[:MOST_CONSULTATIONS]
        if each.topics
    ]
    return Card((Line(first), *lines)) if lines else sentence(voice("which.none"))


def _is_called(topic: Topic, wanted: Sequence[str]) -> bool:
    return any(holds(plain(each), list(wanted)) for each in (topic.id, *topic.name.values()))
