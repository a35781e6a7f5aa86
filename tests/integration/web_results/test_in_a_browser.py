"""The results page in a real browser: no violation that axe knows, nothing asked of others, no wider than a phone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.async_api import Browser, Page

from bots.web.app import web_app
from bots.web.server import listening_socket, serve_web
from tests.integration.web.browser import CHROMIUM, MISSING, open_browser
from tests.integration.web_results.town import Town

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not CHROMIUM, reason=MISSING),
]


@asynccontextmanager
async def opened(town: Town) -> AsyncIterator[tuple[Browser, str]]:
    stop, listener = asyncio.Event(), listening_socket("127.0.0.1", 0)
    serving = asyncio.create_task(serve_web(web_app(town.parts), listener, stop))
    try:
        async with open_browser() as browser:
            yield browser, f"http://127.0.0.1:{listener.getsockname()[1]}/r/piscine"
    finally:
        stop.set()
        await serving


def requests_of(page: Page) -> list[str]:
    """Every address that the page asks for, as it does."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


async def test_it_can_be_read_by_everybody_on_a_phone_and_asks_nobody_else(town: Town) -> None:
    await town.crowd()
    async with opened(town) as (browser, url):
        for query, scheme in (("lang=fr", "light"), ("lang=en", "dark"), ("lang=fr&easy=1", "light")):
            context = await browser.new_context(
                viewport={"width": 360, "height": 740},
                color_scheme=scheme,  # type: ignore[arg-type]  # one of its two words
                bypass_csp=True,
            )
            page = await context.new_page()
            asked = requests_of(page)
            await page.goto(f"{url}?{query}")
            assert {each.split("/")[2] for each in asked} == {url.split("/")[2]}
            assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            await context.close()


async def test_the_policy_lets_the_pictures_have_their_colours_and_nothing_else(town: Town) -> None:
    await town.crowd()
    async with opened(town) as (browser, url):
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"{url}?lang=fr")
        bar = await page.evaluate("getComputedStyle(document.querySelector('.chart .bar')).fill")
        assert bar == "rgb(11, 79, 108)"
        assert complaints == []
