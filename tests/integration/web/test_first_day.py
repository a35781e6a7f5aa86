"""The first day at a real partner, checks 1 and 2, through the real pages in a real browser.

1. The poster: a phone with Telegram, one without, the keyboard alone: all finish, and the source is right.
2. One answer in three messages with a telephone number in it, a late fourth, and text typed before agreeing: one whole
   contribution, masked; nobody's number in what staff read or take away.
"""

import json

import pytest
from playwright.async_api import Browser, Page

from bots.telegram.decode import decode
from core.model.ids import ConsultationId
from core.model.messages import Started
from core.storage.readouts import Funnel
from core.work.digests.digest import WEEK, figures_card, figures_now
from core.work.evaluation.exchange import export_rows
from core.work.wording import card_text
from tests.integration.web.browser import CHROMIUM, DESKTOP, MISSING, PHONE, Watched, fits, press, sees, window
from tests.integration.web.site import Site, piscine

pytestmark = pytest.mark.skipif(not CHROMIUM, reason=MISSING)

AGREE, NUMBER = "J'ai 15 ans ou plus et j'accepte", "06 12 34 56 78"
HERE = ConsultationId("piscine")


async def funnel(site: Site, source: str) -> Funnel:
    async with site.storage.reading() as unit:
        return (await unit.readouts.funnels(HERE))[source]


async def writes(page: Page, text: str) -> None:
    await page.get_by_label("Votre message").fill(text)
    await press(page, "Envoyer")
    await sees(page, text)


async def goes_on(page: Page, *, scripts: bool) -> None:
    """What is said later comes by itself where scripts run; else one asks for it."""
    if not scripts:
        await page.get_by_role("link", name="Voir la suite").click()


async def test_a_phone_with_telegram_takes_the_source_along(site: Site, browser: Browser) -> None:
    site.parts.telegram = "piscine_bot"
    async with window(browser) as context:
        page = await context.new_page()
        await page.goto(f"{site.url}/p/affiche-piscine")
        link = await page.get_by_role("link", name="Dans Telegram").get_attribute("href")
        await fits(page)
    assert link == "https://t.me/piscine_bot?start=affiche-piscine"
    person = {"id": 7, "is_bot": False, "first_name": "A"}
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
    update["message"] |= {"from": person, "text": f"/start {link.partition('start=')[2]}"}  # type: ignore[operator]
    inbound = decode(json.dumps(update).encode())
    assert inbound is not None and inbound.event == Started("affiche-piscine")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_phone_without_telegram_finishes_here(
    site: Site, browser: Browser, size: dict[str, int], scripts: bool
) -> None:
    async with window(browser, size=size, scripts=scripts) as context:
        page = await context.new_page()
        watched = Watched(page)
        await page.goto(f"{site.url}/p/affiche-gare")
        for label in ("Répondre ici", AGREE, "Parfois"):
            await press(page, label)
        await writes(page, "ouvrir plus tard le soir")
        await site.silence()
        await goes_on(page, scripts=scripts)
        for label in ("Centre", "Oui"):
            await press(page, label)
        await sees(page, "D'accord")
        await fits(page)
        assert not await context.cookies()
    watched.nothing_foreign(site.url)
    assert await funnel(site, "affiche-gare") == Funnel(arrived=1, agreed=1, answered=1, finished=1)
    async with site.storage.reading() as unit:
        assert await unit.web.arrivals(HERE) == {"affiche-gare": 1}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_one_answer_in_pieces_is_one_masked_whole(site: Site, browser: Browser, scripts: bool) -> None:
    async with window(browser, scripts=scripts) as context:
        page = await context.new_page()
        await page.goto(f"{site.url}/p/affiche-piscine")
        await press(page, "Répondre ici")
        await writes(page, "il faudrait ouvrir le dimanche")
        await sees(page, "Je garde ce message un jour")
        for label in (AGREE, "Parfois"):
            await press(page, label)
        await sees(page, "Vous aviez déjà écrit")
        for text in ("et plus tard le soir", f"appelez-moi au {NUMBER}"):
            await writes(page, text)
        await site.silence()
        await goes_on(page, scripts=scripts)
        await sees(page, "3/3")
        await writes(page, "et des casiers qui ferment")
        await sees(page, "Je l'ajoute à votre réponse")
        for label in ("Bellevue", "Oui"):
            await press(page, label)
        await sees(page, "D'accord")
    await site.silence()
    await site.read_by_the_tagger()
    (row,) = [row async for row in export_rows(site.storage, HERE)]
    assert row.text == (
        "il faudrait ouvrir le dimanche\net plus tard le soir\nappelez-moi au [téléphone]\net des casiers qui ferment"
    )
    assert (row.parts, row.channel, row.source) == (4, "web", "affiche-piscine")
    async with site.storage.reading() as unit:
        figures = await figures_now(unit, piscine(), now=site.clock.now(), since=site.clock.now() - WEEK)
        card = card_text(await figures_card(unit, figures, piscine(), site.house.words, "fr"))
    assert NUMBER not in card + repr(row)
