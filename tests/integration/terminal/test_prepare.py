"""`campaign prepare`: who is missing, whom of them we may write to, and a step that a person puts into the file."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from config.consultation_files import read_consultation
from core.model.people import Purpose
from core.storage.engine import open_storage
from tests.builders import person, start
from tests.integration.terminal.conftest import FIRST_WEEK, POOL, Program

CAME = FIRST_WEEK - timedelta(days=3)
SHARES = "question,answer,share\nlanguage,fr,60\nlanguage,en,40\n"


def town(folder: Path) -> None:
    """Sixty answered, none in Bellevue; of Bellevue two began: one may be reminded more than once,
    one said STOP."""

    async def came() -> None:
        asked = read_consultation(Path(POOL))
        async with open_storage(f"sqlite+aiosqlite:///{folder / 'town.db'}") as storage, storage.unit() as unit:
            await start(unit, asked, at=asked.opens_at)
            known = {"in_": "piscine", "of": asked.partner.id, "arrived": CAME}
            both = (Purpose.PARTICIPATION, Purpose.RESULTS)
            for number in range(60):
                part = {"quartier": "gare" if number % 3 == 0 else "centre"}
                await person(unit, f"done{number}", answers=part, finished_at=CAME, consents=both, **known)  # type: ignore[arg-type]  # `known` holds three kinds of values
            more, bellevue = (Purpose.PARTICIPATION, Purpose.REMINDERS), {"quartier": "bellevue"}
            for name, stopped in (("anna", None), ("gone", CAME)):
                await person(unit, name, answers=bellevue, stopped_at=stopped, consents=more, **known)  # type: ignore[arg-type]  # as above
            await person(unit, "far", answers={"quartier": "centre"}, **known)  # type: ignore[arg-type]  # as above

    asyncio.run(came())


def test_it_proposes_a_step_for_those_who_may_be_written_to(program: Program) -> None:
    town(program.folder)
    found = {each["group"]: each for each in json.loads(program.does("campaign", "prepare", POOL, "--json"))}
    (step,) = found["bellevue"]["steps"]
    assert (step["step"], step["people"], [wave["people"] for wave in step["waves"]]) == (
        "r-bellevue",
        1,
        [["anna"]],
    )
    assert step["left_out"]["opted_out"] == ["gone"]
    assert step["not_in_audience"] == ["far"]
    assert "centre" not in found
    path = program.folder / "mine.yaml"
    whole = Path(POOL).read_text(encoding="utf-8")
    path.write_text(whole.replace("\nsteps:\n", f"\nsteps:\n{step['file']}\n"), encoding="utf-8")
    program.does("campaign", "check", str(path))
    plans = json.loads(program.does("campaign", "preview", str(path), "--who", "--json"))
    assert next(each for each in plans if each["step"] == "r-bellevue")["people"] == 1, "what was proposed"


def test_it_reads_like_this(program: Program) -> None:
    town(program.folder)
    Path("shares.csv").write_text(SHARES, encoding="utf-8")
    said = program.does("campaign", "prepare", POOL, "--reference", "shares.csv")
    assert "Nothing goes without you." in said
    assert "    for: {sector: bellevue}" in said
    assert "English: 0% of the answers, 40% of the people" in said
    assert "There is nobody of this group whom we may write to." in said
    assert 'python main.py kit piscine --source "Bellevue"' in said


def test_it_says_when_there_is_nothing_to_prepare(program: Program) -> None:
    assert "campaign start" in program.is_refused("campaign", "prepare", POOL)
    program.does("campaign", "start", POOL)
    assert program.does("campaign", "prepare", POOL).startswith("No group is missing, or it is too early to tell")
