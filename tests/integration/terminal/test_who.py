"""Who would get what: the first day's fourth check, beforehand. One unfinished, one who finished, one who stopped."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from config.consultation_files import read_consultation
from core.storage.engine import open_storage
from core.storage.schema import audience, deliveries
from tests.builders import person, start
from tests.integration.terminal.conftest import FIRST_WEEK, Program, edited

CAME = FIRST_WEEK - timedelta(days=3)
WAVES = ("    when: {after: 1 jour, from: arrival, at: '18:00'}\n", "    when: 2026-11-26 22:30\n")


def town(folder: Path, path: str, *, more: int = 0) -> None:
    """Seven people by two posters, and so many more who have not finished."""

    async def came() -> None:
        asked = read_consultation(Path(path))
        async with open_storage(f"sqlite+aiosqlite:///{folder / 'town.db'}") as storage, storage.unit() as unit:
            await start(unit, asked, at=asked.opens_at)
            known = {"in_": "piscine", "of": asked.partner.id, "arrived": CAME}
            for name in ("anna", "bob", "cleo", "dan"):
                await person(unit, name, source="affiche-piscine" if name < "c" else "sms", **known)
            for number in range(more):
                await person(unit, f"more-{number}", source="sms", **known)
            await person(unit, "done", source="sms", finished_at=CAME, **known)
            await person(unit, "gone", source="sms", stopped_at=CAME, **known)
            await person(unit, "curious", source="sms", agreed=False, **known)

    asyncio.run(came())


def plan_of(program: Program, path: str, step: str = "reminder") -> dict[str, object]:
    plans = json.loads(program.does("campaign", "preview", path, "--who", "--json"))
    found: dict[str, object] = next(each for each in plans if each["step"] == step)
    return found


def test_it_names_who_when_and_who_not_and_why(program: Program) -> None:
    path = edited(program.folder, WAVES)
    town(program.folder, path)
    plan = plan_of(program, path)
    assert plan["left_out"] == {"already_finished": ["done"], "no_consent": ["curious"], "opted_out": ["gone"]}
    waves = plan["waves"]
    assert isinstance(waves, list)
    assert [(wave["group"], len(wave["people"])) for wave in waves] == [("first", 2), ("later", 2)]
    assert sorted(name for wave in waves for name in wave["people"]) == ["anna", "bob", "cleo", "dan"]
    assert {len({"anna", "bob"} & set(wave["people"])) for wave in waves} == {1}, "half of each source"
    morning = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)
    assert [datetime.fromisoformat(wave["first"]) for wave in waves] == [morning, morning + timedelta(days=2)]
    assert (plan["people"], plan["shifted"], plan["smallest_effect"]) == (4, 4, None)
    assert plan["by_source"] == {"affiche-piscine": 2, "sms": 2}


def test_it_reads_like_this(program: Program) -> None:
    path = edited(program.folder, WAVES)
    town(program.folder, path)
    said = program.does("campaign", "preview", path, "--who", language="fr")
    for line in (
        "  4 personnes le recevraient",
        "  Venues par : Affiche de la piscine 2 · SMS de Valbrune Habitat 2",
        "  Premier groupe : 2 personnes, vendredi 27 novembre, 8 h 30 [",
        "  Second groupe : 2 personnes, dimanche 29 novembre, 8 h 30 [",
        "  Pour 4 personnes le moment change : heures calmes, ou moment passé",
        "  Laissés de côté : avaient déjà fini 1 [done]",
        "  Trop peu de monde pour voir un effet : le message part quand même",
        "Ceci est un aperçu : rien n'est parti, rien n'est écrit.",
    ):
        assert line in said, said


def test_the_last_call_is_for_those_who_have_not_had_their_reminder_by_then(program: Program) -> None:
    path = edited(program.folder, WAVES)
    town(program.folder, path)
    last_call = plan_of(program, path, "last_call")
    assert (last_call["people"], last_call["halted"]) == (0, False)
    assert last_call["reminded_once"] == ["anna", "bob", "cleo", "dan"]
    for language, line in (
        ("fr", "  Laissés de côté : auront déjà eu un rappel, sans en demander d'autre 4 [anna bob cleo dan]"),
        ("en", "  Left out: will have had a reminder, and asked for no other 4 [anna bob cleo dan]"),
    ):
        said = program.does("campaign", "preview", path, "--who", language=language)
        assert line in said, said


def test_the_smallest_effect_is_that_of_the_documents(program: Program) -> None:
    path = edited(program.folder, WAVES)
    town(program.folder, path, more=196)
    said = program.does("campaign", "preview", path, "--who")
    assert "Smallest effect that can be seen: 14.7 more finished in 100 (if 10 in 100 finish anyway)" in said
    table = (Path(__file__).parents[3] / "docs" / "mobilisation.md").read_text(encoding="utf-8")
    assert "| 200 | half | – | 14.7 |" in table


def test_it_says_what_it_costs(program: Program) -> None:
    path = edited(program.folder, (WAVES[0], f"{WAVES[1]}    paid: 3 messages\n"))
    town(program.folder, path)
    assert plan_of(program, path)["paid"] == {"messages": 3, "stars": 1, "spent": 0, "most": 3}
    said = program.does("campaign", "preview", path, "--who", language="fr")
    assert "  Coût : 3 messages payés. En étoiles : 1 au plus (plafond 1 ; messages déjà payés : 0 sur 3)" in said
    assert "3 messages" in program.does("campaign", "check", path)
    assert "3 messages (in Stars: 1)" in program.does("campaign", "preview", path)


def test_it_writes_nothing_and_the_draw_is_the_one_that_will_be_made(program: Program) -> None:
    path = edited(program.folder, WAVES)
    town(program.folder, path)
    assert plan_of(program, path) == plan_of(program, path)

    async def rows() -> int:
        database = f"sqlite+aiosqlite:///{program.folder / 'town.db'}"
        async with open_storage(database) as storage, storage.reading() as unit:
            counts = [sa.select(sa.func.count()).select_from(each) for each in (audience, deliveries)]
            return sum([(await unit.connection.execute(each)).scalar_one() for each in counts])

    assert asyncio.run(rows()) == 0


def test_before_anybody_came_it_says_what_comes_first(program: Program) -> None:
    said = program.does("campaign", "preview", edited(program.folder, WAVES), "--who")
    assert said == "Nobody has come yet, so nobody would get anything. Posters and links come first.\n"
