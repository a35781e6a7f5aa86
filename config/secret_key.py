"""The installation's own key, for keyed hashes: the erasure ledger keeps of a person a hash, and no more.

It is ERASURE_KEY, or else a file that is made once, readable by its owner alone. Whoever loses it can no longer tell
that a person who comes back, or a backup that is restored, was erased: it belongs into a safe place, apart from backups
of the database.
"""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from config.settings import Settings
from config.system import KEY_BYTES, SystemChance
from core.model.errors import SettingsError

DEFAULT_FILE = Path("var/secret.key")


def secret_key(settings: Settings, *, file: Path = DEFAULT_FILE) -> bytes:
    """The key, 32 bytes or more; the same for ever. Raises SettingsError when the file cannot serve."""
    if settings.erasure_key is not None:
        return settings.erasure_key.get_secret_value().encode()
    try:
        if not file.exists():
            _make(file)
        return _read(file)
    except OSError as error:
        raise SettingsError(
            f"the secret key {file} cannot be made or read ({error.strerror}): "
            "let this user write there, or give ERASURE_KEY",
            "error.key_file",
            file=str(file),
            reason=str(error.strerror),
        ) from error


def _make(file: Path) -> None:
    """Whole or not at all, and only one of two processes wins: written aside, then linked to its name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = mkstemp(dir=file.parent, prefix=f"{file.name}.")  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(SystemChance().key().hex() + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):  # another process was first: its key is the key
            os.link(draft, file)
    finally:
        Path(draft).unlink()


def _read(file: Path) -> bytes:
    if file.stat().st_mode & 0o077:
        raise SettingsError(
            f"the secret key {file} can be read by others than its owner: run chmod 600 {file}",
            "error.key_open",
            file=str(file),
        )
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise SettingsError(
            f"the secret key {file} is damaged: bring back the copy you kept. "
            "A new one would no longer know who was erased",
            "error.key_damaged",
            file=str(file),
        )
    return key
