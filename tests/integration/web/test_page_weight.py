"""What a phone on a poor line has to load: measured in a real browser that has kept nothing. No timing."""

import pytest

from tests.integration.web.browser import CHROMIUM, MISSING, open_browser, weight
from tests.integration.web.site import Site

MOST = 150_000


@pytest.mark.skipif(not CHROMIUM, reason=MISSING)
async def test_no_page_weighs_more_than_a_small_picture(site: Site) -> None:
    async with open_browser() as browser:
        landing = await weight(browser, f"{site.url}/p/affiche-piscine")
        chat = await weight(browser, f"{site.url}/p/affiche-piscine", press="Répondre ici")
        results = await weight(browser, f"{site.url}/r/piscine")
    assert 0 < landing < chat <= MOST
    assert 0 < results <= MOST


async def test_our_own_texts_travel_squeezed_and_conversations_do_not(site: Site) -> None:
    plain = {"accept-encoding": "identity"}
    async with site.visitor() as visitor:
        for path in ("/static/site.css", "/static/vendor/htmx-2.0.11.min.js", "/r/piscine"):
            small = await visitor.client.get(path)
            whole = await visitor.client.get(path, headers=plain)
            assert small.headers["content-encoding"] == "gzip" and "content-encoding" not in whole.headers
            assert small.content == whole.content
            assert small.headers["etag"] != whole.headers["etag"]
            assert "accept-encoding" in small.headers["vary"]
            same = await visitor.client.get(path, headers={"if-none-match": small.headers["etag"]})
            assert same.status_code == 304 or path.startswith("/static/")
        refused = await visitor.client.get("/static/site.css", headers={"accept-encoding": "gzip;q=0"})
        assert "content-encoding" not in refused.headers
        await visitor.opens("/p/site")
        await visitor.presses("Répondre ici")
        assert "content-encoding" not in visitor.page.headers, "its length would tell of what is in it"
