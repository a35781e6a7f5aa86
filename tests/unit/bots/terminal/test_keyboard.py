"""Lines from a pipe, a file and whatever a test hands in, while the event loop goes on."""

import asyncio
import io
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bots.terminal.keyboard import Keyboard, open_keyboard


async def everything(keyboard: Keyboard) -> list[str]:
    lines = []
    while (line := await keyboard.line()) is not None:
        lines.append(line)
    return lines


async def test_a_pipe_gives_lines_as_they_come() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as stream, open_keyboard(stream) as keyboard:
        waiting = asyncio.create_task(keyboard.line())
        await asyncio.sleep(0)
        assert not waiting.done(), "nobody typed yet"
        os.write(writing, "première\nseco".encode())
        assert await waiting == "première"
        os.write(writing, b"nde\r\nlast")
        os.close(writing)
        assert await everything(keyboard) == ["seconde", "last"]


async def test_leaving_does_not_wait_for_a_line() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as stream, open_keyboard(stream) as keyboard:
        waiting = asyncio.create_task(keyboard.line())
        await asyncio.sleep(0)
        keyboard.leave()
        assert await waiting is None
    os.close(writing)


async def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("a\n\nb")
    with (tmp_path / "lines").open() as stream, open_keyboard(stream) as keyboard:
        assert not keyboard.interactive
        assert await everything(keyboard) == ["a", "", "b"]


async def test_a_file_that_is_no_utf_8_is_read_as_a_pipe_is(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes("l'été\n".encode("latin-1"))
    with (tmp_path / "lines").open(encoding="utf-8") as stream, open_keyboard(stream) as keyboard:
        assert await everything(keyboard) == ["l'\ufffdt\ufffd"]


async def test_text_in_memory_is_read_whole() -> None:
    with open_keyboard(io.StringIO("a\nb\n")) as keyboard:
        assert await everything(keyboard) == ["a", "b"]


@given(st.binary(), st.lists(st.integers(min_value=1, max_value=9), max_size=20))
def test_however_it_is_cut_the_lines_are_the_same(data: bytes, cuts: list[int]) -> None:
    async def read(pieces: list[bytes]) -> list[str]:
        keyboard = Keyboard(interactive=False)
        for piece in pieces:
            keyboard.take(piece)
        keyboard.take(b"")
        return await everything(keyboard)

    pieces, rest = [], data
    for cut in cuts:
        if rest:
            pieces.append(rest[:cut])
            rest = rest[cut:]
    whole = [data] if data else []
    assert asyncio.run(read([*pieces, *([rest] if rest else [])])) == asyncio.run(read(whole))
