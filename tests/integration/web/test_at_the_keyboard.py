"""Whoever uses the keyboard or a screen reader on a narrow page: the focus is never lost and never out of sight,
nothing is read out twice, and what could not be sent is said.
"""

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.integration.web.browser import CHROMIUM, MISSING, accessible, press, sees, window
from tests.integration.web.site import Site

pytestmark = pytest.mark.skipif(not CHROMIUM, reason=MISSING)

SMALL = {"width": 320, "height": 640}
AGREE, MORE = "J'ai 15 ans ou plus et j'accepte", "En savoir plus"
SETTLED = """void (window.settled = new Promise(done =>
    document.body.addEventListener("htmx:afterSettle", () => done(), {once: true})))"""
STILL = """new Promise(done => {
    let [at, since] = [scrollY, 0]
    const look = () => {
        since = scrollY === at ? since + 1 : 0
        at = scrollY
        since < 20 ? requestAnimationFrame(look) : done()
    }
    look()
})"""
"""Until the page has not moved for twenty pictures."""
UNCOVERED = """element => {
    const {left, right, top, bottom} = element.getBoundingClientRect()
    return element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))
}"""
"""What stands at the middle of it on the screen is the thing itself."""


async def arrives(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/p/affiche-piscine")
    await press(page, "Répondre ici")
    await page.get_by_role("button", name=AGREE).wait_for()
    await page.wait_for_load_state()  # its scripts have run


async def test_an_answer_that_comes_twice_is_put_down_once(site: Site, browser: Browser) -> None:
    """The news may be quicker than the answer to the press: its form is gone then."""
    async with window(browser, size=SMALL) as context:
        page, may_arrive = await context.new_page(), asyncio.Event()

        async def late(route: Route) -> None:
            answer = await route.fetch()
            await may_arrive.wait()
            await route.fulfill(response=answer)

        await arrives(site, page)
        await page.route("**/c/*", late)
        await page.get_by_role("button", name=AGREE).press("Enter")
        often = page.get_by_role("button", name="Chaque semaine")
        await expect(often).to_be_focused(timeout=30_000)
        await page.evaluate("document.querySelectorAll('.bubble').forEach(each => { each.heard = true })")
        await page.evaluate(SETTLED)
        may_arrive.set()
        await page.evaluate("window.settled")
        assert await page.evaluate("[...document.querySelectorAll('.bubble')].every(each => each.heard)")
        await expect(often).to_be_focused()


async def test_what_has_the_focus_is_not_under_the_field_one_writes_in(site: Site, browser: Browser) -> None:
    async with window(browser, size=SMALL) as context:
        page = await context.new_page()
        await page.emulate_media(reduced_motion="reduce")  # the page stands still as soon as it has moved
        await arrives(site, page)
        for name in (AGREE, "Moins de 15 ans", MORE):
            button = page.get_by_role("button", name=name)
            while not await button.evaluate("element => element === document.activeElement"):
                await page.keyboard.press("Tab")
            assert await button.evaluate(UNCOVERED), name
        await page.keyboard.press("Enter")
        long = page.locator(".bubble", has_text="mission de service public")
        await expect(long).to_be_focused(timeout=30_000)  # it is read from its beginning, and its buttons come after it
        assert await long.evaluate("element => element.getBoundingClientRect().top >= 0")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name=AGREE)).to_be_focused()
        await accessible(page)


async def test_several_messages_are_read_from_the_first(site: Site, browser: Browser) -> None:
    async with window(browser, size=SMALL) as context:
        page = await context.new_page()
        await arrives(site, page)
        await press(page, AGREE)
        await press(page, "Parfois")
        await sees(page, "2/3")
        await page.get_by_label("Votre message").fill("mes réponses")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Tout effacer").wait_for()
        await page.evaluate(STILL)
        first = page.locator(".bubble", has_text="« Parfois »")
        await expect(first).to_be_in_viewport(ratio=1)


async def test_a_button_says_what_it_answers(site: Site, browser: Browser) -> None:
    async with window(browser, size=SMALL) as context:
        page = await context.new_page()
        await arrives(site, page)
        await press(page, AGREE)
        asked = page.get_by_role("group", name="Vous venez à la piscine")
        await asked.get_by_role("button", name="Parfois").wait_for()
        assert await asked.get_by_role("button").count() == 4


async def test_what_could_not_be_sent_is_said_and_can_be_sent_again(site: Site, browser: Browser) -> None:
    async with window(browser, size=SMALL) as context:
        page = await context.new_page()
        await arrives(site, page)
        await press(page, AGREE)
        often = page.get_by_role("button", name="Parfois")
        await often.wait_for()
        lost = page.get_by_role("alert")
        await context.set_offline(True)
        await often.click()
        await expect(lost).to_contain_text("Ce n'est pas parti")
        field = page.get_by_label("Votre message")
        await field.fill("Parfois")
        await press(page, "Envoyer")
        await expect(field).to_have_value("Parfois")
        await expect(lost).to_contain_text("Ce n'est pas parti")
        await accessible(page)
        await context.set_offline(False)
        await press(page, "Envoyer")
        await sees(page, "2/3")
        await expect(lost).to_be_hidden()
