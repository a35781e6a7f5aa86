"""The commands that documents show, each with what becomes of it in the tests.

    <!-- run -->                         the block runs, in the order of the document, in a fresh copy of the project
    <!-- run: campaign -->               the same, in the copy where a campaign is carried (tokens of the stand-ins)
    <!-- run: campaign, keeps running -->  … and it is stopped at the end
    <!-- run: open, keeps running -->      in a fresh copy, until it has shown what it has to show
    <!-- shown: root -->                 it does not run: the reason is one of REASONS

The comment stands on the line before the block. Only blocks marked bash are commands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

REASONS = {
    "root": "it changes the machine, as its administrator",
    "network": "it asks a server on the internet",
    "server": "it needs a server of one's own",
}

_FENCED = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*?) -->\n)?^```(?P<kind>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
_MARK = re.compile(r"run(?:: (?P<where>campaign|open)(?P<keeps>, keeps running)?)?|shown: (?P<reason>\w+)")


@dataclass(frozen=True, slots=True)
class Block:
    """`place`: "README.md:40". `where`: "" for a fresh copy, "campaign" or "open". `reason`: why it does not
    run, or ""."""

    place: str
    code: str
    marked: bool
    where: str
    keeps_running: bool
    reason: str

    @property
    def runs(self) -> bool:
        return self.marked and not self.reason


def blocks(document: Path) -> list[Block]:
    """Every block of commands in a document, in its order."""
    text = document.read_text(encoding="utf-8")
    found = []
    for fence in _FENCED.finditer(text):
        if fence["kind"] != "bash":
            continue
        mark = _MARK.fullmatch(fence["mark"] or "")
        found.append(
            Block(
                place=f"{document.relative_to(ROOT)}:{text[: fence.start('code')].count(chr(10))}",
                code=fence["code"],
                marked=mark is not None,
                where=(mark and mark["where"]) or "",
                keeps_running=bool(mark and mark["keeps"]),
                reason=(mark and mark["reason"]) or "",
            )
        )
    return found


def kinds(document: Path) -> Sequence[str]:
    """The kind of every block, so that no command hides in one that is not looked at."""
    return [fence["kind"] for fence in _FENCED.finditer(document.read_text(encoding="utf-8"))]
