"""python-telegram-bot as its documentation shows a broadcast: its own request class and `AIORateLimiter`.

`max_retries` as high as it takes: by default it drops what was refused.
"""

import asyncio
import logging

from telegram import Bot
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application


async def broadcast(url: str, token: str, count: int, *, within: float) -> None:
    """One message to each of `count` chats; what has not arrived `within` so many seconds never does."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write the token
    limiter = AIORateLimiter(max_retries=50)
    application = Application.builder().token(token).base_url(f"{url}/bot").rate_limiter(limiter).build()
    async with application:
        tasks = [asyncio.create_task(_one(application.bot, chat)) for chat in range(1, count + 1)]
        _, late = await asyncio.wait(tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _one(bot: Bot, chat: int) -> None:
    try:
        await bot.send_message(chat, "Il vous reste deux questions sur les horaires de la piscine.")
    except TelegramError:
        return  # it is missing among what was taken
