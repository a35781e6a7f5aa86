"""What a person may ask for even when nothing new can be kept: that something of theirs goes, or that we are silent."""

from core.model.messages import Event, Pressed, Said
from core.rules.intents import Intent, intent_of
from core.rules.specs.actions import Verb, read

_ASKED = frozenset({Intent.STOP, Intent.ERASE, Intent.ERASE_NOW})
_VERBS = frozenset({Verb.ERASE, Verb.DROP})


def takes_away(event: Event) -> bool:
    """An erasure, the step before it, or STOP: as the message claims, whatever its sender's dialogue makes of it."""
    match event:
        case Said(text=text):
            heard = intent_of(text)
            return heard is not None and heard.intent in _ASKED
        case Pressed(action=action):
            claimed = read(action)
            if claimed is None:
                return False
            return claimed.verb in _VERBS or (claimed.verb is Verb.DO and claimed.first in _ASKED)
        case _:
            return False
