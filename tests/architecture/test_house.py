"""The rules of the house that import-linter cannot see, and the proof that it sees the others.

What a module uses is read from its syntax, through its imports: `from time import time as t; t()` uses `time.time`.
"""

import ast
import importlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "config", "nlp", "bots")

CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
}
# A simulation runs on a virtual clock: in core nothing may wait for, or measure, the real one.
REAL_TIME = {"asyncio.sleep", "time.sleep", "time.monotonic", "time.perf_counter"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
CHANCE = ("random.", "secrets.", "uuid.uuid1", "uuid.uuid4", "os.urandom")
NO_CHANCE = {"random.Random", "secrets.compare_digest"}  # seeded; and a comparison


def sources() -> Iterator[tuple[Path, str]]:
    for path in sorted([*(path for name in PACKAGES for path in (ROOT / name).rglob("*.py")), *ROOT.glob("main.py")]):
        yield path.relative_to(ROOT), path.read_text("utf-8")


def used(source: str) -> set[str]:
    """The full names of what a module uses of what it imports."""
    tree = ast.parse(source)
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            known.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    turns = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and _gives_others_a_turn(node)}
    nodes = (node for node in ast.walk(tree) if id(node) not in turns)
    return {name for node in nodes if (name := _full_name(node, known)) is not None}


def _gives_others_a_turn(call: ast.Call) -> bool:
    """`asyncio.sleep(0)` waits for no clock."""
    return ast.unparse(call) == "asyncio.sleep(0)"


def _full_name(node: ast.AST, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        inner = _full_name(node.value, known)
        return None if inner is None else f"{inner}.{node.attr}"
    return None


def sends(source: str) -> bool:
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Attribute) and called.attr == "send" for called in calls)


def swallows_in_a_unit(source: str) -> Iterator[int]:
    """Lines of `except Exception` inside `async with ….unit()`: the unit would commit half of the work."""
    for block in ast.walk(ast.parse(source)):
        if isinstance(block, ast.AsyncWith) and any(
            ".unit()" in ast.unparse(item.context_expr) for item in block.items
        ):
            for node in ast.walk(block):
                if isinstance(node, ast.ExceptHandler) and (node.type is None or "Exception" in ast.unparse(node.type)):
                    yield node.lineno


OF_THE_UNIT = ("unit.", "session.", "turns.", "note(")
"""What speaks through the unit that is open, though it is not handed it."""


def waits_in_a_unit(source: str) -> Iterator[int]:
    """Lines where, while a unit of work is open, something is awaited that does not speak through it: it holds the pen,
    or keeps an old state in the file, for as long as that takes."""
    for block in ast.walk(ast.parse(source)):
        if isinstance(block, ast.AsyncWith):
            held = [ast.unparse(each.context_expr) for each in block.items]
            opens = any(name in each for each in held for name in (".unit(", "storage.reading("))
        else:
            given = [*block.args.args, *block.args.kwonlyargs] if isinstance(block, ast.AsyncFunctionDef) else []
            opens = any(each.arg == "unit" for each in given)
        for node in ast.walk(block) if opens else ():
            if isinstance(node, ast.Await) and not _speaks_through_it(node.value):
                yield node.lineno


def _speaks_through_it(called: ast.expr) -> bool:
    given = [*called.args, *(each.value for each in called.keywords)] if isinstance(called, ast.Call) else []
    handed = any(ast.unparse(each).startswith("unit") for each in given)
    return handed or ast.unparse(called).startswith(OF_THE_UNIT)


def draws(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith(CHANCE)} - NO_CHANCE


def test_clock_chance_and_environment_have_one_home() -> None:
    found: dict[str, set[str]] = {}
    for path, source in sources():
        names = used(source)
        # config/settings.py reads it, through pydantic-settings; the processes of nlp get a few, no token.
        wrong = names & ENVIRONMENT if path != Path("nlp/child.py") else set()
        if path != Path("config/system.py"):
            wrong |= names & CLOCK | draws(names)
        if path.parts[0] == "core":
            wrong |= names & REAL_TIME
        if wrong:
            found[str(path)] = wrong
    assert found == {}


def test_only_the_outbox_sends() -> None:
    found = [path for path, source in sources() if path.parts[0] != "nlp" and sends(source)]
    assert found == [Path("core/work/outbox.py")]  # nlp talks to its own process, not to people


def test_no_unit_of_work_swallows_what_went_wrong_inside_it() -> None:
    found = {str(path): lines for path, source in sources() if (lines := list(swallows_in_a_unit(source)))}
    assert found == {}


def test_nothing_is_awaited_in_a_unit_of_work_but_sql() -> None:
    found = {str(path): lines for path, source in sources() if (lines := list(waits_in_a_unit(source)))}
    assert found == {}


def test_a_module_says_first_what_it_promises() -> None:
    silent = [str(path) for path, source in sources() if source.strip() and not ast.get_docstring(ast.parse(source))]
    assert silent == []


def test_these_tests_see_what_they_look_for() -> None:
    source = (
        "import os\nimport random as r\nfrom datetime import datetime as d\nfrom time import time\nimport uuid\n"
        "d.now(None); time(); os.environ['A']; r.choice([1]); r.Random(3).random(); uuid.uuid4(); uuid.uuid5(1, 2)\n"
    )
    names = used(source)
    assert names & CLOCK == {"datetime.datetime.now", "time.time"}
    assert names & ENVIRONMENT == {"os.environ"}
    assert draws(names) == {"random.choice", "uuid.uuid4"}
    assert "asyncio.sleep" in used("import asyncio\nasyncio.sleep(1)")
    assert "asyncio.sleep" not in used("import asyncio\nasyncio.sleep(0)")
    assert sends("async def f(c):\n    await c.send(1)\n")
    assert not sends("async def f(c):\n    await c.send_message(1)\n")
    unit = "async def f(s):\n  async with s.unit() as unit:\n    try:\n      g()\n    except {}:\n      pass\n"
    assert list(swallows_in_a_unit(unit.format("Exception"))) == [5]
    assert list(swallows_in_a_unit(unit.format("(ValueError, BaseException)"))) == [5]
    assert list(swallows_in_a_unit(unit.format("ValueError"))) == []
    assert list(swallows_in_a_unit(unit.replace("unit()", "lock()").format("Exception"))) == []
    held = (
        "async def f(storage, g):\n  async with storage.reading() as unit:\n    await unit.people.of(1)\n    await {}\n"
    )
    assert list(waits_in_a_unit(held.format("g(2)"))) == [4]
    assert list(waits_in_a_unit(held.format("g(unit, 2)"))) == []
    assert list(waits_in_a_unit("async def f(unit, g):\n  await g(await unit.people.of(1))\n")) == [2]


@pytest.mark.parametrize("name", PACKAGES)
def test_generic_names_are_ours(name: str) -> None:
    """core, config, bots, nlp: any package of that name that gets installed would answer in our place."""
    package = importlib.import_module(name)
    assert Path(package.__file__ or "").resolve() == ROOT / name / "__init__.py"


IMPORT_ALL = """
import importlib, os, pkgutil, sys
PLACES = tuple(sys.argv[1:])
def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    acts = {"socket.bind", "socket.connect", "subprocess.Popen", "os.system", "os.fork", "sqlite3.connect"}
    if writes or event in acts:
        raise RuntimeError(f"importing does something: {event} {arguments!r}")
sys.addaudithook(watch)
for name in PLACES:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not module.name.startswith("core.storage.migrations."):  # alembic runs these, nobody imports them
            importlib.import_module(module.name)
print("imported")
"""


def test_importing_a_module_does_nothing() -> None:
    """No file written, no connection, no process; and no warning, since warnings are errors here."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "error"}
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *PACKAGES],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "imported\n", ran.stderr


# One import that each contract of pyproject.toml must refuse: file, line.
TRESPASSES = {
    "house": ("config/trespass.py", "import nlp"),
    "core": ("core/rules/trespass.py", "import core.storage"),
    "channels": ("bots/email/trespass.py", "import bots.slack"),
    "main": ("nlp/trespass.py", "import main"),
    "telegram": ("bots/slack/trespass.py", "import telegram"),
    "slack": ("bots/telegram/trespass.py", "from slack_sdk import errors"),
    "email": ("bots/slack/trespass_2.py", "import aiosmtplib"),
    "spacy": ("core/work/trespass.py", "import spacy"),
    "sql": ("core/work/trespass_2.py", "import sqlalchemy"),
    "apscheduler": ("core/work/trespass_3.py", "import apscheduler"),
    "network": ("core/work/trespass_4.py", "import httpx"),
    "pure": ("core/model/trespass.py", "import time"),
    "circles": ("core/work/cards/trespass.py", "import core.work.staff.desk"),
}


def test_every_contract_is_broken_by_a_trespass(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for place, line in TRESPASSES.values():
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(f"{line}\n")
    assert set(contracts_kept(tmp_path).items()) == {(contract["id"], False) for contract in contracts()}


def test_there_is_a_trespass_for_every_contract() -> None:
    assert [contract["id"] for contract in contracts()] == list(TRESPASSES)


def contracts() -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return found


def contracts_kept(folder: Path) -> dict[str, bool]:
    """What import-linter says of `folder`, by the contracts' ids."""
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    ran = subprocess.run(
        [program, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    said = " ".join(ran.stdout.split())  # names are broken over lines
    kept = {contract["id"]: f"{contract['name']} KEPT" in said for contract in contracts()}
    broken = {contract["id"]: f"{contract['name']} BROKEN" in said for contract in contracts()}
    assert all(kept[name] != broken[name] for name in kept), ran.stdout + ran.stderr
    return kept
