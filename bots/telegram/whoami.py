"""What the bot is called, for links: https://t.me/NAME?start=SOURCE."""

from telegram.error import TelegramError

from bots.telegram.api import Api

SECONDS = 5.0


async def username(token: str, base_url: str) -> str | None:
    """None when nobody can tell just now (no network, a wrong token): whoever asks says it another way."""
    api = Api(token, base_url, connect_seconds=SECONDS, read_seconds=SECONDS)
    await api.connect()
    try:
        me = await api.call("getMe")
    except TelegramError:
        return None
    finally:
        await api.disconnect()
    return str(me.get("username", "")) or None
