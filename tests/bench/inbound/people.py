"""What people send by webhook: five updates each, the answer in two messages; and how they are sent.

/start ─▶ agrees ─▶ a choice ─▶ writes ─▶ writes on        each as soon as the one before is acknowledged
"""

import asyncio
import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from core.model.consultations import Consultation
from core.rules.specs.actions import Verb, written

SECRET = "bench-secret-bench-secret-bench-00"
PATH = "/telegram"
FIRST_CHAT = 7_000_000_000
EACH = 5
"""Updates of one person."""


def updates(person: int, asked: Consultation) -> Iterator[bytes]:
    chat, number = FIRST_CHAT + person, EACH * person
    who = {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "fr"}
    where = {"id": chat, "type": "private", "first_name": "Anna"}

    def message(offset: int, text: str) -> dict[str, object]:
        return {"message_id": 2 * offset + 1, "date": 1_700_000_000, "chat": where, "from": who, "text": text}

    def press(action: str, offset: int) -> dict[str, object]:
        under = message(offset, "Votre avis ?") | {"from": {"id": 1, "is_bot": True, "first_name": "Ville"}}
        return {"id": str(number + offset), "from": who, "chat_instance": "1", "data": action, "message": under}

    for offset, content in enumerate(
        (
            {
                "message": message(0, "/start poster")
                | {"entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
            },
            {"callback_query": press(written(Verb.AGREE, asked, str(asked.notice.version)), 1)},
            {"callback_query": press(written(Verb.ANSWER, asked, "often", "weekly"), 2)},
            {"message": message(3, f"Ouvrir plus tard le soir, dit la personne {person}.")},
            {"message": message(4, "Et moins cher pour les enfants.")},
        )
    ):
        yield json.dumps({"update_id": number + offset, **content}).encode()


async def crowd(url: str, people: int, asked: Consultation, *, at_once: int) -> list[float]:
    """All of them, so many at the same time. Returns the seconds from each update sent until it was acknowledged."""
    waits: list[float] = []
    waiting = iter(range(people))
    await asyncio.gather(*(_line(url, waiting, asked, waits) for _ in range(at_once)))
    return waits


async def _line(url: str, people: Iterator[int], asked: Consultation, waits: list[float]) -> None:
    """One connection that stays open, as the platform keeps them. By hand: a client library would cost more than what
    is measured."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    )
    for person in people:
        for body in updates(person, asked):
            began = time.perf_counter()
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            waits.append(time.perf_counter() - began)
            assert answer.startswith(b"HTTP/1.1 200 "), answer.split(b"\r\n")[0]
            await reader.readexactly(_length(answer))
    writer.close()
    await writer.wait_closed()


def _length(answer: bytes) -> int:
    lines = answer.lower().split(b"\r\n")
    return next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
