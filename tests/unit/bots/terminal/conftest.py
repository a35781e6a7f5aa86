"""The screen and the sample consultation that these tests share."""

import io

import pytest
from rich.console import Console

from bots.terminal.screen import Screen
from config.locale import Catalogue
from core.model.consultations import Consultation
from tests.samples import sample


@pytest.fixture(scope="session")
def words() -> Catalogue:
    return Catalogue()


@pytest.fixture
def screen(words: Catalogue) -> Screen:
    """In English, into memory: `screen.console.file` is what was printed."""
    return Screen(words, "en", Console(file=io.StringIO(), width=100), Console(file=io.StringIO(), width=100))


@pytest.fixture(scope="session")
def pool() -> Consultation:
    return sample("piscine")


@pytest.fixture(scope="session")
def library() -> Consultation:
    return sample("bibliotheque")
