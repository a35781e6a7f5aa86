"""A town whose organisers' pages are open, and a way in for staff of any role."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.web_desk.office import Office, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as office:
        yield office
