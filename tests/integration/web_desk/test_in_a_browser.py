"""The organisers' pages in a real browser: phone and desk, with the keyboard alone, without scripts, for everybody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.async_api import Browser, Page, expect

from bots.web.app import web_app
from bots.web.parts import Drafting
from bots.web.server import listening_socket, serve_web
from config.consultation_files import lines_of, parse_consultation
from config.consultation_topics import with_topic
from core.model.deliveries import Reason, State
from core.model.ids import ConsultationId
from core.model.staff import Role
from core.rules.commitments import check
from core.work.staff.members import remove_member, set_role
from tests.builders import NOW, alert, contribution, person, push
from tests.integration.web.browser import CHROMIUM, DESKTOP, MISSING, PHONE, open_browser, window
from tests.integration.web_desk.office import Office
from tests.integration.web_desk.test_meetings import opened as opened_workshop
from tests.integration.web_desk.test_themes import Here
from tests.unit.nlp.test_themes import SCATTERED, SLIDE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not CHROMIUM, reason=MISSING),
]


SAMPLE = (Path(__file__).parents[3] / "config" / "examples" / "piscine.yaml").read_text(encoding="utf-8")
DRAFTING = Drafting(
    read=lambda text, language: parse_consultation(text, name="consultation.yaml", language=language),
    check=lambda asked: check(asked, now=NOW),
    lines=lines_of,
)


@asynccontextmanager
async def opened(office: Office) -> AsyncIterator[tuple[Browser, str]]:
    stop, listener = asyncio.Event(), listening_socket("127.0.0.1", 0)
    serving = asyncio.create_task(serve_web(web_app(office.town.parts), listener, stop))
    try:
        async with open_browser() as browser:
            yield browser, f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        await serving


async def flagged(office: Office) -> None:
    async with office.storage.unit() as unit:
        anna = await person(unit, "anna", in_="piscine", of="valbrune", answers={"frequence": "parfois"})
        about = await contribution(unit, "je vais tout casser", by=anna, in_="piscine", question="venir")
        await alert(unit, about, "threat", in_="piscine", of="valbrune")


UNREADABLE = """[...document.querySelectorAll('button, a')].filter(each => {
    const style = getComputedStyle(each)
    return style.color === style.backgroundColor
}).map(each => each.innerText)"""
"""axe leaves letters in the very colour of their ground to a person."""


async def fits(page: Page) -> None:
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
    assert await page.evaluate(UNREADABLE) == []


async def everybody_can_use(page: Page) -> None:
    await fits(page)
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def reaches(page: Page, text: str) -> None:
    """With the tabulator, as often as it takes; what is reached can be seen to be."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if text == await page.evaluate("document.activeElement.innerText"):
            assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"{text!r} cannot be reached")


@pytest.mark.parametrize(
    ("size", "dark", "language"), [(PHONE, False, "fr-FR"), (PHONE, True, "en-GB"), (DESKTOP, False, "fr-FR")]
)
async def test_every_page_can_be_used_by_everybody(
    office: Office, size: dict[str, int], dark: bool, language: str
) -> None:
    await office.town.crowd()
    await flagged(office)
    member = await office.hires("Claire Petit", Role.MODERATOR)
    async with opened(office) as (browser, url), window(browser, size=size, dark=dark, language=language) as context:
        page = await context.new_page()
        complaints: list[str] = []
        foreign: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: None if request.url.startswith(url) else foreign.append(request.url))
        await page.goto(f"{url}/desk")
        await page.wait_for_url("**/desk/sign-in")
        await page.goto(url + await office.link(member))
        await page.get_by_role("button").click()
        await page.wait_for_url("**/desk/piscine")
        await fits(page)
        await page.locator(".choices button[value^='open:']").first.click()
        await page.wait_for_url("**/press")
        assert "je vais tout casser" in await page.content()
        await fits(page)
        assert complaints == []
        assert foreign == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
async def test_axe_finds_nothing(office: Office, size: dict[str, int]) -> None:
    """Apart from the others: axe is a script of its own, which the policy of the pages would not let in."""
    await office.town.crowd()
    await flagged(office)
    member = await office.hires("Claire Petit", Role.MODERATOR)
    async with opened(office) as (browser, url):
        context = await browser.new_context(
            viewport={"width": size["width"], "height": size["height"]}, locale="fr-FR", bypass_csp=True
        )
        page = await context.new_page()
        await page.goto(f"{url}/desk/sign-in")
        await everybody_can_use(page)
        await page.goto(url + await office.link(member))
        await everybody_can_use(page)
        await page.get_by_role("button", name="Entrer").click()
        await page.wait_for_url("**/desk/piscine")
        await everybody_can_use(page)
        await page.get_by_role("link", name="Comment on compte").click()
        await page.wait_for_url("**/counting")
        await everybody_can_use(page)
        await office.hires("Denis Roux", Role.READER, email="denis@ville.example")
        async with office.storage.unit() as unit:
            await set_role(unit, member, Role.OWNER)
        await page.goto(f"{url}/desk")
        await page.get_by_role("link", name="Équipe").click()
        await page.wait_for_url("**/desk/staff")
        await everybody_can_use(page)
        await page.get_by_text("Retirer", exact=True).click()
        await page.get_by_role("button", name="Oui, retirer").click()
        await expect(page.get_by_role("status")).to_contain_text("n'entre plus")
        await everybody_can_use(page)
        await context.close()


SHELVES = (
    "/contributions",
    "/contributions?words=soir",
    "/contributions?words=introuvable",
    "/deliveries",
    "/follow-ups",
    "/consultation",
    "/kit",
    "/kit/piscine-affiche-piscine",
    "/topics",
    "/topics/tarifs",
    "/themes",
    "/waiting",
    "/prepare",
)
WORKSHOP = "/desk/atelier-2027/meetings"


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESKTOP, False)])
async def test_what_staff_look_up_can_be_used_by_everybody(office: Office, size: dict[str, int], dark: bool) -> None:
    """At the end a theme is accepted with the keyboard alone."""
    await office.town.crowd()
    office.town.parts.drafting = DRAFTING
    office.house.surveyor = office.house.themes.surveyor = Here()
    office.house.themes.write = with_topic
    asked = await opened_workshop(office)
    async with office.storage.unit() as unit:
        for name in ("dan", "eva"):
            by = await person(unit, name, in_=asked.id, of="valbrune")
            await contribution(unit, "moins de jargon", by=by, question="sujet")
    async with office.storage.unit() as unit:
        await unit.consultations.put_file(ConsultationId("piscine"), 1, SAMPLE)
        anna = await person(unit, "anna", in_="piscine", of="valbrune", answers={})
        await contribution(unit, "x" * 4000, by=anna, in_="piscine", question="venir", flags=["insult"])
        for text in (*SCATTERED, *SLIDE):
            await contribution(unit, text, in_="piscine", question="venir", review="reviewed")
        await push(unit, anna, "reminder", state=State.UNCERTAIN, reason=Reason.MAY_HAVE_ARRIVED)
    member = await office.hires("Claire Petit", Role.ORGANISER)
    async with opened(office) as (browser, url):
        context = await browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            color_scheme="dark" if dark else "light",
            locale="fr-FR",
            bypass_csp=True,
        )
        page = await context.new_page()
        await page.goto(url + await office.link(member))
        await page.get_by_role("button", name="Entrer").click()
        await page.wait_for_url("**/desk/*")
        for path in (*(f"/desk/piscine{shelf}" for shelf in SHELVES), WORKSHOP):
            await page.goto(url + path)
            await everybody_can_use(page)
        await page.goto(f"{url}/desk/piscine/follow-ups")
        await page.get_by_text("Répondre", exact=True).first.click()
        await page.get_by_role("button", name="Publier à ce moment").first.click()
        await expect(page.get_by_role("alert")).to_contain_text("une heure à venir")
        await everybody_can_use(page)
        await page.goto(f"{url}/desk/piscine/contributions/answer")
        await expect(page.get_by_role("alert")).to_contain_text("Rien n'est coché")
        await page.get_by_label("Répondre à cette personne").first.check()
        await everybody_can_use(page)
        await page.get_by_role("button", name="Répondre à tout ce qui est coché").first.click()
        await expect(page.get_by_label("Si c'est plus tard")).to_be_visible()
        await everybody_can_use(page)
        await page.goto(f"{url}/desk/piscine/themes")
        await reaches(page, "En faire un thème")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("C'est un thème")
        await context.close()


async def test_what_staff_look_up_works_without_scripts_and_asks_nobody_else(office: Office) -> None:
    await office.town.crowd()
    office.town.parts.drafting = DRAFTING
    async with office.storage.unit() as unit:
        await unit.consultations.put_file(ConsultationId("piscine"), 1, SAMPLE)
    member = await office.hires("Claire Petit", Role.ORGANISER)
    async with opened(office) as (browser, url):
        context = await browser.new_context(java_script_enabled=False, locale="fr-FR")
        page = await context.new_page()
        foreign: list[str] = []
        page.on("request", lambda request: None if request.url.startswith(url) else foreign.append(request.url))
        await page.goto(url + await office.link(member))
        await page.get_by_role("button", name="Entrer").click()
        await page.get_by_role("link", name="Contributions").click()
        await page.get_by_label("Mots").fill("dimanche")
        await page.get_by_role("button", name="Chercher").click()
        await expect(page.get_by_role("status")).to_contain_text("contribution")
        for place in range(2):
            await page.get_by_label("Répondre à cette personne").nth(place).check()
        await page.get_by_role("button", name="Répondre à tout ce qui est coché").last.click()
        await expect(page.get_by_text("2 personnes ont écrit cela.")).to_be_visible()
        await page.get_by_role("link", name="Consultation", exact=True).click()
        await page.get_by_label("La consultation, en YAML").fill("consultation: rien")
        await page.get_by_role("button", name="Vérifier et voir les messages").click()
        await expect(page.get_by_text("Tel quel, la campagne ne démarre pas.")).to_be_visible()
        await page.get_by_role("link", name="Affiches").click()
        await page.get_by_label("Son nom · français").fill("Marché du samedi")
        await page.get_by_role("button", name="Ajouter, et voir ses affiches").click()
        await expect(page.get_by_role("heading", name="Marché du samedi")).to_be_visible()
        assert foreign == []
        await context.close()


async def test_with_the_keyboard_alone(office: Office) -> None:
    await flagged(office)
    member = await office.hires("Claire Petit", Role.MODERATOR)

    async with opened(office) as (browser, url), window(browser) as context:
        page = await context.new_page()
        await page.goto(url + await office.link(member))
        await reaches(page, "Entrer")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/desk/piscine")
        await reaches(page, "Ouvrir")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/press")
        await reaches(page, "Retour à la vue d'ensemble")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/desk/piscine")
        await expect(page.get_by_text("À faire : rien pour le moment")).to_be_visible()
        await reaches(page, "Se déconnecter")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/desk/sign-in")


async def test_several_are_answered_with_the_keyboard_alone(office: Office) -> None:
    """At the end one stands where one was."""
    async with office.storage.unit() as unit:
        for number in range(5):
            by = await person(unit, f"p{number}", in_="piscine", of="valbrune", answers={})
            own = await contribution(unit, f"le soir {number}", by=by, in_="piscine", question="venir")
    member = await office.hires("Claire Petit", Role.ORGANISER)
    async with opened(office) as (browser, url), window(browser) as context:
        page = await context.new_page()
        await page.goto(url + await office.link(member))
        await page.get_by_role("button", name="Entrer").press("Enter")
        await page.wait_for_url("**/desk/piscine")
        await page.goto(f"{url}/desk/piscine/contributions?words=soir")
        for box in (page.get_by_label("Répondre à cette personne").nth(place) for place in (1, 3)):
            await box.focus()
            await page.keyboard.press("Space")
        await page.keyboard.press("Tab")  # the next stop, not at the end of the page
        assert await page.evaluate("document.activeElement.innerText") == "Répondre à tout ce qui est coché"
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("2 personnes ont écrit cela.")).to_be_visible()
        await reaches(page, "Retour aux contributions")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/contributions?words=soir")
        hide = page.locator(f"#c-{own}").get_by_role("button", name="Masquer", exact=True)
        await hide.press("Enter")
        await reaches(page, "Retour aux contributions")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/contributions?words=soir#c-{own}")


async def test_without_scripts_the_same_can_be_done(office: Office) -> None:
    await flagged(office)
    member = await office.hires("Claire Petit", Role.MODERATOR)
    async with opened(office) as (browser, url), window(browser, scripts=False) as context:
        page = await context.new_page()
        await page.goto(url + await office.link(member))
        await page.get_by_role("button", name="Entrer").click()
        await expect(page.get_by_role("heading", name="Le chemin des personnes, en direct")).to_be_visible()
        await office.town.answers(4, often="parfois")
        await page.get_by_role("link", name="Compter de nouveau").click()
        await expect(page.get_by_role("row", name="Fini 4")).to_be_visible()
        await page.get_by_role("button", name="Ouvrir").click()
        await expect(page.get_by_text("je vais tout casser")).to_be_visible()


async def test_the_funnel_moves_while_one_looks_and_the_focus_stays(office: Office) -> None:
    await office.town.answers(3, often="parfois")
    member = await office.hires("Claire Petit", Role.READER)
    async with opened(office) as (browser, url), window(browser, size=DESKTOP) as context:
        page = await context.new_page()
        await page.goto(url + await office.link(member))
        await page.get_by_role("button", name="Entrer").click()
        await expect(page.get_by_role("row", name="Fini 3")).to_be_visible()
        await page.get_by_role("link", name="Comment on compte").focus()
        await office.town.answers(2, often="parfois")
        await expect(page.get_by_role("row", name="Fini 5")).to_be_visible(timeout=30_000)
        assert await page.evaluate("document.activeElement.innerText") == "Comment on compte"
        async with office.storage.unit() as unit:
            await remove_member(unit, member, now=office.town.clock.now())
        await page.wait_for_url("**/desk/sign-in", timeout=30_000)
