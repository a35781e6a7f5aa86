"""Arguments as Slack takes them: objects come as JSON text in a form, flags in many spellings."""

import json
from typing import Any

from tests.stand_ins.slack.world import Json, Refusal


def as_object(arguments: Json, name: str, kind: type, code: str) -> Any:
    """In a form, objects come as JSON text."""
    value = arguments.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refusal(code) from None
    if value is not None and not isinstance(value, kind):
        raise Refusal(code)
    return value


def flag(arguments: Json, name: str, *, default: bool = False) -> bool:
    return arguments.get(name, default) in (True, 1, "1", "true", "True")


def number(arguments: Json, name: str, default: int) -> int:
    try:
        return int(arguments.get(name, default))
    except ValueError:
        raise Refusal("invalid_arguments") from None
