"""The downloads: the same published counts for a spreadsheet and for a program. Nothing that the page does not show."""

import csv
import io
import json

from bots.web.pages import Pages
from bots.web.results_view import lines_of
from core.rules.disclosure import K
from core.work.evaluation.cells import protected
from core.work.evaluation.results import Results

COLUMNS = ("consultation", "table", "row", "count", "of", "counted_on", "declared_not_representative")


def results_csv(results: Results, pages: Pages, language: str) -> bytes:
    """One line a row of each table. An empty count: not published. UTF-8, with the mark of it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    asked, counts = results.consultation, results.counts
    for table in counts.tables:
        question = asked.question(table.question)
        heading = (
            asked.in_language(question.text, language) if question else pages.say("published.topics.title", language)
        )
        for line in lines_of(table, asked, pages, language):
            count = "" if line.count is None else line.count
            writer.writerow(
                [
                    asked.id,
                    protected(heading),
                    protected(line.label),
                    count,
                    table.of,
                    counts.counted_on.isoformat(),
                    "yes",
                ]
            )
    return stream.getvalue().encode("utf-8-sig")


def results_json(results: Results, pages: Pages, language: str) -> bytes:
    asked, counts = results.consultation, results.counts
    tables = [
        {
            "question": table.question or None,
            "counts": "people" if table.question else "contributions",
            "kind": table.shape.value,
            "of": table.of,
            "rows": [
                {"id": line.cell, "label": line.label, "count": line.count}
                for line in lines_of(table, asked, pages, language)
            ],
        }
        for table in counts.tables
    ]
    whole = {
        "consultation": asked.id,
        "title": asked.in_language(asked.title, language),
        "counted_on": counts.counted_on.isoformat(),
        "closed": results.closed,
        "answered": counts.answered,
        "contributions": counts.contributions,
        "smallest_published": K,
        "representative": False,
        "tables": tables,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
