"""The pictures of the public pages, taken from the running program: `python -m tests.docs.screens` takes them again.

    the sample runs, a made-up month of answers ─▶ the real pages ─▶ Chromium     landing, chat, results, easy results
    the kit of a source ─▶ its poster                                             poster.fr

Sample data only. Two photographs are never the same to the last point: look at them before you keep them.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page

from bots.web.kit.facts import facts_of
from bots.web.kit.poster import poster_png
from config.locale import Catalogue
from nlp.tagger import InProcessTagger
from tests.builders import StillClock
from tests.docs.pictures import FOLDER
from tests.integration.web.browser import open_browser, press, sees, window
from tests.integration.web.site import Site, open_site, piscine
from tests.integration.web_results.town import Town

SCREENS = ("landing.png", "chat.png", "results.fr.png", "results-easy.fr.png", "poster.fr.png")
PAGE = {"width": 760, "height": 900}
ADDRESS = "https://avis.valbrune.example/p/k7m2xq9rtd"


async def photographs(into: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_site(Path(folder), Catalogue(), InProcessTagger()) as site, open_browser() as browser:
            await site.starts(piscine())
            site.parts.telegram, site.parts.results = "piscine_bot", Path(folder) / "results"
            async with site.visitor() as visitor:
                town = Town(site.storage, StillClock(site.clock.now()), site.parts, visitor.client)
                await town.opens_telegram()
                await town.crowd()
            async with opened(browser) as page:
                await page.goto(f"{site.url}/p/affiche-piscine")
                await page.screenshot(path=into / "landing.png", full_page=True)
                await conversation(site, page)
                await page.screenshot(path=into / "chat.png")
            async with opened(browser, size=PAGE) as page:
                await page.goto(f"{site.url}/r/piscine?lang=fr")
                await page.screenshot(path=into / "results.fr.png", full_page=True)
            async with opened(browser) as page:
                await page.goto(f"{site.url}/r/piscine?lang=fr&easy=1")
                await page.screenshot(path=into / "results-easy.fr.png")
    facts = facts_of(piscine(), ADDRESS, {"fr": "Affiche piscine"}, Catalogue(), "fr")
    (into / "poster.fr.png").write_bytes(poster_png(facts, "a4"))


async def conversation(site: Site, page: Page) -> None:
    """Story 1, up to the last question."""
    for label in ("Répondre ici", "J'ai 15 ans ou plus et j'accepte", "Parfois"):
        await press(page, label)
    await sees(page, "2/3")
    for text in ("ouvrir plus tard le soir", "et le dimanche aussi, mon fils travaille"):
        await page.get_by_label("Votre message").fill(text)
        await press(page, "Envoyer")
        await sees(page, text)
    await site.silence()
    await page.get_by_role("button", name="Centre", exact=True).wait_for()


@asynccontextmanager
async def opened(browser: Browser, *, size: dict[str, int] | None = None) -> AsyncIterator[Page]:
    async with window(browser, **({"size": size} if size else {})) as context:
        yield await context.new_page()


if __name__ == "__main__":
    asyncio.run(photographs(FOLDER))
    for name in SCREENS:
        print(FOLDER / name)
