"""aiogram 3 as its documentation shows a broadcast: one message after the other, waiting as long as it is told to.

docs.aiogram.dev, examples/broadcast; without its pause between two messages, which is for the free limit.
"""

import asyncio

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter


async def broadcast(url: str, token: str, count: int) -> None:
    async with Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        for chat in range(1, count + 1):
            await _one(bot, chat)


async def _one(bot: Bot, chat: int) -> None:
    text = "Il vous reste deux questions sur les horaires de la piscine."
    while True:
        try:
            await bot.send_message(chat, text, allow_paid_broadcast=True)
        except TelegramRetryAfter as refused:
            await asyncio.sleep(refused.retry_after)
        else:
            return
