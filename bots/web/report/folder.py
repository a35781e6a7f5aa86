"""The report as a file: HTML that loads nothing, a PDF, Markdown, or the data themselves as JSON."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from bots.web.pages import Pages
from bots.web.press import as_set, pdf
from bots.web.report.document import Document, Table, document_of
from core.model.consultations import Consultation
from core.work.evaluation.report import Report, report_json
from core.work.ports import Words

TEMPLATE = Path(__file__).with_name("report.typ")
FORMS = ("html", "pdf", "md", "json")
"""In which a report is made."""


def make_report(report: Report, asked: Consultation, form: str, words: Words, language: str) -> bytes:
    """`form`: one of `FORMS`. It takes a second or two: nothing of it belongs into the service's own loop."""
    if form == "json":
        return (json.dumps(report_json(report), ensure_ascii=False, indent=2) + "\n").encode()
    if form == "pdf":
        return pdf(TEMPLATE, "report", shown_report(report, asked, words, language))
    document = document_of(report, asked, words, language)
    if form == "md":
        return _markdown(document).encode()
    return Pages(words, language).render("report.html", language, report=document, picture=_address).encode()


def _address(svg: str) -> str:
    """A picture inside the page itself."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _markdown(document: Document) -> str:
    return "\n".join(_marked(document)) + "\n"


def _marked(document: Document) -> Iterator[str]:
    yield f"# {_plain(document.title)}\n\n{_plain(document.partner)}\n"
    for line in document.lead:
        yield f"{_plain(line)}\n"
    for section in document.sections:
        yield f"## {_plain(section.heading)}\n"
        for line in section.said:
            yield f"{_plain(line)}\n"
        for table in section.tables:
            yield f"**{_plain(table.caption)}**\n"
            for line in table.legend:
                yield f"- {_plain(line)}"
            if table.legend:
                yield ""
            yield _row(table.head)
            yield _row(tuple("---" if words else "---:" for words in table.worded()), marks=True)
            for row in table.rows:
                yield _row(row)
            yield ""
        for quote in section.quotes:
            yield f"> {_plain(quote)}\n"
        for point in section.points:
            yield f"- {_plain(point)}"
        if section.points:
            yield ""


def _row(cells: tuple[str, ...], *, marks: bool = False) -> str:
    return "| " + " | ".join(each if marks else _plain(each) for each in cells) + " |"


def _plain(text: str) -> str:
    """No letter of a text commands anything."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>#|~" else letter for letter in text)


# ── paper ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown_report(report: Report, asked: Consultation, words: Words, language: str) -> dict[str, object]:
    """What the pages hold, as the template reads it."""
    document = document_of(report, asked, words, language)
    return {
        "language": document.language,
        "page": words.say("report.page", document.language),
        "partner": as_set(document.partner),
        "title": as_set(document.title),
        "lead": [as_set(each) for each in document.lead],
        "sections": [
            {
                "heading": as_set(section.heading),
                "said": [as_set(each) for each in section.said],
                "tables": [_table(each) for each in section.tables],
                "quotes": [as_set(each) for each in section.quotes],
                "points": [as_set(each) for each in section.points],
            }
            for section in document.sections
        ],
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "caption": as_set(table.caption),
        "head": [as_set(each) for each in table.head],
        "rows": [[as_set(each) for each in row] for row in table.rows],
        "words": table.worded(),
        "picture": table.picture,
        "legend": [as_set(each) for each in table.legend],
    }
