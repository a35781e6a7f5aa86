"""`source` and `kit` as they are typed, on a database of their own."""

import json
import re

import pytest

from tests.integration.terminal.conftest import POOL, Program
from tests.unit.bots.web_kit.pictures import squares


def test_from_a_name_to_a_poster_and_out_again(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://avis.valbrune.example")
    program.does("campaign", "start", POOL)
    added = program.does("source", "add", "piscine", "Affiche marché", "--english", "Market poster")
    (link,) = re.findall(r"https://avis\.valbrune\.example/p/[b-z2-9]{10}", added)

    made = program("kit", "piscine", "--source", "market poster")
    assert link in made.out
    assert made.err == ""
    (page,) = (program.folder / "var" / "kits" / "piscine").glob("*/index.html")
    assert [found.text for found in squares((page.parent / "code.png").read_bytes())] == [link]

    program.does("source", "retire", "piscine", "AFFICHE MARCHE")
    listed = json.loads(program.does("source", "list", "piscine", "--json"))
    (line,) = [each for each in listed if each["link"] == link]
    assert line["label"] == {"fr": "Affiche marché", "en": "Market poster"}
    assert line["funnel"] == {"arrived": 0, "agreed": 0, "answered": 0, "finished": 0}
    assert line["retired_at"]

    assert "source list piscine" in program.is_refused("source", "retire", "piscine", "market poster")
