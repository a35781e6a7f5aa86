"""The parts that take time once a session, and a site for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from config.locale import Catalogue
from core.work.ports import TagJob
from nlp.tagger import InProcessTagger
from tests.integration.web.browser import open_browser
from tests.integration.web.site import Site, open_site, piscine


@pytest.fixture(scope="session")
def words() -> Catalogue:
    return Catalogue()


@pytest.fixture(scope="session")
def tagger() -> InProcessTagger:
    """Real spaCy, its model loaded once, before anybody waits for an answer."""
    tagger = InProcessTagger()
    asyncio.run(tagger.tag([TagJob("ouvrir le soir", "fr", piscine().taxonomy)]))
    return tagger


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest.fixture
async def empty_site(tmp_path: Path, words: Catalogue, tagger: InProcessTagger) -> AsyncIterator[Site]:
    """The program runs, no campaign was started."""
    async with open_site(tmp_path, words, tagger) as site:
        yield site


@pytest.fixture
async def site(empty_site: Site) -> Site:
    """The sample consultation of the swimming pool runs."""
    await empty_site.starts(piscine())
    return empty_site
