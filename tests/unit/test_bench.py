"""The benchmark runs at all, and what it leaves has the form that docs/bench.md promises. No figure is judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import Figure, keep, median
from tests.bench.parts import Target

FIELDS = {"value", "unit", "spread", "reference", "ratio", "runs"}
QUICK = "hidden,halt,one_chat,free,inbound,followups"
ROOT = Path(__file__).parents[2]


def test_it_keeps_an_object_by_key_and_leaves_the_keys_of_other_parts(tmp_path: Path) -> None:
    kept = tmp_path / "var" / "bench.json"
    keep({"of_another_part": Figure(1.0, "s"), "hidden_limit_vs_best": Figure(0.0, "old")}, kept)
    command = [sys.executable, "-m", "tests.bench", "--tiny", "--only", QUICK, "--json", "--into", str(kept)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode in (0, 1), ran.stderr  # 1: so small, it may miss a target
    written = json.loads(kept.read_text(encoding="utf-8"))
    assert json.loads(ran.stdout).keys() == written.keys() - {"of_another_part"}
    assert written["of_another_part"]["value"] == 1.0
    assert written["hidden_limit_vs_best"]["unit"] != "old"
    for key, figure in written.items():
        assert figure.keys() == FIELDS, key
        assert isinstance(figure["value"], float), key
        assert figure["runs"] >= 1, key
        if figure["reference"]:
            assert abs(figure["ratio"] - figure["value"] / figure["reference"]) < 0.001, key


def test_a_part_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.bench.__main__ import main  # all that is measured; only here, so that it is not loaded to find the tests

    monkeypatch.setattr(sys, "argv", ["bench", "--only", "speed"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "no part is called speed" in capsys.readouterr().err


def test_a_target_asks_the_value_or_the_ratio() -> None:
    figure = median([1.0, 3.0, 2.0], "s", [4.0, 4.0, 4.0])
    assert (figure.value, figure.spread, figure.ratio, figure.runs) == (2.0, (1.0, 3.0), 0.5, 3)
    assert Target(most=2).met(figure, "usual")
    assert Target(most=0.5, of_ratio=True).met(figure, "usual")
    assert Target(least=0.6, of_ratio=True).met(figure, "usual") is False
    assert Target(least=1, of_ratio=True).met(Figure(1.0, "s"), "usual") is None
    of_very_many = Target(most=2, many=1_000_000)
    assert (of_very_many.met(figure, "usual"), of_very_many.met(figure, "full")) == (None, True)
