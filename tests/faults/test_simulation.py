"""The whole core on bad days: twenty-five seeds, seven days each, and the same bits for the same seed."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.checker import check
from tests.faults.simulation import Ground, Simulation

CHECKOUT = Path(__file__).parents[2]
SEEDS, DAYS, PEOPLE = 25, 7, 6


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("faults"))


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_every_promise_is_kept_on_bad_days(ground: Ground, seed: int) -> None:
    outcome = Simulation(seed, DAYS, PEOPLE, ground).run()
    verdict = check(outcome.history)
    assert not verdict.broken, f"again with `make simulate SEED={seed}`: {verdict.broken}"
    assert {"killed", "disk full"} <= {kind for kind, times in outcome.faults.items() if times}, "it was not tried"
    assert min(verdict.checked.values()) > 0, "a promise was not put to the test"


def test_a_seed_gives_the_same_history_to_the_bit(ground: Ground) -> None:
    """In this process, and in one whose hashes are salted otherwise."""
    here = Simulation(7, 2, 4, ground).run().history.digest()
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--seed", "7", "--days", "2", "--people", "4", "--digest"],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == here
