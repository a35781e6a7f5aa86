"""How heavy and how quick the pages are: `python -m tests.bench.web` (`--json` for a program, `--people 300`).

    a service in its own process  ◀── results and a plain file, in turns      results_rps_vs_static, at least 0.5
                                  ◀── a browser that knows nothing yet        page_weight_kb, at most 150 each
                                  ◀── 300 people at once, by plain forms      chat_cpu_ms and p99 of one answer

Everything stays on this machine and stops by itself. The figures depend on the machine; the two limits do not.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

from tests.bench.web.load import many_at_once, results_against_static
from tests.bench.web.serving import RESULTS
from tests.integration.web.browser import CHROMIUM, MISSING, open_browser, weight

LEAST_VS_STATIC, MOST_KB = 0.5, 150.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.web", description="Measure the pages on this machine.")
    parser.add_argument("--json", action="store_true", help="one JSON object, for a program")
    parser.add_argument("--people", type=int, default=300, help="who answer at once (300)")
    wanted = parser.parse_args()
    with service() as (url, process):
        found = asyncio.run(measure(url, process, wanted.people))
    print(json.dumps(found, indent=2) if wanted.json else told(found))
    return 0 if kept(found) else 1


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


async def measure(url: str, server: psutil.Process, people: int) -> dict[str, object]:
    found: dict[str, object] = dict(await results_against_static(url))
    found["page_weight_kb"] = await weights(url) if CHROMIUM else None
    return found | dict(await many_at_once(url, people, server))


async def weights(url: str) -> Mapping[str, float]:
    """Kilobytes over the line until a browser with an empty cache shows the page, with all that it loads."""
    async with open_browser() as browser:
        return {
            "landing": await weight(browser, f"{url}/p/affiche-piscine") / 1000,
            "chat": await weight(browser, f"{url}/p/affiche-piscine", press="Répondre ici") / 1000,
            "results": await weight(browser, f"{url}{RESULTS}") / 1000,
        }


def kept(found: Mapping[str, object]) -> bool:
    """The two limits that hold on every machine."""
    heaviest = found["page_weight_kb"]
    light = heaviest is None or max(heaviest.values()) <= MOST_KB  # type: ignore[attr-defined]  # what `weights` returns
    return light and found["results_rps_vs_static"] >= LEAST_VS_STATIC  # type: ignore[operator]  # a number


def told(found: Mapping[str, object]) -> str:
    pages = found["page_weight_kb"]
    heavy = (
        ", ".join(f"{name} {size:.0f}" for name, size in pages.items())  # type: ignore[attr-defined]  # as above
        if pages
        else f"not measured ({MISSING})"
    )
    return "\n".join(
        (
            f"results page: {found['results_rps']:.0f} requests/s, a plain file of its size {found['static_rps']:.0f}: "
            f"{found['results_rps_vs_static']:.2f} times as many (at least {LEAST_VS_STATIC})",
            f"page weight in kB, everything loaded, empty cache: {heavy} (at most {MOST_KB:.0f} each)",
            f"chat: {found['people']} people at once, {found['answers']} forms in {found['seconds']:.1f} s; "
            f"{found['chat_cpu_ms']:.1f} ms of the service's processor for each; "
            f"half are answered within {found['chat_p50_ms']:.0f} ms, 99 % within {found['chat_p99_ms']:.0f} ms; "
            f"{found['not_answered_at_once']} had to ask again",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
