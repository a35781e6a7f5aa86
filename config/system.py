"""The one home of the clock, of chance and of the event loop. Everything else is handed these, so that a simulation can
hand it others."""

import asyncio
import gc
import secrets
from datetime import UTC, datetime

KEY_BYTES = 32
COLLECTED_AFTER = (20_000, 20, 20)
"""Python's own 700 objects are those of a dozen messages in the air: to look at them again and again until they land
cost a tenth of the way in and a fifth of a broadcast."""


def serving_loop() -> asyncio.AbstractEventLoop:
    """The loop of a program that serves for long: uvloop, and a garbage collector that looks less often, and no more at
    what is loaded by now."""
    import uvloop  # noqa: PLC0415  # most commands end before it would gain anything

    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    return uvloop.new_event_loop()


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
