"""`run` without a token, as a newcomer meets it: pages to look at while made-up neighbours answer."""

import asyncio
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from tests.integration.terminal.test_chat import Terminal
from tests.integration.test_process import PATIENCE, Running, free_port
from tests.integration.web.site import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.long]

CHECKOUT = Path(__file__).parents[2]
WORDS = "un plongeoir pour les tortues"
GOES_ON = "La consultation continue"
FEW = ("run", "--people", "10")


@pytest.fixture
def port() -> int:
    return free_port()


@asynccontextmanager
async def running(folder: Path, port: int, *, language: str = "fr") -> AsyncIterator[Running]:
    settings = {"HTTP_PORT": str(port), "PORTE_VOIX_LANGUAGE": language}
    process = await Running.of(folder, *FEW, settings=settings)
    try:
        yield process
    finally:
        await process.stops()


def browser(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=30)


async def presses(guest: Visitor, label: str) -> None:
    """Once the button is there: on a busy machine a page comes before its answer."""
    async with asyncio.timeout(PATIENCE):
        while label not in guest.buttons:
            await guest.waits()
    await guest.presses(label)


async def sees(guest: Visitor, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words not in guest.text:
            await guest.waits()


def addresses(said: str) -> list[str]:
    return re.findall(r"^    (http://\S+)$", said, re.MULTILINE)


@pytest.mark.timeout(400)
async def test_a_guest_looks_on_answers_and_is_counted(tmp_path: Path, port: int) -> None:
    async with running(tmp_path, port) as program, browser(port) as client:
        await program.prints("Les semaines passent…")
        poster, results, desk = addresses(program.text)
        assert [poster, results] == [f"http://127.0.0.1:{port}/p/affiche-piscine", f"http://127.0.0.1:{port}/r/piscine"]
        assert "http" not in program.text.split(poster)[0], "the pages come first"
        assert "Les horaires de la piscine" in (await client.get(results)).text
        guest = Visitor(client)
        await guest.opens(poster)
        await presses(guest, "Répondre ici")
        await presses(guest, "J'ai 15 ans ou plus et j'accepte")
        await presses(guest, "Parfois")
        await sees(guest, "2/3")
        assert GOES_ON not in program.text, "the weeks wait for whoever is writing"
        await guest.says(WORDS)
        await sees(guest, "3/3")
        await presses(guest, "Centre")
        await sees(guest, "Merci, c'est fini")
        await program.prints(GOES_ON)
        officer = Visitor(client)
        await officer.opens(desk)
        await officer.presses(officer.buttons[-1])
        overview = await officer.opens("/desk/piscine")
        assert "Le chemin des personnes" in overview
        assert "Merci, c'est fini" in await guest.opens(str(guest.page.url))
        program.is_told_to_stop()
        assert await program.ends() == 0
        assert "Rien n'est gardé" in program.text.splitlines()[-1]
    assert "Traceback" not in program.text
    assert os.listdir(tmp_path) == [], "nothing is left behind"


@pytest.mark.timeout(200)
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
async def test_stopped_in_the_middle_it_ends_in_order(tmp_path: Path, port: int, by: signal.Signals) -> None:
    async with running(tmp_path, port, language="en") as program:
        await program.prints("The weeks go by")
        program.is_told_to_stop(by)
        assert await program.ends() == 0
        assert program.text.splitlines()[-1] == "Stopped. Nothing is kept of this demonstration."
    assert "Traceback" not in program.text


@pytest.mark.timeout(200)
async def test_where_the_port_is_taken_it_takes_another_and_says_so(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        async with running(tmp_path, port) as program, browser(port) as client:
            await program.prints("Les semaines passent…")
            assert f"un autre programme est déjà à 127.0.0.1:{port}" in program.text
            assert "prend donc un autre port" in program.text
            assert "WARNING" not in program.text, "it is told to whoever reads, not to the log"
            poster, *_ = addresses(program.text)
            assert f":{port}/" not in poster
            assert (await client.get(poster)).status_code == 200


async def starts_its_own(folder: Path, port: int) -> None:
    settings = {"HTTP_PORT": str(port), "PORTE_VOIX_LANGUAGE": "fr"}
    file = folder / "piscine.yaml"
    file.write_bytes((CHECKOUT / "config" / "examples" / "piscine.yaml").read_bytes())
    started = await Running.of(folder, "campaign", "start", str(file), settings=settings)
    assert await started.ends() == 0


@pytest.mark.timeout(200)
async def test_with_a_campaign_of_one_s_own_that_one_is_served(tmp_path: Path, port: int) -> None:
    await starts_its_own(tmp_path, port)
    async with running(tmp_path, port) as program, browser(port) as client:
        await program.prints("par ses pages seulement")
        await program.prints(f"Les pages sont ouvertes à http://127.0.0.1:{port}/")
        assert (await client.get("/health")).text == "ok\n"
        assert "Quatre semaines" not in program.text


@pytest.mark.timeout(200)
async def test_where_its_port_is_taken_a_campaign_goes_on_without_pages_and_a_sentence_says_so(
    tmp_path: Path, port: int
) -> None:
    await starts_its_own(tmp_path, port)
    with socket.create_server(("127.0.0.1", port)):
        async with running(tmp_path, port) as program:
            await program.prints("Tout le reste marche.")
            assert f"un autre programme est déjà à 127.0.0.1:{port}" in program.text
            assert "ERROR" not in program.text
            assert "Les pages sont ouvertes" not in program.text


@pytest.mark.timeout(400)
def test_at_a_terminal_one_answers_there_and_leaving_keeps_the_pages(tmp_path: Path, port: int) -> None:
    bye = "Goodbye, and thank you."
    settings = {"HTTP_PORT": str(port), "PORTE_VOIX_LANGUAGE": "en"}
    with closing(Terminal(*FEW, folder=tmp_path, **settings)) as terminal:
        terminal.shows("/desk/sign-in/")
        terminal.shows("I am 15 or over", patience=150)
        terminal.types("1\n")
        terminal.shows("1/3")
        terminal.types("\x04")  # Ctrl-D leaves the conversation
        terminal.shows(bye)
        terminal.shows("The consultation goes on")
        shown = terminal.shown.partition(bye)[2]
        assert re.findall(r"http://127.0.0.1:\d+(/\w+/[\w-]+)", shown)[:3] == [
            "/p/affiche-piscine",
            "/r/piscine",
            "/desk/sign-in",
        ]
        assert httpx.get(f"http://127.0.0.1:{port}/r/piscine").status_code == 200
        terminal.process.send_signal(signal.SIGINT)
        terminal.shows("Nothing is kept of this")
        assert terminal.process.wait(60) == 0
    assert os.listdir(tmp_path) == []
    assert "Traceback" not in terminal.shown
