"""A sign-in link on its whole way: asked for on the page, through the outbox and a mail server, into the pages."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.email.channel import LIMITS, EmailChannel, MailServer
from config.locale import Catalogue
from core.model.staff import Role
from core.work.staff.campaigns import own_account
from tests.integration.web_desk.office import Office, form_of, open_office
from tests.stand_ins.smtp.server import PASSWORD, USER, mail_server

SIGN_IN = "/desk/sign-in"
CLAIRE = "claire@ville.example"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as office:
        yield office


async def test_the_link_in_the_letter_lets_in_once(office: Office) -> None:
    async with mail_server() as server:
        known = MailServer("127.0.0.1", server.port, "starttls", USER, PASSWORD, server.trusted())
        letters = EmailChannel(known, "avis@ville.example", "", Catalogue(), office.town.clock)
        partner, now = office.partner, office.town.clock.now()
        async with office.storage.unit() as unit:
            account = await own_account(unit, partner, "email", f"email:{partner}", office.chance, now=now)
        office.house.join(account.id, letters, LIMITS)
        office.town.parts.address = "http://town"
        await office.hires("Claire Petit", Role.READER, email=CLAIRE)
        browser = office.browser()
        page = await browser.get(SIGN_IN)
        await browser.post(SIGN_IN, data={"form": form_of(page), "email": CLAIRE})
        await office.house.settle()
        (letter,) = server.to(CLAIRE)
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain
    assert html
    found = re.search(r"^http://town(/desk/sign-in/\S+)\s*$", plain.get_content(), re.MULTILINE)
    assert found
    assert f'<a href="http://town{found[1]}"' in html.get_content()
    page = await browser.get(found[1])
    assert (await browser.post(found[1], data={"form": form_of(page)})).status_code == 303
    assert (await browser.get("/desk/piscine")).status_code == 200
    assert (await office.browser().get(found[1])).status_code == 404, "used up"
