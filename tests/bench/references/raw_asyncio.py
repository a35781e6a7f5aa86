"""A broadcast with asyncio's streams and orjson: HTTP written by hand, nothing kept. The least that Python can do.

It asks nothing of an answer but its status and its length, and knows of no redirect, proxy or certificate.
"""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import orjson

TEXT = "Il vous reste deux questions sur les horaires de la piscine."
CONNECTIONS = 256


async def broadcast(url: str, token: str, count: int, *, a_second: int) -> None:
    """One message to each of `count` chats. A place is free again one second after its answer, as with ours."""
    chats = iter(range(1, count + 1))
    places = asyncio.Semaphore(a_second)
    await asyncio.gather(*(_line(url, token, chats, places) for _ in range(min(CONNECTIONS, count))))


async def _line(url: str, token: str, chats: Iterator[int], places: asyncio.Semaphore) -> None:
    """One connection that stays open: one message after the other."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"POST /bot{token}/sendMessage HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
    free_again = asyncio.get_running_loop().call_later
    while True:
        await places.acquire()
        chat = next(chats, None)
        if chat is None:
            places.release()
            break
        body = orjson.dumps({"chat_id": chat, "text": TEXT, "allow_paid_broadcast": True})
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        orjson.loads(await reader.readexactly(_length(answer)))
        free_again(1.0, places.release)
    writer.close()
    await writer.wait_closed()


def _length(answer: bytes) -> int:
    lines = answer.lower().split(b"\r\n")
    return next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
