"""The one home of the clock and of chance. Everything else is handed these, so that a simulation can hand it others."""

import asyncio
import secrets
from datetime import UTC, datetime

KEY_BYTES = 32


class SystemClock:
    """The `Clock` of a running program."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SystemChance:
    """The `Chance` of a running program: what it gives cannot be guessed."""

    def token(self) -> str:
        """Never with a dash in front: people give ids to commands, which take such a word for an option."""
        while (token := secrets.token_urlsafe(16)).startswith("-"):
            pass  # one in sixty-four is drawn again
        return token

    def key(self) -> bytes:
        """32 bytes for keyed hashes."""
        return secrets.token_bytes(KEY_BYTES)
