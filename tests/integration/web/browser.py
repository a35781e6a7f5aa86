"""Debian's Chromium, driven by Playwright. `make test` installs it; where it is missing these tests are skipped."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, async_playwright

CHROMIUM = shutil.which("chromium") or ""
MISSING = "Debian's chromium is not installed: `apt-get install chromium` as root, or `make test` as root"
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
    context.set_default_timeout(15_000)
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
