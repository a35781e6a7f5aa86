"""How heavy and how quick the pages are.

a service in its own process  ◀── results and a plain file, in turns      results_rps_vs_static, at least 0.5
                              ◀── a browser that knows nothing yet        page_weight_kb, at most 150 each
                              ◀── 300 people at once, by plain forms      chat_cpu_ms and p99 of one answer
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

from tests.bench.figures import Figure
from tests.bench.parts import Wanted
from tests.bench.web.load import many_at_once, results_against_static
from tests.bench.web.serving import RESULTS
from tests.integration.web.browser import CHROMIUM, open_browser, weight


async def measure(wanted: Wanted) -> Mapping[str, Figure]:
    with service() as (url, process):
        wanted.tell("the results page and a plain file, in turns")
        pages = await results_against_static(url)
        wanted.tell("the weight of the pages")
        weights = await _weights(url) if CHROMIUM and not wanted.tiny else {}
        wanted.tell("many people at once")
        chat = await many_at_once(url, 5 if wanted.tiny else 300, process)
    results, static = pages["results_rps"], pages["static_rps"]
    return {
        "results_rps": Figure(results, "requests/s", None, static, int(pages["rounds"])),
        "results_rps_vs_static": Figure(results / static, "of a plain file", None, 1.0, int(pages["rounds"])),
        "page_weight_kb": Figure(
            max(weights.values(), default=None),
            "kB",
            (min(weights.values()), max(weights.values())) if weights else None,
        ),
        "chat_cpu_ms": Figure(chat["chat_cpu_ms"], "ms", runs=int(chat["answers"])),
        "chat_p99_ms": Figure(
            chat["chat_p99_ms"], "ms", (chat["chat_p50_ms"], chat["chat_p99_ms"]), runs=int(chat["answers"])
        ),
    }


@contextmanager
def service() -> Iterator[tuple[str, psutil.Process]]:
    with tempfile.TemporaryDirectory(prefix="porte-voix-bench-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.web.serving", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise SystemExit("the service did not start: what it says stands above")
            yield url, psutil.Process(process.pid)
        finally:
            process.communicate(timeout=60)


async def _weights(url: str) -> Mapping[str, float]:
    """Kilobytes over the line until a browser with an empty cache shows the page, with all that it loads."""
    async with open_browser() as browser:
        return {
            "landing": await weight(browser, f"{url}/p/affiche-piscine") / 1000,
            "chat": await weight(browser, f"{url}/p/affiche-piscine", press="Répondre ici") / 1000,
            "results": await weight(browser, f"{url}{RESULTS}") / 1000,
        }
