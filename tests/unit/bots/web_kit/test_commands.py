"""`source` and `kit` as they are typed, on a database of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.unit.bots.web_kit.pictures import squares

ROOT = Path(__file__).parents[4]


def typed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{folder / 'town.db'}",
        "PORTE_VOIX_LANGUAGE": "en",
        "PUBLIC_URL": "https://avis.valbrune.example",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)


def test_from_a_name_to_a_poster_and_out_again(tmp_path: Path) -> None:
    assert typed(tmp_path, "campaign", "start", str(ROOT / "config" / "examples" / "piscine.yaml")).returncode == 0
    added = typed(tmp_path, "source", "add", "piscine", "Affiche marché", "--english", "Market poster")
    (link,) = re.findall(r"https://avis\.valbrune\.example/p/[b-z2-9]{10}", added.stdout)

    made = typed(tmp_path, "kit", "piscine", "--source", "market poster")
    assert link in made.stdout
    assert made.stderr == ""
    (page,) = (tmp_path / "var" / "kits" / "piscine").glob("*/index.html")
    assert [found.text for found in squares((page.parent / "code.png").read_bytes())] == [link]

    assert typed(tmp_path, "source", "retire", "piscine", "AFFICHE MARCHE").returncode == 0
    listed = json.loads(typed(tmp_path, "source", "list", "piscine", "--json").stdout)
    (line,) = [each for each in listed if each["link"] == link]
    assert line["label"] == {"fr": "Affiche marché", "en": "Market poster"}
    assert line["funnel"] == {"arrived": 0, "agreed": 0, "answered": 0, "finished": 0}
    assert line["retired_at"]

    again = typed(tmp_path, "source", "retire", "piscine", "market poster")
    assert (again.returncode, "source list piscine" in again.stderr) == (1, True)
