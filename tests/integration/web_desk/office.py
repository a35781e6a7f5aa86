"""A partner's staff at their pages: the assembled application without a network, on a clock that stands still."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from config.system import SystemChance
from core.model.ids import PartnerId
from core.model.staff import Member, Role
from core.storage.engine import Storage
from core.work.house import House
from core.work.staff.campaigns import own_account
from core.work.staff.members import FROM_TERMINAL, add_member, make_link
from tests.builders import NOW
from tests.integration.web_results.town import Town, open_town, piscine

OTHER = PartnerId("other-town")
_FORM = re.compile(r'name="form" value="([0-9a-f]+)"')


@dataclass(slots=True)
class Office:
    town: Town
    chance: SystemChance
    hour: timedelta = timedelta(hours=1)

    @property
    def storage(self) -> Storage:
        return self.town.storage

    @property
    def house(self) -> House:
        return self.town.parts.house

    @property
    def partner(self) -> PartnerId:
        assert self.town.parts.partner is not None
        return self.town.parts.partner

    def browser(self) -> httpx.AsyncClient:
        """A browser of somebody's own, in French: nothing of it is shared with the others."""
        transport = self.town.client._transport  # httpx shares no transport in public; the application is the same
        return httpx.AsyncClient(transport=transport, base_url="http://town", headers={"accept-language": "fr"})

    async def hires(self, name: str, role: Role, *, partner: PartnerId | None = None, email: str = "") -> Member:
        now = self.town.clock.now()
        async with self.storage.unit() as unit:
            return await add_member(unit, partner or self.partner, name, email, role, self.chance, now=now)

    async def link(self, member: Member, *, lasts: timedelta = FROM_TERMINAL) -> str:
        """The path of a new sign-in link."""
        async with self.storage.unit() as unit:
            now = self.town.clock.now()
            secret = await make_link(unit, member.id, self.chance, now=now, lasts=lasts)
        return f"/desk/sign-in/{secret}"

    async def signs_in(self, browser: httpx.AsyncClient, member: Member) -> httpx.Response:
        """Through the link, by the button: the answer to the press."""
        path = await self.link(member)
        page = await browser.get(path)
        return await browser.post(path, data={"form": form_of(page), "next": ""})

    async def comes(self, role: Role = Role.READER, name: str = "Claire Petit") -> httpx.AsyncClient:
        """A new member of this role, signed in."""
        browser = self.browser()
        assert (await self.signs_in(browser, await self.hires(name, role))).status_code == 303
        return browser


def form_of(page: httpx.Response) -> str:
    """The token of the page's forms."""
    found = _FORM.search(page.text)
    assert found, page.text
    return found[1]


@asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Office]:
    async with open_town(folder) as town:
        await town.starts(piscine())
        async with town.storage.unit() as unit:
            account = await own_account(unit, PartnerId("valbrune"), "web", "web:valbrune", SystemChance(), now=NOW)
        town.parts.account = account.id
        yield Office(town, SystemChance())
