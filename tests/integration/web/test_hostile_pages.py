"""Hostile words in every field that reaches a public page, seen by a real browser: they are words, on every page.

A run fails on a dialog, on anything in the console (the policy complains there), on a request to anybody else, on a
script that ran, and on a page that scrolls sideways on a phone.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from core.model.consultations import Consultation
from tests.builders import StillClock
from tests.integration.web.browser import CHROMIUM, MISSING, Watched, fits, window
from tests.integration.web.site import Site, piscine
from tests.integration.web_results.town import Town

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.skipif(not CHROMIUM, reason=MISSING)]

SCRIPT = (
    "\"'><script>window.taken=1;alert(1)</script><img src=//evil.example/x onerror=alert(1)>"
    "<svg onload=alert(1)><a href='javascript:alert(1)'>{{ 7*7 }} {% raw %} &lt;b&gt; <style>*{display:none}</style>"
)
HOSTILE = {
    "scripts": SCRIPT,
    "directions": "\u202eabc \u2066def \u200f\u061c ghi \u202b" + "קצר ארוך " * 5,
    "one long word": "m" * 4000,
    "marks and joints": "z" + "\u0301" * 300 + "\u200b\u200d\ufeff" + "👩‍👩‍👧‍👦" * 40,
}


def saying(words: str) -> Consultation:
    """The sample, with `words` wherever a partner may write. Buttons keep a way to tell them apart."""
    both, asked = {"fr": words, "en": words}, piscine()
    return replace(
        asked,
        title=both,
        why=both,
        decided=both,
        open=both,
        sources={**asked.sources, "site": both},
        partner=replace(asked.partner, name=both, counter=both),
        decision=replace(asked.decision, who=both),
        readers=replace(asked.readers, who=both),
        reply=replace(asked.reply, service=both),
        notice=replace(asked.notice, more=both, contact=both),
        questions=tuple(
            replace(
                each,
                text=both,
                options=tuple(
                    replace(option, label={name: f"{place} {words}" for name in both})
                    for place, option in enumerate(each.options)
                ),
            )
            for each in asked.questions
        ),
        taxonomy=replace(asked.taxonomy, topics=tuple(replace(each, name=both) for each in asked.taxonomy.topics)),
    )


async def harmless(page: Page, watched: Watched, url: str) -> None:
    assert await page.evaluate("window.taken") is None
    watched.nothing_foreign(url)
    await fits(page)


@pytest.mark.parametrize("name", sorted(HOSTILE))
async def test_whatever_is_written_stays_words(empty_site: Site, browser: Browser, tmp_path: Path, name: str) -> None:
    site, words = empty_site, HOSTILE[name]
    site.parts.telegram, site.parts.results = "piscine_bot", tmp_path / "results"
    await site.starts(saying(words))
    async with site.visitor() as visitor:
        town = Town(site.storage, StillClock(site.clock.now()), site.parts, visitor.client)
        await town.opens_telegram()
        await town.answers(12, often="parfois", topic="tarifs", text=words[:3900], review="reviewed")
        for path in ("/r/piscine/results.csv", "/r/piscine/results.json"):
            kind = (await visitor.client.get(path)).headers
            assert kind["content-disposition"].startswith("attachment") and kind["x-content-type-options"] == "nosniff"
    async with window(browser) as context:
        page = await context.new_page()
        watched = Watched(page)
        for path in ("/", "/p/site", "/r/piscine?lang=fr", "/r/piscine?lang=fr&easy=1"):
            await page.goto(f"{site.url}{path}")
            await harmless(page, watched, site.url)
        await page.goto(f"{site.url}/p/site?lang=fr")
        await page.locator("summary").click()
        await harmless(page, watched, site.url)
        await page.get_by_role("button", name="Répondre ici").click()
        await page.get_by_role("button", name="J'ai 15 ans ou plus et j'accepte").click()
        await page.locator("#talk button").first.wait_for()
        await harmless(page, watched, site.url)
        await page.get_by_label("Votre message").fill(words)
        await page.get_by_role("button", name="Envoyer").click()
        await page.locator(".bubble.in").nth(1).wait_for()
        await harmless(page, watched, site.url)


async def test_nobody_gets_in_by_a_strange_link(site: Site, browser: Browser) -> None:
    async with window(browser) as context:
        page = await context.new_page()
        watched = Watched(page)
        for link in ("/c/AAAAAAAAAAAAAAAAAAAAAA", "/c/" + "A" * 4000, "/c/%3Cscript%3Ealert(1)%3C%2Fscript%3E"):
            answer = await page.goto(f"{site.url}{link}")
            assert answer is not None and answer.status == 404
            await page.get_by_role("heading", level=1).wait_for()
            await fits(page)
        assert all("404" in each for each in watched.complaints)
        assert all(asked.startswith(site.url) for asked in watched.asked)
