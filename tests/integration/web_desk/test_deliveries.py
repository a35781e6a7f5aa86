"""What was sent and what was not: counts with reasons, worries first, and nobody's words or address."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from core.model.deliveries import Reason, State
from core.model.experiments import Group, Place
from core.model.ids import CitizenId, ConsultationId
from core.model.staff import Role
from tests.builders import person, push
from tests.integration.web_desk.office import Office

PAGE = "/desk/piscine/deliveries"
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


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


async def test_those_who_were_drawn_to_get_none_are_counted_with_why(sent: Office) -> None:
    """Whoever has no row was not forgotten; who has one is counted once."""
    own, soon = ConsultationId("piscine"), NOW + timedelta(days=2)
    async with sent.storage.unit() as unit:
        held = await person(unit, "elsa", in_="piscine", of="valbrune", answers={})
        waits = await person(unit, "farid", in_="piscine", of="valbrune", answers={})
        far = await person(unit, "gilles", in_="piscine", of="valbrune", answers={})
        places = [
            Place(held.citizen, Group.NEVER, "poster", NOW, None, soon),
            Place(waits.citizen, Group.LATER, "poster", NOW, soon, soon),
            Place(far.citizen, Group.APART, "poster", NOW, None, NOW),
            Place(CitizenId("anna"), Group.LATER, "poster", NOW, NOW, soon),
        ]
        await unit.experiments.freeze(own, "reminder", places)
    page = plain(await (await sent.comes(Role.ORGANISER)).get(PAGE))
    for why in ("tirés au sort pour comparer", "tirés au sort pour la seconde vague", "l'étape n'est pas pour eux"):
        line = rf'rappel</th><td>pas de message</td><td>{why}[^<]*</td><td class="number">1</td>'
        assert re.search(line, page.replace("&#39;", "'")), why
