"""The pipeline takes seconds to load: once for all the tests that only read with it."""

import pytest

from nlp.pipeline import Pipeline


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline()
