"""How a page is printed: a Typst template, and what it shows as JSON. No text is ever read as markup."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import typst

LONGEST_WORD = 28

_PICTURES = frozenset({"So", "Sk", "Co", "Cs", "Cn"})
_JOINTS = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def pdf(template: Path, name: str, shown: object) -> bytes:
    """Tagged for screen readers (PDF/UA-1). `shown` is what the template finds in `sys.inputs`, under `name`.

    Words in letters that no font of this machine has cannot be read aloud: then the file is not called accessible.
    """
    inputs = {name: json.dumps(shown)}
    try:
        return _whole(_compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_standards="ua-1"))
    except typst.TypstError:
        return _whole(_compiler(template).compile(format="pdf", sys_inputs=inputs))


def png(template: Path, name: str, shown: object, *, ppi: float) -> bytes:
    """The only page as a picture."""
    return _whole(_compiler(template).compile(format="png", ppi=ppi, sys_inputs={name: json.dumps(shown)}))


def as_set(text: str) -> str:
    """As a press sets it: without the little pictures that a printer's font does not have, long words breakable."""
    kept = "".join(letter for letter in text if not _picture(letter))
    return breakable(re.sub(r" {2,}", " ", kept).strip())


def breakable(text: str) -> str:
    """`text` with places to break in words that no line could hold."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", "\\1\u200b", text)


def _whole(made: bytes | list[bytes] | None) -> bytes:
    assert isinstance(made, bytes), "one file, or a picture of one page"
    return made


@cache
def _compiler(template: Path) -> typst.Compiler:
    """Reading the fonts takes a moment: once is enough. It reads no other file."""
    return typst.Compiler(str(template), root=str(template.parent))


def _picture(letter: str) -> bool:
    """An emoji or a part of one. "n°" and "`" are older than those, and in every font."""
    return (letter >= "\u2190" and unicodedata.category(letter) in _PICTURES) or letter in _JOINTS
