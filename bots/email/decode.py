"""Nothing comes in by e-mail: an answer goes to the mailbox of EMAIL_FROM, where a person reads it."""

from core.model.messages import Inbound


def decode(raw: bytes, /) -> Inbound | None:
    del raw
    return None
