"""Where real contributions are, if they are on this machine. Nothing of them is in the project."""

import json
import os
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("PORTE_VOIX_DATA") or Path(__file__).resolve().parents[3].parent / "shared" / "data")


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Those of a file of JSON Lines."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
