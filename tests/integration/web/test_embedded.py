"""A partner's own site shows the page in a frame: one script tag, another origin, no third-party cookies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bots.web.server import listening_socket, serve_web
from core.model.ids import ConsultationId
from tests.integration.web.browser import CHROMIUM, MISSING, PHONE, Watched, window
from tests.integration.web.site import Site

pytestmark = pytest.mark.skipif(not CHROMIUM, reason=MISSING)


@asynccontextmanager
async def neighbouring_site(body: str) -> AsyncIterator[str]:
    """Another origin, that listens to every message a frame might send it."""
    page = f"""<!doctype html><meta charset=utf-8><title>Valbrune</title><link rel=icon href="data:,"><h1>Valbrune</h1>
    <script>window.told = []; addEventListener("message", event => window.told.push(event.data))</script>{body}"""

    async def shown(_request: Request) -> Response:
        return HTMLResponse(page)

    listener, stop = listening_socket("127.0.0.1", 0), asyncio.Event()
    listener.listen()
    serving = asyncio.create_task(serve_web(Starlette(routes=[Route("/", shown)]), listener, stop))
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"  # another site than 127.0.0.1, not only another port
    finally:
        stop.set()
        await serving


async def as_tall_as_its_content(page: Page, *, most: float = 50_000) -> None:
    """Its border apart. What is taller than `most` scrolls inside."""
    frame = page.frames[1]
    for _ in range(400):
        inside = await frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
        shown = await page.evaluate("document.querySelector('iframe').clientHeight")
        if shown == min(inside, most):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the frame is {shown} px tall, what is in it {inside}")


async def test_a_conversation_in_a_frame_tells_its_surroundings_nothing(site: Site, browser: Browser) -> None:
    tag = f'<script src="{site.url}/embed.js" data-source="site" data-lang="fr" async></script>'
    async with neighbouring_site(tag) as theirs, window(browser, size=PHONE) as context:
        page = await context.new_page()
        watched = Watched(page)
        await page.goto(theirs)
        inside = page.frame_locator("iframe")
        await inside.get_by_role("button", name="Répondre ici", exact=True).wait_for()
        await as_tall_as_its_content(page)
        for label in ("Répondre ici", "J'ai 15 ans ou plus et j'accepte", "Parfois"):
            await inside.get_by_role("button", name=label, exact=True).click()
        await inside.get_by_label("Votre message").fill("ouvrir plus tard le soir")
        await inside.get_by_role("button", name="Envoyer").click()
        await inside.get_by_text("ouvrir plus tard le soir").wait_for()
        await site.silence()
        for label in ("Centre", "Oui"):
            await inside.get_by_role("button", name=label, exact=True).click()
        await inside.get_by_text("D'accord").last.wait_for()
        await as_tall_as_its_content(page, most=0.9 * PHONE["height"] - 2)
        assert await page.frames[1].evaluate("document.documentElement.scrollHeight > innerHeight"), "a long talk"
        frame = page.locator("iframe")
        assert "allow-top-navigation" not in (await frame.get_attribute("sandbox") or "allow-top-navigation")
        assert "/embed/p/site" in (await frame.get_attribute("src") or ""), "the address of the chat stays inside"
        assert await page.evaluate("window.told") == []
        assert await page.evaluate("document.querySelector('iframe').contentDocument") is None
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not await context.cookies(), "what is not set cannot be blocked"
        frames = [each for each in page.frames if each.url.startswith(site.url)]
        assert await frames[0].evaluate("document.documentElement.scrollWidth <= innerWidth")
    watched.nothing_foreign(site.url, theirs)
    async with site.storage.reading() as unit:
        assert (await unit.readouts.funnels(ConsultationId("piscine")))["site"].finished == 1


async def test_without_scripts_a_plain_frame_of_one_height_does(site: Site, browser: Browser) -> None:
    frame = (
        f'<iframe src="{site.url}/embed/p/site?lang=fr" sandbox="allow-forms allow-same-origin" height=600></iframe>'
    )
    async with neighbouring_site(frame) as theirs, window(browser, size=PHONE, scripts=False) as context:
        page = await context.new_page()
        await page.goto(theirs)
        inside = page.frame_locator("iframe")
        for label in ("Répondre ici", "J'ai 15 ans ou plus et j'accepte"):
            await inside.get_by_role("button", name=label, exact=True).click()
        await inside.get_by_role("button", name="Parfois", exact=True).wait_for()


@pytest.mark.parametrize("path", ["/p/site", "/", "/r/piscine", "/c/anything"])
async def test_nothing_else_can_be_framed(site: Site, browser: Browser, path: str) -> None:
    async with neighbouring_site(f'<iframe src="{site.url}{path}"></iframe>') as theirs, window(browser) as context:
        page = await context.new_page()
        watched = Watched(page)
        await page.goto(theirs)
        await page.wait_for_function("document.querySelector('iframe').contentDocument === null")
        assert any("frame-ancestors" in each for each in watched.complaints)
