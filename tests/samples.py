"""The sample consultations, each read once in a process: that takes a while, and nothing in them can be changed."""

from functools import cache
from pathlib import Path

from config.consultation_files import read_consultation
from core.model.consultations import Consultation

SAMPLES = Path(__file__).parents[1] / "config" / "examples"


@cache
def sample(name: str) -> Consultation:
    """`name`: that of its file, "piscine"."""
    return read_consultation(SAMPLES / f"{name}.yaml")
