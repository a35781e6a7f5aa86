"""What was seen a moment ago, so that the same thing is not taken twice."""

from datetime import datetime


class Seen:
    """Keys with the moment until which each is remembered."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def first(self, key: str, *, until: datetime, now: datetime) -> bool:
        """Whether `key` comes for the first time; it is remembered `until` then."""
        for old in [old for old, end in self._until.items() if end <= now]:
            del self._until[old]
        if key in self._until:
            return False
        self._until[key] = until
        return True
