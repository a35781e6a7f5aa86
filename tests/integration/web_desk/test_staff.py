"""The page of owners: who is staff. Nobody else may look, nobody changes themselves or another partner's people."""

from dataclasses import replace

import httpx
import pytest

from core.model.audit import Act
from core.model.ids import PartnerId
from core.model.staff import Member, Role
from tests.integration.web_desk.office import Office, form_of
from tests.integration.web_results.town import piscine

HERE = "/desk/staff"


async def sends(browser: httpx.AsyncClient, **fields: str) -> str:
    """Which sentence comes back."""
    form = form_of(await browser.get(HERE))
    answer = await browser.post(HERE, data={"form": form, **fields})
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix(f"{HERE}?done=")


async def members(office: Office) -> dict[str, Member]:
    async with office.storage.reading() as unit:
        return {each.name: each for each in await unit.members.of(office.partner)}


async def test_an_owner_adds_changes_and_removes(office: Office) -> None:
    owner = await office.comes(Role.OWNER)
    assert await sends(owner, do="add", name="Denis <b>", email="denis@town.example", role="reader") == "added"
    denis = (await members(office))["Denis <b>"]
    page = await owner.get(f"{HERE}?done=added")
    assert "Denis &lt;b&gt;" in page.text
    assert "C&#39;est fait" in page.text
    theirs = office.browser()
    await office.signs_in(theirs, denis)
    assert await sends(owner, do="role", member=denis.id, role="moderator") == "changed"
    assert (await members(office))["Denis <b>"].role is Role.MODERATOR
    assert (await theirs.get("/desk/piscine")).status_code == 200
    assert await sends(owner, do="remove", member=denis.id) == "removed"
    assert (await theirs.get("/desk/piscine")).status_code == 303
    assert set(await members(office)) == {"Claire Petit"}
    claire = (await members(office))["Claire Petit"]
    async with office.storage.reading() as unit:
        noted = [(each.act, each.subject) for each in await unit.audit.entries() if each.actor == claire.id]
    assert noted == [(act, denis.id) for act in (Act.STAFF_ADDED, Act.STAFF_ROLE, Act.STAFF_REMOVED)]


@pytest.mark.parametrize("role", [Role.READER, Role.MODERATOR, Role.ORGANISER])
async def test_nobody_else_sees_or_changes_who_is_staff(office: Office, role: Role) -> None:
    browser = await office.comes(role)
    page = await browser.get(HERE)
    assert page.status_code == 403
    assert "« responsable »" in page.text.replace("\u00a0", " ")
    overview = await browser.get("/desk/piscine")
    assert HERE not in overview.text
    me = (await members(office))["Claire Petit"]
    sent = {"form": form_of(overview), "do": "role", "member": me.id, "role": "owner"}
    assert (await browser.post(HERE, data=sent)).status_code == 403
    assert (await members(office))["Claire Petit"].role is role


async def test_what_cannot_be_is_refused_and_changes_nothing(office: Office) -> None:
    mine = office.partner
    await office.town.starts(
        replace(piscine(), id="lake", partner=replace(piscine().partner, id="lakeside"), sources={})
    )
    stranger = await office.hires("Bob", Role.READER, partner=PartnerId("lakeside"))
    office.town.parts.partner = mine
    owner = await office.comes(Role.OWNER)
    me = (await members(office))["Claire Petit"]
    for fields in (
        {"do": "add", "name": "claire petit", "role": "reader"},
        {"do": "add", "name": " ", "role": "reader"},
        {"do": "add", "name": "Denis", "email": "denis", "role": "reader"},
        {"do": "add", "name": "Denis", "email": "denis.@town.example", "role": "reader"},
        {"do": "add", "name": "Denis", "role": "king"},
        {"do": "role", "member": me.id, "role": "reader"},
        {"do": "remove", "member": me.id},
        {"do": "remove", "member": stranger.id},
        {"do": "role", "member": stranger.id, "role": "owner"},
        {"do": "remove", "member": "nobody"},
        {},
    ):
        assert await sends(owner, **fields) == "refused"
    assert await members(office) == {"Claire Petit": me}
    async with office.storage.reading() as unit:
        assert await unit.members.of(PartnerId("lakeside")) == [stranger]


async def test_hostile_sentences_are_not_said(office: Office) -> None:
    owner = await office.comes(Role.OWNER)
    assert 'role="status"' not in (await owner.get(f"{HERE}?done=<script>")).text
