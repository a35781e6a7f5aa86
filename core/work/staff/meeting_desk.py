"""Meetings from the staff's own room: how many came, which proposals are one, what was dealt with.

    button ─▶ card, or a form ─▶ the form comes back ─▶ one effect ─▶ [audit] ─▶ the card as it is now

The same use cases as on the organisers' pages and in `meeting …`. Pressed or sent twice each has its effect once: a
number noted again changes nothing, a contribution belongs to one proposal, and a button says what the state shall be.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from core.model.audit import Act
from core.model.consultations import Consultation
from core.model.errors import NotAllowed, NotFound
from core.model.forms import Form
from core.model.ids import AccountId, ConsultationId, ContributionId
from core.model.meetings import EventFigure, Suggested
from core.model.messages import Card, Line, sentence
from core.model.staff import Actor
from core.rules.calendar import on_wall
from core.rules.permissions import LEAST, Deed
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.cards.digest_layout import MEETING, Voice
from core.work.cards.meeting_cards import (
    CAME,
    KEEP,
    MOST_TICKED,
    NEW,
    NOTHING_GIVEN,
    SAME,
    TREATED,
    UNTREATED,
    Meeting,
    came_form,
    keep_form,
    meeting_card,
)
from core.work.events.agenda import Alike, agenda, keep, suggested, treat
from core.work.events.meetings import events, has_meetings, note_came, votes
from core.work.ports import Clock, Words
from core.work.staff.guard import Guard, NotTheirs, own_consultation

MEETING_NEEDS: Mapping[str, Deed] = {
    MEETING: Deed.LOOK,
    CAME: Deed.RUN_MEETING,
    KEEP: Deed.RUN_MEETING,
    TREATED: Deed.RUN_MEETING,
    UNTREATED: Deed.RUN_MEETING,
}
"""What each button and each form takes."""
_FORMS = (CAME, KEEP)


async def each_alone(texts: Sequence[str]) -> Sequence[int]:
    """Where nothing looks for near duplicates: every text is its own."""
    return range(len(texts))


@dataclass(frozen=True, slots=True)
class MeetingDesk:
    """`alike`: which texts say nearly the same."""

    storage: Storage
    clock: Clock
    words: Words
    guard: Guard
    alike: Alike = each_alone

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Form | None:
        """What a button leads to; None when it is none of these."""
        verb, _, rest = action.partition(":")
        if verb not in MEETING_NEEDS:
            return None
        voice = Voice(self.words, language)
        return await self._lets(verb, account, who, voice, lambda: self._led(account, verb, rest, who, voice))

    async def sent(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str
    ) -> Card | Form | None:
        """What a form leads to: the card as it is now, or the form again with what is missing; None when it is none
        of these."""
        verb, _, rest = action.partition(":")
        if verb not in _FORMS:
            return None
        voice = Voice(self.words, language)
        return await self._lets(
            verb, account, who, voice, lambda: self._received(account, verb, rest, fields, who, voice)
        )

    async def _lets(
        self, verb: str, account: AccountId, who: Actor, voice: Voice, work: Callable[[], Awaitable[Card | Form]]
    ) -> Card | Form:
        return await self.guard.lets(MEETING_NEEDS[verb], account, who, voice, work)

    async def _led(self, account: AccountId, verb: str, rest: str, who: Actor, voice: Voice) -> Card | Form:
        which, _, what = rest.partition(":")
        async with self.storage.reading() as unit:
            own = await own_consultation(unit, account, ConsultationId(which))
            if verb == CAME:
                return self._came_form(own, await _event(unit, own, what), voice)
        if verb == KEEP:
            return await self._keep_form(own, ContributionId(what), voice)
        if verb != MEETING:
            await self._treated(account, own, what, who, done=verb == TREATED)
        return await self.card(own, who, voice)

    async def _received(
        self, account: AccountId, verb: str, rest: str, fields: Mapping[str, str], who: Actor, voice: Voice
    ) -> Card | Form:
        which, _, what = rest.partition(":")
        async with self.storage.reading() as unit:
            own = await own_consultation(unit, account, ConsultationId(which))
        try:
            if verb == CAME:
                return await self._came(account, own, what, fields.get("came", ""), who, voice)
            return await self._kept(account, own, ContributionId(what), fields, who, voice)
        except (NotAllowed, NotFound):  # somebody was quicker
            return await self.card(own, who, voice, first="meeting.quicker")

    async def card(self, own: Consultation, who: Actor, voice: Voice, *, first: str = "") -> Card:
        """Everything about the meetings of this consultation. `first`: the key of what is said above it."""
        runs, now = who.may(LEAST[Deed.RUN_MEETING]), self.clock.now()
        async with self.storage.reading() as unit:
            lines, planned, voted = await agenda(unit, own), await events(unit, own), await votes(unit, own)
        proposed = await self._suggested(own) if has_meetings(own) or lines else []
        shown = meeting_card(Meeting(own, planned, voted, proposed, lines), voice, runs=runs, now=now)
        return Card((Line(voice(first)), *shown.blocks)) if first else shown

    async def _suggested(self, own: Consultation) -> list[Suggested]:
        return await suggested(self.storage, own, self.alike)

    # ── how many came ────────────────────────────────────────────────────────────────────────────────────────────────

    def _came_form(self, own: Consultation, figure: EventFigure, voice: Voice) -> Card | Form:
        question = own.question(figure.question)
        begun = question is not None and question.event is not None and question.event.starts <= self.clock.now()
        return came_form(own, figure, voice) if begun else sentence(voice("meeting.not_begun"))

    async def _came(
        self, account: AccountId, own: Consultation, what: str, typed: str, who: Actor, voice: Voice
    ) -> Card | Form:
        said = typed.strip()
        async with self.storage.unit() as unit:
            figure = await _event(unit, own, what)
            if not said.isascii() or not said.isdigit():
                return came_form(own, figure, voice, mistaken=True)
            if figure.came != int(said):
                await note_came(unit, own, what, int(said), now=self.clock.now())
                await self.guard.note(unit, Act.MEETING_CAME, account, who, own.id)
        return await self.card(own, who, voice, first="meeting.noted")

    # ── what is one proposal ─────────────────────────────────────────────────────────────────────────────────────────

    async def _keep_form(
        self,
        own: Consultation,
        first: ContributionId,
        voice: Voice,
        *,
        given: Mapping[str, str] = NOTHING_GIVEN,
        missing: str = "",
    ) -> Card | Form:
        group = await self._group(own, first)
        if group is None:
            return sentence(voice("meeting.quicker"))
        async with self.storage.reading() as unit:
            lines = [each for each in await agenda(unit, own) if each.treated is None]
        return keep_form(own, first, group, lines, voice, given=given, missing=missing)

    async def _group(self, own: Consultation, first: ContributionId) -> Suggested | None:
        """What says the same as this contribution and belongs to no proposal yet."""
        return next((each for each in await self._suggested(own) if first in each.contributions), None)

    async def _kept(
        self,
        account: AccountId,
        own: Consultation,
        first: ContributionId,
        fields: Mapping[str, str],
        who: Actor,
        voice: Voice,
    ) -> Card | Form:
        label = {code: fields.get(f"label_{code}", "") for code in own.languages}
        into = None if fields.get("into", NEW) == NEW else fields["into"]
        if missing := _missing(own, fields, label, into):
            return await self._keep_form(own, first, voice, given=fields, missing=missing)
        group = await self._group(own, first)
        kept = _ticked(group, fields) if group else []
        if not kept:
            return await self.card(own, who, voice, first="meeting.quicker")
        number = None if into is None else _number(into)
        async with self.storage.unit() as unit:
            await keep(unit, own, label, kept, into=number, now=self.clock.now())
            await self.guard.note(unit, Act.PROPOSAL_KEPT, account, who, own.id)
        return await self.card(own, who, voice, first="meeting.kept")

    # ── the agenda ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _treated(self, account: AccountId, own: Consultation, what: str, who: Actor, *, done: bool) -> None:
        now = self.clock.now()
        async with self.storage.unit() as unit:
            line = next((each for each in await agenda(unit, own) if str(each.number) == what), None)
            if line is None:
                raise NotTheirs
            if (line.treated is not None) is done:  # it is so already
                return
            today = on_wall(now, own.zone).date()
            await treat(unit, ConsultationId(own.id), [line.number], today if done else None)
            await self.guard.note(unit, Act.PROPOSAL_TREATED, account, who, own.id)


async def _event(unit: Unit, own: Consultation, question: str) -> EventFigure:
    found = next((each for each in await events(unit, own) if each.question == question), None)
    if found is None or found.cancelled:
        raise NotTheirs
    return found


def _missing(own: Consultation, fields: Mapping[str, str], label: Mapping[str, str], into: str | None) -> str:
    """The key of what is still to be said before something can be kept; "" when nothing is."""
    if SAME in fields and not fields[SAME].strip():
        return "meeting.none_ticked"
    return "meeting.words_missing" if into is None and not label[own.languages[0]].strip() else ""


def _ticked(group: Suggested, fields: Mapping[str, str]) -> list[ContributionId]:
    """What was left out stays to be kept. What was not ticked because nobody saw it yet is left out too. Nothing: what
    was ticked has been kept meanwhile."""
    if SAME not in fields:
        return list(group.contributions)
    ticked = set(fields[SAME].split())
    listed = {each.contributions[0] for each in group.texts[:MOST_TICKED]}
    return group.without(listed - ticked) if listed & ticked else []


def _number(chosen: str) -> int:
    return int(chosen) if chosen.isascii() and chosen.isdigit() else -1
