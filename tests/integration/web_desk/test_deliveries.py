"""What was sent and what was not: counts with reasons, worries first, and nobody's words or address."""

import csv
import io
import re

import httpx
import pytest

from core.model.deliveries import Reason, State
from core.model.ids import ConsultationId
from core.model.staff import Role
from tests.builders import person, push
from tests.integration.web_desk.office import Office

PAGE = "/desk/piscine/deliveries"


def plain(page: httpx.Response) -> str:
    return page.text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
async def sent(office: Office) -> Office:
    async with office.storage.unit() as unit:
        for name, state, reason in (
            ("anna", State.SENT, None),
            ("bob", State.SENT, None),
            ("chloe", State.SKIPPED, Reason.ALREADY_FINISHED),
            ("dan", State.UNCERTAIN, Reason.MAY_HAVE_ARRIVED),
        ):
            who = await person(unit, name, in_="piscine", of="valbrune", answers={})
            await push(unit, who, "reminder", state=state, reason=reason)
    return office


async def test_counts_with_their_reasons_and_worries_first(sent: Office) -> None:
    page = plain(await (await sent.comes(Role.ORGANISER)).get(PAGE))
    assert re.search(r'rappel</th><td>parti</td><td>—</td><td class="number">2</td>', page)
    assert re.search(r'rappel</th><td>pas envoyé</td><td>[^<]*fini[^<]*</td><td class="number">1</td>', page)
    assert page.index("À regarder") < page.index("Combien, et pourquoi")
    assert "incertain" in page


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("", 4),
        ("state=sent", 2),
        ("reason=already_finished", 1),
        ("step=reminder&state=skipped", 1),
        ("step=other", 0),
        ("lane=reply", 0),
        ("lane=nonsense&state=nonsense&before=x", 4),
        ("before=0", 0),
        ("before=99999999999999999999", 4),
    ],
)
async def test_rows_by_step_state_and_reason(sent: Office, asked: str, rows: int) -> None:
    browser = await sent.comes(Role.ORGANISER)
    page = await browser.get(f"{PAGE}?{asked}")
    listed = page.text.split('<form class="sheet sieve"')[1]
    assert listed.count('<th scope="row"') == rows
    if "before" not in asked:
        sheet = await browser.get(f"{PAGE}.csv?{asked}")
        assert len(list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))) == rows


async def test_nobodys_address_or_words_are_there(sent: Office) -> None:
    browser = await sent.comes(Role.OWNER)
    async with sent.storage.reading() as unit:
        rows = await unit.shelf.deliveries(ConsultationId("piscine"), limit=50)
    for address in (PAGE, f"{PAGE}.csv"):
        page = await browser.get(address)
        assert all(row.citizen in page.text for row in rows)
        for name in ("anna", "bob", "chloe", "dan"):
            assert f"chat-{name}" not in page.text


async def test_only_organisers_look(sent: Office) -> None:
    browser = await sent.comes(Role.MODERATOR)
    assert (await browser.get(PAGE)).status_code == 403
    assert (await browser.get(f"{PAGE}.csv")).status_code == 403
