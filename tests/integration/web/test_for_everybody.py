"""Every public page and every state of the chat, in both languages, light and dark: axe-core finds nothing, nothing is
cut or scrolls sideways at 320 px (what 400 % makes of a desktop, WCAG 1.4.10) or at 200 %, and 4k is no desert.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bots.web.kit.folder import make_kit
from tests.builders import StillClock
from tests.integration.web.browser import CHROMIUM, MISSING, Watched, accessible, fits, press, sees, window
from tests.integration.web.site import Site, piscine
from tests.integration.web_results.town import Town

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.skipif(not CHROMIUM, reason=MISSING)]

NARROW, HALF, HUGE = ({"width": width, "height": 900} for width in (320, 640, 3840))
SAID = {
    "fr": ("Répondre ici", "J'ai 15 ans ou plus et j'accepte", "Parfois", "Envoyer", "Centre", "Non merci"),
    "en": ("Answer here", "I am 15 or over and I agree", "Sometimes", "Send", "Centre", "No thanks"),
}
MESSAGE = {"fr": "Votre message", "en": "Your message"}


@pytest.fixture
async def crowded(site: Site, tmp_path: Path) -> Site:
    """A month later: the results page has everything it may have."""
    site.parts.telegram, site.parts.results = "piscine_bot", tmp_path / "results"
    async with site.visitor() as visitor:
        town = Town(site.storage, StillClock(site.clock.now()), site.parts, visitor.client)
        await town.opens_telegram()
        await town.crowd()
    return site


async def states(site: Site, page: Page, language: str) -> AsyncIterator[str]:
    """Opens one after the other; yields the name of what is shown."""
    for name, path in (
        ("landing", "/p/affiche-piscine"),
        ("results", "/r/piscine"),
        ("easy results", "/r/piscine?easy=1"),
        ("nothing here", "/nowhere"),
        ("no such conversation", "/c/nothing"),
    ):
        await page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={language}")
        yield name
    answer, agree, often, send, area, no = SAID[language]
    await page.goto(f"{site.url}/p/affiche-piscine?lang={language}")
    await page.locator("summary").click()
    yield "landing, more"
    await press(page, answer)
    await page.get_by_role("button", name=agree).wait_for()
    yield "before agreeing"
    await press(page, agree)
    await page.get_by_role("button", name=often, exact=True).wait_for()
    yield "a question with buttons"
    await press(page, often)
    await sees(page, "2/3")
    yield "an open question"
    await page.get_by_label(MESSAGE[language]).fill("ouvrir plus tard le soir, le dimanche")
    await press(page, send)
    await page.locator("#wait").wait_for()
    yield "waiting"
    await site.silence()
    await press(page, area)
    await press(page, no)
    await page.get_by_role("button", name=no, exact=True).wait_for(state="detached")
    yield "finished"


@asynccontextmanager
async def shown(
    browser: Browser, language: str, *, size: dict[str, int], dark: bool = False
) -> AsyncIterator[tuple[Page, Watched]]:
    async with window(browser, size=size, dark=dark, language=language) as context:
        page = await context.new_page()
        yield page, Watched(page)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_and_nothing_is_cut_at_320(
    crowded: Site, browser: Browser, language: str, dark: bool
) -> None:
    async with shown(browser, language, size=NARROW, dark=dark) as (page, watched):
        async for name in states(crowded, page, language):
            await accessible(page)
            await fits(page)
            assert await page.evaluate("document.documentElement.lang") == language, name
        lost = [each for each in watched.complaints if "404" not in each]
        assert lost == [], "two of the pages are not found, and only that is said"


async def test_twice_as_large_and_very_wide(crowded: Site, browser: Browser) -> None:
    for size in (HALF, HUGE):
        async with shown(browser, "fr", size=size) as (page, _):
            async for name in states(crowded, page, "fr"):
                await fits(page)
                signs = await page.evaluate(
                    "document.querySelector('main').getBoundingClientRect().width"
                    " / parseFloat(getComputedStyle(document.body).fontSize)"
                )
                assert signs < 50, f"{name}: lines of about {2 * signs:.0f} signs are hard to read"


async def test_less_motion_and_forced_colours(crowded: Site, browser: Browser) -> None:
    context = await browser.new_context(reduced_motion="reduce", forced_colors="active", locale="fr-FR")
    page = await context.new_page()
    async for name in states(crowded, page, "fr"):
        assert await page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto", name
        borders = await page.evaluate(
            "[...document.querySelectorAll('main button, main .button')].map(e => getComputedStyle(e).borderTopWidth)"
        )
        assert "0px" not in borders, f"{name}: there a button is seen by its border alone"
    await context.close()


async def test_the_kit_page_opened_from_its_folder(site: Site, browser: Browser, tmp_path: Path) -> None:
    kit = make_kit(
        piscine(),
        "k7m2xq9rtd",
        {"fr": "Affiche piscine", "en": "Pool poster"},
        site.house.words,
        web_address="https://avis.valbrune.example",
        public=True,
        language="fr",
    )
    for name, content in kit.files.items():
        (tmp_path / name).write_bytes(content)
    for dark in (False, True):
        async with shown(browser, "fr", size=NARROW, dark=dark) as (page, watched):
            await page.goto((tmp_path / "index.html").as_uri())
            await accessible(page)
            await fits(page)
            watched.nothing_foreign("file://")


async def test_the_results_on_paper_are_three_pages_without_buttons(crowded: Site, browser: Browser) -> None:
    async with shown(browser, "fr", size=HALF) as (page, _):
        await page.goto(f"{crowded.url}/r/piscine?lang=fr")
        printed = await page.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type */Page\b", printed)) == 3
        await page.emulate_media(media="print")
        for useless in (".take", ".languages", ".invites .button", ".foot"):
            assert not await page.locator(useless).first.is_visible(), useless
        assert await page.locator(".moments").is_visible()
