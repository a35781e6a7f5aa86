"""A village on each database, at the moment the consultation of the builders opens."""

from collections.abc import AsyncIterator

import pytest

from core.storage.engine import Storage
from tests.builders import START
from tests.integration.review.village import Village
from tests.integration.review.village import village as open_village


@pytest.fixture
async def village(storage: Storage) -> AsyncIterator[Village]:
    async with open_village(storage, START) as village:
        yield village
