"""What gets through on a full disk: an erasure, the step before it, STOP. Nothing that would be kept."""

import pytest

from core.model.messages import Event, Left, Pressed, Said, Started
from core.rules.intents import Intent
from core.rules.specs.actions import NO, YES, Verb, written, written_alone
from core.rules.taking_away import takes_away
from tests.builders import consultation


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Said("STOP", 1), True),
        (Said("effacer", 1), True),
        (Said("/supprimer", 1), True),
        (Said("yes erase everything", 1), True),
        (Said("il faut stopper ce projet", 1), False),
        (Said("mes réponses", 1), False),
        (Pressed(written_alone(Verb.ERASE, YES), 1), True),
        (Pressed(written_alone(Verb.DO, Intent.ERASE), 1), True),
        (Pressed(written_alone(Verb.DO, Intent.STOP), 1), True),
        (Pressed(written(Verb.DROP, consultation(), "hours"), 1), True),
        (Pressed(written_alone(Verb.DO, Intent.EXPORT), 1), False),
        (Pressed(written(Verb.ANSWER, consultation(), "hours", NO), 1), False),
        (Pressed("nothing of ours", 1), False),
        (Started("poster"), False),
        (Left(), False),
    ],
)
def test_what_takes_something_away(event: Event, expected: bool) -> None:
    assert takes_away(event) is expected
