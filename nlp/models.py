"""Versions of what was learnt, in a folder: each stays, one is current, going back is a change of name.

DIR/versions/0001/…   DIR/versions/0002/…   DIR/current ("0002")
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.model.errors import FileError
from nlp.learnt import Learnt, from_disk


def load(model: Path) -> Learnt:
    """The current version. Raises `FileError` when there is none."""
    return from_disk(current(model))


def current(model: Path) -> Path:
    """Where the current version is: another one after each learning, and after going back."""
    return model / "versions" / _current(model)


def save(model: Path, learnt: Learnt) -> str:
    """A new version, which is the current one from then on. Raises `FileError` when it cannot be written."""
    try:
        known = versions(model)
        name = f"{int(known[-1]) + 1 if known else 1:04}"
        learnt.to_disk(model / "versions" / name)
        _point(model, name)
    except OSError as error:
        raise FileError(f"the model could not be written into {model} ({error.strerror})") from error
    return name


def back(model: Path) -> Mapping[str, Any]:
    """The version before the current one is current again; its facts."""
    current = _current(model)
    older = [name for name in versions(model) if name < current]
    if not older:
        raise FileError(f"there is no version before {current} in {model}")
    _point(model, older[-1])
    return {"version": older[-1], "was": current, **facts(model, older[-1])}


def versions(model: Path) -> list[str]:
    """Their names, the oldest first."""
    return sorted(path.name for path in (model / "versions").glob("[0-9]*"))


def facts(model: Path, version: str) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads((model / "versions" / version / "learnt.json").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = told["facts"]
    return found


def _current(model: Path) -> str:
    try:
        return (model / "current").read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise FileError(f"there is no model in {model}: make one with `topics learn --model {model}`") from error


def _point(model: Path, version: str) -> None:
    growing = model / "current.part"
    growing.write_text(version + "\n", encoding="ascii")
    growing.replace(model / "current")
