from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.web_results.town import Town, open_town, piscine


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The sample consultation was started; nobody has answered yet."""
    async with open_town(tmp_path) as town:
        await town.starts(piscine())
        yield town
