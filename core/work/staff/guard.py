"""Who may do what: asked in one place for every button, form and file that staff see, in Slack and on the pages.

a press ─▶ role enough? ─▶ their partner's own? ─▶ the work
              └─ no ──────────┴─ no ─▶ a sentence, and a line in the audit log
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.model.audit import Act
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.contributions import Contribution
from core.model.ids import AccountId, ConsultationId, ContributionId, PartnerId
from core.model.messages import Card, sentence
from core.model.staff import Actor
from core.rules.permissions import LEAST, Deed
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.ports import Clock

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Guard:
    storage: Storage
    clock: Clock

    async def lets(
        self, deed: Deed, account: AccountId, who: Actor, voice: Voice, work: Callable[[], Awaitable[Shown]]
    ) -> Shown | Card:
        """Does it, if this person may and it is their partner's own; a refusal is written down."""
        if not who.may(LEAST[deed]):
            await self._refused(Act.ROLE_REFUSED, deed, account, who)
            return sentence(voice(f"deed.role.{LEAST[deed].value}"))
        try:
            return await work()
        except NotTheirs as error:
            if error.exists:
                await self._refused(Act.FOREIGN_REFUSED, deed, account, who)
            return sentence(voice("refused"))

    async def named(self, deed: Deed, account: AccountId, who: Actor, asked: str) -> None:
        """Whoever asks by its id for a consultation of another partner hears what they would of one that does not
        exist; here it is written down."""
        async with self.storage.reading() as unit:
            running = await unit.consultations.running(ConsultationId(asked.strip().lower()))
            theirs = running is not None and running.partner != await partner_of(unit, account)
        if theirs:
            await self._refused(Act.FOREIGN_REFUSED, deed, account, who)

    async def note(self, unit: Unit, act: Act, account: AccountId, who: Actor, subject: str) -> None:
        """A line in the audit log of the partner who owns the account."""
        partner = await partner_of(unit, account) or ""
        await unit.audit.note(act, partner=partner, actor=who.id, subject=subject, now=self.clock.now())

    async def _refused(self, act: Act, deed: Deed, account: AccountId, who: Actor) -> None:
        async with self.storage.unit() as unit:
            await self.note(unit, act, account, who, deed.value)


# ── whose it is ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def partner_of(unit: Unit, account: AccountId) -> PartnerId | None:
    return next((each.partner for each in await unit.people.accounts() if each.id == account), None)


class NotTheirs(Exception):
    """Whoever asks has nothing like that. `exists`: somebody else has."""

    def __init__(self, *, exists: bool = False) -> None:
        super().__init__()
        self.exists = exists


async def own_consultation(unit: Unit, account: AccountId, which: ConsultationId) -> Consultation:
    """The consultation, when it began and is of the partner who owns the account. Raises `NotTheirs`."""
    running, partner = await unit.consultations.running(which), await partner_of(unit, account)
    if running is None or running.partner != partner or running.state is CampaignState.DRAFT:
        raise NotTheirs(exists=running is not None and running.partner != partner)
    current = await unit.consultations.current(which)
    assert current is not None, "it began, so it has a revision"
    return current


async def own_contribution(unit: Unit, account: AccountId, which: ContributionId) -> tuple[Consultation, Contribution]:
    """Raises `NotTheirs`; urgent words are opened from their alert and by no other way."""
    found: Sequence[Contribution] = await unit.contributions.get([which])
    if not found:
        raise NotTheirs
    own = await own_consultation(unit, account, found[0].consultation)
    if found[0].redirected:
        raise NotTheirs
    return own, found[0]
