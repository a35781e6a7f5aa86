"""The report and the note of the sample consultation, played by made-up neighbours, as pictures for the documents.

`python -m tests.docs.report_pictures` takes them again.
"""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from bots.registry import CHANNELS
from bots.terminal.rehearsal.story import play_through, rehearsal, set_stage
from bots.web.press import png
from bots.web.report import folder, note
from config.consultation_files import read_consultation
from config.locale import Catalogue
from core.model.consultations import Consultation
from core.storage.engine import open_storage
from core.work.evaluation.report import Report, report_of
from core.work.house import House
from nlp.tagger import InProcessTagger

ROOT = Path(__file__).parents[2]
TAKEN = ROOT / "docs" / "pictures"
PEOPLE, SEED, PPI, PAGES = 200, 2027, 60.0, 4


async def played() -> tuple[Report, Consultation]:
    """The sample's first month, and its report at the end of it."""
    asked = read_consultation(ROOT / "config" / "examples" / "piscine.yaml")
    planned = rehearsal(asked, language="fr", people=PEOPLE, seed=SEED)
    decoders = {name: kind.decode for name, kind in CHANNELS.items()}
    with TemporaryDirectory() as kept:
        async with open_storage(f"sqlite+aiosqlite:///{kept}/played.db", durable=False) as storage:
            house = House(storage, planned.clock, planned.chance, Catalogue(), InProcessTagger(), decoders, str)
            cast = await set_stage(house, planned)
            await play_through(house, planned, cast, language="fr", tell=lambda _now: None)
            async with storage.reading() as unit:
                return await report_of(unit, asked, now=planned.until), asked


def take() -> None:
    report, asked = asyncio.run(played())
    words = Catalogue()
    for language in ("fr", "en"):
        page = note.shown_note(report, asked, words, language)
        (TAKEN / f"note.{language}.png").write_bytes(png(note.TEMPLATE, "note", page, ppi=PPI))
        shown = folder.shown_report(report, asked, words, language)
        (TAKEN / f"report.{language}.png").write_bytes(_side_by_side(shown))


def _side_by_side(shown: object) -> bytes:
    """The first pages of the report, as they lie on a table."""
    compiler = typst.Compiler(str(folder.TEMPLATE), root=str(folder.TEMPLATE.parent))
    pages = compiler.compile(format="png", ppi=2 * PPI, sys_inputs={"report": json.dumps(shown)})
    assert isinstance(pages, list)
    with TemporaryDirectory() as kept:
        table = Path(kept) / "table.typ"
        names = [f"page-{place}.png" for place in range(min(PAGES, len(pages)))]
        for name, page in zip(names, pages, strict=False):
            (table.parent / name).write_bytes(page)
        images = ", ".join(f'box(stroke: 0.5pt, image("{name}", width: 298pt))' for name in names)
        table.write_text(f"#set page(width: auto, height: auto, margin: 6pt)\n#grid(columns: 4, gutter: 8pt, {images})")
        laid = typst.compile(str(table), format="png", ppi=72.0)
    assert isinstance(laid, bytes)
    return laid


if __name__ == "__main__":
    take()
