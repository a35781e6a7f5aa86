"""What is asked of the service: the results page and a plain file in turns, and many people who answer at once."""

import asyncio
import re
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

import aiohttp
import psutil

from tests.bench.web.serving import PLAIN, RESULTS

ROUNDS, ASKED, AT_ONCE = 12, 100, 8
_FORM = re.compile(r'<form[^>]* method="post" action="([^"]+)".*?</form>', re.DOTALL)
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_BUTTON = re.compile(r'<button name="action" value="([^"]+)"[^>]*>([^<]*)')


async def results_against_static(url: str) -> Mapping[str, float]:
    """Requests a second of both, in turns so that what else runs here meets both alike; medians of the rounds."""
    rates: dict[str, list[float]] = {RESULTS: [], PLAIN: []}
    async with aiohttp.ClientSession(url) as session:
        for _ in range(ROUNDS):
            for path, found in rates.items():
                found.append(await _rate(session, path))
    results, static = (statistics.median(rates[path]) for path in (RESULTS, PLAIN))
    return {"results_rps": results, "static_rps": static, "rounds": ROUNDS}


async def _rate(session: aiohttp.ClientSession, path: str) -> float:
    async def some() -> None:
        for _ in range(ASKED // AT_ONCE):
            async with session.get(path) as answer:
                assert answer.status == 200
                await answer.read()

    began = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return ASKED // AT_ONCE * AT_ONCE / (time.perf_counter() - began)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Crowd:
    """`waited`: for each form that was sent, the seconds until the page with what is said to it was there."""

    waited: list[float] = field(default_factory=list)
    unanswered: int = 0
    finished: int = 0


async def many_at_once(url: str, people: int, server: psutil.Process) -> Mapping[str, float]:
    """Everybody goes through the three questions of the sample, all at the same time, by plain forms."""
    crowd = Crowd()
    before = _cpu(server)
    async with aiohttp.ClientSession(
        url, connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=1), cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        began = time.perf_counter()
        await asyncio.gather(*(_person(session, place, crowd) for place in range(people)))
        took = time.perf_counter() - began
    assert crowd.finished == people, f"only {crowd.finished} of {people} finished"
    spent = _cpu(server) - before
    waited = sorted(crowd.waited)
    return {
        "people": people,
        "answers": len(waited),
        "seconds": took,
        "chat_cpu_ms": 1000 * spent / len(waited),
        "chat_p50_ms": 1000 * waited[len(waited) // 2],
        "chat_p99_ms": 1000 * waited[int(len(waited) * 0.99)],
        "not_answered_at_once": crowd.unanswered,
    }


def _cpu(server: psutil.Process) -> float:
    """Seconds of the service and of the process that tags for it."""
    return sum(sum(each.cpu_times()[:2]) for each in (server, *server.children(recursive=True)))


async def _person(session: aiohttp.ClientSession, place: int, crowd: Crowd) -> None:
    """Behind a proxy, which says another address for each: no two of them share a limit."""
    headers = {"X-Forwarded-For": f"10.0.{place // 250}.{place % 250 + 1}", "Accept-Language": "fr"}

    async def sends(page: str, *, press: str = "", text: str = "") -> tuple[str, str]:
        action, fields = _form(page, press, text)
        began = time.perf_counter()
        async with session.post(action, data=fields, headers=headers) as answer:
            shown = await answer.text()
            assert answer.status == 200, answer.status
        crowd.waited.append(time.perf_counter() - began)
        return shown, answer.url.path

    async def until(page: str, path: str, label: str) -> str:
        """The page that offers `label`: at once, or after "what comes next"."""
        while label not in page:
            async with session.get(path, params="wait", headers=headers) as answer:
                page = await answer.text()
        return page

    async with session.get("/p/affiche-piscine", headers=headers) as answer:
        page = await answer.text()
    page, path = await sends(page)
    for label in ("et j&#39;accepte", "Parfois"):
        crowd.unanswered += label not in page
        page, _ = await sends(await until(page, path, label), press=label)
    crowd.unanswered += "2/3" not in page
    page, _ = await sends(await until(page, path, "2/3"), text=f"ouvrir plus tard le soir, dit la personne {place}")
    page, _ = await sends(await until(page, path, "Centre"), press="Centre")
    crowd.unanswered += "Oui" not in page
    page, _ = await sends(await until(page, path, "Oui"), press="Oui")
    await until(page, path, "D&#39;accord")
    crowd.finished += 1


def _form(page: str, press: str, text: str) -> tuple[str, dict[str, str]]:
    """Where the form leads and what it carries: the one with the button `press`, or the last one, with `text`."""
    forms = [found for found in _FORM.finditer(page) if not press or press in found[0]]
    assert forms, f"no form offers {press!r}"
    chosen = forms[-1]
    fields = {name: unescape(value) for name, value in _FIELD.findall(chosen[0])}
    if press:
        fields["action"] = next(value for value, label in _BUTTON.findall(chosen[0]) if press in label)
    if text:
        fields["text"] = text
    return unescape(chosen[1]), fields
