"""The demo: the real program with simulated people, the same story for the same seed, and a page worth reading."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.terminal.conftest import NO_BREAK, ROOT, SAMPLES, Program

PEOPLE = "14"


def in_a_process_of_its_own(folder: Path, *arguments: str) -> str:
    """What `demo` prints there; names are hashed by another seed than in this process."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    other = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    settings = {**inherited, "PYTHONHASHSEED": other, "PYTHONPATH": str(ROOT), "PORTE_VOIX_LANGUAGE": "fr"}
    ran = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "demo", *arguments],
        cwd=folder,
        env=settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b"", "a program that reads is told nothing else"
    return ran.stdout.decode().translate(NO_BREAK)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_same_seed_gives_the_same_bytes(program: Program) -> None:
    first = in_a_process_of_its_own(program.folder, "--json", "--people", PEOPLE)
    assert os.listdir(program.folder) == [], "nothing is left behind"
    assert program.does("demo", "--json", "--people", PEOPLE, language="fr") == first
    _hold_together(json.loads(first))


def _hold_together(counts: dict[str, Any]) -> None:
    assert counts["arrived"] == int(PEOPLE)
    assert counts["arrived"] >= counts["agreed"] >= counts["answered"] >= counts["finished"] > 0
    assert counts["contributions"] > 0
    assert counts["contributions"] <= sum(counts["topics"].values()) + counts["unclassified"]
    assert counts["came_back"] <= counts["reminded"]
    assert (counts["alerts"], counts["not_text"] > 0) == (1, True)
    assert counts["messages_sent"] > counts["arrived"]
    by_source = counts["by_source"].values()
    assert sum(each["arrived"] for each in by_source) == counts["arrived"]
    assert sum(each["finished"] for each in by_source) == counts["finished"]
    assert counts["steps"].get("reminder", {}).get("sent", 0) == counts["reminded"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_a_person_sees(program: Program) -> None:
    ran = program("demo", str(SAMPLES / "bibliotheque.yaml"), "--people", PEOPLE)
    assert ran.code == 0
    assert ran.err == "The language model is loading…\nThe weeks go by…\n"
    page = ran.out.translate(NO_BREAK)
    assert "What staff read in Slack · Monday " in page
    assert "╭─ #bibliotheque · Porte-voix ─" in page
    assert "│ The library next autumn · week " in page
    assert "People who arrived (poster, counter, text message…)          14\n" in page
    assert "█" in page
    assert "Opening hours" in page
    assert "python main.py chat " in page
    shapes = [line for line in page.splitlines() if not line.startswith("🤖")]  # a message stands as it was written
    assert max(len(line) for line in shapes) <= 100
    assert not (program.folder / "town.db").exists()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_workshop_goes_from_proposals_to_a_vote_and_an_agenda(program: Program) -> None:
    counts = json.loads(program.does("demo", str(SAMPLES / "atelier.yaml"), "--people", PEOPLE, "--json"))
    dots = counts["agenda"]
    assert dots == sorted(dots, reverse=True)
    assert len(dots) >= 2
    assert sum(dots) >= 3
