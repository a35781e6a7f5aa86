"""A changed copy is what `dataclasses.replace` makes of it."""

from dataclasses import replace

import pytest

from core.model.copies import altered
from core.model.dialogues import Dialogue, Stage
from core.model.ids import CitizenId, ConsultationId, DialogueId
from tests.builders import NOW

BEFORE = Dialogue(
    DialogueId("d"), CitizenId("c"), ConsultationId("pool"), 1, "fr", "poster", Stage.ASKING, NOW, answered={"q1": "a"}
)


def test_a_changed_copy_has_everything_else_of_the_first_which_stays() -> None:
    after = altered(BEFORE, stage=Stage.PAUSED, position=2)
    assert after == replace(BEFORE, stage=Stage.PAUSED, position=2)
    assert (BEFORE.stage, BEFORE.position) == (Stage.ASKING, 0)
    assert altered(BEFORE) is not BEFORE


def test_a_field_that_it_has_not_is_refused() -> None:
    with pytest.raises(KeyError, match="stagee"):
        altered(BEFORE, stagee=Stage.PAUSED)
