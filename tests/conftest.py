"""What every test shares: a known amount of exploration, and an empty storage on each database.

Hypothesis is told not to fail a test for being slow (the machine is shared, and no test asserts a time). `make test
ARGS=--hypothesis-profile=deep` explores ten times as far.
"""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from core.storage.engine import Storage, open_storage
from tests.databases import fresh_postgres, postgres_server, sqlite_url

hypothesis.settings.register_profile("usual", deadline=None, print_blob=True)
hypothesis.settings.register_profile("deep", parent=hypothesis.settings.get_profile("usual"), max_examples=1000)
hypothesis.settings.load_profile("usual")

gc.set_threshold(20_000, 20, 20)
"""Python's own 700 took a fifth of the processor's time of the tests of the rules."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)  # the others stay in their order


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server, started when the first test asks for it."""
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty storage, once on each database."""
    if request.param == "sqlite":
        async with open_storage(sqlite_url(tmp_path)) as storage:
            yield storage
    else:
        async with fresh_postgres(request.getfixturevalue("postgres")) as url, open_storage(url) as storage:
            yield storage
