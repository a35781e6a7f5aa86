"""Documents that cannot drift: `python -m tools.check_docs` says every place where one of them is wrong.

Links and anchors in Markdown lead somewhere · `make` targets that are named exist · every setting is explained in
.env.example, and nothing else is · the changelog knows the present version · decisions are numbered and whole · no file
holds the address of a package index, a path of one machine, or the place of the real data (tests may name that).
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from config.settings import NAMES, SECRETS, load_settings
from core.model.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
DECISION_PARTS = ("Situation", "Decision", "Consequence", "When to revisit")

_LINK = re.compile(r"\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_FENCED = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
_MAKE = re.compile(r"\bmake (?:ARGS=\S+ )?([a-z][a-z-]*)\b")
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_SETTING = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)

_FORBIDDEN = {
    "the address of a package index": re.compile(
        r"(?:pypi|pythonhosted)\.org|--(?:extra-)?index-url[ =]|/simple/?\"|--find-links"
    ),
    "a path of one machine": re.compile(r"(?<![\w.:/-])/(?:work|root|home/\w+|Users/\w+)/\w"),
}
_DATA = re.compile(r"\.\./shared")


def check(root: Path, files: Sequence[Path]) -> list[str]:
    """Every mistake, as `file: what is wrong`. `files` are those of the project, below `root`."""
    checks: tuple[Callable[[Path, Sequence[Path]], Iterator[str]], ...] = (
        links,
        make_targets,
        settings,
        changelog,
        decisions,
        strangers,
    )
    return [mistake for one in checks for mistake in one(root, files)]


def links(root: Path, files: Sequence[Path]) -> Iterator[str]:
    for file in _markdown(files):
        for target in _LINK.findall(_prose(file)):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            path, _, anchor = target.partition("#")
            goal = (root / path.lstrip("/") if path.startswith("/") else file.parent / path).resolve() if path else file
            if not goal.exists():
                yield f"{file.relative_to(root)}: the link to {target} leads nowhere"
            elif anchor and goal.suffix == ".md" and anchor not in _anchors(goal):
                yield f"{file.relative_to(root)}: {target} has no such heading"


def make_targets(root: Path, files: Sequence[Path]) -> Iterator[str]:
    """Only what stands as code is a command: "make sure" in a sentence is not."""
    known = set(_TARGET.findall((root / "Makefile").read_text("utf-8")))
    for file in _markdown(files):
        text = file.read_text("utf-8")
        code = [*(found.group() for found in _FENCED.finditer(text)), *_CODE.findall(_FENCED.sub("", text))]
        for name in sorted({name for piece in code for name in _MAKE.findall(piece)} - known):
            yield f"{file.relative_to(root)}: there is no target {name} in the Makefile"


def settings(root: Path, files: Sequence[Path]) -> Iterator[str]:
    example = root / ".env.example"
    if example not in files:
        yield ".env.example: is missing"
        return
    text = example.read_text("utf-8")
    explained = _SETTING.findall(text)
    for name in NAMES:
        if name not in explained:
            yield f".env.example: {name} is not explained"
        elif explained.count(name) > 1:
            yield f".env.example: {name} stands twice"
    for name in sorted(set(explained) - {*NAMES, *(f"{secret}_FILE" for secret in SECRETS)} - {"NAME_FILE"}):
        yield f".env.example: {name} is not a setting"
    try:
        load_settings({}, example)
    except SettingsError as error:
        yield f".env.example: as it is, the program refuses it: {error}"


def changelog(root: Path, files: Sequence[Path]) -> Iterator[str]:
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    file = root / "CHANGELOG.md"
    if file not in files:
        yield "CHANGELOG.md: is missing"
    elif not re.search(
        rf"^## \[{re.escape(version)}\] - (?:Unreleased|\d{{4}}-\d\d-\d\d)$", file.read_text("utf-8"), re.M
    ):
        yield f"CHANGELOG.md: version {version} of pyproject.toml has no heading"


def decisions(root: Path, files: Sequence[Path]) -> Iterator[str]:
    taken: dict[str, Path] = {}
    for page in sorted(file for file in _markdown(files) if file.parent == root / "docs" / "decisions"):
        name = page.relative_to(root)
        number = page.name[:4]
        if not re.match(r"\d{4}-", page.name):
            yield f"{name}: the name should begin with a number of four digits and a dash"
        elif number in taken:
            yield f"{name}: {taken[number].name} has the same number"
        taken.setdefault(number, page)
        parts = _HEADING.findall(_FENCED.sub("", page.read_text("utf-8")))[1:]
        if tuple(parts) != DECISION_PARTS:
            yield f"{name}: its parts should be {' · '.join(DECISION_PARTS)}"


def strangers(root: Path, files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        name = file.relative_to(root)
        if name == Path("tools/check_docs.py"):
            continue  # it has to name what it looks for
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # not a text
        for number, line in enumerate(text.splitlines(), start=1):
            for what, pattern in _FORBIDDEN.items():
                if pattern.search(line):
                    yield f"{name}:{number}: holds {what}"
            if _DATA.search(line) and name.parts[0] != "tests":
                yield f"{name}:{number}: names the place of the real data; only tests may"


def project_files(root: Path) -> list[Path]:
    """What git knows, and what it would add."""
    listed = subprocess.run(  # noqa: S603 (the words are ours)
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(root / name for name in set(listed.split("\0")) - {""} if (root / name).is_file())


def _markdown(files: Sequence[Path]) -> Iterator[Path]:
    return (file for file in files if file.suffix == ".md")


def _prose(file: Path) -> str:
    return _CODE.sub("", _FENCED.sub("", file.read_text("utf-8")))


def _anchors(file: Path) -> set[str]:
    """As the usual forges make them: small letters, no punctuation, dashes for spaces, a number for the second."""
    found: dict[str, int] = {}
    anchors: set[str] = set()
    for heading in _HEADING.findall(_FENCED.sub("", file.read_text("utf-8"))):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        times = found[slug] = found.get(slug, -1) + 1
        anchors.add(f"{slug}-{times}" if times else slug)
    return anchors


if __name__ == "__main__":
    mistakes = check(ROOT, project_files(ROOT))
    print("\n".join(mistakes) if mistakes else "Documents: no mistake found.")
    sys.exit(bool(mistakes))
