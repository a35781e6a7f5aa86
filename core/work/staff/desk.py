"""The desk: what a partner's staff ask for in their own workspace, and nothing of anybody else's.

The account through which somebody asks says which partner they work for. What is not theirs gets the same answer as
what does not exist, so that nobody learns what another partner has.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from core.model.audit import Act
from core.model.campaigns import CampaignState
from core.model.charges import alert_subject
from core.model.consultations import Consultation
from core.model.contributions import Contribution, ContributionState
from core.model.forms import Form
from core.model.ids import AccountId, AlertId, ConsultationId, ContributionId
from core.model.messages import Block, Button, Card, Heading, Line, Note, Quote, sentence
from core.model.staff import Actor
from core.rules.permissions import IN_SLACK, Deed
from core.rules.plain_text import fingerprint, plain, quoted
from core.rules.quality import Sorting
from core.rules.readout import cut
from core.storage.engine import Storage
from core.storage.staff import AlertRow
from core.storage.unit import Unit
from core.work.cards.digest_layout import COUNTING, MASK, OPEN, REVIEW, Voice, in_charge, take_button
from core.work.digests.digest import WEEK, figures_card, figures_now, refresh_alert, refresh_digests, unmeasured
from core.work.events.agenda import Alike
from core.work.ports import Clock, Words
from core.work.staff.deeds import Deeds
from core.work.staff.guard import NotTheirs, own_consultation, own_contribution, partner_of
from core.work.staff.meeting_desk import MeetingDesk, each_alone
from core.work.status import status, status_card

QUOTE = "quote:"
NEVER = "never:"
REVIEWED_AT_ONCE = 4
LONGEST_SHOWN = 4000
LONGEST_REVIEWED = 700
MOST_LISTED = 10
_ALIVE = (CampaignState.RUNNING, CampaignState.PAUSED)


HELP = ("digest", "waiting", "status", "search", "topic", "export", "note", "report", "campaign", "meeting", "help")
"""What can be asked for, in the order of its lines."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A consultation of the partner who asks. `runs`: its campaign goes on."""

    consultation: Consultation
    runs: bool


@dataclass(slots=True)
class Desk:
    storage: Storage
    clock: Clock
    words: Words
    deeds: Deeds
    sorting: Callable[[Consultation], Sorting | None] = unmeasured
    alike: Alike = each_alone
    meetings: MeetingDesk = field(init=False)

    def __post_init__(self) -> None:
        self.meetings = MeetingDesk(self.storage, self.clock, self.words, self.deeds.guard, self.alike)

    async def who(self, account: AccountId, staff: str, name: str, email: str) -> Actor:
        """Who somebody in Slack is: the member with their e-mail address, else somebody of the workspace."""
        async with self.storage.reading() as unit:
            partner = await partner_of(unit, account)
            member = await unit.members.by_email(partner, email.strip().lower()) if partner and email.strip() else None
        return Actor(member.id, member.role, member.name) if member else Actor(staff, IN_SLACK, name)

    # ── what can be asked in words ───────────────────────────────────────────────────────────────────────────────────

    async def digest(self, account: AccountId, asked: str, who: Actor, language: str) -> Card:
        """The digest of this moment. `asked`: a consultation's id, or a word of its title; "" for the only one."""
        now = self.clock.now()
        async with self.storage.reading() as unit:
            own = await self.own(unit, account)
            found = meant(asked, own)
            if found is not None:
                figures = await figures_now(unit, found, now=now, since=now - WEEK)
                figures = replace(figures, sorting=self.sorting(found))
                return await figures_card(unit, figures, found, self.words, language)
        await self.deeds.guard.named(Deed.LOOK, account, who, asked)
        return self.which(own, asked, language)

    async def status(self, account: AccountId, language: str) -> Card:
        """How the service is doing for this partner."""
        async with self.storage.reading() as unit:
            partner = await partner_of(unit, account)
            if partner is None:
                return self._refusal(language)
            found = await status(unit, now=self.clock.now(), partner=partner)
        return status_card(replace(found, disk_full=self.storage.is_full), self.words, language)

    async def help(self, language: str) -> Card:
        """What can be asked for."""
        voice = Voice(self.words, language)
        return Card(
            (
                Heading(voice("help.title")),
                Line(voice("help.first")),
                *(Line(voice(f"help.{key}")) for key in HELP),
                Note(voice("help.privacy")),
            )
        )

    # ── what can be pressed ──────────────────────────────────────────────────────────────────────────────────────────

    async def open_alert(self, account: AccountId, alert: str, who: Actor, language: str) -> Card:
        """The masked text of a flagged message; who opened it first is noted, and it is no longer to be done."""
        voice = Voice(self.words, language)
        return await self.deeds.guard.lets(
            Deed.OPEN_ALERT, account, who, voice, lambda: self._opened(account, AlertId(alert), who, language)
        )

    async def _opened(self, account: AccountId, alert: AlertId, who: Actor, language: str) -> Card:
        async with self.storage.unit() as unit:
            row = await unit.staff.alert(alert)
            if row is None:
                raise NotTheirs
            consultation = await own_consultation(unit, account, row.consultation)
            (contribution,) = await unit.contributions.get([row.contribution])
            if contribution.text is not None:
                await unit.staff.open_alert(row.id, who.id, self.clock.now())
                await self.deeds.guard.note(unit, Act.ALERT_OPENED, account, who, consultation.id)
                await refresh_digests(unit, row.consultation, self.deeds.chance, self.clock.now())
                if row.opened_at is None:
                    await refresh_alert(unit, row, self.deeds.chance, self.clock.now())
            charge = (await unit.charges.of(row.consultation)).get(alert_subject(row.id))
        self.deeds.wake("send")
        card = self._alert(row, contribution, consultation, language)
        if contribution.text is None:
            return card
        voice = Voice(self.words, language)
        take = take_button(consultation.id, alert_subject(row.id), voice)
        nobody = Line(voice("opened.nobody"), (take,))
        return Card((*card.blocks, Line(in_charge(charge.name, voice)) if charge else nobody))

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Form | None:
        """Any other button; None when it is none of ours."""
        if (found := await self.deeds.pressed(account, action, who, language)) is not None:
            return found
        if (shown := await self.meetings.pressed(account, action, who, language)) is not None:
            return shown
        if action.startswith(OPEN):
            return await self.open_alert(account, action.removeprefix(OPEN), who, language)
        if action == COUNTING:
            return self._counting(language)
        voice = Voice(self.words, language)
        if action.startswith(REVIEW):
            which = ConsultationId(action.removeprefix(REVIEW))
            return await self.deeds.guard.lets(
                Deed.REVIEW, account, who, voice, lambda: self._review(account, which, language)
            )
        if action.startswith((QUOTE, NEVER)):
            return await self.deeds.guard.lets(
                Deed.REVIEW, account, who, voice, lambda: self._reviewed(account, action, who, language)
            )
        return None

    async def sent(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str
    ) -> Card | Form:
        """What a form leads to."""
        shown = await self.meetings.sent(account, action, fields, who, language)
        return shown or await self.deeds.sent(account, action, fields, who, language)

    def _counting(self, language: str) -> Card:
        voice = Voice(self.words, language)
        keys = ("answered", "funnel", "response", "sources", "missing", "topics", "nudges", "week", "declared")
        return Card((Heading(voice("counting.title")), *(Line(voice(f"counting.{key}")) for key in keys)))

    # ── reading before quoting ───────────────────────────────────────────────────────────────────────────────────────

    async def _review(self, account: AccountId, consultation: ConsultationId, language: str) -> Card:
        """The newest contributions that nobody has read yet, each with two buttons."""
        async with self.storage.reading() as unit:
            await own_consultation(unit, account, consultation)
            count, waiting = await unit.readouts.to_review(consultation, limit=REVIEWED_AT_ONCE)
        voice = Voice(self.words, language)
        if not waiting:
            return sentence(voice("review.done"))
        blocks: list[Block] = [Heading(voice("review.title")), Line(voice("review.how", n=count))]
        for each in waiting:
            mark = f"{each.id}:{fingerprint(each.text)}"
            buttons = (
                Button(voice("button.quote"), QUOTE + mark),
                Button(voice("button.never"), NEVER + mark),
                Button(voice("button.mask"), f"{MASK}:{each.id}"),
            )
            blocks.append(Quote(quoted(each.text, longest=LONGEST_REVIEWED), buttons=buttons))
        blocks.append(Line(voice("review.more"), (Button(voice("button.next"), f"{REVIEW}{consultation}"),)))
        return Card(tuple(blocks))

    async def _reviewed(self, account: AccountId, action: str, who: Actor, language: str) -> Card:
        """Notes what a person decided of the very words that stood above the button; then what is left to review.

        The answer takes the place of the list that was pressed: it must bring the rest of it back.
        """
        verb, _, mark = action.partition(":")
        contribution_id, _, read = mark.rpartition(":")
        quotable = verb == QUOTE.removesuffix(":")
        async with self.storage.unit() as unit:
            _, contribution = await own_contribution(unit, account, ContributionId(contribution_id))
            text = contribution.text
            same = text is not None and fingerprint(text) == read
            changed = text is None or not same or contribution.state is not ContributionState.READ
            if text is not None and not changed:
                await unit.staff.set_review(contribution.id, text, quotable=quotable)
                act = Act.QUOTE_ALLOWED if quotable else Act.QUOTE_REFUSED
                await self.deeds.guard.note(unit, act, account, who, contribution.consultation)
        key = "review.changed" if changed else "review.quoted" if quotable else "review.never"
        left = await self._review(account, contribution.consultation, language)
        return Card((Line(Voice(self.words, language)(key)), *left.blocks))

    # ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _alert(self, row: AlertRow, contribution: Contribution, consultation: Consultation, language: str) -> Card:
        voice = Voice(self.words, language)
        now = self.clock.now()
        when = voice.when(row.created_at, consultation.zone, now)
        blocks: list[Block] = [
            Heading(voice("opened.title", kind=voice.kind(row.kind))),
            Line(voice("opened.where", title=voice.text(consultation.title), when=when)),
        ]
        if contribution.text is None:
            lost = contribution.state is ContributionState.UNTAGGABLE
            blocks.append(Line(voice("opened.never_masked" if lost else "opened.not_yet")))
            return Card(tuple(blocks))
        blocks.append(Quote(contribution.text[:LONGEST_SHOWN]))
        if contribution.redirected:
            blocks.append(Line(voice("opened.answered")))
        if row.opened_at is None:
            blocks.append(Note(voice("opened.noted")))
        else:
            blocks.append(Note(voice("opened.before", when=voice.when(row.opened_at, consultation.zone, now))))
        return Card(tuple(blocks))

    def which(self, own: list[Owned], asked: str, language: str) -> Card:
        """Nothing, or several things, are called that: here is what there is."""
        voice = Voice(self.words, language)
        if not own:
            return self._say("which.none", language)
        first = voice("which.unknown", asked=cut(asked, 60)) if asked else voice("which.several")
        listed = [
            Line(voice("which.one", title=voice.text(each.consultation.title), id=each.consultation.id))
            for each in own[:MOST_LISTED]
        ]
        return Card((Line(first), *listed))

    def _refusal(self, language: str) -> Card:
        return self._say("refused", language)

    def _say(self, key: str, language: str) -> Card:
        return sentence(Voice(self.words, language)(key))

    async def own(self, unit: Unit, account: AccountId) -> list[Owned]:
        """The partner's consultations that began, those that run first."""
        partner = await partner_of(unit, account)
        if partner is None:
            return []
        began = [each for each in await unit.consultations.all(partner) if each.state is not CampaignState.DRAFT]
        current = await unit.consultations.revisions([(each.id, each.revision) for each in began])
        own = [Owned(current[each.id, each.revision], runs=each.state in _ALIVE) for each in began]
        return sorted(own, key=lambda each: (not each.runs, each.consultation.opens_at))


def meant(asked: str, own: list[Owned]) -> Consultation | None:
    """The one that `asked` names: by id, else by words of its title in any language. "": the only one that runs."""
    if not asked:
        found = [each for each in own if each.runs] or own
    else:
        found = [each for each in own if each.consultation.id == asked.strip().lower()]
        found = found or [each for each in own if _named(each.consultation, plain(asked).split())]
    return found[0].consultation if len(found) == 1 else None


def _named(consultation: Consultation, wanted: list[str]) -> bool:
    return any(holds(plain(title), wanted) for title in consultation.title.values())


def holds(title: str, wanted: list[str]) -> bool:
    said = title.split()
    return bool(wanted) and all(any(word.startswith(each) for word in said) for each in wanted)
