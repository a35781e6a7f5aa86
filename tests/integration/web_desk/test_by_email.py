"""Signing in by e-mail: owed through the outbox, to those who are known, without anybody learning who is known."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import sqlalchemy as sa

from bots.web.channel import LIMITS
from core.model.messages import Message, NotSent, Outbound, Outcome, Sent
from core.model.people import Address
from core.model.staff import Role
from core.storage.schema import addresses, deliveries, sign_in_links
from core.work.staff.campaigns import own_account
from core.work.staff.members import BY_EMAIL, remove_member
from tests.integration.web_desk.office import Office, form_of

SIGN_IN = "/desk/sign-in"
CLAIRE = "claire@town.example"


@dataclass(slots=True)
class Letters:
    """An e-mail channel whose letters a test reads. `lost`: so many do not leave at first."""

    lost: int = 0
    sent: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, address: Address, message: Outbound) -> Outcome:
        assert isinstance(message, Message)
        assert message.card is not None
        if self.lost:
            self.lost -= 1
            return NotSent("refused")
        self.sent.append((address.external_id, message.text))
        return Sent(str(len(self.sent)))


async def with_letters(office: Office, *, lost: int = 0) -> Letters:
    letters = Letters(lost)
    now = office.town.clock.now()
    async with office.storage.unit() as unit:
        account = await own_account(unit, office.partner, "email", f"email:{office.partner}", office.chance, now=now)
    office.house.join(account.id, letters, LIMITS)
    office.town.parts.address = "http://town"
    return letters


async def asks(office: Office, email: str) -> httpx.Response:
    browser = office.browser()
    page = await browser.get(SIGN_IN)
    return await browser.post(SIGN_IN, data={"form": form_of(page), "email": email})


async def test_a_known_address_is_sent_a_link_that_lets_in(office: Office) -> None:
    letters = await with_letters(office)
    await office.hires("Claire Petit", Role.READER, email=CLAIRE)
    answer = await asks(office, f" {CLAIRE.upper()} ")
    assert answer.headers["location"] == f"{SIGN_IN}?sent"
    await office.house.settle()
    ((to, text),) = letters.sent
    assert to == CLAIRE
    assert "Bonjour Claire Petit" in text
    link = re.search(r"http://town(/desk/sign-in/\S+)", text)
    assert link
    browser = office.browser()
    page = await browser.get(link[1])
    await browser.post(link[1], data={"form": form_of(page)})
    assert (await browser.get("/desk/piscine")).status_code == 200


async def test_the_link_leads_on_to_the_page_that_was_wanted(office: Office) -> None:
    letters = await with_letters(office)
    await office.hires("Claire", Role.READER, email=CLAIRE)
    browser = office.browser()
    page = await browser.get("/desk/piscine/counting", follow_redirects=True)
    wanted = "/desk/piscine/counting"
    assert f'name="next" value="{wanted}"' in page.text
    await browser.post(SIGN_IN, data={"form": form_of(page), "email": CLAIRE, "next": wanted})
    await office.house.settle()
    link = re.search(r"http://town(/desk/sign-in/\S+)", letters.sent[0][1])
    assert link
    page = await browser.get(link[1])
    answer = await browser.post(link[1], data={"form": form_of(page), "next": wanted})
    assert f'name="next" value="{wanted}"' in page.text
    assert answer.headers["location"] == wanted


async def test_an_unknown_address_gets_the_same_answer_and_nothing_is_owed(office: Office) -> None:
    letters = await with_letters(office)
    await office.hires("Claire", Role.READER, email=CLAIRE)
    await office.hires("Denis", Role.READER)
    known = await asks(office, CLAIRE)
    for address in ("denis@town.example", "", "x" * 500, "denis", "*@*"):
        other = await asks(office, address)
        assert (other.status_code, other.headers["location"], other.text) == (
            known.status_code,
            known.headers["location"],
            known.text,
        )
    await office.house.settle()
    assert len(letters.sent) == 1
    page = await office.browser().get(f"{SIGN_IN}?sent")
    assert "Si nous connaissons cette adresse" in page.text


async def test_the_link_stands_in_no_row_before_or_after(office: Office) -> None:
    letters = await with_letters(office, lost=2)
    await office.hires("Claire", Role.READER, email=CLAIRE)
    await asks(office, CLAIRE)
    for _ in range(4):
        await office.house.settle()
        office.town.later(timedelta(seconds=30))
    secret = letters.sent[0][1].split(f"{SIGN_IN}/")[1].split()[0]
    async with office.storage.reading() as unit:
        for table in (deliveries, sign_in_links):
            rows = [str(row) for row in await unit.connection.execute(sa.select(table))]
            assert rows
            assert not [row for row in rows if secret in row]
    assert (await office.browser().get(f"{SIGN_IN}/{secret}")).status_code == 200, "tried again with a link that opens"


async def test_a_link_that_could_not_leave_in_time_does_not_leave(office: Office) -> None:
    letters = await with_letters(office)
    await office.hires("Claire", Role.READER, email=CLAIRE)
    await asks(office, CLAIRE)
    office.town.later(BY_EMAIL)
    await office.house.settle()
    assert letters.sent == []
    async with office.storage.reading() as unit:
        (row,) = (await unit.connection.execute(sa.select(deliveries.c.state, deliveries.c.reason))).all()
    assert tuple(row) == ("skipped", "too_late")


async def test_a_removed_member_is_written_to_no_more_and_the_address_is_gone(office: Office) -> None:
    letters = await with_letters(office)
    claire = await office.hires("Claire", Role.READER, email=CLAIRE)
    await asks(office, CLAIRE)
    async with office.storage.unit() as unit:
        await remove_member(unit, claire, now=office.town.clock.now())
    await office.house.settle()
    assert letters.sent == []
    async with office.storage.reading() as unit:
        known = (await unit.connection.execute(sa.select(addresses.c.external_id))).scalars().all()
    assert CLAIRE not in known


async def test_nobody_fills_somebodys_letter_box(office: Office) -> None:
    letters = await with_letters(office)
    await office.hires("Claire", Role.READER, email=CLAIRE)
    answers = [await asks(office, address) for address in [CLAIRE] * 4 + ["nobody@town.example"] * 4]
    assert [each.status_code for each in answers] == [303, 303, 303, 429] * 2
    await office.house.settle()
    assert len(letters.sent) == 3


async def test_the_form_is_our_own(office: Office) -> None:
    await with_letters(office)
    answer = await office.browser().post(SIGN_IN, data={"form": "x", "email": CLAIRE})
    assert answer.status_code == 403


async def test_without_a_way_to_send_the_page_says_what_to_do(office: Office) -> None:
    page = await office.browser().get(SIGN_IN)
    assert "python main.py staff link" in page.text
    assert 'type="email"' not in page.text
