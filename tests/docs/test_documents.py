"""Every command that a document shows is marked: it runs in a test, or it says why not. Both READMEs show the same."""

import re
from pathlib import Path

import pytest

from bots.terminal.commands import compare
from bots.web import results_files
from bots.web.desk import deliveries
from config.settings import NAMES
from core.work.evaluation import cells
from tests.docs.documents import REASONS, ROOT, Block, blocks, kinds

DOCUMENTS = [ROOT / "README.md", ROOT / "README.fr.md", *sorted((ROOT / "docs").glob("*.md"))]
OURS = [
    ROOT / "README.md",
    ROOT / "README.fr.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("operations", "extending")),
]
NEEDS_A_MARK = frozenset({"bash", "sh", "shell", "console", ""})


@pytest.mark.parametrize("document", OURS, ids=lambda path: path.name)
def test_every_block_of_commands_is_marked(document: Path) -> None:
    assert [block.place for block in blocks(document) if not block.marked] == []
    assert [kind for kind in kinds(document) if kind in NEEDS_A_MARK - {"bash"}] == [], "commands are marked bash"


@pytest.mark.parametrize("document", OURS, ids=lambda path: path.name)
def test_what_does_not_run_gives_a_known_reason(document: Path) -> None:
    assert {block.reason for block in blocks(document) if block.reason} <= set(REASONS)


def test_in_the_readme_everything_runs() -> None:
    assert [block.place for block in blocks(ROOT / "README.md") if not block.runs] == []


def test_both_readmes_show_the_same_commands() -> None:
    def shown(block: Block) -> tuple[str, str, bool]:
        return block.code, block.where, block.keeps_running

    english, french = blocks(ROOT / "README.md"), blocks(ROOT / "README.fr.md")
    assert [shown(block) for block in french] == [shown(block) for block in english]


def test_both_readmes_have_the_same_chapters_and_links() -> None:
    english, french = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.fr.md"))
    assert french.count("\n## ") == english.count("\n## ")
    assert french.count("](docs/") == english.count("](docs/")


def test_operations_explains_every_setting() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []


def test_the_report_page_explains_every_column_of_every_file() -> None:
    text = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    columns = {*cells.COLUMNS, *deliveries.COLUMNS, *results_files.COLUMNS, *compare.COLUMNS}
    listed = set(re.findall(r"\b[a-z_]+\b", " ".join(re.findall(r"`([^`\n]+)`", text))))
    assert columns - listed == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_document_ends_its_blocks(document: Path) -> None:
    assert document.read_text(encoding="utf-8").count("\n```") % 2 == 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    named = re.findall(r"`((?:core|bots|nlp|config|tests|docs)/[\w./-]*\w)`", document.read_text(encoding="utf-8"))
    made_up = ("bots/pigeon/",)
    assert [name for name in named if not (ROOT / name).exists() and not name.startswith(made_up)] == []
