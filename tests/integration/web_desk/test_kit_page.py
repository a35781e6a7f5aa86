"""The places and their kits on a page: what each brought, new and retired ones, files that are what they say."""

import re

import httpx
import pytest

from core.model.audit import Act
from core.model.ids import ConsultationId
from core.model.staff import Role
from tests.integration.web_desk.office import Office, form_of
from tests.unit.bots.web_kit.pictures import squares

PAGE = "/desk/piscine/kit"


@pytest.fixture
async def desk(office: Office) -> Office:
    office.town.parts.address = "http://avis.valbrune.example"
    return office


async def adds(browser: httpx.AsyncClient, **labels: str) -> httpx.Response:
    token = form_of(await browser.get(PAGE))
    return await browser.post(PAGE, data={"form": token, **{f"label-{each}": said for each, said in labels.items()}})


async def test_places_with_what_each_brought(desk: Office) -> None:
    await desk.town.crowd()
    page = (await (await desk.comes()).get(PAGE)).text
    assert re.search(r'kit/piscine-affiche-piscine">Affiche de la piscine</a>', page)
    assert re.search(r'<td class="number">[1-9]\d*</td>', page)
    assert "ne marche que sur cette machine" not in page
    assert 'name="retire"' not in page, "readers only look"


async def test_only_this_machine_is_said_plainly(desk: Office) -> None:
    desk.town.parts.address = "http://127.0.0.1:8080"
    browser = await desk.comes()
    for address in (PAGE, f"{PAGE}/piscine-affiche-piscine"):
        assert "ne marche que sur cette machine" in (await browser.get(address)).text.replace("&#39;", "'")


async def test_the_code_leads_where_the_page_says(desk: Office) -> None:
    browser = await desk.comes()
    page = await browser.get(f"{PAGE}/piscine-affiche-piscine")
    assert 'href="http://avis.valbrune.example/p/piscine-affiche-piscine"' in page.text
    picture = await browser.get(f"{PAGE}/piscine-affiche-piscine/code.png")
    (code,) = squares(picture.content)
    assert code.text == "http://avis.valbrune.example/p/piscine-affiche-piscine"


@pytest.mark.parametrize(
    ("name", "kind", "begins"),
    [
        ("code.svg", "image/svg+xml", b"<svg"),
        ("poster-a4.fr.pdf", "application/pdf", b"%PDF"),
        ("poster-a5.en.pdf", "application/pdf", b"%PDF"),
        ("poster-a4.en.png", "image/png", b"\x89PNG"),
    ],
)
async def test_files_are_what_they_say(desk: Office, name: str, kind: str, begins: bytes) -> None:
    made = await (await desk.comes()).get(f"{PAGE}/piscine-affiche-piscine/{name}")
    assert made.status_code == 200
    assert made.headers["content-type"] == kind
    assert made.content.startswith(begins)
    assert made.headers["content-disposition"] == f'inline; filename="piscine-piscine-affiche-piscine-{name}"'


@pytest.mark.parametrize("name", ["poster-a3.fr.pdf", "poster-a4.de.pdf", "code.exe", "poster-a4.fr.pdf.png"])
async def test_other_files_are_not_there(desk: Office, name: str) -> None:
    assert (await (await desk.comes()).get(f"{PAGE}/piscine-affiche-piscine/{name}")).status_code == 404
    assert (await (await desk.comes(name="Bob Martin")).get(f"{PAGE}/nobody/code.png")).status_code == 404


async def test_a_new_place_is_counted_and_printed_and_a_retired_one_is_not(desk: Office) -> None:
    browser = await desk.comes(Role.ORGANISER)
    made = await adds(browser, fr="<b>Marché</b> du samedi", en="Saturday market")
    token = made.headers["location"].rpartition("/")[2]
    page = await browser.get(made.headers["location"])
    assert "&lt;b&gt;Marché&lt;/b&gt; du samedi" in page.text
    assert f"http://avis.valbrune.example/p/{token}" in page.text
    async with desk.storage.reading() as unit:
        assert (await unit.people.sources(desk.partner))[token] == ConsultationId("piscine")
    gone = await browser.post(PAGE, data={"form": form_of(await browser.get(PAGE)), "retire": token})
    assert gone.headers["location"] == PAGE
    async with desk.storage.reading() as unit:
        assert token not in await unit.people.sources(desk.partner)
        assert [each.act for each in await unit.audit.entries()] == [Act.SOURCE_ADDED, Act.SOURCE_RETIRED]
    assert (await browser.get(f"{PAGE}/{token}")).status_code == 404
    assert "retiré" in (await browser.get(PAGE)).text


@pytest.mark.parametrize("label", ["", "   ", "\u200b", "Affiche de la piscine"])
async def test_a_name_that_will_not_do_changes_nothing(desk: Office, label: str) -> None:
    browser = await desk.comes(Role.ORGANISER)
    page = await adds(browser, fr=label)
    assert page.status_code == 200
    assert "Rien n&#39;a changé." in page.text
    async with desk.storage.reading() as unit:
        assert len(await unit.sources.of(ConsultationId("piscine"))) == 7


async def test_only_organisers_change_places(desk: Office) -> None:
    moderator = await desk.comes(Role.MODERATOR)
    form = form_of(await moderator.get(PAGE))
    for fields in ({"label-fr": "Marché"}, {"retire": "piscine-affiche-piscine"}):
        assert (await moderator.post(PAGE, data={"form": form, **fields})).status_code == 403
    organiser = await desk.comes(Role.ORGANISER, name="Bob Martin")
    assert (await organiser.post(PAGE, data={"form": form, "retire": "piscine-affiche-piscine"})).status_code == 403
    async with desk.storage.reading() as unit:
        assert "piscine-affiche-piscine" in await unit.people.sources(desk.partner)
