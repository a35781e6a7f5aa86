"""A broadcast with aiohttp and nothing else: no rows, no retries, nothing kept. What HTTP itself costs at this pace."""

import asyncio

import aiohttp

TEXT = "Il vous reste deux questions sur les horaires de la piscine."


async def broadcast(url: str, token: str, count: int, *, a_second: int) -> None:
    """One message to each of `count` chats. A place is free again one second after its answer, as with ours."""
    places = asyncio.Semaphore(a_second)
    connector = aiohttp.TCPConnector(limit=256)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        for chat in range(1, count + 1):
            await places.acquire()
            group.create_task(_one(session, f"{url}/bot{token}/sendMessage", chat, places))


async def _one(session: aiohttp.ClientSession, url: str, chat: int, places: asyncio.Semaphore) -> None:
    content = {"chat_id": chat, "text": TEXT, "allow_paid_broadcast": True}
    async with session.post(url, json=content) as response:
        await response.json()
    asyncio.get_running_loop().call_later(1.0, places.release)
