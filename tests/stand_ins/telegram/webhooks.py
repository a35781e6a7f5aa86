"""Webhook delivery: each update goes to the bot's address, again and again, until it is answered with 2xx."""

import asyncio

import aiohttp
import orjson

from tests.stand_ins.telegram.world import BotAccount

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
PATIENCE = 10.0
WAIT_AFTER_REFUSAL = 0.05


async def deliver(bot: BotAccount) -> None:
    """Runs until it is cancelled. Does nothing while no webhook is set."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        while True:
            bot.changed.clear()
            if not (bot.webhook.url and bot.anything()):
                await bot.changed.wait()
                continue
            batch = bot.batch(bot.webhook.most_connections)
            refused = [not good for good in await asyncio.gather(*(_post(session, bot, update) for update in batch))]
            if any(refused):
                await asyncio.sleep(WAIT_AFTER_REFUSAL)


async def _post(session: aiohttp.ClientSession, bot: BotAccount, update: dict[str, object]) -> bool:
    headers = {"Content-Type": "application/json"}
    if bot.webhook.secret:
        headers[SECRET_HEADER] = bot.webhook.secret
    try:
        async with session.post(bot.webhook.url, data=orjson.dumps(update), headers=headers) as response:
            if 200 <= response.status < 300:
                bot.done(int(str(update["update_id"])))
                return True
            why = f"Wrong response from the webhook: {response.status} {response.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        why = f"Connection failed: {type(error).__name__}"
    bot.webhook.last_error, bot.webhook.last_error_at = why, bot.date()
    return False
