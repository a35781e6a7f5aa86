"""The HTTP server itself, on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bots.web import server
from bots.web.server import LONGEST_HEAD, hooked, listening_socket, serve_web


async def length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def late(_request: Request) -> Response:
    await asyncio.sleep(0.5)
    return PlainTextResponse("late")


async def hook(_request: Request) -> Response:
    return PlainTextResponse("hook")


async def caller(request: Request) -> Response:
    return PlainTextResponse(request.client.host if request.client else "")


@asynccontextmanager
async def connected(host: str = "127.0.0.1") -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    stop, listener = asyncio.Event(), listening_socket(host, 0)
    routes = [Route("/", length, methods=["POST"]), Route("/late", late), Route("/caller", caller)]
    app = hooked(Starlette(routes=routes), {"/hook": Route("/hook", hook)})
    serving = asyncio.create_task(serve_web(app, listener, stop))
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.getsockname()[1])
    try:
        yield reader, writer
    finally:
        writer.close()
        stop.set()
        await serving


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """(the status line, the body)."""
    async with asyncio.timeout(30):
        head = await reader.readuntil(b"\r\n\r\n")
        size = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return head.split(b"\r\n", 1)[0], await reader.readexactly(int(size.partition(b":")[2]))


async def test_a_head_without_end_is_cut_off() -> None:
    async with connected() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\n")
        for number in range(LONGEST_HEAD // 1000 + 2):
            writer.write(b"x-%d: " % number + b"a" * 1000 + b"\r\n")
            await asyncio.sleep(0)
        status, said = await answer(reader)
        assert status == b"HTTP/1.1 400 Bad Request" and b"too long" in said
        assert await reader.read() == b""


async def test_a_long_body_is_no_long_head() -> None:
    async with connected() as (reader, writer):
        body = b"a" * (3 * LONGEST_HEAD)
        for _ in range(2):  # the second one on the same connection
            writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            assert await answer(reader) == (b"HTTP/1.1 200 OK", str(len(body)).encode())


@pytest.mark.parametrize(
    "begun", [b"", b"POST / HTTP/1.1\r\nhost: x\r\n", b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc"]
)
async def test_whoever_never_ends_a_request_is_cut_off(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    async with asyncio.timeout(30), connected() as (reader, writer):
        writer.write(begun)
        assert await reader.read() == b""


async def test_a_request_that_came_whole_may_be_answered_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    async with connected() as (reader, writer):
        for _ in range(2):  # the second one on the same connection
            writer.write(b"GET /late HTTP/1.1\r\nhost: x\r\n\r\n")
            assert await answer(reader) == (b"HTTP/1.1 200 OK", b"late")


@pytest.mark.parametrize("host", ["127.0.0.1", "::"])
async def test_a_proxy_of_this_machine_says_who_calls(host: str) -> None:
    async with connected(host) as (reader, writer):
        writer.write(b"GET /caller HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.9\r\n\r\n")
        assert await answer(reader) == (b"HTTP/1.1 200 OK", b"192.0.2.9")


async def test_what_a_platform_calls_comes_before_the_pages() -> None:
    async with connected() as (reader, writer):
        writer.write(b"GET /hook HTTP/1.1\r\nhost: x\r\n\r\n")
        assert await answer(reader) == (b"HTTP/1.1 200 OK", b"hook")
        writer.write(b"PUT /hook HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await answer(reader))[0] == b"HTTP/1.1 405 Method Not Allowed"
