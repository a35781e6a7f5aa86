"""The parts that take time once a session, and a town for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.locale import Catalogue
from nlp.tagger import InProcessTagger
from tests.integration.path.town import Town, open_town, piscine


@pytest.fixture(scope="session")
def words() -> Catalogue:
    return Catalogue()


@pytest.fixture(scope="session")
def tagger() -> InProcessTagger:
    """Real spaCy, its model loaded once."""
    return InProcessTagger()


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def empty_town(tmp_path: Path, words: Catalogue, tagger: InProcessTagger) -> AsyncIterator[Town]:
    """The program runs, no campaign was started."""
    async with open_town(tmp_path, words, tagger) as town:
        yield town


IN_BOTH_MODES = pytest.mark.parametrize("town", ["socket", "http"], indirect=True)
"""A story that is told over Slack's Socket Mode and over its signed HTTP."""


@pytest.fixture
async def town(request: pytest.FixtureRequest, empty_town: Town) -> Town:
    """The sample consultation of the swimming pool runs; Telegram and Slack are connected, in the mode asked for."""
    consultation = piscine()
    await empty_town.starts(consultation)
    empty_town.account = await empty_town.opens_telegram(consultation.partner.id, empty_town.telegram.bot)
    empty_town.workspace = await empty_town.opens_slack(
        consultation.partner.id, empty_town.slack, mode=getattr(request, "param", "socket")
    )
    return empty_town
