"""Where real contributions are, if they are on this machine. Nothing of them is in the project."""

import os
from pathlib import Path

DATA = Path(os.environ.get("PORTE_VOIX_DATA") or Path(__file__).resolve().parents[3].parent / "shared" / "data")
