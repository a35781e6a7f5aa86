"""The pictures show what the program says today."""

import pytest

from tests.docs.pictures import FOLDER, pictures
from tests.docs.screens import SCREENS
from tests.docs.slack_pictures import SHOWN

DRAWN = pictures()


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_the_picture_is_what_would_be_drawn_now(name: str) -> None:
    drawn = (FOLDER / name).read_text(encoding="utf-8")
    assert drawn == DRAWN[name], "the words changed: draw the pictures again with `python -m tests.docs.pictures`"


@pytest.mark.parametrize("name", SCREENS)
def test_the_photograph_is_there(name: str) -> None:
    assert (FOLDER / name).read_bytes().startswith(b"\x89PNG"), "take it: `python -m tests.docs.screens`"


@pytest.mark.parametrize("name", SHOWN)
def test_the_picture_of_slack_is_there(name: str) -> None:
    assert (FOLDER / name).read_bytes().startswith(b"\x89PNG"), "take it: `python -m tests.docs.slack_pictures`"
