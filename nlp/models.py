"""Versions of what was learnt, in a folder: each stays, one is current, going back is a change of name.

DIR/versions/0001/…   DIR/versions/0002/…   DIR/current ("0002")

A version that did worse than what was in use stays for its figures (`refused` in its facts) and is never gone back to.
"""

import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from core.model.errors import FileError, not_written

ABOUT = "about.json"
"""What a version was learnt from and how well it does, without its numbers."""


class Version(Protocol):
    """What nlp/learnt.py makes; numpy, which it needs, is not for those who only ask for names."""

    @property
    def topics(self) -> Sequence[str]: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    def to_disk(self, path: Path) -> None: ...


def current(model: Path) -> Path:
    """Where the current version is: another one after each learning, and after going back. Raises `FileError` when
    there is none."""
    return model / "versions" / _current(model)


def mark(model: str) -> tuple[int, int]:
    """What is another after each learning and after going back, without reading anything. Raises `FileError` when there
    is no version in use."""
    try:
        found = os.stat(f"{model}/current")
    except OSError as error:
        raise no_model(model) from error
    return found.st_ino, found.st_mtime_ns


def save(model: Path, learnt: Version) -> str:
    """A new version, which is the current one from then on unless it was refused. Raises `FileError` when it cannot be
    written."""
    try:
        known = versions(model)
        name = f"{int(known[-1]) + 1 if known else 1:04}"
        learnt.to_disk(model / "versions" / name)
        (model / "versions" / name / ABOUT).write_text(
            json.dumps({"topics": learnt.topics, "facts": learnt.facts}), encoding="utf-8"
        )
        if not learnt.facts.get("refused"):
            _point(model, name)
    except OSError as error:
        raise not_written(str(model), error) from error
    return name


def back(model: Path) -> Mapping[str, Any]:
    """The version before the current one is current again; its facts."""
    current = _current(model)
    older = [name for name in versions(model) if name < current and not facts(model, name).get("refused")]
    if not older:
        raise FileError(
            f"there is no version before {current} in {model}",
            "error.no_older_model",
            version=current,
            folder=str(model),
        )
    _point(model, older[-1])
    return {"version": older[-1], "was": current, **facts(model, older[-1])}


def versions(model: Path) -> list[str]:
    """Their names, the oldest first."""
    return sorted(path.name for path in (model / "versions").glob("[0-9]*"))


def facts(model: Path, version: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = about(model, version)["facts"]
    return found


def about(model: Path, version: str) -> Mapping[str, Any]:
    """`topics` and `facts`. Raises `FileError` for a version that cannot be read."""
    place = model / "versions" / version
    file = place / ABOUT if (place / ABOUT).exists() else place / "learnt.json"  # made before there was the short one
    try:
        told: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise no_model(place) from error
    return told


def in_use(model: Path) -> str:
    """The name of the current version, "" when nothing is in use."""
    try:
        return _current(model)
    except FileError:
        return ""


def set_aside(model: Path) -> None:
    """Nothing is in use any more; the versions stay."""
    (model / "current").unlink(missing_ok=True)


def remove(model: Path, names: Collection[str]) -> None:
    """These versions go; if the current one is among them, nothing is in use any more."""
    if in_use(model) in names:
        set_aside(model)
    for name in names:
        shutil.rmtree(model / "versions" / name, ignore_errors=True)


def no_model(place: Path | str) -> FileError:
    return FileError(
        f"{place} holds no model that can be read: learn with `topics learn`", "error.no_model", folder=str(place)
    )


def _current(model: Path) -> str:
    try:
        return (model / "current").read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise no_model(model) from error


def _point(model: Path, version: str) -> None:
    growing = model / "current.part"
    growing.write_text(version + "\n", encoding="ascii")
    growing.replace(model / "current")
