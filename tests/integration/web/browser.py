"""Debian's Chromium, driven by Playwright. `make test` installs it; where it is missing these tests are skipped.

The one without windows of its own does for pages what the other does, in two thirds of the processor time.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.async_api import Browser, BrowserContext, Dialog, Page, async_playwright

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
MISSING = "Debian's Chromium is missing: `apt-get install chromium-headless-shell` as root, or `make test` as root"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    surroundings = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET), env=surroundings)
        try:
            yield browser
        finally:
            await browser.close()


class Watched:
    """Everything that a page asked for or complained about. So is a dialog: only a foreign script opens one."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self.asked.append(request.url))

    async def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()

    def nothing_foreign(self, *ours: str) -> None:
        """No complaint, and nothing loaded from elsewhere."""
        assert self.complaints == []
        assert [asked for asked in self.asked if not asked.startswith(ours)] == []


async def press(page: Page, label: str) -> None:
    await page.get_by_role("button", name=label, exact=True).click()


async def sees(page: Page, text: str) -> None:
    await page.get_by_text(text).last.wait_for()


async def accessible(page: Page) -> None:
    """No violation of what axe-core can see, over the rules of WCAG 2.2 AA and its good practices."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways, and no text or button is cut at its edge."""
    wide = await page.evaluate(
        """() => [...document.querySelectorAll("body *")]
        .filter(each => !each.closest(".hidden, .skip, svg") && each.getClientRects().length)
        .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1
            || (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === "hidden"))
        .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert wide == [], f"wider than the {await page.evaluate('innerWidth')} px of the page"
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@asynccontextmanager
async def window(
    browser: Browser, *, size: dict[str, int] = PHONE, scripts: bool = True, dark: bool = False, language: str = "fr-FR"
) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        java_script_enabled=scripts,
        locale=language,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(60_000)
    try:
        yield context
    finally:
        await context.close()


async def weight(browser: Browser, url: str, *, press: str = "") -> int:
    """Bytes over the line until the page shows, with all that it loads, in a browser that has kept nothing yet; of the
    page behind a button when `press` names it."""
    async with window(browser) as context:
        page = await context.new_page()
        if press:
            await page.goto(url)
            await page.get_by_role("button", name=press).click()
            await page.wait_for_url("**/c/*")
            url = page.url
    async with window(browser) as context:
        page = await context.new_page()
        line = await context.new_cdp_session(page)
        sizes: list[int] = []
        line.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        await line.send("Network.enable")
        await page.goto(url)
        return sum(sizes)
