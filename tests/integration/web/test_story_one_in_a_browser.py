"""Story 1 through the real pages in a real browser: phone and desktop, with scripts and without, keyboard alone."""

from contextlib import suppress

import pytest
from playwright.async_api import Browser, expect
from playwright.async_api import TimeoutError as TooLong

from core.model.ids import ConsultationId
from tests.integration.web.browser import CHROMIUM, DESKTOP, MISSING, PHONE, Watched, press, sees, window
from tests.integration.web.site import Site

pytestmark = pytest.mark.skipif(not CHROMIUM, reason=MISSING)

FIRST, SECOND = "ouvrir plus tard le soir", "et le dimanche aussi, mon fils travaille"


async def stored(site: Site) -> str | None:
    async with site.storage.reading() as unit:
        (contribution,) = await unit.contributions.page(ConsultationId("piscine"))
    return contribution.text


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_with_scripts(site: Site, browser: Browser, size: dict[str, int]) -> None:
    async with window(browser, size=size, dark=size is DESKTOP) as context:
        page = await context.new_page()
        watched = Watched(page)
        await page.goto(f"{site.url}/p/affiche-piscine")
        await press(page, "Répondre ici")
        await press(page, "J'ai 15 ans ou plus et j'accepte")
        await press(page, "Parfois")
        await sees(page, "2/3")
        assert not await page.get_by_role("button", name="Parfois").count(), "what was answered is not asked any more"
        address = page.url
        for text in (FIRST, SECOND):
            await page.get_by_label("Votre message").fill(text)
            await press(page, "Envoyer")
            await sees(page, text)
        assert await page.get_by_label("Votre message").input_value() == ""
        await site.silence()
        await press(page, "Centre")  # the question came by itself
        await press(page, "Oui")
        await sees(page, "D'accord")
        assert page.url.partition("#")[0] == address.partition("#")[0], "the page was never left"
        assert not await context.cookies()
        await page.reload()
        await sees(page, "D'accord")
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    watched.nothing_foreign(site.url)
    assert await stored(site) == f"{FIRST}\n{SECOND}"


async def test_who_changes_the_language_sees_the_whole_page_in_it(site: Site, browser: Browser) -> None:
    async with window(browser) as context:
        page = await context.new_page()
        watched = Watched(page)
        await page.goto(f"{site.url}/p/affiche-piscine")
        await press(page, "Répondre ici")
        await press(page, "J'ai 15 ans ou plus et j'accepte")
        await page.get_by_label("Votre message").fill("in English")
        await press(page, "Envoyer")
        await sees(page, "All right, in English.")
        await page.get_by_label("Your message").wait_for()
        assert await page.evaluate("document.documentElement.lang") == "en"
        await press(page, "Sometimes")
        await page.get_by_label("Your message").fill("open on Sundays")
        await press(page, "Send")
        await sees(page, "open on Sundays")
    watched.nothing_foreign(site.url)


async def test_without_scripts(site: Site, browser: Browser) -> None:
    async with window(browser, scripts=False) as context:
        page = await context.new_page()
        await page.goto(f"{site.url}/p/affiche-gare")
        for label in ("Répondre ici", "J'ai 15 ans ou plus et j'accepte", "Parfois"):
            await press(page, label)
        for text in (FIRST, SECOND):
            await page.get_by_label("Votre message").fill(text)
            await press(page, "Envoyer")
            await sees(page, text)
        await site.silence()
        await page.get_by_role("link", name="Voir la suite").click()
        for label in ("Centre", "Oui"):
            await press(page, label)
        await sees(page, "D'accord")
    assert await stored(site) == f"{FIRST}\n{SECOND}"


async def test_with_the_keyboard_alone(site: Site, browser: Browser) -> None:
    async with window(browser, size=DESKTOP) as context:
        page = await context.new_page()
        await page.goto(f"{site.url}/p/affiche-piscine")

        async def tab_to(label: str) -> None:
            for _ in range(25):
                focused = await page.evaluate("document.activeElement.innerText || document.activeElement.id")
                if focused == label:
                    return
                await page.keyboard.press("Tab")
            raise AssertionError(f"the keyboard never reaches {label!r}")

        async def press_key(key: str, label: str) -> None:
            """A press that comes while the page gives the focus away is lost: one sees that, and presses again."""
            button = page.get_by_role("button", name=label, exact=True)
            await button.wait_for()
            for patience in (10_000, 10_000, 40_000):
                await tab_to(label)
                await page.keyboard.press(key)
                with suppress(TooLong):
                    return await button.wait_for(state="detached", timeout=patience)
            raise AssertionError(f"pressing {label!r} does nothing")

        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.innerText") == "Aller au contenu"
        for label in ("Répondre ici", "J'ai 15 ans ou plus et j'accepte", "Parfois"):
            await press_key("Enter", label)
        await sees(page, "2/3")
        await expect(page.locator("#text")).to_be_focused(timeout=30_000)  # where one writes the answer
        await page.keyboard.type(FIRST)
        await page.keyboard.press("Enter")
        await sees(page, FIRST)
        await site.silence()
        for label in ("Centre", "Oui"):
            await press_key("Space", label)
        await sees(page, "D'accord")
