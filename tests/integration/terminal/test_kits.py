"""`source` and `kit` as they are typed, on a database of their own."""

import json
import re
from pathlib import Path

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


def test_a_program_gets_the_link_and_the_folder(program: Program) -> None:
    program.does("campaign", "start", POOL)
    added = json.loads(program.does("source", "add", "piscine", "Marché", "--json"))
    assert added["link"].endswith(f"/p/{added['token']}")
    ran = program("kit", "piscine", "--source", "Marché", "--out", str(program.folder / "kit"), "--json")
    made = json.loads(ran.out)
    assert ({name: made[name] for name in added}, made["folder"]) == (added, str(program.folder / "kit"))
    assert {path.name for path in (program.folder / "kit").iterdir()} == set(made["files"])
    assert json.loads(program.does("kit", "piscine", "--source", "Gare", "--json"))["token"] != added["token"]


def test_a_slip_makes_no_new_place(program: Program) -> None:
    program.does("campaign", "start", POOL)
    for slip in ("affiche-piscin", "Afiche de la piscine", "poster at the pools"):
        refused = program.is_refused("kit", "piscine", "--source", slip)
        assert f'source add piscine "{slip}"' in refused
        assert "piscine" in refused or "pool" in refused
    assert len(json.loads(program.does("source", "list", "piscine", "--json"))) == 7
    program.does("kit", "piscine", "--source", "Affiche 1")
    program.does("kit", "piscine", "--source", "Affiche 2")
    program.does("source", "add", "piscine", "affiche-piscin")
    program.does("kit", "piscine", "--source", "affiche-piscin")


def test_all_the_codes_that_lead_elsewhere_are_named_at_once(program: Program) -> None:
    program.does("campaign", "start", POOL)
    second = program.folder / "second.yaml"
    told = Path(POOL).read_text(encoding="utf-8").replace("consultation: piscine", "consultation: parc", 1)
    second.write_text(told, encoding="utf-8")
    refused = program.is_refused("campaign", "start", str(second))
    for code in ("affiche-piscine", "affiche-gare", "guichet", "college", "sms", "bulletin", "site"):
        assert code in refused
    assert "“affiche-piscine-parc”" in refused
