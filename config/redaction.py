"""What must never be printed, taken out of any text: the secrets of this process, and whatever looks like a token.

Works on finished text, so that it does not matter whether a token came in a message, an argument, a URL or a traceback.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

SHORTEST = 4
"""Shorter values are left alone: taking out every "a" would say more than it hides."""

HIDDEN = "[secret]"

_TOKENS = re.compile(
    r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}"  # Telegram
    r"|xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{6,}"  # Slack, bot and others
    r"|xapp-[A-Za-z0-9-]{6,}"  # Slack, app
)


class Redaction:
    """`clean(text)` without any of `secrets`, as they are, inside a URL or inside a `repr`."""

    def __init__(self, secrets: Iterable[SecretStr | str] = ()) -> None:
        spellings: set[str] = set()
        for secret in secrets:
            value = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
            for part in (value, *_password(value)):
                spellings.update((part, quote(part, safe=""), quote(part), repr(part)[1:-1]))
        # Longest first: a secret that contains another must go whole.
        known = sorted((spelling for spelling in spellings if len(spelling) >= SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def clean(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _TOKENS.sub(HIDDEN, text)


def _password(value: str) -> tuple[str, ...]:
    """The password inside the address of a database, as written there and as the driver sees it."""
    try:
        password = urlsplit(value).password
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()
